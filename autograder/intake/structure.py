"""What a path is: one student's work, a class, or a platform's download, told from what no student can choose.

A student chooses what lies in their own place, and often what that place is called. Nobody chooses what stands beside it.
So a reading is decided by the places that stand side by side, each counted once however much it holds, and never by one
of them. Folders that hold nothing but one other folder are looked through. Where two readings are left, both are given,
and a person decides (`--as`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from autograder.authoring.conventions import Conventions
from autograder.intake.contents import is_archive, is_ignored
from autograder.intake.file_names import (
    has_shared_piece,
    is_layer_name,
    is_module_name,
    is_nobody,
    is_version_name,
    is_work,
    person_in,
    stem_of,
    without_marks,
    without_piece,
)
from autograder.intake.first_look import defined_in
from autograder.intake.platforms import Kind, OwnedFile, PathReader, is_extra, platform_reader, slug_of

Form = Literal[
    "class",
    "sections",
    "student",
    "canvas",
    "moodle",
    "brightspace",
    "blackboard",
    "gradescope",
    "nbgrader",
    "classroom",
]
FORMS: tuple[Form, ...] = get_args(Form)
"""The words of `--as`."""

_SAMPLE = 60
"""Places of a level that are looked into, evenly spread: no class has more sections, and of many students these are enough."""
_DEEPEST = 6
"""Folders in folders that are looked through."""
_LOOK = 64_000
"""Bytes of a file that are searched for what only one module defines, where its name says nothing."""
_STEPS = frozenset(["release", "source", "autograded", "feedback", "source_with_tests", "solution", "downloaded"])
"""Folders of nbgrader beside `submitted`."""
_NBGRADER_FILES = frozenset(["gradebook.db", "nbgrader_config.py"])
_THINGS = frozenset(
    [
        "data",
        "dataset",
        "datasets",
        "images",
        "figures",
        "plots",
        "output",
        "results",
        "utils",
        "lib",
        "assets",
        "report",
    ]
)
"""Names of folders and archives beside a student's work, which are nobody's names."""
_CLASSROOM = b"student_repository_name"
"""A heading of the grades file of GitHub Classroom."""
_ILIAS_MEMBER = re.compile(r"[^_]+_.+_[^_]+_\d{1,9}", re.DOTALL)
"""A folder of ILIAS's for one person; those of a team lie in a folder of the team's."""
_AUTOLAB = re.compile(r"(?P<who>[^@]+@[^@_]+)_(?P<number>\d{1,6})_(?P<file>.+)", re.DOTALL)
_HANDED_IN = frozenset(
    ["submitted files", "eingereichte dateien", "fichiers envoyés", "archivos enviados", "ingediende bestanden"]
)
_AT_WORK = frozenset(["working files", "arbeitsdateien", "fichiers de travail", "archivos de trabajo", "werkbestanden"])
"""Teams' two folders of a class: what was handed in, and what students are still at."""
# Files that stand at the top of a course's repository; a student of a class cannot put one there.
_REPOSITORY = frozenset(["pyproject.toml", "setup.py", "setup.cfg", "settings.ini", "requirements.txt", "makefile"])


@dataclass(frozen=True, slots=True)
class Node:
    """A file, a folder or an archive by its name; `inside` gives what a folder holds, `head` the first bytes of a file."""

    name: str
    inside: Callable[[], Sequence[Node]] | None = None
    head: Callable[[int], bytes] = lambda count: b""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a path: the word of `--as` for it, the folders that the students' places stand in, and their names.

    `roots` are beginnings of paths, empty or ending in `/`; `layers` is what the folders between a path and its students
    are called, if they divide the class. `lone` marks a class of which only one place is there.
    """

    form: Form
    roots: tuple[str, ...] = ("",)
    names: tuple[str, ...] = ()
    lone: bool = False
    divided: bool = False

    def below(self, folder: str) -> Reading:
        """The same, where all of it lies in a folder."""
        return replace(self, roots=tuple(f"{folder}/{root}" for root in self.roots))

    def told(self, name: str) -> str:
        """The reading in words, with examples; `name` is what the path is called."""
        if self.form == "student":
            return f"one student, `{name}`"
        some = ", ".join(f"`{one}`" for one in self.names[:3]) + (", …" if len(self.names) > 3 else "")
        what = {"class": "a class", "sections": "a class in parts"}.get(self.form, f"a download of {self.form}")
        return f"{what} with {some}" if some else what


def tree_of(paths: Iterable[str], head: Callable[[str, int], bytes] = lambda path, count: b"") -> Sequence[Node]:
    """The nodes at the top of an archive that holds these paths."""
    top: dict[str, dict[str, object]] = {}
    for path in paths:
        level: dict[str, object] = top  # type: ignore[assignment]
        *folders, name = path.split("/")
        for folder in folders[:_DEEPEST]:
            inner = level.setdefault(folder, {})
            if not isinstance(inner, dict):
                break
            level = inner
        else:
            level.setdefault(name, path)
    return _nodes(top, head)  # type: ignore[arg-type]


def _nodes(level: dict[str, object], head: Callable[[str, int], bytes]) -> Sequence[Node]:
    nodes = []
    for name, value in level.items():
        if isinstance(value, dict):
            nodes.append(Node(name, lambda value=value: _nodes(value, head)))  # type: ignore[misc]
        else:
            nodes.append(Node(name, None, lambda count, value=value: head(value, count)))  # type: ignore[misc]
    return nodes


def readings(nodes: Sequence[Node], name: str, conventions: Conventions) -> tuple[Reading, ...]:
    """The ways in which a path with these nodes at its top can be read: one, or two that exclude each other, or none."""
    if name == "submitted":
        return (Reading("nbgrader", names=tuple(node.name for node in _Level.of(nodes).folders[:_SAMPLE])),)
    return tuple(_Finder(conventions).find(nodes, name, 0))


def reading_as(form: Form, nodes: Sequence[Node], name: str, conventions: Conventions) -> Reading | None:
    """The path read as a person says it is; None where nothing in it can be read so."""
    if form == "student":
        return Reading("student")
    return _Finder(conventions).stated(form, nodes, name)


@dataclass(frozen=True, slots=True)
class _Level:
    """What stands side by side, without what tools and platforms leave there."""

    folders: list[Node] = field(default_factory=list)
    archives: list[Node] = field(default_factory=list)
    work: list[Node] = field(default_factory=list)
    others: list[Node] = field(default_factory=list)

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> _Level:
        level = cls()
        for node in nodes:
            if is_ignored(node.name) or node.name.startswith("."):
                continue
            if node.inside is not None:
                level.folders.append(node)
            elif is_archive(node.name):
                level.archives.append(node)
            else:
                (level.work if is_work(node.name) and not is_extra(node.name) else level.others).append(node)
        return level

    @property
    def places(self) -> list[Node]:
        """What can be a student's: folders, archives and files of work."""
        return [*self.folders, *self.archives, *self.work]


def plain_reader(words: Collection[str], beside: Iterable[str] = ()) -> PathReader:
    """The reader of what no platform named: a folder, an archive or a file is called like its student.

    A file that is named like a module alone is nobody's, and so is one that is no work and names none. A piece of homework
    is no part of a name where most of what stands `beside` has the same, `hw3_ada` and `hw3_bo`. What Autolab packs begins
    with an address and the number of an attempt.
    """
    places = [stem_of(path) if "/" not in path else path.partition("/")[0] for path in beside]
    called = without_piece if has_shared_piece(dict.fromkeys(places)) else str

    def read(path: str) -> OwnedFile | None:
        first, slash, rest = path.partition("/")
        if slash:
            return OwnedFile(called(first), "name", rest)
        if match := _AUTOLAB.fullmatch(first):
            return OwnedFile(match["who"], "name", match["file"], email=match["who"], attempt=int(match["number"]))
        stem = without_marks(stem_of(first))
        person = person_in(stem, words)
        if not person or (person == stem and not is_archive(first) and (is_nobody(stem) or not is_work(first))):
            return None
        return OwnedFile(called(person), "name", first)

    return read


def platform_named(form: Form, paths: Sequence[str]) -> PathReader | None:
    """The reader of the paths that a platform has named, whatever stands beside them; None where it has named none."""
    theirs = [path for path in paths if (read := platform_reader([path])) and _is_of(read(path), form)]
    return platform_reader(theirs) if theirs else None


def _is_of(file: OwnedFile | None, form: Form) -> bool:
    return file is not None and _form_of(file.kind) == form


class _Finder:
    """Finds the readings of a level, and of the levels below it."""

    def __init__(self, conventions: Conventions) -> None:
        self.conventions = conventions

    def find(self, nodes: Sequence[Node], name: str, depth: int) -> list[Reading]:
        """The readings of a folder of this name that holds these nodes."""
        level = _Level.of(nodes)
        if self._only_steps(level):
            return []
        if found := self._platforms(level, name):
            return found
        if handed_in := self._handed_in(level):
            return self._looked_through(handed_in, depth)
        if len(level.folders) == 1 and not level.archives and not level.work and depth < _DEEPEST:
            return self._looked_through(level.folders[0], depth)
        if depth < _DEEPEST and (found := self._divided(level, depth)):
            return found
        return self._side_by_side(level)

    def stated(self, form: Form, nodes: Sequence[Node], name: str, depth: int = 0) -> Reading | None:
        """The reading of this form: where it is found, else of the first level with more than one folder; None for nothing."""
        level = _Level.of(nodes)
        if not level.places:
            return None
        for reading in self.find(nodes, name, depth):
            if reading.form == form:
                return replace(reading, lone=False)
        if form == "nbgrader" and any(node.name == "submitted" for node in level.folders):
            return Reading("nbgrader", ("submitted/",), _nbgrader_names(level))
        if form == "sections" and level.folders:
            roots = tuple(f"{node.name}/" for node in level.folders)
            return Reading("sections", roots, divided=True)
        if form != "class" and depth < _DEEPEST and len(level.folders) == 1 and not level.archives and not level.work:
            (only,) = level.folders
            inner = self.stated(form, _inside(only), only.name, depth + 1)
            return inner.below(only.name) if inner else None
        return Reading(form)

    # ------------------------------------------------------------------------------------------ platforms

    def _platforms(self, level: _Level, name: str) -> list[Reading]:
        """The reading as a platform's download, where what stands at this level bears its names."""
        if steps := self._nbgrader(level):
            return steps
        if any(node.name == "grades.csv" and _CLASSROOM in node.head(_LOOK) for node in level.others):
            return [Reading("classroom", names=tuple(node.name for node in level.folders[:_SAMPLE]))]
        tops = [f"{node.name}/*" if node.inside else node.name for node in (*level.places, *level.others)]
        tops = [top for top in tops if not is_extra(top)]
        reader = platform_reader(tops)
        if reader is not None:
            return self._named_by(reader, tops, level)
        slug = slug_of(name)
        theirs = [node.name for node in level.folders if slug and node.name.startswith(f"{slug}-")]
        if theirs and 2 * len(theirs) >= len(level.folders):
            return [Reading("classroom", names=tuple(one[len(slug) + 1 :] for one in theirs[:_SAMPLE]))]
        return []

    def _named_by(self, reader: PathReader, tops: Sequence[str], level: _Level) -> list[Reading]:
        """The reading of a level that a platform's reader reads at least half of; two where much of the other is work."""
        owned = {top: reader(top) for top in tops}
        kind = next(file.kind for file in owned.values() if file)
        who = dict.fromkeys(file.name or file.student for file in owned.values() if file)
        found = Reading(_form_of(kind), names=tuple(who)[:_SAMPLE])
        strays = [
            node.name for node in level.places if not owned.get(f"{node.name}/*" if node.inside else node.name, True)
        ]
        if len(strays) > max(1, (len(tops) - len(strays)) // 10):
            return [found, Reading("class", names=tuple(node.name for node in level.places[:_SAMPLE]))]
        return [found]

    def _nbgrader(self, level: _Level) -> list[Reading]:
        """nbgrader's `submitted`, where its other folders or files stand beside it, or nothing does."""
        beside = {node.name for node in level.folders} - {"submitted"}
        if len(beside) == len(level.folders):
            return []
        files = any(node.name in _NBGRADER_FILES for node in (*level.others, *level.work))
        names = _nbgrader_names(level)
        found = Reading("nbgrader", ("submitted/",), names)
        if files or len(beside & _STEPS) > 1:
            return [found]  # one student can be called like one of its folders, and not like two
        if beside - _STEPS or level.archives:
            return []
        return [found] if beside or len(names) > 1 else [found, Reading("student")]

    @staticmethod
    def _handed_in(level: _Level) -> Node | None:
        """Teams' folder of what was handed in, where that of what students are still at stands beside it, and no other."""
        handed_in = [node for node in level.folders if node.name.lower() in _HANDED_IN]
        at_work = [node for node in level.folders if node.name.lower() in _AT_WORK]
        return handed_in[0] if handed_in and at_work and len(level.folders) == 2 else None

    @staticmethod
    def _only_steps(level: _Level) -> bool:
        """True for nbgrader's folders before anybody has handed in."""
        return len(level.folders) > 1 and {node.name for node in level.folders} <= _STEPS

    # ------------------------------------------------------------------------------------------ folders in folders

    def _looked_through(self, folder: Node, depth: int) -> list[Reading]:
        """The readings of a level that holds nothing but one folder: those of the folder, or the folder is a student's."""
        inner = self.find(_inside(folder), folder.name, depth + 1)
        whole = [reading for reading in inner if reading.form != "student" and not reading.lone]
        if whole and len(whole) == len(inner):
            return [reading.below(folder.name) for reading in inner]
        if whole and whole[0].form == "nbgrader":
            return [whole[0].below(folder.name), Reading("student")]
        if not inner and self._only_steps(_Level.of(_inside(folder))):
            return []
        if self._is_tree(folder):
            return [Reading("student")]
        if is_layer_name(folder.name):
            lone = [reading.below(folder.name) for reading in inner if reading.lone]
            return lone or [Reading("student")]
        return [Reading("class", names=(folder.name,), lone=True)]

    def _divided(self, level: _Level, depth: int) -> list[Reading]:
        """The readings where every folder of the level holds several places itself: sections, assignments, or students."""
        if level.archives or level.work or not 2 <= len(level.folders) <= _SAMPLE:
            return []
        inners = [(node.name, self.find(_inside(node), node.name, depth + 1)) for node in level.folders]
        inners = [(name, found) for name, found in inners if found]
        if any(self._is_own(found) for _, found in inners) or len(inners) < 2:
            names = [node.name for node in level.folders]
            alone = all(self._is_own(found) or found[0].lone for _, found in inners)
            if not (inners and alone and all(is_layer_name(name) or is_version_name(name) for name in names)):
                return []
            # Numbers may be versions of one student's work, or what a class is called by who must not know names.
            a_class = Reading("class", names=tuple(names))
            return [Reading("student"), a_class] if any(name.isdecimal() for name in names) else [Reading("student")]
        each = [next(one for one in found if one.form != "student") for _, found in inners]
        below = [name for reading in each for name in reading.names]
        roots = tuple(f"{name}/{root}" for (name, _), one in zip(inners, each, strict=True) for root in one.roots)
        forms = {one.form for one in each} - {"class", "sections"}
        form: Form = forms.pop() if len(forms) == 1 and all(one.form in FORMS[3:] for one in each) else "sections"
        parts = Reading(form, roots, tuple(dict.fromkeys(below)), divided=True)
        if form != "sections":
            return [parts]
        if all(_ILIAS_MEMBER.fullmatch(name) for name in below):
            return [parts]
        own = Reading("class", names=tuple(name for name, _ in inners))
        tops = all(is_layer_name(one) or (is_version_name(one) and not one.isdecimal()) for one in own.names)
        lows = all(is_layer_name(one) or is_version_name(one) for one in below)
        if tops != lows:
            return [parts] if tops else [own]
        if all(one.lone for one in each):
            return [own]  # a folder around each student's work
        return [own, parts]

    @staticmethod
    def _is_own(found: Sequence[Reading]) -> bool:
        """True if a folder can be one student's: then a class of such folders is no class of classes."""
        return any(one.form == "student" for one in found)

    # ------------------------------------------------------------------------------------------ side by side

    def _side_by_side(self, level: _Level) -> list[Reading]:
        """The readings by how many places look like a class's, and how many like the parts of one student's work."""
        own, a_class = Reading("student"), self._class(level)
        trees = [node for node in level.folders if self._is_tree(node)]
        holders = [node for node in level.folders if node not in trees and self._holds_work(node)]
        told = [(node, self._says_module(node), self._person(node)) for node in level.work]
        modules = [node for node, module, person in told if module and not person]
        unnamed = [node for node, module, _ in told if not module]
        persons = {person for _, _, person in told if person}
        if not trees and not modules:
            if unnamed and not (level.folders or level.archives or persons):
                return self._only_unnamed(unnamed)
            return [a_class] if level.places else []
        packed = [node for node in level.archives if not _is_thing(stem_of(node.name))]
        people = sum(self._holds_module(node) for node in _some(holders) if not _is_thing(node.name)) + len(packed)
        if not holders and not level.archives and not persons:
            return [a_class] if self._same_module(unnamed) and not trees else [own]
        repository = sum(node.name.lower() in _REPOSITORY for node in (*level.others, *level.work))
        tree = len(trees) + min(repository, 2) if trees else 0
        crowd = people + len(persons)
        if (tree >= 2 and tree >= people) or (not trees and not people and len(persons) <= 1):
            return [own]
        if crowd >= 2 and (len(trees) + len(modules) <= 1 or (not trees and crowd >= len(modules))):
            return [a_class]
        if len(trees) == 1 and not crowd and len(holders) <= 1:
            return [own]
        return [own, a_class]

    def _class(self, level: _Level) -> Reading:
        """The level as a class."""
        names = [node.name for node in (*level.folders, *level.archives)]
        names += [node.name for node in level.work if self._person(node) or not self._says_module(node)]
        return Reading("class", names=tuple(names[:_SAMPLE]))

    def _only_unnamed(self, files: Sequence[Node]) -> list[Reading]:
        """The readings of files whose names say neither module nor person: what they define tells, or a person does."""
        own, a_class = Reading("student"), Reading("class", names=tuple(node.name for node in files[:_SAMPLE]))
        people = [node for node in files if not is_nobody(without_marks(stem_of(node.name)))]
        if len(files) == 1:
            return [replace(a_class, lone=True)] if people else [own]
        if not people:
            return [own]
        return [a_class] if self._same_module(files) else [a_class, own]

    def _same_module(self, files: Sequence[Node]) -> bool:
        """True if two of these files define what only one module does: then they are two people's."""
        symbols = self.conventions.symbols
        defined = ({symbols[name] for name in defined_in(node.head(_LOOK), symbols)} for node in _some(files))
        counts = Counter(module for modules in defined for module in modules)
        return max(counts.values(), default=0) > 1

    # ------------------------------------------------------------------------------------------ one node

    def _is_tree(self, node: Node) -> bool:
        """True for a folder that is named like a part of one student's work, and holds some."""
        return is_part_of_work(node.name, self.conventions) and self._holds_work(node)

    def _says_module(self, node: Node) -> bool:
        stem = without_marks(stem_of(node.name))
        return is_module_name(node.name, self.conventions) or person_in(stem, self.conventions.words) != stem

    def _person(self, node: Node) -> str:
        """Who a file's name tells besides a module; empty where it tells nobody."""
        stem = without_marks(stem_of(node.name))
        person = person_in(stem, self.conventions.words)
        return person if person != stem else ""

    def _holds_work(self, node: Node, depth: int = 4) -> bool:
        return any(self._below(node, depth, lambda one: is_work(one.name) or is_archive(one.name)))

    def _holds_module(self, node: Node) -> bool:
        """True if a folder holds a file or a folder that is named like a module, a notebook, or an archive."""
        trees = self.conventions.trees

        def tells(one: Node) -> bool:
            if one.inside is not None:
                return one.name in trees
            name = one.name
            return is_archive(name) or name.lower().endswith(".ipynb") or (is_work(name) and self._says_module(one))

        return any(self._below(node, 3, tells))

    def _below(self, node: Node, depth: int, tells: Callable[[Node], bool]) -> Iterator[bool]:
        if node.inside is None or depth == 0:
            return
        inner = [one for one in node.inside() if not is_ignored(one.name)]
        yield from (True for one in inner if tells(one))
        for one in inner[:_SAMPLE]:
            if one.name not in self.conventions.not_work:
                yield from self._below(one, depth - 1, tells)


def _inside(node: Node) -> Sequence[Node]:
    return node.inside() if node.inside is not None else ()


def _some(nodes: Sequence[Node]) -> Sequence[Node]:
    """So many of the nodes as are looked into, evenly spread."""
    step = max(1, -(-len(nodes) // _SAMPLE))
    return nodes[::step]


def is_part_of_work(folder: str, conventions: Conventions) -> bool:
    """True for the name of a folder of one student's work: `modules`, `tinytorch`, `01_tensor`."""
    return folder.lower() in conventions.trees or is_module_name(f"{folder}.", conventions)


def _is_thing(name: str) -> bool:
    """True for a name beside a student's work that says what is in there, or which version: it is nobody's name."""
    return name.lower() in _THINGS or is_layer_name(name) or is_version_name(name)


def _nbgrader_names(level: _Level) -> tuple[str, ...]:
    (submitted,) = (node for node in level.folders if node.name == "submitted")
    return tuple(node.name for node in _inside(submitted) if node.inside is not None)[:_SAMPLE]


def _form_of(kind: Kind) -> Form:
    forms: dict[Kind, Form] = {"canvas-anonymous": "canvas", "github": "classroom", "name": "class"}
    return forms.get(kind) or kind  # type: ignore[return-value]
