"""The common parts of pages for students and for assistants: the template environment, and texts made fit to be shown.

Nothing that comes from a hand-in is trusted: templates escape every value, and the pages forbid themselves any file from
outside and any script, but for the one by which the staff's table is sorted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from autograder.judging.grade import Status
from autograder.judging.points import number
from autograder.reports.csv_files import clean
from blueprint import pages

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

ENDED: Mapping[Status, str] = {
    "passed": "passed",
    "failed": "the result is not the one asked for",
    "timeout": "ran longer than a case may run",
    "memory": "needed more memory than a case may use",
    "killed": "was stopped: a crash, or something the sandbox does not allow",
    "no answer": "ended without an answer",
    "unreadable": "gave an answer that cannot be read",
    "import error": "could not be run, because importing the module failed",
    "budget": "was not run, because the cases before it used up the time for this module",
}
"""How a case ended, in words that go on from its name."""

BRIEF: Mapping[Status, str] = {
    "passed": "passed",
    "failed": "wrong",
    "timeout": "too slow",
    "memory": "too much memory",
    "killed": "killed",
    "no answer": "no answer",
    "unreadable": "unreadable",
    "import error": "not importable",
    "budget": "not run, time used up",
}

TEMPLATES = files("autograder.reports") / "templates"

# An absolute path of three steps or more; what a student should see of it are the last two.
_ABSOLUTE = re.compile(
    r"(?<![\w.…~])(?:[A-Za-z]:)?(?:[/\\][^\s/\\`'\"<>()|:,;]+){2,}([/\\][^\s/\\`'\"<>()|:,;]+[/\\][^\s/\\`'\"<>()|:,;]+)"
)


def line(text: object) -> str:
    """The text on one line, with what cannot be printed spelled out."""
    return clean(" ".join(str(text).split()))


def message(text: object) -> str:
    """A message of a program or of the grader, on one line and without long paths of a machine."""
    return _ABSOLUTE.sub(r"…\1", line(text))


def sentence(text: object) -> str:
    """A message as a sentence: on one line, with a capital at its beginning and a full stop at its end."""
    plain = message(text)
    capital = plain[:1].upper() + plain[1:]
    return capital if not capital or capital[-1] in ".!?…" else f"{capital}."


def count(number: int, noun: str) -> str:
    """A number with its noun, in the plural where there is not one: `1 case`, `2 cases`."""
    return f"{number} {noun}{'s' * (number != 1)}"


def ticked(text: object) -> Markup:
    """A message as HTML, in which what stands in backticks is code; everything is escaped."""
    from markupsafe import Markup

    in_code = Markup("<code>{}</code>")
    return Markup("").join(in_code.format(part) if is_code else part for part, is_code in pieces(message(text)))


def code(text: str) -> Markup:
    """Code of ours as HTML, with its line ends."""
    from markupsafe import Markup, escape

    return Markup("\n").join(escape(line(one)) for one in text.splitlines())


def pieces(text: str) -> list[tuple[str, bool]]:
    """The parts of a text, with True for those that stand in backticks."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without a partner is a backtick
        parts[-2:] = ["`".join(parts[-2:])]
    return [(part, index % 2 == 1) for index, part in enumerate(parts)]


def top(sheet: str, title: str, script: str = "") -> Markup:
    """The top of a page, to the end of its head; `sheet` is the page's own style, a file beside the templates.

    `script` is the text of the one script that the page may run; a student's page has none.
    """
    from markupsafe import Markup, escape

    css = "".join(TEMPLATES.joinpath(name).read_text("utf-8") for name in ("report.css", sheet))
    return Markup(pages.head(escape(line(title)), pages.style(css, dark=True), policy=pages.policy(script=script)))


@cache
def environment() -> Environment:
    """The environment of the templates beside this module, made once."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("autograder.reports", "templates"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(ticked=ticked, number=number, sentence=sentence, code=code)
    made.globals.update(count=count, top=top)
    return made


def _shown(value: Any) -> Any:
    from markupsafe import Markup

    return value if isinstance(value, (int, Markup)) else line(value)
