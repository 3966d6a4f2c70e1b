"""A message as it would be written with care: contractions with their apostrophe, slips and short forms written out."""

from __future__ import annotations

import re

# Written without its apostrophe, each of these is no other English word.
_CONTRACTED = re.compile(
    r"\b(?P<verb>do|does|did|is|are|was|were|has|have|had|should|would|could|must|need)nt\b", re.IGNORECASE
)
_IRREGULAR = {"wont": "won't", "cant": "can't", "dont": "don't", "im": "I'm", "ive": "I've"}
_SLIPS = {
    **dict.fromkeys(("undr", "udner", "uner", "unnder", "undre"), "under"),
    **dict.fromkeys(("belw", "belwo", "beloww"), "below"),
    **dict.fromkeys(("arround", "aroud", "aroun"), "around"),
    **dict.fromkeys(("betwen", "bewteen", "beetween", "betweeen"), "between"),
    **dict.fromkeys(("maximun", "maxium", "maximim", "maxmum"), "maximum"),
    "atleast": "at least",
    "upto": "up to",
    "atmost": "at most",
    **dict.fromkeys(("pls", "plz", "plse"), "please"),
    **dict.fromkeys(("tho", "thou"), "though"),
    **dict.fromkeys(("thx", "thnx", "tnx"), "thanks"),
    **dict.fromkeys(("smth", "sth"), "something"),
    "u": "you",
    "ur": "your",
    "bcs": "because",
}
_MUST = "(?:has to|have to|must|needs? to|should|ought to)"
_COUNT = r"(?:\d|(?:one|two|three|four|five|six|eight|ten) )"
# Ways to say "must" and "not" that the frames need not know each by itself.
_SAID_OTHERWISE = (
    (r"\bneither (?P<one>[^,.;!?]{1,40}?) nor (?:from )?(?P<other>\w)", r"not \g<one>, not \g<other>"),
    (r"\b(?:as|so) long as (?P<it>it|they)(?:'s|’s|'re|’re| is| are) not ", r"but \g<it> must not be "),
    (r"\b(?:as|so) long as (?P<it>it|they)(?:'s|’s|'re|’re| is| are) ", r"but \g<it> must be "),
    (r"\b(?:as|so) long as (?P<it>it|they) (?:has|have|got|comes? with) ", r"but \g<it> must have "),
    (r"\b(?:as|so) long as (?P<it>it|they) (?:does|do)(?: not|n't|n’t) (?:cost|exceed) ", r"but not "),
    (
        r"\b(?P<more>more|less|cheaper|bigger|larger|smaller|longer|shorter|lighter) then (?=[$€£]?\d)",
        r"\g<more> than ",
    ),
    # "For the new desk I need ...": what it is for stands by itself.
    (
        r"^for (?P<what>(?:the|my|our|his|her|their) [^,.;!?]{1,30}?) "
        r"(?=(?:i|we)(?:['’]| (?:need|want|would|am|are)\b))",
        r"for \g<what>, ",
    ),
    # "Requirement: a printer", "On today's list: a keyboard": what stands before is a heading.
    (
        r"^(?:on |for )?(?:the |my |our |today['’]s )?(?:today['’]s |shopping |wish )?"
        r"(?:list|requirements?|requests?|wanted|needed|needs?|wish(?:es)?|task|job)\s*:\s*",
        "I need ",
    ),
    (
        r"\bany (?:maker|make|brand|manufacturer) (?:except|but|other than|apart from) (?:for |from |by )?(?=\w)",
        "but not from ",
    ),
    (r"(?:^|(?<=[,.;!?] ))(?:i['’]?m |i am )?not (?:quite |really |so |too )?sure(?: yet)?(?=\s*(?:[,.;!?]|$))", ""),
    # What is too little is told, and wished for no more.
    (r"(?:^|(?<=[,.;!?] )|(?<=but ))\S+(?: \w+)? is (?:way |far |much )?too (?:little|few|small|weak|low)\b", ""),
    (r"\b(?:not|nothing|no|none) (?:any )?(?:more expensive|dearer|pricier|costlier) than (?=[$€£]?\d)", "at most "),
    # "22 is the max I'd pay", and no "20 mm is the max".
    (
        r"(?<![\w.,])(?P<money>[$€£]?\d+(?:[.,]\d+)?(?: dollars| bucks| euros?)?) is (?:really )?(?:the |my |our )?"
        r"(?:absolute |very )?(?:max|maximum|most|limit|ceiling)"
        r"(?: (?:that )?(?:i|we)(?:['’]?d|['’]ll| can| will| would| want to)? (?:pay|spend|go|do|afford))?\b",
        r"max \g<money>",
    ),
    # "Water resistant to 50 m" is one wish, and "a water resistance of at least 50 m" its sober form.
    (
        r"\b(?:(?:that|which|and)(?:['’]s| is| are) |(?:is|are|be) )?(?P<of>[a-z]+)[- ]?(?:resistant|proof|resistance) "
        r"(?:down |up )?to (?:an? (?:depth|height|temperature) of )?(?:at least )?(?=\d)",
        r"with \g<of> resistance of at least ",
    ),
    # What is said of a part is said of the thing that has it.
    (
        rf"\b(?:the|its|their) (?P<part>(?!price|budget|cost|limit)[a-z]+(?: [a-z]+)?) {_MUST} "
        rf"(?:hold|have|take|be|measure|last) "
        rf"(?P<amount>(?:at least|at most|over|under|more than|no more than) |{_COUNT})",
        r"it must have a \g<part> of \g<amount>",
    ),
    (rf"\b(?:the|its|their) (?P<part>[a-z]+) {_MUST} be adjustable\b", r"it must have \g<part> adjustment"),
    (rf"\b(?:the|its|their) (?P<part>[a-z]+) {_MUST} be (?P<how>[a-z]+able)\b", r"it must have \g<how> \g<part>"),
)
# Nobody says so more often in one message, and reading it takes time.
_AT_MOST = 4
# Of "2U" and "U-shaped" no letter is a word.
_WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")
_SMALL_ONLY = frozenset({"u", "ur", "im", "sth"})


def plainly(text: str) -> str:
    """``text`` in single spaces, with what was written in haste written out: "doesnt cost undr 20"."""
    text = _CONTRACTED.sub(lambda m: f"{m['verb']}n't", " ".join(text.split()))
    text = _WORD.sub(lambda m: _written_out(m[0]), text)
    for said, meant in _SAID_OTHERWISE:
        text = re.sub(said, meant, text, count=_AT_MOST, flags=re.IGNORECASE)
    return text


def _written_out(word: str) -> str:
    low = word.lower()
    meant = None if low in _SMALL_ONLY and word != low else _IRREGULAR.get(low) or _SLIPS.get(low)
    return word if meant is None else meant.capitalize() if word[0].isupper() else meant
