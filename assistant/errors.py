"""The assistant's part of the error family; the base stands on the lowest floor."""

from retrieval.errors import ShopTalkError, WeightsMissing

__all__ = [
    "ConversationError",
    "DeskError",
    "InsightsError",
    "MessageTooLong",
    "ModelError",
    "ModelSlow",
    "ModelSpecError",
    "ModelUnavailable",
    "OrdersError",
    "PrivacyError",
    "ProfileError",
    "PromptTooLong",
    "ShopTalkError",
    "WeightsMissing",
]


class ModelError(ShopTalkError):
    """A model that cannot do what was asked of it."""


class ModelSpecError(ModelError):
    """A model name that nobody knows, with the names that are known."""


class ModelUnavailable(ModelError):
    """A model server that does not answer; the message has its address and the command that starts it."""


class ModelSlow(ModelError):
    """A model that did not answer in time."""


class PromptTooLong(ModelError):
    """A prompt that does not fit the model's context; the message has both lengths in tokens."""


class MessageTooLong(ShopTalkError):
    """A shopper's message beyond the length limit in characters."""


class OrdersError(ShopTalkError):
    """An order database or a file of rules that cannot be used."""


class ConversationError(ShopTalkError):
    """A conversation that is unknown or belongs to somebody else."""


class DeskError(ShopTalkError):
    """Something that somebody at the service desk may not do, or cannot do now."""


class ProfileError(ShopTalkError):
    """A customer or an entry of a profile that is unknown."""


class InsightsError(ShopTalkError):
    """A report for which the shop has no records."""


class PrivacyError(ShopTalkError):
    """A count over people that the privacy budget does not allow."""
