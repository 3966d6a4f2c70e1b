"""No value leaves in a fixed sentence but in its own slot, and none that the records do not say; in either language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
import yaml
from shops import shelf as shop
from test_frames import KINDS, PRODUCTS, REVIEWS, TALKS

from assistant import answering, framed
from assistant.framed import Framed, Misplaced, phrase, speak
from assistant.models.scripted import Scripted
from assistant.play import last_turn
from assistant.state import DialogueState, Evidence, Sentence, Understanding, Wish
from assistant.turn import reply
from retrieval.search import Shelf

CHINESE = {
    "finding": ("我要 fan heater", "不超过60美元", "最安静的", "要 Sulvik 的", "不超过5美元"),
    "comparing": ("有 fan heater 吗", "比较前两个", "哪个更轻？", "这些哪个评分更高？"),
    "asking": ("fan heater，30美元以下的", "它多重？", "它吵吗？", "多少钱？", "什么牌子？", "大家觉得怎么样？", "防水吗？"),
    "cart": ("有 gloves 吗", "把第一个加入购物车", "M码", "再来一件", "一共多少钱", "换成S码", "换成50件", "结账", "清空购物车", "好的"),
}  # fmt: skip
# Counts over the whole shelf, names of grades and measures, and what the shop offers stand in no record.
BELIEVED = ("matching products", "equally good", "not on cards", "products that do not state it", "amount",
            "measure", "asked", "sum", "proposed", "most", "wanted",
            "on hand")  # fmt: skip


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return shop(PRODUCTS, KINDS, REVIEWS)


@dataclass
class Planted:
    """Faults planted in every sentence as it was about to leave, and those that would have left."""

    swaps: int = 0
    wrong: int = 0
    left: list[str] = field(default_factory=list)


def evidence(said: Framed) -> Iterator[Evidence]:
    for value in (*said.filled, *said.roles.values()):
        yield from evidence(value) if isinstance(value, Framed) else [value]


def changed(said: Framed, old: Evidence, new: Evidence) -> Framed:
    filled = tuple(changed(v, old, new) if isinstance(v, Framed) else new if v is old else v for v in said.filled)
    return replace(said, filled=filled, roles={k: new if v is old else v for k, v in said.roles.items()})


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Planted:
    """Plants faults in each sentence where it is put into words, with the records of that moment."""
    found = Planted()

    def leaves(said: Framed, language: str, true: framed.True_, honest: str) -> bool:
        try:
            return phrase(said, language, true) != honest
        except Misplaced:
            return False

    def plant(said: Framed, language: str, true: framed.True_) -> Sentence:
        honest = phrase(said, language, true)
        pieces = list(evidence(said))
        for n, one in enumerate(pieces):
            for other in pieces[n + 1 :]:
                if one.value == other.value or (one.field, one.id) == (other.field, other.id):
                    # The same said in another order.
                    continue
                swapped = changed(
                    changed(said, one, replace(one, value=other.value)), other, replace(other, value=one.value)
                )
                found.swaps += 1
                if leaves(swapped, language, true, honest) and not {one.field, other.field} <= set(BELIEVED):
                    found.left.append(f"{one.field} <-> {other.field}: {honest}")
            if one.field not in BELIEVED:
                wrong = changed(
                    said, one, replace(one, value=f"7{one.value}" if one.value[0].isdigit() else f"{one.value}7")
                )
                found.wrong += 1
                if leaves(wrong, language, true, honest):
                    found.left.append(f"{one.field} = 7{one.value}: {honest}")
        return speak(said, language, true)

    monkeypatch.setattr(answering, "speak", plant)
    return found


def talk(shelf: Shelf, *texts: str) -> Iterator[Sentence]:
    state = DialogueState("f")
    for text in texts:
        state = state.append(last_turn(reply(state, text, shelf=shelf, model=None)))
        yield from state.turns[-1].reply.sentences


@pytest.mark.parametrize("talks", [TALKS, CHINESE], ids=["English", "Chinese"])
def test_no_swapped_and_no_wrong_value_leaves(
    shelf: Shelf, planted: Planted, talks: dict[str, tuple[str, ...]]
) -> None:
    for texts in talks.values():
        assert list(talk(shelf, *texts))
    assert planted.left == []
    assert min(planted.swaps, planted.wrong) > 50


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_is_answered_in_chinese_with_nothing_in_letters_but_the_records_words(shelf: Shelf, name: str) -> None:
    for sentence in talk(shelf, *CHINESE[name]):
        assert re.search("[\u4e00-\u9fff：]", sentence.text), sentence
        rest = sentence.text
        for piece in sorted(sentence.evidence, key=lambda e: -len(e.value)):
            rest = rest.replace(piece.value, " ")
        named = {w for e in sentence.evidence for w in re.findall("[a-z]+", e.field.lower())}
        assert set(re.findall("[a-z]+", rest.lower())) <= named, sentence


def test_a_sentence_that_fails_is_withheld_and_says_so(shelf: Shelf) -> None:
    wrong = framed.framed(
        "costs", Evidence("product", "h0", "title", "Sulvik Warm 0"), Evidence("product", "h1", "price", "$1")
    )
    assert "leave it out" in speak(wrong, "en").text
    assert "不符" in speak(wrong, "zh").text
    with pytest.raises(Misplaced, match="mixes the records of h0, h1"):
        phrase(wrong, "en")
    with pytest.raises(Misplaced, match="filled with"):
        phrase(framed.framed("costs", Evidence("product", "h0", "title", "Sulvik Warm 0")), "en")


def test_both_languages_fill_the_same_slots() -> None:
    tables = yaml.safe_load((framed.Path(framed.__file__).with_suffix(".yaml")).read_text("utf-8"))
    for name, said in tables["frames"].items():
        slots = [set(re.findall(r"\{([^{}:!|]+)", text)) for text in said.values()]
        assert slots[0] == slots[1], name
        # A value without a slot would be a typed-in number.
        assert (
            re.search(
                r"\d",
                re.sub(
                    r"\{[^}]*\}|满分 5 星|of 5 stars|1 of them|1 item|[有中] ?1 件|1 件", "", " ".join(said.values())
                ),
            )
            is None
        ), name


def test_no_model_writes_where_its_words_could_not_be_checked(shelf: Shelf) -> None:
    def wished(state: DialogueState, text: str) -> Understanding:
        return Understanding("find", (Wish("category", "fan heater", True, "fan heater"),), language="zh")

    # Nothing is planned: a call would fail, and the reply would tell of it.
    turn = last_turn(reply(DialogueState("f"), "我要 fan heater", shelf=shelf, model=Scripted([]), read=wished))
    assert turn.reply.shown and not turn.reply.notice
    assert turn.ledger.model_calls == 0
