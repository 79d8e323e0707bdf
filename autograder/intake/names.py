"""Names and ids of people as they are compared: written in one way, in small letters, without what cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SEEN_AS = str.maketrans(
    "аԁеһіјорԛѕуԝхѵАВЕЅНІЈКМОРԚТУԜХοΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɑɡ",
    "adehijopqsywxvABESHIJKMOPQTYWXoABEZHIKMNOPTYXiag",
)
"""Letters of Cyrillic, Greek and rarer Latin, each with the one of everyday Latin that it cannot be told from on a screen."""
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""Letters that take no room where they stand."""


def seen_as(text: str) -> str:
    """The text in the everyday letters that a reader would take it for."""
    return text.translate(_SEEN_AS)


def one_way(text: str) -> str:
    """The text with accents written in one way: systems write them in two."""
    return unicodedata.normalize("NFC", text)


def composed(text: str) -> str:
    """The text with accents written in one way and no space around it."""
    return one_way(text.strip())


def folded(text: str) -> str:
    """The text by which ids and names are compared: in small letters, with single spaces."""
    return " ".join(composed(composed(text).casefold()).split())


def squeezed(text: str) -> str:
    """The name as Canvas puts it into file names: letters and digits only."""
    return re.sub(r"[\W_]+", "", folded(text))


def look_alike(keys: Iterable[str]) -> list[list[str]]:
    """Those of the keys that a reader cannot well tell apart, together."""
    together: dict[str, list[str]] = {}
    for key in keys:
        together.setdefault(_as_read(key), []).append(key)
    return [
        sorted(names, key=lambda name: (_IGNORABLE.search(name) is not None, name))
        for names in together.values()
        if len(names) > 1
    ]


def _as_read(text: str) -> str:
    """The text as a reader takes it: in plain small letters, without what cannot be seen."""
    plain = seen_as(unicodedata.normalize("NFKC", text)).casefold()
    return " ".join(_IGNORABLE.sub("", unicodedata.normalize("NFKC", _IGNORABLE.sub("", plain))).split())


def spelled(keys: Iterable[str]) -> dict[str, str]:
    """What each key is called: with accents in one way, and letter by letter where that is another's name as well."""
    keys = list(keys)
    called = {key: one_way(key) for key in keys}
    for names in look_alike(keys):
        taken: set[str] = set()
        for name in sorted(names, key=_oddness):
            plain = one_way(name)
            if seen_as(plain) in taken or _IGNORABLE.search(plain) or plain != " ".join(plain.split()):
                plain = _letter_by_letter(name)
            taken.add(seen_as(plain))
            called[name] = plain
    return called


def _oddness(name: str) -> tuple[bool, bool, bool, str]:
    """The sorting key of names that look alike: the one that is written most plainly comes first."""
    return one_way(name) != name, seen_as(name) != name, bool(_IGNORABLE.search(name)), name


def _letter_by_letter(name: str) -> str:
    """The name with everything spelled out that a reader might not see."""
    seen = "".join(
        c if c.isascii() or (c == one_way(c) == seen_as(c) and c.isalnum()) else f"<U+{ord(c):04X}>" for c in name
    )
    return re.sub(r"^ | $| (?= )", "<U+0020>", seen)
