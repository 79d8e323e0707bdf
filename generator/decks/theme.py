"""Themes: what each color is for, as data, and whether people can read it.

A theme is a YAML file of semantic tokens. The PowerPoint theme, the Beamer palette and a chart's colors are made from
them, so that a lecture looks the same wherever it is shown. Contrast follows WCAG 2.1: text needs 4.5 to 1 against
what it stands on, lines and shapes that carry meaning 3 to 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from blueprint.bind import Binder
from blueprint.problems import CourseError, UsageError, suggestion
from blueprint.yamltree import Mapping as Tree
from blueprint.yamltree import parse

THEMES = ("light", "dark", "minimal", "nature")
TEXT_CONTRAST = 4.5
LINE_CONTRAST = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleColors:
    """The colors of what means one thing: a box's fill, its line, and text in this color on the background."""

    fill: str
    stroke: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme file; colors are six hexadecimal digits."""

    schema: int
    title: str
    background: str
    surface: Annotated[str, "panels, code, table heads"]
    text: str
    soft: Annotated[str, "captions, slide numbers"]
    rule: Annotated[str, "lines that only separate"]
    accent: str
    on_accent: Annotated[str, "text on the accent color"]
    cover: Annotated[Literal["accent", "surface"], "what the first slide stands on"]
    roles: Mapping[str, RoleColors]
    heading_font: str
    body_font: str
    code_font: str


@cache
def theme(name: str) -> Theme:
    """A theme that ships with Blueprint; `UsageError` for a name it does not have."""
    if name not in THEMES:
        raise UsageError(f"there is no theme `{name}`; {suggestion(name, THEMES, 'themes')}")
    file = f"generator/decks/themes/{name}.yaml"
    tree, problems = parse(files("generator.decks").joinpath("themes", f"{name}.yaml").read_bytes(), file)
    if not isinstance(tree, Tree):
        raise CourseError(problems)
    bound = Binder({}, problems).bind(tree, Theme)
    if problems:
        raise CourseError(problems)
    return bound


def luminance(color: str) -> float:
    """The relative luminance of a color, 0 to 1 (WCAG 2.1)."""
    channels = (int(color[i : i + 2], 16) / 255 for i in (0, 2, 4))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(color: str, other: str) -> float:
    """The contrast of two colors, 1 to 21 (WCAG 2.1).

    >>> round(contrast("000000", "FFFFFF"), 1)
    21.0
    """
    lighter, darker = sorted((luminance(color), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def unreadable(shown: Theme) -> Iterator[str]:
    """Each pair of colors of a theme that people with weak eyes cannot tell apart well enough."""
    pairs = [
        ("text on background", shown.text, shown.background, TEXT_CONTRAST),
        ("text on surface", shown.text, shown.surface, TEXT_CONTRAST),
        ("soft on background", shown.soft, shown.background, TEXT_CONTRAST),
        ("accent on background", shown.accent, shown.background, TEXT_CONTRAST),
        ("on_accent on accent", shown.on_accent, shown.accent, TEXT_CONTRAST),
    ]
    for name, role in shown.roles.items():
        pairs += [
            (f"{name} text on background", role.text, shown.background, TEXT_CONTRAST),
            (f"{name} text on its fill", role.text, role.fill, TEXT_CONTRAST),
            (f"text on {name} fill", shown.text, role.fill, TEXT_CONTRAST),
            (f"{name} stroke on background", role.stroke, shown.background, LINE_CONTRAST),
            (f"{name} stroke on its fill", role.stroke, role.fill, LINE_CONTRAST),
        ]
    for what, front, back, needed in pairs:
        if (ratio := contrast(front, back)) < needed:
            yield f"{what}: {ratio:.2f}, needs {needed}"


def colors(shown: Theme) -> Iterator[tuple[str, str]]:
    """Every color of a theme by name: `text`, `data-fill`, …"""
    for name in ("background", "surface", "text", "soft", "rule", "accent", "on_accent"):
        yield name, getattr(shown, name)
    plain = shown.cover == "surface"
    yield "cover", shown.surface if plain else shown.accent
    yield "on_cover", shown.text if plain else shown.on_accent
    for name, role in shown.roles.items():
        yield from ((f"{name}-{part}", getattr(role, part)) for part in ("fill", "stroke", "text"))


def malformed(shown: Theme) -> list[str]:
    """Names of colors that are not six hexadecimal digits."""
    return [name for name, color in colors(shown) if not re.fullmatch(r"[0-9A-F]{6}", color)]
