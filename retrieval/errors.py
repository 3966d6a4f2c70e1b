"""The family of errors a user can cause. Each says what happened to which named thing, and what to do next.

The command line prints the message as one line and ends with exit code 2; a traceback means a defect of ours.
"""

from collections.abc import Sequence


class ShopTalkError(Exception):
    """Base of every error that a person can mend. ``str(error)`` is one line: the fault, then the mend."""

    def __init__(self, fault: str, mend: str) -> None:
        self.fault = " ".join(fault.split()).rstrip(".")
        self.mend = " ".join(mend.split()).rstrip(".")
        super().__init__(f"{self.fault}. {self.mend}.")


class FeedError(ShopTalkError):
    """A feed that cannot be read as a whole: missing, empty, or without a needed column."""


class RowsError(FeedError):
    """Rows of a batch that cannot be read or do not mean anything: ``str`` has a line for each."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(" ".join(fault.split()) for fault in faults)
        super().__init__(f"{len(self.faults)} rows cannot be used", "Mend them")

    def __str__(self) -> str:
        return "\n".join(self.faults)


class ShopError(ShopTalkError):
    """A shop folder that is missing, broken, or made with another embedding model."""


class QueryError(ShopTalkError):
    """A query or filter that cannot be answered as it stands."""


class WeightsMissing(ShopTalkError):
    """Model weights that are not installed, or whose checksum differs."""
