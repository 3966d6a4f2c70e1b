"""Erasing a customer: everywhere the shop keeps something of them, with a receipt that names each place."""

from assistant.forgetting.forget import Forgetting
from assistant.forgetting.receipt import Line, Receipt

__all__ = ["Forgetting", "Line", "Receipt"]
