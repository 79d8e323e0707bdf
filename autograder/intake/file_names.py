"""The signs in a file's name, before the file is opened: whether it is work, of which module, and of which kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Literal

from autograder.authoring.conventions import Conventions
from autograder.authoring.editions import Editions
from autograder.intake.contents import is_ignored

Source = Literal["notebook", "script", "package", "source"]
"""What kind of file a module is: a notebook, a script, a file of the exported package, or the instructor's source."""

LONGEST_NAME = 150
"""Longer names are no module's; to look for marks in them would take long."""
_SUFFIXES = (".py", ".ipynb", ".py.txt", ".ipynb.txt", ".ipynb.json")
"""A browser or a mail program adds `.txt` or `.json` to what it takes for text."""
_ENDING = re.compile(r"\.(?:py|ipynb)(?:\.(?:txt|json))?$", re.IGNORECASE)

_LOOK_ALIKE = re.compile(r"^tests?[_ -]|[_ -](?:backup|solutions?|tests?|bak|orig)(?:[_ -]?\d{1,9})?$")
# Names are cut at LONGEST_NAME before these are looked for, so that a repeat costs little whatever stands in one.
_VERSION_WORDS = r"v|ver|version|versie|versión|rev|revision|attempt|poging|versuch|essai|intento|draft"
_NEWEST = r"final|finale|endgültig|definitief|definitivo|latest"
_COPIED = r"copy|copie|copia|cópia|kopie|kopia|копия"
_MARK = re.compile(
    rf"[-_ ]{{0,3}}\((?P<number>\d{{1,9}})\)|-(?P<upload>\d{{1,3}})|-checkpoint"
    rf"|[-_ ]{{1,3}}(?P<copy>{_COPIED})[-_ ]?(?P<copies>\d{{0,9}})"
    rf"|[-_ ]{{1,3}}(?:{_VERSION_WORDS})[-_ .]?(?P<version>\d{{1,9}})"
    rf"|[-_ ]{{1,3}}(?P<newest>{_NEWEST})[-_ ]?(?P<last>\d{{0,9}})",
    re.IGNORECASE,
)
_MARKS = re.compile(rf"(?:{re.sub(r'[?]P<[a-z]+>', '?:', _MARK.pattern)})+$", re.IGNORECASE)
_COPY_OF = re.compile(rf"^(?:(?:{_COPIED})(?: ?\(?\d{{1,9}}\)?)? (?:of|van|von|de|do|di|из|av) )+", re.IGNORECASE)
_VERSION_FOLDER = re.compile(
    rf"(?:(?:{_VERSION_WORDS}|submission|abgabe|upload)[-_ .]*)?(?P<number>\d{{1,3}})|(?P<newest>{_NEWEST})|new|(?P<old>old|backup)",
    re.IGNORECASE,
)
_LAYERS = r"""sec|sect|section|group|grp|gruppe|groupe|grupo|groep|tutorial|tutorium|tut|td|tp|class|course|kurs|cours|cohort
lab|labs|hw|homework|assignment|assignments|assign|asg|ps|pset|problem set|project|projects|week|wk|woche|semaine|semana|unit|lesson
module|modules|mod|part|task|exercise|exercises|ex|übung|blatt|aufgabe|devoir|tarea|opdracht|exam|quiz|milestone|day|session
submission|submissions|abgabe|abgaben|work|code|solution|solutions|src|files|download|downloads|lecture"""
_PLATFORM_LAYERS = (
    r"submission attachment\(s\)|feedback attachment\(s\)|\d_(?:abgaben|rueckgaben|musterloesungen|submissions|returns)"
)
"""Folders within a student's, of Sakai and OpenOlat."""
_NOT_HANDED_IN = re.compile(r"feedback attachment\(s\)|\d_(?:rueckgaben|musterloesungen|returns)", re.IGNORECASE)
"""Those of them that hold what was given back."""
_LAYER = re.compile(
    rf"(?:{_PLATFORM_LAYERS})|(?:{'|'.join(_LAYERS.split(chr(10))).replace(' ', '[-_ ]')})[-_ .#]{{0,3}}(?:\d{{1,3}}|[a-z]|[ivx]{{1,4}})?",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_NO_PEOPLE = """my the our your test tests testing solution solutions answer answers backup bak orig original old new draft work
    notes copy final student name notebook starter template handout example demo dev code file submission untitled"""
_NOBODY = frozenset(_NO_PEOPLE.split())
"""Words beside a module's in a file's name that are nobody."""
_PROGRAMS = """main util utils setup conftest grade grader grading autograder run check index readme app init helper helpers makefile
    license requirements data plot plots model models train eval"""
_WORK_NUMBER = r"(?:mod|module|lab|hw)[-_ ]?\d{1,2}"
_PIECES = """mod module lab hw homework assignment assign asg ps pset ex exercise project proj week unit task sheet
    übung uebung blatt aufgabe abgabe tp td devoir tarea opdracht"""
_PIECE = rf"(?:{'|'.join(_PIECES.split())})[-_ ]?\d{{1,2}}"
_PIECE_FIRST = re.compile(rf"(?P<piece>{_PIECE})[-_ .]+(?P<who>\S.*)", re.IGNORECASE | re.DOTALL)
_PIECE_LAST = re.compile(rf"\A(?P<who>.*)[-_ .](?P<piece>{_PIECE})\Z", re.IGNORECASE | re.DOTALL)


def stem_of(name: str) -> str:
    """A file's name without its ending, also where that has two parts: `ada` of `ada.tar.gz` and of `ada.py.txt`."""
    return re.sub(r"(?:\.tar)?\.\w{1,10}(?:\.(?:txt|json))?$", "", name) or name


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts numbers in a text as numbers."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,9})", text))


def is_work(path: str) -> bool:
    """True if the name is that of a notebook or of a Python file."""
    return path.lower().endswith(_SUFFIXES)


def is_notebook(path: str) -> bool:
    """True if the name is that of a notebook."""
    return path.lower().endswith((".ipynb", ".ipynb.txt", ".ipynb.json"))


def may_be_work(path: str, conventions: Conventions) -> bool:
    """True if a file may be a module: a notebook or Python, and nothing that a tool or the course left there."""
    *folders, name = path.split("/")
    if not is_work(name) or name.startswith("."):
        return False
    if is_ignored(path) or {"assignments", "source"} <= set(folders) or any(map(_NOT_HANDED_IN.fullmatch, folders)):
        return False
    return conventions.not_work.isdisjoint(folders) and name != "__init__.py"


def is_look_alike(path: str) -> bool:
    """True if a name says test, backup or solution: it is work only where nothing else is."""
    return bool(_LOOK_ALIKE.search(without_marks(_bare(path).lower()[-LONGEST_NAME:])))


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
    stem = without_marks(stem)
    return re.sub(r"^(?:(?:mod|module|lab|hw)?[-_ ]?\d+[-_ .]*)+|_dev$", "", stem)


def without_marks(stem: str) -> str:
    """A name without ending, and without what says which copy or version it is: `Copy of tensor_final (1)` is `tensor`."""
    if len(stem) > LONGEST_NAME:
        return stem
    return _MARKS.sub("", _COPY_OF.sub("", stem)) or stem


def version(path: str) -> tuple[tuple[int, ...], ...]:
    """Which version of a file this is, newer ones greater: by its folders' numbers, then by the marks of its name.

    `1/x.py`, `2/x.py` and `10/x.py` are in order, and so are `x.py`, `x (1).py`, `x_v2.py` and `x_final.py`.
    """
    *folders, _ = path.split("/")
    found = [match for folder in folders if (match := _VERSION_FOLDER.fullmatch(folder))]
    placed = [(int(bool(m["newest"])), -1 if m["old"] else int(m["number"] or 0)) for m in found[:3]]
    return (*placed, *[(0, 0)] * (3 - len(placed)), _version_of_name(_bare(path)[-LONGEST_NAME:]))


def _version_of_name(stem: str) -> tuple[int, ...]:
    """The version that the marks of a name tell: is it called final, and the highest number."""
    newest, number = False, 0
    for match in _marks_of(stem):
        newest = newest or match["newest"] is not None
        numbers = (match[name] for name in ("number", "upload", "copies", "version", "last"))
        number = max(number, *(int(text) for text in numbers if text), 0)
    return int(newest), number


def _marks_of(stem: str) -> Iterator[re.Match[str]]:
    """The marks at the end of a name, one after the other."""
    marks = _MARKS.search(stem)
    return _MARK.finditer(stem, marks.start()) if marks else iter(())


def is_copy(path: str) -> bool:
    """True if a file's name says that it is a copy: `Copy of x.py`, `x copy.py`."""
    stem = _bare(path)[-LONGEST_NAME:]
    return bool(_COPY_OF.match(stem)) or any(match["copy"] is not None for match in _marks_of(stem))


def family(path: str) -> str:
    """What the versions of one file have in common: folders without those of versions, the name without marks, the ending."""
    *folders, name = path.split("/")
    stem = _bare(name)
    kept = [folder for folder in folders if not _VERSION_FOLDER.fullmatch(folder)]
    return "/".join((*kept, without_marks(stem))) + (".ipynb" if is_notebook(name) else ".py")


def is_version_name(name: str) -> bool:
    """True if a folder is called like a version of what is in it: `2`, `v2`, `Version 2`, `final`, `old`."""
    return bool(_VERSION_FOLDER.fullmatch(name))


def is_layer_name(name: str) -> bool:
    """True if a folder or file is called like a section or a piece of homework: `Section A`, `hw1`, `week 3`."""
    return bool(_LAYER.fullmatch(name))


def is_nobody(stem: str) -> bool:
    """True for a file's name without ending that says what is in it, and nobody's name: `utils`, `hw1`, `solution`."""
    return stem.lower() in _NOBODY or stem.lower() in _PROGRAMS.split() or is_layer_name(stem) or is_version_name(stem)


def person_in(stem: str, words: Collection[str]) -> str:
    """Who a file's name without ending and marks tells: `aokoye` of `aokoye_tensor`, `tensor_aokoye`, `aokoye_hw3`.

    All of it where no module stands there; empty where nothing else does that could be somebody.
    """
    if not words or len(stem) > LONGEST_NAME:
        return stem
    module, *besides_somebody = _module_patterns(frozenset(words))
    if module.fullmatch(stem):
        return ""
    for pattern in besides_somebody:
        match = pattern.fullmatch(stem)
        if match and (who := match["who"].strip("-_ .")) and not (who.isdecimal() and len(who) < 4):
            return "" if who.lower() in _NOBODY or not _may_be_an_id(who) else who
    return stem


@cache
def _module_patterns(words: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """The patterns of a module's name alone, behind `who`, and before `who`, for the words that modules have."""
    word = "|".join(sorted(map(re.escape, words), key=lambda escaped: (-len(escaped), escaped)))
    module = rf"(?:(?:{_WORK_NUMBER}|\d{{1,2}})[-_ .]+)?(?:{word})(?:_dev)?"
    texts = (module, rf"(?P<who>.+?)[-_ .]+(?:{module}|{_WORK_NUMBER})", rf"{module}[-_ .]+(?P<who>.+)")
    alone, behind, before = (re.compile(text, re.IGNORECASE) for text in texts)
    return alone, behind, before


def _may_be_an_id(text: str) -> bool:
    """True for what is no number, and for a number that is neither a module's, nor a year, nor a day."""
    return not text.isdecimal() or (len(text) > 4 and not _DAY.fullmatch(text))


def without_piece(name: str) -> str:
    """Who a name tells besides a piece of homework: `ada` of `hw3_ada`. All of it where nobody is left, or no piece stands there."""
    return _person_and_piece(name)[0]


def has_shared_piece(names: Iterable[str]) -> bool:
    """True if at least two of these names tell the same piece of homework besides somebody, and at least half of them do."""
    pieces = [_person_and_piece(name)[1] for name in names]
    piece, count = Counter(filter(None, pieces)).most_common(1)[0] if any(pieces) else ("", 0)
    return bool(piece) and count > 1 and 2 * count >= len(pieces)


def _person_and_piece(name: str) -> tuple[str, str]:
    """Who a name tells, and which piece of homework; the name and nothing where it does not tell both."""
    for pattern in (_PIECE_FIRST, _PIECE_LAST):
        match = pattern.fullmatch(name[:LONGEST_NAME]) if len(name) <= LONGEST_NAME else None
        if match and (who := match["who"].strip("-_ .")) and _may_be_an_id(who) and not is_nobody(who):
            return who, re.sub(r"[-_ ]", "", match["piece"].lower())
    return name, ""


def is_mailed(path: str) -> bool:
    """True if a browser or a mail program has added an ending of its own."""
    return path.lower().endswith((".txt", ".json"))


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
