"""What the tagger has learned, as a file of safetensors; the one that ships, and how to open it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.privacy.marked import PersonalDataError
from assistant.privacy.masker import Masker

if TYPE_CHECKING:
    from assistant.privacy.tagger import Finder

SHIPPED = Path(__file__).with_name("tagger.safetensors")


def open_masker(weights: Path = SHIPPED) -> Masker:
    """Rules and the tagger over the default embedding model; it loads in about a second.

    Raises ``PersonalDataError`` for weights of another network, WeightsMissing without the embedding model.
    """
    return Masker(open_finder(weights))


def save(finder: Finder, path: Path) -> None:
    """Writes what was learned (1.4 MB in half precision)."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: weight.half().contiguous() for name, weight in finder.net.learned().items()}, path)


def open_finder(path: Path) -> Finder:
    """The finder that ``save`` wrote, what it learned made one with the encoder."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from torch import nn
    from torch.nn.utils import parametrize

    from assistant.opinions.network import open_encoder
    from assistant.privacy.tagger import Finder, Tagger
    from retrieval.embed import default_folder

    encoder, tokenizer = open_encoder(default_folder())
    net = Tagger(encoder)
    try:
        learned = {name: weight.float() for name, weight in load_file(path).items()}
        if learned.keys() != net.learned().keys():
            raise PersonalDataError(f"The weights in {path} are of another network", "Train it anew")
        net.load_state_dict(learned, strict=False)
    except (OSError, RuntimeError, SafetensorError) as error:
        raise PersonalDataError(f"The tagger {path} cannot be loaded: {error}", "Train it anew") from error
    for layer in list(net.encoder.modules()):
        if isinstance(layer, nn.Linear):
            parametrize.remove_parametrizations(layer, "weight")
    return Finder(net.eval(), tokenizer)
