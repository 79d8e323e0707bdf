"""A student's notebook as a page for the person who grades, with nothing left in it that could act or load.

nbconvert renders one cell after the other, so that no cell can hide the next, and what it gives is written anew: tags
and attributes of a short list stay, pictures that are in the notebook itself stay, everything else goes or becomes text.
The page's own policy forbids what might be left. All of it happens in a process of its own (`notebook_cells`), for there
are texts on which a reader of Markdown works for hours.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from html import escape

from autograder.intake.contents import Refused, printable
from autograder.intake.file_names import is_notebook
from autograder.intake.selection import Work
from autograder.reports import notebook_cells
from blueprint import pages
from blueprint.problems import UsageError

_MOST_BYTES = 50_000_000
_MOST_SLOW = 5
"""Cells that may take too long; what comes after them is not shown."""


def page(work: Work) -> str:
    """One self-contained HTML page of a notebook, outputs as they were handed in; raises UsageError."""
    if not is_notebook(work.member.path):
        raise UsageError(f"{work.member.path} is no notebook; look at the file itself")
    try:
        data = work.member.read(_MOST_BYTES)
    except Refused as error:
        raise UsageError(str(error)) from error
    return _framed(work.member.path, "\n".join(_sections(work.member.path, data)))


def _sections(path: str, data: bytes) -> list[str]:
    """The cells of a notebook as HTML, those that cannot be rendered in time as they were written; raises UsageError."""
    sections: list[str] = []
    for _ in range(_MOST_SLOW):
        ran = _cells(data, len(sections) + 1)
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        # Each cell comes twice, as it was written and rendered: the last may be there once.
        sections += [*lines[1::2], *lines[len(lines) & ~1 :]]
        if ran.returncode == 0:
            return sections
        if ran.returncode != -signal.SIGPROF or not lines:
            why = ran.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2] or "it takes too long to read"
            raise UsageError(f"{path} is no notebook that can be shown: {why}")
    return [*sections, "<p>The cells after this one are not shown: too many took too long.</p>"]


def _cells(data: bytes, first: int) -> subprocess.CompletedProcess[bytes]:
    """What the program says that renders the cells from number `first` on."""
    command = [sys.executable, "-m", notebook_cells.__name__, str(first)]
    return subprocess.run(command, input=data, capture_output=True, check=False)


def _framed(title: str, body: str) -> str:
    """The whole page around its body."""
    from pygments.formatters.html import HtmlFormatter

    shown_title = escape(printable(title))
    style = f"{_STYLE}\n{HtmlFormatter(style='default').get_style_defs('.highlight')}"
    head = pages.head(shown_title, style, policy=pages.policy(images="data:"))
    return f"{head}\n<body>\n<main>\n<h1>{shown_title}</h1>\n{body}\n</main>\n</body>\n</html>\n"


_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
pre { font-size: 14px; overflow-x: auto; background: #f6f6f6; padding: .6rem .8rem; border-radius: 4px; margin: .3rem 0 }
section { margin: 1.2rem 0; overflow-x: auto } section h1 { font-size: 1.5rem } h1 { font-size: 1.3rem; overflow-wrap: anywhere }
.number { color: #595959; font: 12px ui-monospace, monospace; margin: 0 }
.output pre, .output_area pre, .jp-OutputArea pre { background: #fff; border-left: 3px solid #767676 }
img { max-width: 100% } table { border-collapse: collapse } td, th { border: 1px solid #767676; padding: .2rem .5rem }
.jp-InputPrompt, .jp-OutputPrompt, .prompt, .anchor-link { display: none }
"""
