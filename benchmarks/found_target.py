"""What real shoppers had in mind, looked for with their own words: found or not, when, and why not.

`python -m benchmarks.found_target` needs the data set `recquest` (see `docs/data.md`); read by rules, a quarter of an
hour. `--model SPEC` has another reader.
"""

from __future__ import annotations

import sys

from benchmarks.icecat import home, row, run_suite
from benchmarks.record import data_folder, write


def main(*options: str) -> None:
    """Measures and writes the results."""
    data = data_folder()
    if data is None:
        raise SystemExit("benchmarks: name the folder of the public data sets in SHOPTALK_DATA.")
    found = run_suite("found-target", home() / "found-target", "--data", str(data / "recquest"), *options)
    table = [["metric", "value", "95 % interval", "items"], *(row(n, m) for n, m in found["metrics"].items())]
    note = (
        f"Shoppers' turns of RecQuest, read by `{found['model']}`, over a catalogue of the data set's own targets. The "
        "shoppers spoke to another assistant over a far larger catalogue, and with it found what they had in mind in "
        "34.2 % (bicycle 60.8, laptop 25.5, running shoes 21.8): these figures cannot be set against those. `chance` "
        "is what as many products drawn at random from the domain would find. Of the misses seven were drawn and read: "
        "in three no product was ever shown, as the first message was taken for something beyond the shop (it spoke of "
        "weather) or for a wrong noun; in three the target fits as well as those shown and stood below them "
        "(shoes of a new technology); in one wishes that no record states took the first places. The word about "
        "weather was mended after these figures."
    )
    write("found_target", "What real shoppers had in mind", found, table, note)


if __name__ == "__main__":
    main(*sys.argv[1:])
