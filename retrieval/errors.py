"""The family of errors a user can cause. Each says what happened to which named thing, and what to do next.

The command line prints the message as one line and ends with exit code 2; a traceback means a defect of ours.
"""


class ShopTalkError(Exception):
    """Base of every error that a person can mend. ``str(error)`` is one line: the fault, then the mend."""

    def __init__(self, fault: str, mend: str) -> None:
        self.fault = " ".join(fault.split()).rstrip(".")
        self.mend = " ".join(mend.split()).rstrip(".")
        super().__init__(f"{self.fault}. {self.mend}.")


class FeedError(ShopTalkError):
    """A feed that cannot be read as a whole: missing, empty, or without a needed column."""


class ShopError(ShopTalkError):
    """A shop folder that is missing, broken, or made with another embedding model."""


class QueryError(ShopTalkError):
    """A query or filter that cannot be answered as it stands."""


class WeightsMissing(ShopTalkError):
    """Model weights that are not installed, or whose checksum differs."""
