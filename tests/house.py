"""Draws docs/house.svg: the rooms of the project, the files in them, and who imports whom, read from the code itself.

`make house` writes the picture; a test holds it against the code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import wrap

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "house.svg"

WIDTH = 372
"""Of a column, in pixels."""
LETTERS = 53
"""Of a line in it."""
GAP, LINE, MARGIN = 14, 16, 12
COLUMNS = {
    "blueprint": ("blueprint.commands", "blueprint.check", "blueprint.pages", "blueprint", "blueprint.model"),
    "generator": (
        "generator",
        "generator.site",
        "generator.decks",
        "generator.decks.beamer",
        "generator.decks.powerpoint",
        "generator.decks.layout",
        "generator.documents",
        "generator.text",
    ),
    "autograder": (
        "autograder.proving",
        "autograder.review",
        "autograder.similarity",
        "autograder.regrades",
        "autograder.reports",
        "autograder.gradebook",
        "autograder.run",
        "autograder.exchange",
        "autograder.judging",
        "autograder.intake",
        "autograder.suites",
        "autograder.authoring",
        "autograder.worker",
        "autograder.sandbox",
    ),
}
"""The rooms of each package, those that use others above those that are used."""


@dataclass(frozen=True, slots=True)
class Room:
    """A folder of modules: its dotted name, the first sentence of its docstring, its files, and the rooms it imports."""

    name: str
    purpose: str
    files: tuple[str, ...]
    imports: tuple[str, ...]


def rooms() -> dict[str, Room]:
    """Every room of the three packages by its dotted name."""
    names = [name for column in COLUMNS.values() for name in column]
    return {name: _room(name, names) for name in names}


def _room(name: str, names: Sequence[str]) -> Room:
    folder = ROOT / name.replace(".", "/")
    own = sorted(folder.glob("*.py"))
    below = sorted(folder.rglob("*.py")) if name == "autograder.suites" else own
    doc = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    files = [file.stem for file in own if file.stem not in ("__init__", "__main__")]
    if name == "autograder.suites":
        files += sorted(place.parent.name for place in folder.glob("*/suite.py"))
    imported = {room for file in below for module in _imports(file) if (room := _home(module, names)) not in (name, "")}
    return Room(name, doc.partition(". ")[0].partition("\n")[0].rstrip("."), tuple(files), tuple(sorted(imported)))


def _imports(file: Path) -> Iterator[str]:
    """The modules of ours that a file imports anywhere, also inside functions."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _home(module: str, names: Sequence[str]) -> str:
    """The innermost room a module lies in, empty for one that is not ours."""
    return max((name for name in names if module.startswith(f"{name}.")), key=len, default="")


def picture() -> str:
    """The house as SVG, a column a package."""
    found = rooms()
    columns, heights = [], []
    for place, (package, names) in enumerate(COLUMNS.items()):
        x, y = MARGIN + place * (WIDTH + 2 * GAP), 56
        drawn = [f'<text x="{x + GAP}" y="38" class="package">{package}/</text>']
        for name in names:
            box, height = _box(found[name], x + GAP, y)
            drawn.append(box)
            y += height + GAP
        columns.append(
            f'<rect x="{x}" y="12" width="{WIDTH + GAP}" height="{y - 12}" rx="8" class="column"/>{"".join(drawn)}'
        )
        heights.append(y)
    width, height = 2 * MARGIN + len(columns) * (WIDTH + 2 * GAP) - GAP, max(heights) + MARGIN
    told = "; ".join(f"{room.name} imports {', '.join(room.imports) or 'no other room'}" for room in found.values())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d" '
        'font-family="ui-sans-serif, system-ui, Helvetica, Arial, sans-serif" font-size="12">\n'
        f'<title id="t">The rooms of Blueprint</title>\n<desc id="d">{escape(told)}.</desc>\n'
        "<style>.package{font-size:17px;font-weight:700;fill:#17497a}.name{font-size:14px;font-weight:700;fill:#17497a}"
        ".files{fill:#1c2733;font-family:ui-monospace,monospace;font-size:11px}.uses{fill:#8a4b08}.purpose{fill:#4a5868}"
        ".column{fill:#f2f5f8;stroke:#8fa3b8}.room{fill:#fff;stroke:#17497a}</style>\n"
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n' + "\n".join(columns) + "\n</svg>\n"
    )


def _box(room: Room, x: int, y: int) -> tuple[str, int]:
    """One room at a place, and how high it is."""
    lines = [("name", _short(room.name))]
    lines += [("purpose", line) for line in wrap(room.purpose, LETTERS)]
    lines += [("files", line) for line in wrap("  ".join(room.files), LETTERS - 5, break_long_words=False)]
    if room.imports:
        lines += [("uses", line) for line in wrap(f"→ {', '.join(map(_short, room.imports))}", LETTERS)]
    height = LINE * len(lines) + 12
    texts = "".join(
        f'<text x="{x + 10}" y="{y + 6 + LINE * (place + 1) - 3}" class="{kind}">{escape(line)}</text>'
        for place, (kind, line) in enumerate(lines)
    )
    return f'<rect x="{x}" y="{y}" width="{WIDTH - GAP}" height="{height}" rx="5" class="room"/>{texts}', height


def _short(name: str) -> str:
    """A room as its own package calls it: `judging`, `decks/layout`; a package's own files are `blueprint/`."""
    _, _, rest = name.partition(".")
    return rest.replace(".", "/") or f"{name}/"


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
