"""Whether a sentence says only what its evidence says.

A closed world: a word must belong to a value of the right field of the right product, or be one of a short list that
claims nothing. So "durable" about a product whose record does not say so is a violation without anybody listing it,
and so is the weight of one card said of another.
"""

from assistant.grounding.check import check
from assistant.grounding.frames import check_fixed

__all__ = ["check", "check_fixed"]
