"""What reviews feel and about what, in English and Chinese: ours beside word lists, a lexicon and regressions.

`python -m benchmarks.opinions` takes the sets `acos`, `absa_en`, `absa_zh`, `zh_reviews` and `womens_clothing` (see
`docs/data.md`). Networks are trained on the way: some half an hour on two quiet cores.
"""

from __future__ import annotations

import sys

from benchmarks.labelled import measure

FOLDERS = ["acos", "absa_en", "absa_zh", "zh_reviews", "womens_clothing"]
GOALS = {
    "laptop/quad_f1": "above 0.358",
    "restaurant/quad_f1": "above 0.446",
    "laptop14/accuracy": "above 0.715",
    "laptop14/macro_f1": "above 0.657",
}
NOTE = (
    "`quad_f1`: aspect, category, words of opinion and polarity all exactly as marked; the goals are what "
    "Extract-Classify is published with. `accuracy`, `macro_f1`: polarity of a named aspect, or of a whole review. "
    "Every system learns from the training file alone; the score from which a quad is believed comes from the dev "
    "file. Whole reviews have no split of their own: one fifth is judged, chosen by a hash of the item or text. The "
    "word list is made of the training file's own marked words. The sets triplets of `absa_en` are not judged."
)


def main(*options: str) -> None:
    """Measures and writes the results."""
    folders = [option for option in options if option in FOLDERS] or FOLDERS
    rest = [option for option in options if option not in FOLDERS]
    measure("opinions", "Opinions in reviews", "sentiment", folders, GOALS, NOTE, rest)


if __name__ == "__main__":
    main(*sys.argv[1:])
