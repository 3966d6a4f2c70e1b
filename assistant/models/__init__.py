"""Language models behind one door: ``open_llm(spec)``. Nothing heavy is imported before a model is opened."""

from assistant.models.registry import open_llm

__all__ = ["open_llm"]
