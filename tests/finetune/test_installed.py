"""An adapter is opened before it comes into use, and a kill at any moment leaves one that can be used and taken back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFWriter
from lora_files import trained

from assistant.models.gguf_file import write_adapter
from assistant.models.tuned import adapter_file, own
from finetune import installed
from finetune.installed import install, roll_back
from finetune.settings import RecipeError


def in_use(home: Path) -> bytes | None:
    place = home / "adapters" / "mine" / "adapter.gguf"
    return place.read_bytes() if place.exists() else None


def of(run: Path) -> bytes:
    return (run / "adapter.gguf").read_bytes()


def lora(folder: Path, name: str, a: tuple[int, int], b: tuple[int, int], fill: float = 1.0) -> None:
    folder.mkdir()
    parts = (np.full(shape, fill, dtype=np.float32) for shape in (a, b))
    write_adapter(folder / "adapter.gguf", {name: (next(parts), next(parts))}, 4.0)


def torn(folder: Path) -> None:
    trained(folder, 1)
    (folder / "adapter.gguf").write_bytes(of(folder)[:-400])


def half(folder: Path) -> None:
    folder.mkdir()
    writer = GGUFWriter(folder / "adapter.gguf", "llama")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 4.0)
    writer.add_tensor("blk.3.attn_q.weight.lora_a", np.ones((2, 576), dtype=np.float32))
    for step in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file, writer.close):
        step()


def no_config(folder: Path) -> None:
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")


def no_settings(folder: Path) -> None:
    no_config(folder)
    (folder / "adapter_config.json").write_text('{"r": 8', encoding="utf-8")


def part_of_a_model(folder: Path) -> None:
    folder.mkdir()
    writer = GGUFWriter(folder / "model.gguf", "llama")
    writer.add_tensor("blk.3.attn_q.weight", np.ones((576, 576), dtype=np.float32))
    for step in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file, writer.close):
        step()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda f: lora(f, "blk.99.attn_q.weight", (2, 576), (576, 2)), "blk.99.attn_q.weight"),
        (lambda f: lora(f, "blk.3.attn_q.weight", (2, 72), (72, 2)), "blk.3.attn_q.weight"),
        (lambda f: lora(f, "blk.3.attn_q.weight", (4, 576), (576, 2)), "blk.3.attn_q.weight"),
        (lambda f: lora(f, "blk.3.attn_q.weight", (2, 576), (576, 2), float("nan")), "blk.3.attn_q.weight"),
        (half, "blk.3.attn_q.weight"),
        (torn, "adapter.gguf"),
        (no_config, "adapter_config.json"),
        (no_settings, "adapter_config.json"),
        (part_of_a_model, "model.gguf"),
    ],
)
def test_what_does_not_open_over_the_base_is_named_and_changes_nothing(
    make: Callable[[Path], None], why: str, tmp_path: Path
) -> None:
    install(trained(tmp_path / "good", 1), tmp_path, "mine")
    before = in_use(tmp_path)
    make(tmp_path / "bad")
    with pytest.raises(RecipeError, match=why):
        install(tmp_path / "bad", tmp_path, "mine")
    assert in_use(tmp_path) == before
    assert [p.name for p in (tmp_path / "releases" / "mine").iterdir() if p.is_dir()] == [
        (tmp_path / "adapters" / "mine").resolve().name
    ]


def test_the_same_weights_with_other_settings_are_another_adapter(tmp_path: Path) -> None:
    first, second = trained(tmp_path / "a", 1), trained(tmp_path / "b", 1)
    (second / "training.json").write_text('{"rows": 2}', encoding="utf-8")
    for run in (first, second):
        place = install(run, tmp_path, "mine")
    assert (place / "training.json").is_file()


class Killed(BaseException):
    """What the interpreter sees of a kill: nothing after it runs."""


def killed_at(step: str, patch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise Killed

    patch.setattr(installed, step, dies)


@pytest.mark.parametrize("step", ["_keep", "_point"])
def test_a_killed_way_back_goes_one_step_however_often_it_is_tried(step: str, tmp_path: Path) -> None:
    runs = [trained(tmp_path / name, n) for n, name in enumerate("abc")]
    for run in runs:
        install(run, tmp_path, "mine")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        killed_at(step, patch)
        roll_back(tmp_path, "mine")
    assert in_use(tmp_path) in (of(runs[2]), of(runs[1]))
    roll_back(tmp_path, "mine")
    assert in_use(tmp_path) == of(runs[1])
    roll_back(tmp_path, "mine")
    assert in_use(tmp_path) == of(runs[0])


@pytest.mark.parametrize("step", ["_keep", "_point"])
def test_what_a_killed_way_back_left_behind_does_not_come_back_with_the_next_release(step: str, tmp_path: Path) -> None:
    first, second, third = (trained(tmp_path / name, n) for n, name in enumerate("abc"))
    install(first, tmp_path, "mine")
    install(second, tmp_path, "mine")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        killed_at(step, patch)
        roll_back(tmp_path, "mine")
    before = in_use(tmp_path)
    install(third, tmp_path, "mine")
    roll_back(tmp_path, "mine")
    assert in_use(tmp_path) == before


@pytest.mark.parametrize("step", ["_keep", "_point"])
def test_a_killed_release_leaves_the_former_in_use_and_the_way_back(step: str, tmp_path: Path) -> None:
    first, second, third = (trained(tmp_path / name, n) for n, name in enumerate("abc"))
    install(first, tmp_path, "mine")
    install(second, tmp_path, "mine")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        killed_at(step, patch)
        install(third, tmp_path, "mine")
    assert in_use(tmp_path) == of(second)
    install(third, tmp_path, "mine")
    roll_back(tmp_path, "mine")
    assert in_use(tmp_path) == of(second)


def test_what_a_killed_release_left_lying_hurts_nobody_and_is_cleared_away(tmp_path: Path) -> None:
    first, second = trained(tmp_path / "a", 1), trained(tmp_path / "b", 2)
    tag = install(first, tmp_path, "mine").resolve().name
    installed_under = tmp_path / "releases" / "mine"
    # Of this very process id as well: they are used again.
    for leftover in (f".{tag}.{os.getpid()}", f".{'0' * 12}.1"):
        (installed_under / leftover).mkdir()
        (installed_under / leftover / "adapter.gguf").write_bytes(b"half")
    (tmp_path / "adapters" / f".mine.{os.getpid()}").symlink_to(installed_under / tag)
    (tmp_path / "adapters" / ".mine.1").symlink_to(installed_under / tag)
    assert [file.parent.name for file in own(tmp_path)] == ["mine"]
    install(second, tmp_path, "mine")
    assert sorted(p.name for p in installed_under.iterdir() if p.name.startswith(".") and p.is_dir()) == []
    assert [p.name for p in (tmp_path / "adapters").iterdir()] == ["mine"]
    found = adapter_file("mine", tmp_path)
    assert found is not None and found.read_bytes() == of(second)
