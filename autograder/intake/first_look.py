"""What the first bytes of a notebook or a Python file tell: its target, what it defines, and what it imports of its own module.

The bytes are a stranger's and are searched outside the sandbox: no pattern here takes more than linear time, and none
needs the whole file, so that a notebook that is cut off in the middle of a plot tells as much. Of a notebook only the
sources of code cells count: what stands in prose or in an output defines nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice

from autograder.authoring.conventions import Conventions

_TARGET = re.compile(rb"#[ \t]*\|[ \t]*default_exp[ \t]+([\w.]{1,80})")
_KIND = re.compile(rb'"cell_type"[ \t\r\n]{0,20}:[ \t\r\n]{0,20}"(\w{1,20})"')
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MOST_PLACES = 10
"""Places looked at for one name: each costs a search for the keys around it."""
_MARK = b"YOUR CODE HERE"
_CLEARED = re.compile(rb"YOUR CODE HERE(?:[ \t\r\n\",]|\\[nrt]){1,120}raise NotImplementedError")
"""A region that was cleared for students, as it is handed out: a comment, and below it what raises; in JSON lines end in `\\n",`."""
_FROM = re.compile(rb"\bfrom[ \t]{1,8}([\w.]{1,120})[ \t]{1,8}import[ \t]{1,8}([\w, \t(*]{1,300})")
_IMPORT = re.compile(rb"\bimport[ \t]{1,8}([\w.]{1,120})()")


def target_in(head: bytes) -> str:
    """The target in a file's `default_exp`, empty where it has none."""
    match = _TARGET.search(head)
    return match[1].decode("ascii", "replace") if match else ""


def defined_in(head: bytes, names: Collection[str]) -> frozenset[str]:
    """Those of the names that a class or function has at the top of the code."""
    notebook = head.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] == b"{"
    return frozenset(
        name
        for name in names
        if any(
            not notebook or _in_code(head, place) for place in islice(_definitions(head, name.encode()), MOST_PLACES)
        )
    )


def is_as_handed_out(head: bytes) -> bool:
    """True if there are regions cleared for students, and nothing was written into one of them."""
    marks = head.count(_MARK)
    return marks > 0 and marks == len(_CLEARED.findall(head))


def imports_own(head: bytes, number: int, conventions: Conventions) -> bool:
    """True if the file imports from the course's package what it would itself be: module `number`, or a name of it."""
    tops = {conventions.package} | conventions.parts
    for pattern in (_FROM, _IMPORT):
        for match in pattern.finditer(head):
            module, *rest = (part.decode("ascii", "replace") for part in match.groups())
            first, last = module.partition(".")[0], module.rpartition(".")[2]
            names = re.findall(r"\w+", rest[0])
            owned = {conventions.words.get(last.lower(), 0)}
            owned |= {conventions.words.get(name.lower(), conventions.symbols.get(name, 0)) for name in names}
            if first in tops and number in owned:
                return True
    return False


def imported_in(head: bytes) -> list[str]:
    """The names of the modules that a file imports, `parts.helpers`, without the dots of a relative import; each once."""
    found = (
        match[1].decode("ascii", "replace").strip(".")
        for pattern in (_FROM, _IMPORT)
        for match in pattern.finditer(head)
    )
    return [name for name in dict.fromkeys(found) if name]


def _definitions(head: bytes, name: bytes) -> Iterator[int]:
    """The places where a line of code begins with the class or function of this name."""
    for keyword in (b"class ", b"def "):
        at = -1
        while (at := head.find(keyword + name, at + 1)) >= 0:
            if _begins_line(head, at) and not _goes_on(head, at + len(keyword) + len(name)):
                yield at


def _begins_line(head: bytes, at: int) -> bool:
    """True at the start of a line of code, which is after a line end, in the JSON of a notebook after a quote."""
    return at == 0 or head[at - 1 : at] in (b'"', b"\n", b"\r") or head[max(0, at - 2) : at] == b"\\n"


def _goes_on(head: bytes, at: int) -> bool:
    """True if a name does not end here."""
    after = head[at : at + 1]
    return after == b"_" or after.isalnum()


def _in_code(head: bytes, place: int) -> bool:
    """True if a place in a notebook's bytes is in the source of a code cell, in whatever order a cell's keys are written.

    In JSON a quote inside a text has a backslash before it, so that no key is found in a text.
    """
    source = max(head.rfind(b'"source"', 0, place), head.rfind(b'"input"', 0, place))
    if source < 0 or head.rfind(b'"outputs"', source, place) >= 0:
        return False
    kind_first = head.find(b'"cell_type"') < head.find(b'"source"')
    kind = head.rfind(b'"cell_type"', 0, source) if kind_first else head.find(b'"cell_type"', place)
    match = _KIND.match(head, kind) if kind >= 0 else None
    return match is not None and match[1] == b"code"
