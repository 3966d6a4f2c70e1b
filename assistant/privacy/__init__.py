"""Personal data in texts: finding it, masking it, and giving out what people wrote under pseudonyms.

``kept.open_masker()`` finds what identifies somebody by rules (``rules``) and by a network that learned from marked
sentences (``tagger``); ``export`` writes conversations and reviews under pseudonyms.
"""
