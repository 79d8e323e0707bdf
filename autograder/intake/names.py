"""Names and ids of people as they are compared: written in one way, in small letters, without what cannot be seen."""

from __future__ import annotations

import re
import unicodedata

_SEEN_AS = str.maketrans(
    "аԁеһіјорԛѕуԝхѵАВЕЅНІЈКМОРԚТУԜХοΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɑɡ",
    "adehijopqsywxvABESHIJKMOPQTYWXoABEZHIKMNOPTYXiag",
)
"""Letters of Cyrillic, Greek and rarer Latin, each with the one of everyday Latin that it cannot be told from on a screen."""


def seen_as(text: str) -> str:
    """The text in the everyday letters that a reader would take it for."""
    return text.translate(_SEEN_AS)


def composed(text: str) -> str:
    """The text with accents written in one way and no space around it."""
    return unicodedata.normalize("NFC", text.strip())


def folded(text: str) -> str:
    """The text by which ids and names are compared: in small letters, with single spaces."""
    return " ".join(composed(composed(text).casefold()).split())


def squeezed(text: str) -> str:
    """The name as Canvas puts it into file names: letters and digits only."""
    return re.sub(r"[\W_]+", "", folded(text))
