"""Settings, read once at the door. Only ``build.py`` and the doors see them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the shop lies and which model speaks. Environment variables begin with ``SHOPTALK_``."""

    model_config = SettingsConfigDict(env_prefix="SHOPTALK_", extra="ignore")

    # Folder of the shop; None means the demo shop under ``home``.
    shop: Path | None = None
    # What ``open_llm`` takes.
    model: str = "embedded"
    # LoRA adapter of the embedded model: a name under ``home``/adapters, a folder, or "none".
    adapter: str | None = None
    # Any model leads the rules in reading messages; else only one that was trained for it does.
    trusted: bool = False
    # Derived files and the demo shop.
    home: Path = Path("~/.cache/shoptalk")
    # Conversations and orders elsewhere than in the shop's own database: any SQLAlchemy address.
    database: str | None = None
    # What all reports of a month together may tell of any one customer: epsilon of differential privacy.
    privacy_epsilon: float = Field(4.0, gt=0, lt=1e6, allow_inf_nan=False)

    @property
    def root(self) -> Path:
        """``home`` with "~" resolved."""
        return self.home.expanduser()

    @property
    def shop_folder(self) -> Path:
        """The shop in use."""
        return (self.shop or self.root / "shops" / "demo").expanduser()
