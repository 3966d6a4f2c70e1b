"""A reader of opinions in a folder: its weights as safetensors, everything else as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.opinions.marked import OpinionError

if TYPE_CHECKING:
    from assistant.opinions.reader import OpinionReader

SETTINGS = "reader.json"
_WEIGHTS = "reader.safetensors"
# The word table is the encoder's own and never trained.
_FROZEN = "encoder.embeddings."


def save(reader: OpinionReader, folder: Path) -> None:
    """Writes what was learned (some 45 MB); ``SETTINGS`` last, so that its presence says that all is there."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    learned = {k: v.contiguous() for k, v in reader.net.state_dict().items() if not k.startswith(_FROZEN)}
    save_file(learned, folder / _WEIGHTS)
    settings = {"categories": list(reader.net.categories), "threshold": reader.threshold}
    (folder / SETTINGS).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def open_reader(folder: Path, encoder: Path) -> OpinionReader:
    """The reader that ``save`` wrote, over the encoder it started from. Raises ``OpinionError`` where none is."""
    if not (folder / SETTINGS).is_file():
        raise OpinionError(f"{folder} holds no reader of opinions", "Make one with `shoptalk finetune opinions`")
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from assistant.opinions.network import OpinionNet, open_encoder
    from assistant.opinions.reader import OpinionReader

    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        model, tokenizer = open_encoder(encoder)
        net = OpinionNet(model, settings["categories"])
        missing, unknown = net.load_state_dict(load_file(folder / _WEIGHTS), strict=False)
        if unknown or any(not name.startswith(_FROZEN) for name in missing):
            raise OpinionError(f"The weights in {folder} are of another network", "Train it anew")
        return OpinionReader(net.eval(), tokenizer, float(settings["threshold"]))
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise OpinionError(f"The reader in {folder} cannot be loaded: {error}", "Train it anew") from error
