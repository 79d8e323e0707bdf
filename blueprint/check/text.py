"""Rules about what stands in texts: where links lead, pictures, words that were to be replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from blueprint.bind import Path, Positions
from blueprint.check.leaves import texts
from blueprint.load import Loaded
from blueprint.model import Markdown
from blueprint.places import place_of
from blueprint.problems import Problem, quoted

_WEB = re.compile(r"https?://[^\s<>\"]+|mailto:[^\s<>@\"]+@[^\s<>@\"]+", re.IGNORECASE)
_CODE = re.compile(r"(`+).+?\1", re.DOTALL)
_TARGET = re.compile(r"\]\(\s*<?\s*([^\s<>)]+)|^\s*\[[^\]]+\]:\s*<?([^\s<>]+)|<([a-z][\w+.-]*:[^\s<>]+)>", re.I | re.M)
"""Where a link in Markdown leads: `[text](target)`, `[name]: target`, `<target>`."""
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SCHEMES = ("http", "https", "mailto")
_PICTURE = re.compile(r"(?<!\\)!\[")
_TO_REPLACE = re.compile(
    r"\b(to be (named|filled in|announced|determined|decided)|tb[ad])\b|(@|//((lms|www|forum)\.)?)example\.(edu|com|org)\b",
    re.IGNORECASE,
)
"""Words of a starter, and addresses at the domains that are set aside for examples."""
_TO_FILL_IN = re.compile(r"\bto be filled in\b", re.IGNORECASE)
"""The same words where prose may have something else to be announced or decided."""


def addresses_lead_to_the_web(loaded: Loaded) -> Iterator[Problem]:
    """An address begins with https:, http: or mailto:, and holds no blank."""
    file = loaded.course.file
    offering = file.offering
    found: list[tuple[Path, str]] = [(("materials", str(i), "link"), m.link) for i, m in enumerate(file.materials)]
    found += [(("textbook", "link"), file.textbook.link)] if file.textbook else []
    found = [(path, address) for path, address in found if address]
    if offering:
        found += [(("offering", "links", key, "url"), link.url) for key, link in offering.links.items()]
        found += [(("offering", "contacts", key, "link"), c.link) for key, c in offering.contacts.items() if c.link]
        found += [(("offering", "website"), offering.website)] if offering.website else []
    for path, address in found:
        if not _WEB.fullmatch(address) and not loaded.at.is_broken(*path):
            yield _no_address(loaded.at, path, address)
    for path, pattern in texts(loaded.course.registry.links):
        if pattern and not pattern.startswith("{base}") and not _WEB.fullmatch(pattern):
            yield _no_address(loaded.registry_at, ("links", *path), pattern)


def _no_address(at: Positions, path: Path, address: str) -> Problem:
    bare = f"write `https://{address}`" if re.fullmatch(r"[\w.-]+\.[a-z]{2,}(/\S*)?", address) else ""
    hint = bare or "write an address that begins with https: or mailto:"
    return Problem(at.value(*path), f"a link cannot lead to {quoted(address)}", hint)


def links_in_texts_lead_to_the_web(loaded: Loaded) -> Iterator[Problem]:
    """A link in a text leads to http:, https: or mailto:, and to nothing that would run in a reader's browser."""
    for bound, at in loaded.bound():
        for path, text in texts(bound):
            if not isinstance(text, Markdown):
                continue
            for match in _TARGET.finditer(without_code(text)):
                target = next(group for group in match.groups() if group)
                scheme = _SCHEME.match(unescape(target))
                place = place_of(target, at.value(*path))
                if scheme and scheme[1].lower() not in _SCHEMES:
                    hint = "write an address that begins with https: or mailto:"
                    yield Problem(place, f"a link cannot lead to {quoted(target)}", hint)
                elif not scheme and not target.startswith("//") and not _PICTURE.search(text):
                    hint = "write where it is on the web, an address that begins with https:"
                    yield Problem(place, f"no reader finds {quoted(target)}, a place beside this file", hint, "warning")


def texts_hold_no_pictures(loaded: Loaded) -> Iterator[Problem]:
    """A course's text holds no picture: printed documents and Word files could not show it."""
    for bound, at in loaded.bound():
        for path, text in texts(bound):
            if isinstance(text, Markdown) and _PICTURE.search(without_code(text)):
                yield Problem(
                    place_of("![", at.value(*path)),
                    "a picture cannot stand in a course's text",
                    "leave the `!` away to link to it; slides have pictures (`figure:`)",
                )


def without_code(text: str) -> str:
    """A text whose code is blank, every other letter in its place."""
    return _CODE.sub(lambda match: " " * len(match[0]), text)


def nothing_is_left_to_fill_in(loaded: Loaded) -> Iterator[Problem]:
    """What a starter made up was replaced; told once, for a term is prepared in many sittings."""
    if loaded.course.file.offering is None:
        return
    found = [
        (at.value(*path), text)
        for bound, at in loaded.bound()
        for path, text in texts(bound)
        if (_TO_REPLACE if path[:1] == ("offering",) else _TO_FILL_IN).search(text) and not at.is_broken(*path)
    ]
    if found:
        places = sorted({mark.line for mark, _ in found if mark.file == found[0][0].file})
        lines = ", ".join(map(str, places[1:7])) + (", …" if len(places) > 7 else "")
        others = f"; so {'do' if len(places) > 2 else 'does'} line{'s' * (len(places) > 2)} {lines}" if lines else ""
        yield Problem(
            found[0][0],
            f"{quoted(found[0][1])} stands for something that is not known yet, and would be printed{others}",
            "write what is so, or leave the line out",
            "warning",
        )


RULES = (
    addresses_lead_to_the_web,
    links_in_texts_lead_to_the_web,
    texts_hold_no_pictures,
    nothing_is_left_to_fill_in,
)
