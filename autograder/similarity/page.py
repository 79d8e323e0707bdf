"""What is alike in a module as one page: who, how much, and the places side by side.

The page runs no script and loads nothing; what students wrote is escaped, and what cannot be printed is spelled out. It
says on top what it cannot tell: that anybody has done wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from autograder.authoring.case import Module
from autograder.reports import html
from autograder.reports.csv_files import clean
from autograder.similarity.blocks import lines_in, place_in_words
from autograder.similarity.found import Found, Match
from autograder.similarity.grams import Text
from blueprint import pages

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_TEMPLATES = files("autograder.similarity") / "templates"
_AROUND = 2
"""Lines that are shown before and behind those that are alike."""
_MOST_LINES = 80
"""Lines of one place that are shown; a longer one is cut, and says so."""
_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """One side of a place: where it is, in words, and its lines as HTML, those that are alike marked."""

    place: str
    code: Markup


def page(found: Found, module: Module, offering: str) -> str:
    """The page as HTML in one file."""
    from markupsafe import Markup, escape

    title = f"Similar text in module {module.number:02} {module.name}"
    sheet = html.TEMPLATES.joinpath("report.css").read_text("utf-8") + _TEMPLATES.joinpath("similarity.css").read_text(
        "utf-8"
    )
    head = pages.head(str(escape(f"{title}: {offering}")), pages.style(sheet, dark=True), policy=pages.policy())
    return _template().render(head=Markup(head), title=title, offering=offering, found=found, sides=_sides)


@cache
def _template() -> Template:
    from jinja2 import PackageLoader

    own = html.environment().overlay(loader=PackageLoader("autograder.similarity", "templates"))
    return own.get_template("similarity.html.jinja")


def _sides(match: Match) -> Iterator[tuple[Shown, Shown]]:
    """The places of a match, the left one's beside the right one's."""
    for block in match.blocks:
        yield _shown(match.left.text, block.left, block.length), _shown(match.right.text, block.right, block.length)


def _shown(text: Text, begin: int, length: int) -> Shown:
    from markupsafe import Markup

    alike = lines_in(text, begin, length)
    around = range(max(0, alike.start - _AROUND), min(len(text.lines), alike.stop + _AROUND))
    lines = [_line(text.lines[place].text, place in alike) for place in around[:_MOST_LINES]]
    if len(around) > _MOST_LINES:
        lines.append(Markup("<i>and {} more lines</i>").format(len(around) - _MOST_LINES))
    return Shown(place_in_words(text.lines[alike.start : alike.stop]), Markup("").join(lines))


def _line(text: str, alike: bool) -> Markup:
    from markupsafe import Markup

    cut = text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE] + " …"
    shown = clean(cut.expandtabs(4)).replace("\n", "").replace("\r", "")
    return Markup("<mark>{}</mark>" if alike else "<span>{}</span>").format(shown)
