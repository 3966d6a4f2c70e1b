"""Sentences that are true of a shop's records, and the same sentences made false: what a truth check is tested with.

Nothing here knows the checker: words, units and templates are this package's own.
"""

from eval.claims.generate import Claim, claims

__all__ = ["Claim", "claims"]
