"""The course map's picture: one lane a kind of work, one column a week, a line from each chapter to its lab."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from generator.documents.template_context import TemplateContext
from generator.text.plain import plain_text

_COLUMN, _LANE, _LEFT, _TOP = 84, 66, 88, 48
_COLORS = {"read": "#17497a", "labs": "#0f6b57", "modules": "#8a4b08", "kits": "#7a2d6b", "due": "#9b2c2c"}
"""The lanes of the picture, in their order."""


def svg(view: TemplateContext) -> str:
    """An inline SVG with a text alternative; the table below it on the page holds the same facts.

    A kind of work that the course has none of has no lane.
    """
    lanes, label = _lanes(view), view.locale.label
    headings = {lane.key: lane.heading for lane in view.lanes} | {"due": label("Due")}
    rows = {key: row for row, key in enumerate(lanes)}
    title, region = escape(label("Course map")), escape(label("Course map, scrolls sideways"))
    width, height = _LEFT + _COLUMN * len(view.weeks) + 16, _TOP + _LANE * len(lanes) + 16
    parts = [
        f'<div class="scroll" role="region" tabindex="0" aria-label="{region}">'
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="map-title map-desc" '
        'font-family="ui-sans-serif, system-ui, sans-serif" font-size="12">'
        f'<title id="map-title">{title}</title><desc id="map-desc">{escape(_description(view))}</desc>'
    ]
    parts += _parts_band(view)
    parts += [
        f'<line x1="{_LEFT - 8}" x2="{width - 12}" y1="{_y(i)}" y2="{_y(i)}" stroke="#ccd4dd" stroke-width="2"/>'
        f'<text x="0" y="{_y(i) + 4}" font-weight="650" font-size="13" fill="{_COLORS[name]}">{escape(headings[name])}</text>'
        for i, name in enumerate(lanes)
    ]
    if {"read", "labs"} <= rows.keys():
        parts += _lag_lines(view, _y(rows["read"]), _y(rows["labs"]))
    if "modules" in rows:
        parts += _spans(view, rows["modules"])
    for lane, (name, stops) in enumerate(lanes.items()):
        parts += [
            _stop(_x(column), _y(lane), lines, _COLORS[name], above=name == "read") for column, lines in stops.items()
        ]
    return "".join(parts) + "</svg></div>"


def _x(column: int) -> int:
    return _LEFT + _COLUMN * column + _COLUMN // 2


def _y(lane: int) -> int:
    return _TOP + _LANE * lane + _LANE // 2


def _lanes(view: TemplateContext) -> dict[str, dict[int, list[str]]]:
    """Lane -> column -> the lines written there; a module that goes on keeps its first label. No lane is empty."""
    label = view.locale.label
    lanes: dict[str, dict[int, list[str]]] = {name: {} for name in _COLORS}
    before: list[str] = []
    for column, (number, week) in enumerate(view.weeks):
        modules = [
            [f"{m.number:02d}", plain_text(m.title)]
            for key, m in zip(week.modules, view.modules(week), strict=True)
            if key not in before
        ]
        for name, labels in (
            ("read", [[label("chapter {number}", number=c.number)] for c in view.chapters(week)]),
            ("labs", [[label("lab {number}", number=f"{lab.number:02d}")] for lab in view.labs(week)]),
            ("modules", modules or [[] for _ in week.modules]),
            ("kits", [[label("kit")] for _ in view.kits(week)]),
            ("due", _larger_work(view, number)),
        ):
            if labels:
                lanes[name][column] = [line for lines in labels for line in lines]
        before = list(week.modules)
    return {name: stops for name, stops in lanes.items() if stops}


def _larger_work(view: TemplateContext, week: int) -> list[list[str]]:
    """The titles of larger work due in a week, besides logs and modules: pieces of which the course has few."""
    components = view.course.file.grading.components
    titles = [
        plain_text(a.title).partition(":")[0].split()
        for _, a in view.course.due_in(week)
        if a.points > 0 and components[a.component].count <= len(view.course.file.parts) and a.module is None
    ]
    return [[" ".join(words[:-2]), " ".join(words[-2:])] if len(words) > 2 else words for words in titles]


def _stop(x: int, y: int, lines: list[str], color: str, *, above: bool) -> str:
    offset = -14 if above else 22
    text = "".join(
        f'<text x="{x}" y="{y + offset + 13 * i}" text-anchor="middle" font-size="11.5" fill="#1c2733">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return f'<circle cx="{x}" cy="{y}" r="7" fill="#ffffff" stroke="{color}" stroke-width="3"/>{text}'


def _spans(view: TemplateContext, lane: int) -> list[str]:
    """A thick line where a module goes on into the next week."""
    lines = []
    for column, ((_, week), (_, after)) in enumerate(pairwise(view.weeks)):
        if set(week.modules) & set(after.modules):
            lines.append(
                f'<line x1="{_x(column)}" x2="{_x(column + 1)}" y1="{_y(lane)}" y2="{_y(lane)}" stroke="{_COLORS["modules"]}" stroke-width="4"/>'
            )
    return lines


def _parts_band(view: TemplateContext) -> list[str]:
    """The parts of the course as a band above, and the week numbers."""
    numbers = [view.locale.label("week {number}", number=number) for number, _ in view.weeks]
    drawn: list[str] = []
    columns = [week.part for _, week in view.weeks]
    starts = [0, *[i for i, (a, b) in enumerate(pairwise(columns), 1) if a != b], len(columns)]
    for first, last in pairwise(starts):
        part = view.course.file.parts[columns[first]]
        x = _LEFT + _COLUMN * first
        drawn.append(
            f'<rect x="{x + 2}" y="0" width="{_COLUMN * (last - first) - 4}" height="20" rx="4" fill="#e4eaf1"/>'
            f'<text x="{x + _COLUMN * (last - first) // 2}" y="14" text-anchor="middle" font-weight="600" fill="#1c2733">{escape(plain_text(part.title))}</text>'
        )
    drawn += [
        f'<text x="{_x(c)}" y="38" text-anchor="middle" fill="#4a5868">{escape(name)}</text>'
        for c, name in enumerate(numbers)
    ]
    return drawn


def _lag_lines(view: TemplateContext, read_y: int, lab_y: int) -> list[str]:
    """A line from the week that reads a chapter to the week of its lab."""
    read_in = {key: column for column, (_, week) in enumerate(view.weeks) for key in week.read}
    curves = []
    for column, (_, week) in enumerate(view.weeks):
        for lab in view.labs(week):
            if lab.chapter in read_in:
                x1, y1, x2, y2 = _x(read_in[lab.chapter]), read_y, _x(column), lab_y
                curves.append(
                    f'<path d="M{x1} {y1 + 8} C{x1 + 34} {y1 + 30} {x2 - 34} {y2 - 30} {x2} {y2 - 8}" fill="none" stroke="#8fa3b8" stroke-width="1.5" stroke-dasharray="3 3"/>'
                )
    return curves


def _description(view: TemplateContext) -> str:
    locale, file = view.locale, view.course.file
    told = [
        locale.counted("{count} week", "{count} weeks", len(view.weeks)),
        locale.counted("{count} part", "{count} parts", len(file.parts)),
    ]
    parts = [locale.label("{weeks} in {parts}.", weeks=told[0], parts=told[1])]
    if view.has_labs and file.lab_lag:
        parts.append(
            locale.counted(
                "A dotted line joins each chapter to its lab, {count} week later.",
                "A dotted line joins each chapter to its lab, {count} weeks later.",
                file.lab_lag,
            )
        )
    return " ".join([*parts, locale.label("The table below lists every week.")])
