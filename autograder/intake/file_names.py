"""The signs in a file's name, before the file is opened: whether it is work, of which module, and of which kind."""

from __future__ import annotations

import re
from typing import Literal

from autograder.authoring.conventions import Conventions
from autograder.authoring.editions import Editions
from autograder.intake.contents import is_ignored

Source = Literal["notebook", "script", "package", "source"]
"""What kind of file a module is: a notebook, a script, a file of the exported package, or the instructor's source."""

LONGEST_NAME = 150
"""Longer names are no module's; to look for marks in them would take long."""
_SUFFIXES = (".py", ".ipynb", ".py.txt", ".ipynb.txt")
"""A browser or a mail program adds `.txt` to what it takes for text."""
_ENDING = re.compile(r"\.(?:py|ipynb)(?:\.txt)?$", re.IGNORECASE)

_LOOK_ALIKE = re.compile(r"^tests?[_ -]|[_ -](?:backup|solutions?|tests?|bak|orig)(?:[_ -]?\d{1,9})?$")
_COPY_MARK = re.compile(r"(?:[-_ ]?\(\d+\)|-\d+|[-_ ]copy\d*|-checkpoint)+$", re.IGNORECASE)


def is_work(path: str) -> bool:
    """True if the name is that of a notebook or of a Python file."""
    return path.lower().endswith(_SUFFIXES)


def is_notebook(path: str) -> bool:
    """True if the name is that of a notebook."""
    return path.lower().endswith((".ipynb", ".ipynb.txt"))


def may_be_work(path: str, conventions: Conventions) -> bool:
    """True if a file may be a module: a notebook or Python, and nothing that a tool or the course left there."""
    *folders, name = path.split("/")
    if not is_work(name) or name.startswith("."):
        return False
    if is_ignored(path) or {"assignments", "source"} <= set(folders):
        return False
    return conventions.not_work.isdisjoint(folders) and name != "__init__.py"


def is_look_alike(path: str) -> bool:
    """True if a name says test, backup or solution: it is work only where nothing else is."""
    return bool(_LOOK_ALIKE.search(_COPY_MARK.sub("", _bare(path).lower()[-LONGEST_NAME:])))


def _bare(path: str) -> str:
    """A file's name without folders and without ending."""
    name = path.rsplit("/", 1)[-1]
    return without_ending(name) if is_work(name) else name.rsplit(".", 1)[0]


def without_ending(path: str) -> str:
    """A path without what makes it a notebook or Python: `tensor.ipynb.txt` is `tensor`."""
    match = _ENDING.search(path)
    return path[: match.start()] if match else path


def is_module_name(path: str, conventions: Conventions) -> bool:
    """True if a file or folder is named like a module, apart from numbers and marks of copies."""
    return _stem(path) in conventions.words


def _stem(path: str) -> str:
    """A file's name without ending, number and marks of copies: `01_tensor_dev (1).ipynb` is `tensor`."""
    stem = _bare(path).lower()
    if len(stem) > LONGEST_NAME:
        return stem
    stem = _COPY_MARK.sub("", stem)
    return re.sub(r"^(?:(?:mod|module|lab|hw)?[-_ ]?\d+[-_ .]*)+|_dev$", "", stem)


def is_copy(path: str) -> bool:
    """True if a name bears a copy's mark, such as `(1)`, ` copy` or a second ending."""
    return path.lower().endswith(".txt") or bool(_COPY_MARK.search(_bare(path)[-LONGEST_NAME:]))


def module_by_name(path: str, conventions: Conventions) -> int:
    """The number of the module whose word is a file's name, 0 for none.

    Of a notebook one word in its name, or in its folder's, is enough.
    """
    stem = _stem(path)
    if stem in conventions.words or not is_notebook(path):
        return conventions.words.get(stem, 0)
    for text in (stem, path.rsplit("/", 2)[-2] if "/" in path else ""):
        hits = {conventions.words[word] for word in re.findall(r"[a-z]+", text.lower()) if word in conventions.words}
        if len(hits) == 1:
            return hits.pop()
    return 0


def module_by_number(path: str, conventions: Conventions, editions: Editions) -> int:
    """The number of the module that a path's number alone tells, 0 for none: `modules/03/work.ipynb`, `mod3.ipynb`.

    `editions` are those that the names of all files tell: an edition may have numbered its modules otherwise.
    """
    tail = "/".join(("", *path.lower().rsplit("/", 2)[-2:]))  # a number in folders above is no module's
    if len(tail) > 2 * LONGEST_NAME:
        return 0
    match = re.search(r"(?:/|mod|module|lab)[-_ ]?(\d{1,2})(?:[-_ .][^/]*)?(?:/[^/]+)?$", tail)
    number = int(match[1]) if match else 0
    number = conventions.renumbering(editions).get(number, number)
    return number if number in conventions.words.values() else 0


def source_of(path: str, has_target: bool, conventions: Conventions) -> Source:
    """The kind of file that a path names; `has_target` says that the file names the module it exports to."""
    folders = path.split("/")[:-1]
    if is_notebook(path):
        return "notebook"
    if not conventions.sources.isdisjoint(folders) and any(re.match(r"\d\d_", folder) for folder in folders):
        return "source"
    return "script" if has_target or not conventions.edited.isdisjoint(folders) else "package"


def import_name(path: str, conventions: Conventions) -> str:
    """The dotted name a package's file is imported by: from the package on, or from a folder in it; empty elsewhere."""
    parts = without_ending(path).split("/")
    for tops in ({conventions.package}, conventions.parts):
        if not tops.isdisjoint(parts[:-1]):
            first = max(i for i, part in enumerate(parts[:-1]) if part in tops)
            return ".".join(parts[first:])
    return ""
