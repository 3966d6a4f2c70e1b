"""A drawn picture for any product: its kind's shape in its own colour, or a quiet card with its initials.

Flat, static SVG below 6 KB, made of shapes alone: no script, style, link or reference, and every word in it is escaped.
The same product always gets the same picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from xml.sax.saxutils import escape

from retrieval.product import AttributeValue
from retrieval.shapes import (
    beauty,
    clothing,
    computing,
    garden_and_pets,
    home,
    kids,
    kitchen,
    office,
    outdoor,
    parts,
    photo_and_watch,
    plush,
    sound_and_phone,
    sport,
)
from retrieval.shapes.colours import hex_of
from retrieval.shapes.pen import INK, PAPER, Pen, share

_ROOMS = (
    computing, sound_and_phone, photo_and_watch, kitchen, home, clothing, outdoor, sport, beauty, kids,
    garden_and_pets, office, parts, plush,
)  # fmt: skip
_SHAPES = {name: shape for room in _ROOMS for name, shape in room.SHAPES.items()}
# Shape: what else is drawn with it. A kind may have further words in front ("gaming notebook").
_ALSO = """
laptop: notebook, chromebook, ultrabook, netbook, subnotebook, macbook, mobile workstation
monitor: display, screen, flat panel, computer monitor, lcd
keyboard: keypad, numeric keypad
mouse: trackball
laptop sleeve: notebook sleeve, laptop case, notebook case, tablet case, tablet sleeve, laptop bag, briefcase
usb hub: hub, docking station, port replicator, card reader, interface hub, adapter, dock
headphones: headset, headphone, earmuff
earbuds: earphone, earbud, in ear headphone
bluetooth speaker: speaker, loudspeaker, soundbar, radio, portable speaker, boombox
phone case: mobile phone case, phone cover, smartphone case, mobile case
charger: power adapter, mobile device charger, ac adapter, wall charger, power supply, power supply unit, inverter
power bank: powerbank
phone: smartphone, mobile phone, cell phone, telephone, ip phone, mobile
camera: webcam, camcorder, digital camera, compact camera, security camera, ip camera, surveillance camera
camera bag: camera case, shoulder bag, messenger bag
watch: wristwatch, clock, stopwatch
smartwatch: smart watch, fitness tracker, activity tracker
watch strap: watch band, strap
coffee maker: coffee machine, espresso machine, coffeemaker, espresso maker
coffee filter: filter paper
kettle: teapot, jug
frying pan: pan, skillet, wok, saucepan, pot, cookware set
chef's knife: knife, kitchen knife, knife set
blender: mixer, hand blender, food processor, juicer, smoothie maker
mug: cup, tumbler
desk lamp: lamp, table lamp, light, floor lamp, light bulb
office chair: chair, gaming chair, armchair, stool, seat
sofa: couch, loveseat, bench
bookcase: shelf, bookshelf, cabinet, shelving unit, cupboard, wardrobe, rack cabinet, shelves
rug: carpet, mat, doormat
bedding set: bed, duvet cover, duvet, bed linen, mattress, bed sheet, blanket, comforter
vacuum cleaner: vacuum, hoover, steam cleaner, carpet cleaner
robot vacuum: vacuum robot, robot vacuum cleaner
vacuum cleaner bag: vacuum bag, dust bag
air purifier: humidifier, dehumidifier, air conditioner, heater, air cleaner
fan: ventilator, cooling fan, case fan, cooler
pillow: cushion, pillowcase
table: desk, dining table, coffee table, nightstand
running shoe: shoe, sneaker, trainer, trail running shoe
hiking boot: boot, walking boot
rain jacket: jacket, coat, raincoat, parka, anorak
sweater: jumper, pullover, cardigan, hoodie, sweatshirt
t-shirt: shirt, tee, top, polo shirt, blouse
dress: skirt, doll dress, gown
cap: hat, beanie
backpack: rucksack, laptop backpack, daypack, notebook backpack, school bag
suitcase: luggage, trolley case, carry on, trolley
water bottle: bottle, flask, thermos, drinking bottle, vacuum flask
camping stove: stove, gas stove
headlamp: torch, flashlight
yoga mat: exercise mat, fitness mat
dumbbell: weight, kettlebell
bicycle: bike, e bike, road bike, mountain bike
bike helmet: helmet, bicycle helmet
bike light: bicycle light
ball: football, soccer ball, basketball
moisturiser: moisturizer, cream, face cream, lotion, balm, ointment
sunscreen: sun cream, sunblock
shampoo: conditioner, soap, body wash, shower gel, hand sanitizer, cleaning fluid
hair dryer: hairdryer, blow dryer
perfume: fragrance, eau de toilette, nail polish
board game: card game, family game, game
building block: construction set, brick, wooden block, building set
plush toy: stuffed animal, soft toy, teddy bear, doll, toy animal, plush rabbit, plush bear
puzzle: jigsaw, jigsaw puzzle
toy: action figure, toy car, toy vehicle, model car, race car
cordless drill: drill, screwdriver, power drill, impact driver, power tool
drill bit set: drill bit, bit set
pruning shear: secateur, pruner, garden shear, scissor, scissors, plier
garden hose: hose
toolbox: tool box, tool set, tool case, storage box, tool kit
plant pot: planter, flower pot, plant
dog bed: pet bed, cat bed
cat tree: scratching post
dog leash: leash, dog collar, dog lead
pet bowl: dog bowl, cat bowl, feeder
printer: laser printer, inkjet printer, multifunctional, multifunction printer, label printer, scanner, copier, fax,
  photocopier, large format printer, dot matrix printer
toner cartridge: printhead, print head, printer belt, toner collector, toner, drum, imaging unit, fuser, transfer
  kit, maintenance kit, print cartridge, drum unit
ink cartridge: ink, cartridge, printer ink
cable: coupler, connector, gender changer, converter, splitter, video splitter, extender, cord, patch cable, network
  cable, usb cable, video cable, audio cable, power cable, fibre optic cable, lead
memory module: memory, ram
circuit board: motherboard, graphics card, video card, network card, interface card, desktop board, raid controller,
  server board, sound card, network interface card, interface adapter, networking card
processor: cpu
hard drive: hard disk, hard disk drive, ssd, solid state drive, disk drive, nas, disk array, external hard drive,
  hdd, internal hard drive, optical disc drive, optical drive, tape drive, internal solid state drive
desktop pc: pc, computer, workstation, desktop computer, mini pc, desktop, tower, thin client, computer case
server: rack, blade server, chassis, ups, uninterruptible power supply, server rack
network device: network media converter, patch panel, network antenna, transceiver module, router, switch, access
  point, network switch, wireless router, modem, firewall, gateway, range extender
projector: data projector, beamer, projector lamp, projection lamp
tablet: e reader, ebook reader, graphics tablet
television: tv, smart tv, led tv, public display, signage display
battery: batteries, laptop battery, rechargeable battery, battery pack
paper: paper tray, tray, label making tape, printer ribbon, large format media, media, film, copy paper, printing
  paper, photo paper, envelope, notepad, label, folder, binder, printer label
book: novel, cookbook, notebook paper, diary, photo album, album
pen: ballpoint pen, fountain pen, marker, pencil, highlighter, stylus pen
game controller: gamepad, joystick, game console, controller, gaming controller, console
disc: dvd r, cd r, dvd rw, cd rw, dvd, cd, lp, blu ray disc, bd r, optical disc, record, vinyl
usb flash drive: flash drive, usb stick, memory stick
memory card: flash card, sd card, compact flash
lens: camera lens, zoom lens, lens hood, objective, lens filter
power strip: surge protector, power distribution unit, power extension, pdu, outlet, socket, plug
certificate: warranty, license, licence, software, warranty extension, support extension, software license
bag: handbag, tote bag, pouch, case, shopping bag
"""
# What a product without a known colour is drawn in.
_PLEASANT = ("#4f7fa8", "#5f8f7b", "#c9795b", "#c79a4a", "#7d7296", "#48566b", "#b8697a", "#8a9b5c")
# "a case for laptops" is a case.
_CUT = re.compile(r"\s(?:for|with|of|in|from)\s")


def draw(kind_label: str, title: str, colour: str | None) -> str:
    """An SVG document for a product of ``kind_label`` ("toner cartridge", "" where unknown), drawn in ``colour``.

    ``colour`` is the catalogue's own word for it ("Black, Silver"); where it names none that we know, one is chosen
    by the title.
    """
    return picture(kind_label, title, colour, key=title)


def picture(
    kind_label: str,
    title: str,
    colour: str | None,
    key: str,
    attributes: Mapping[str, AttributeValue] | None = None,
) -> str:
    """``draw`` with a ``key`` that decides all details, so that the colours of one model look alike.

    ``attributes`` refine the shape: a retractable leash has a reel, a solid shampoo is a bar.
    """
    words = _words(title, kind_label, *_stated(attributes or {}))
    numbers = {n: v for n, v in (attributes or {}).items() if isinstance(v, (int, float)) and not isinstance(v, bool)}
    pen = Pen(hex_of(colour) or _PLEASANT[share(key, "colour", len(_PLEASANT))], key, words, numbers)
    shape_name = known_shape(kind_label)
    if shape_name:
        _SHAPES[shape_name](pen)
    else:
        _card(pen, kind_label, title)
    return pen.svg(_plain(title))


def known_shape(kind_label: str) -> str | None:
    """The name of the shape that draws ``kind_label``: the longest end of the label that is known, else None."""
    words = _singulars(_CUT.split(kind_label.lower())[0])
    names = _names()
    for start in range(len(words)):
        if found := names.get(" ".join(words[start:])):
            return found
    return None


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names = {" ".join(_singulars(name)): name for name in _SHAPES}
    for row in _ALSO.replace("\n  ", " ").strip().splitlines():
        name, _, others = row.partition(":")
        for other in others.split(","):
            names.setdefault(" ".join(_singulars(other)), name)
    return names


def _singulars(text: str) -> list[str]:
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'s", ""))
    return [w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words]


def _words(*texts: str) -> set[str]:
    return {word for text in texts for word in re.findall(r"[a-z]+|\d+(?:\.\d+)?", text.lower())}


def _stated(attributes: Mapping[str, AttributeValue]) -> Iterable[str]:
    """Text values, and the names of flags that are true."""
    for name, value in attributes.items():
        if value is True:
            yield name.replace("_", " ")
        elif isinstance(value, str):
            yield value


def _card(p: Pen, kind_label: str, title: str) -> None:
    """A hang tag with the product's initials and what it is called."""
    initials = "".join(word[0] for word in re.findall(r"[^\W_]+", title)[:2]).upper() or "?"
    p.ground(64, 208)
    p.line("M120 62 Q112 34 136 22 Q152 16 150 32 Q146 50 122 60", INK, 2.4, 0.55)
    p.path("M84 46 H156 L188 78 V190 Q188 204 174 204 H66 Q52 204 52 190 V78 Z", p.d)
    p.path("M84 42 H156 L188 74 V186 Q188 200 174 200 H66 Q52 200 52 186 V74 Z")
    p.disc(120, 64, 8, p.dd)
    p.disc(120, 64, 5, PAPER)
    p.rect(64, 84, 112, 104, 8, PAPER, 0.95)
    p.words(120, 136, _plain(initials), 46, p.dd, bold=True)
    p.line("M96 150 H144", p.accent, 3)
    name = " ".join(kind_label.split())
    p.words(120, 172, _plain(name if len(name) < 17 else name[:15].rstrip() + "…"), 13, INK)


def _plain(text: str) -> str:
    """XML text on one line, without what XML cannot hold."""
    return escape("".join(c if c.isprintable() else " " for c in text)[:120], {'"': "&quot;"})
