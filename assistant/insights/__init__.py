"""What a shop learns of its customers as a whole: segments, reviews, unmet needs, and what may be told of them.

Whatever counts people goes through ``ledger.Ledger.release`` (noise by ``noise``) and nowhere else. What is worked out
here are values; ``ui/insights`` makes the report of them: ``frame.py`` is its document, ``plots.py`` its charts, and
each topic is a module with ``section(value) -> Section`` and a line in ``TOPICS`` of ``ui/insights/topics.py``.
"""
