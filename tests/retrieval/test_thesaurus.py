"""What shoppers call things: the names of one thing meet, and names of things that only sound alike do not.

Plain English of several countries, held against a shop of one type each; no catalogue is read.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from retrieval.kinds import KindIndex
from retrieval.nouns import Key, noun_key, thesaurus


def denotes(said: str, label: str) -> bool:
    """Whether a shop whose one type is ``label`` has what ``said`` asks for, for certain."""
    meant = KindIndex({label: 5}).meant(said)
    return label in meant.labels and not any(label in proviso.labels for proviso in meant.provisos)


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("stick blender", "immersion blender"),
        ("hand blender", "stick blender"),
        ("stick mixer", "hand blender"),
        ("jug blender", "countertop blender"),
        ("coin cell", "button cell"),
        ("double a battery", "AA battery"),
        ("nose hair trimmer", "nose trimmer"),
        ("hoover", "vacuum cleaner"),
        ("robot hoover", "robotic vacuum cleaner"),
        ("dustbuster", "handheld vacuum"),
        ("telly", "flat screen TV"),
        ("beamer", "projector"),
        ("beamer lamp", "projector bulb"),
        ("pen drive", "USB flash drive"),
        ("thumb drives", "USB stick"),
        ("clicker", "wireless presenter"),
        ("extension block", "power strip"),
        ("power board", "multi-socket"),
        ("kettle lead", "power cord"),
        ("aerial lead", "antenna cable"),
        ("HDMI lead", "HDMI cable"),
        ("ethernet cord", "network cable"),
        ("patch cord", "patch cable"),
        ("wireless dongle", "Wi-Fi adapter"),
        ("jug kettle", "kettle"),
        ("cooktop", "hob"),
        ("nappies", "diaper"),
        ("cuddly toy", "plush toy"),
        ("zip ties", "cable tie"),
        ("tie wrap", "zip tie"),
        ("PSU", "power supply"),
        ("battery backup", "UPS"),
        ("earbuds", "in-ear headphones"),
        ("noise canceling headphones", "noise-cancelling headphones"),
        ("over the ear headphones", "over-ear headphones"),
        ("oral irrigator", "water flosser"),
        ("hair tongs", "curling iron"),
        ("sunrise alarm clock", "wake-up light"),
        ("printer with scanner", "all-in-one printer"),
        ("set top box", "set-top box"),
        ("swimming costume", "swimsuit"),
        ("tiffin", "lunch box"),
        ("box cutter", "utility knife"),
        # A wider word has the narrower thing.
        ("blender", "immersion blender"),
        ("battery", "coin cell"),
        ("headphones", "earbuds"),
        ("headphones", "on-ear headphones"),
        ("headband headphones", "over-ear headphones"),
        ("network cable", "patch lead"),
        ("trimmer", "nose hair trimmer"),
        ("fryer", "air fryer"),
    ],
)
def test_two_names_of_one_thing(said: str, label: str) -> None:
    assert denotes(said, label)


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("over-ear headphones", "earbuds"),
        ("on-ear headphones", "in-ear headphones"),
        ("headband headphones", "earbuds"),
        ("headband headphones", "neckband headphones"),
        ("over the ear headphones", "in-ear headphones"),
        ("earbuds", "over-ear headphones"),
        ("washing machine", "tumble dryer"),
        ("washing machine", "dish washing machine"),
        ("lamp", "projector lamp"),
        ("lamp", "beamer lamp"),
        ("light bulb", "beamer bulb"),
        ("memory card", "memory card reader"),
        ("hand mixer", "hand blender"),
        ("mixer", "stick mixer"),
        ("beard trimmer", "nose trimmer"),
        ("hair clipper", "nose hair trimmer"),
        ("deep fryer", "air fryer"),
        ("oven", "microwave oven"),
        ("oven", "dutch oven"),
        ("stove", "camping stove"),
        ("hair straightener", "curling iron"),
        ("dental floss", "water flosser"),
        ("bottle warmer", "bottle steriliser"),
        ("playpen", "baby gate"),
        ("bathtub", "baby bath"),
        ("corded phone", "cordless phone"),
        ("fan", "CPU cooling fan"),
        ("plug", "smart plug"),
        ("plug", "spark plug"),
        ("picture frame", "digital picture frame"),
        ("glasses", "field glasses"),
        ("costume", "swimming costume"),
        ("SATA cable", "IDE cable"),
        ("hard drive", "SSD hard drive"),
        ("remote control", "presentation remote"),
        ("generator", "steam generator"),
        ("screen protector", "privacy screen protector"),
        ("flat screen monitor", "touch screen"),
        ("rechargeable battery", "non-rechargeable battery"),
    ],
)
def test_two_things_that_sound_alike(said: str, label: str) -> None:
    index = KindIndex({label: 5})
    meant = index.meant(said)
    assert label not in {*meant.labels, *(every for proviso in meant.provisos for every in proviso.labels)}


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("I need a stick blender for soup", "stick blender"),
        ("do you sell wireless dongles?", "wireless dongle"),
        ("I am looking for on-ear headphones under 50", "on-ear headphones"),
        ("a printer with scanner, please", "printer with scanner"),
        # The property is read apart, so that a record can show it.
        ("a wireless mouse", "mouse"),
        ("a gaming headset", "headset"),
    ],
)
def test_a_name_is_found_in_a_message(text: str, noun: str) -> None:
    assert [name for *_, name in KindIndex({}).find(text)] == [noun]


def test_an_ending_of_a_label_is_no_noun_where_a_known_one_follows() -> None:
    index = KindIndex({"touch screen monitor": 3, "monitor": 9, "zorb flange": 2})
    assert index.resolve("flat screen monitor") == ("monitor", "touch screen monitor")
    assert index.resolve("flange") == ("zorb flange",)


def test_no_lookalike_is_a_name_of_its_own_line() -> None:
    for noun in thesaurus().nouns:
        assert set(noun.lookalikes).isdisjoint({noun.key, *noun.same, *noun.narrower}), noun.name


def test_few_names_stand_in_two_lines() -> None:
    lines: defaultdict[Key, set[str]] = defaultdict(set)
    for noun in thesaurus().nouns:
        for key in {noun.key, *noun.same}:
            lines[key].add(noun.name)
    # "Pumps" are shoes too.
    assert len([names for names in lines.values() if len(names) > 1]) <= 20


def test_american_spelling_meets_british() -> None:
    assert noun_key("Noise-Canceling Headphones") == noun_key("noise cancelling headphone")
