"""The course map's picture: one lane a kind of work, one column a week, a line from each chapter to its lab."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from generator.documents.template_context import TemplateContext
from generator.text.plain import plain_text

_COLUMN, _LANE, _LEFT, _TOP = 84, 66, 80, 48
_COLORS = {"Read": "#17497a", "Lab": "#0f6b57", "Build": "#8a4b08", "Deploy": "#7a2d6b", "Due": "#9b2c2c"}


def svg(view: TemplateContext) -> str:
    """An inline SVG with a text alternative; the table below it on the page holds the same facts."""
    lanes = _lanes(view)
    width, height = _LEFT + _COLUMN * len(view.weeks) + 16, _TOP + _LANE * len(lanes) + 16
    parts = [
        f'<div class="scroll" role="region" tabindex="0" aria-label="Course map, scrolls sideways">'
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="map-title map-desc" '
        'font-family="ui-sans-serif, system-ui, sans-serif" font-size="12">'
        f'<title id="map-title">Course map</title><desc id="map-desc">{escape(_description(view))}</desc>'
    ]
    parts += _parts_band(view)
    parts += [
        f'<line x1="{_LEFT - 8}" x2="{width - 12}" y1="{_y(i)}" y2="{_y(i)}" stroke="#ccd4dd" stroke-width="2"/>'
        f'<text x="0" y="{_y(i) + 4}" font-weight="650" font-size="13" fill="{_COLORS[name]}">{name}</text>'
        for i, name in enumerate(lanes)
    ]
    parts += _lag_lines(view)
    parts += _spans(view, list(lanes).index("Build"))
    for lane, (name, stops) in enumerate(lanes.items()):
        parts += [
            _stop(_x(column), _y(lane), lines, _COLORS[name], above=name == "Read") for column, lines in stops.items()
        ]
    return "".join(parts) + "</svg></div>"


def _x(column: int) -> int:
    return _LEFT + _COLUMN * column + _COLUMN // 2


def _y(lane: int) -> int:
    return _TOP + _LANE * lane + _LANE // 2


def _lanes(view: TemplateContext) -> dict[str, dict[int, list[str]]]:
    """Lane -> column -> the lines written there; a module that goes on keeps its first label."""
    lanes: dict[str, dict[int, list[str]]] = {name: {} for name in _COLORS}
    before: list[str] = []
    for column, (number, week) in enumerate(view.weeks):
        modules = [
            [f"{m.number:02d}", plain_text(m.title)]
            for key, m in zip(week.modules, view.modules(week), strict=True)
            if key not in before
        ]
        for name, labels in (
            ("Read", [[f"chapter {c.number}"] for c in view.chapters(week)]),
            ("Lab", [[f"lab {lab.number:02d}"] for lab in view.labs(week)]),
            ("Build", modules or [[] for _ in week.modules]),
            ("Deploy", [["kit"] for _ in view.kits(week)]),
            ("Due", _larger_work(view, number)),
        ):
            if labels:
                lanes[name][column] = [line for label in labels for line in label]
        before = list(week.modules)
    return lanes


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
                f'<line x1="{_x(column)}" x2="{_x(column + 1)}" y1="{_y(lane)}" y2="{_y(lane)}" stroke="{_COLORS["Build"]}" stroke-width="4"/>'
            )
    return lines


def _parts_band(view: TemplateContext) -> list[str]:
    """The parts of the course as a band above, and the week numbers."""
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
        f'<text x="{_x(c)}" y="38" text-anchor="middle" fill="#4a5868">week {number}</text>'
        for c, (number, _) in enumerate(view.weeks)
    ]
    return drawn


def _lag_lines(view: TemplateContext) -> list[str]:
    """A line from the week that reads a chapter to the week of its lab."""
    read_in = {key: column for column, (_, week) in enumerate(view.weeks) for key in week.read}
    curves = []
    for column, (_, week) in enumerate(view.weeks):
        for lab in view.labs(week):
            if lab.chapter in read_in:
                x1, y1, x2, y2 = _x(read_in[lab.chapter]), _y(0), _x(column), _y(1)
                curves.append(
                    f'<path d="M{x1} {y1 + 8} C{x1 + 34} {y1 + 30} {x2 - 34} {y2 - 30} {x2} {y2 - 8}" fill="none" stroke="#8fa3b8" stroke-width="1.5" stroke-dasharray="3 3"/>'
                )
    return curves


def _description(view: TemplateContext) -> str:
    lag = view.course.file.lab_lag
    return (
        f"{len(view.weeks)} weeks in {len(view.course.file.parts)} parts. Lanes: chapters read, labs, modules built, kit checkpoints, larger work due. "
        f"Dotted lines join each chapter to its lab, {lag} week{'s' * (lag != 1)} later. The table below lists every week."
    )
