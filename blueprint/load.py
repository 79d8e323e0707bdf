"""Course files -> a `Course`, with every problem of every file.

A course file names others: the one it extends, registries, rubrics, the handbook. Merging happens on node trees,
before anything is given a meaning, so that each value keeps the place it was written at: mappings merge key by
key, everything else replaces, and `null` removes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from blueprint.bind import Binder, Names, Positions, described, fields_of
from blueprint.drops import Versioned, handbook_without, without_drops
from blueprint.model import SCHEMA, Course, CourseFile, Handbook, Registry, Rubric, Version
from blueprint.paths import CoursePaths, is_file, shown
from blueprint.place_names import REGISTERED
from blueprint.problems import CourseError, Mark, Problem, UsageError, close_match, in_file_order, quoted
from blueprint.yamltree import Mapping, Node, Scalar, Sequence, parse

T = TypeVar("T")

_IN_THE_COURSE = {
    "part": ("parts",),
    "week": ("weeks",),
    "component": ("grading", "components"),
    "person": ("offering", "staff"),
    "assignment": ("assignments",),
    "milestone": ("milestones",),
}
_KINDS: dict[type, str] = {
    CourseFile: "a course file",
    Registry: "a registry",
    Rubric: "a rubric",
    Handbook: "a TA handbook",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A course as far as it could be read; `problems` tells what could not."""

    course: Course
    problems: list[Problem]
    files: tuple[Path, ...]
    """Every file that was read, the course file first."""
    at: Positions
    rubric_at: dict[str, Positions]
    handbook_at: Positions
    registry_at: Positions
    decks: MappingABC[str, Path]
    """Every deck in the folders of slides, by id; none of them was read."""
    complete: bool
    """False when the course file, one it extends or a registry could not be read; rules about the whole make no sense then."""

    def bound(self) -> Iterator[tuple[object, Positions]]:
        """What each kind of file was bound to, with where its values stand: course file, registry, handbook, rubrics."""
        yield self.course.file, self.at
        yield self.course.registry, self.registry_at
        yield self.course.handbook, self.handbook_at
        for key, rubric in self.course.rubrics.items():
            yield rubric, self.rubric_at[key]

    def places(self, name: str) -> Iterator[Path]:
        """The paths to look at for a file that the course names: beside the course file and each file it is made of."""
        return (path.parent / name for path in self.files)

    def beside(self, name: str | None) -> Path | None:
        """The file of that name in the first of those places that has it; None without one, or without a name."""
        places = self.places(name) if name is not None else ()
        return next((path.resolve() for path in places if is_file(path)), None)

    def own_decks(self) -> dict[str, Path]:
        """The instructor's own decks that are there: as written in a session -> file."""
        named = {session.own_deck for week in self.course.file.weeks.values() for session in week.sessions.values()}
        files = {name: self.beside(name) for name in named if name}
        return {name: path for name, path in sorted(files.items()) if path}


@dataclass(slots=True)
class _Loader:
    """Reads the files of one course, each once, and collects their problems."""

    paths: CoursePaths
    problems: list[Problem] = field(default_factory=list)
    read: dict[Path, Mapping | None] = field(default_factory=dict)
    shown: dict[str, Path] = field(default_factory=dict)
    complete: bool = True
    """False once a file was not found or not readable; whoever asks sets it to True again."""

    def tree(self, path: Path) -> Mapping | None:
        """The mapping a file holds, itself only; read once."""
        if path not in self.read:
            name = shown(path)
            self.shown[name] = path
            self.read[path] = self._parsed(path, name)
        if self.read[path] is None:
            self.complete = False
        return self.read[path]

    def _parsed(self, path: Path, name: str) -> Mapping | None:
        try:
            data = path.read_bytes()
        except OSError as error:
            self.problems.append(
                Problem(Mark(name), f"this file cannot be read: {error.strerror}", "check its permissions")
            )
            return None
        node, problems = parse(data, name)
        self.problems += problems
        if isinstance(node, Mapping):
            return node if self._is_our_schema(node) else None
        if not problems:
            what = (
                "is empty"
                if node is None or (isinstance(node, Scalar) and node.is_null)
                else f"holds {described(node)}, not keys and values"
            )
            self.problems.append(Problem(Mark(name), f"this file {what}", "its first key is `schema: 1`"))
        return None

    def _is_our_schema(self, node: Mapping) -> bool:
        written = node.get("schema")
        if not isinstance(written, Scalar) or written.is_null or written.text == str(SCHEMA):
            return True
        if not written.text.isdecimal():
            message, hint = f"`schema` must be {SCHEMA}, not {described(written)}", f"write `schema: {SCHEMA}`"
        else:
            message = f"this file is written for schema {written.text}; this program reads schema {SCHEMA}"
            hint = "update Blueprint to read it" if int(written.text[:9]) > SCHEMA else "it is too old to be read"
        self.problems.append(Problem(written.mark, message, hint))
        return False

    def whole(self, path: Path, folder: str, kind: type, written: Scalar | None = None) -> Mapping | None:
        """A file of a kind, with what it extends; None, and a problem where it is `written`, for a file of another kind."""
        node = self.extended(path, folder)
        if node is None or (actual := _kind_of(node, kind)) is kind:
            return node
        mark, name = (written.mark, quoted(written.text)) if written else (Mark(shown(path)), "this file")
        self.problems.append(
            Problem(
                mark,
                f"{name} is {_KINDS[actual]}, not {_KINDS[kind]}",
                f"name {_KINDS[kind]}{' here' * (written is not None)}",
            )
        )
        self.complete = False
        return None

    def extended(self, path: Path, kind: str, chain: tuple[Path, ...] = ()) -> Mapping | None:
        """A file's mapping with everything it extends merged underneath."""
        node = self.tree(path)
        if (
            node is None
            or (written := node.get("extends")) is None
            or (isinstance(written, Scalar) and written.is_null)
        ):
            if node is not None and any(close_match(key, ["extends"], nearness=0.7) for key in node.entries):
                self.complete = False  # it means to extend something
            return node
        if not isinstance(written, Scalar):
            self.problems.append(
                Problem(
                    written.mark, "`extends` must be the name of one file", "for example `extends: foundations.yaml`"
                )
            )
            self.complete = False
            return Mapping({key: entry for key, entry in node.entries.items() if key != "extends"}, node.mark)
        # A course's own rubrics/x.yaml may extend the shipped rubrics/x.yaml, so the file itself comes last.
        base_path = self.paths.lookup(written.text, kind, path.parent, but=path) or self.paths.lookup(
            written.text, kind, path.parent
        )
        if base_path is None:
            self._not_found(written, kind, path)
            return node
        if base_path in (*chain, path):
            loop = (
                " extends ".join(p.name for p in (*chain[chain.index(base_path) :], path, base_path))
                if base_path in chain
                else f"{path.name} extends itself"
            )
            self.problems.append(
                Problem(written.mark, f"`extends` goes in a circle: {loop}", "let one of them stand on its own")
            )
            self.complete = False
            return node
        base = self.extended(base_path, kind, (*chain, path))
        return merge(base, node) if base is not None else node

    def named(self, node: Node | None, kind: str) -> Iterator[tuple[Scalar, Path]]:
        """The files a list of names (or a single name) in a course file means."""
        items = node.items if isinstance(node, Sequence) else (node,) if node is not None else ()
        taken: set[object] = set()
        for item in items:
            if not isinstance(item, Scalar) or item.is_null:
                continue
            home = self.shown.get(item.mark.file)
            file = self.paths.lookup(item.text, kind, home.parent if home else None)
            identity = file.stem if file and kind == "rubrics" else file  # a rubric is referred to by its file's name
            if file is None:
                self._not_found(item, kind, home)
            elif identity in taken:
                self.problems.append(
                    Problem(item.mark, f"{quoted(item.text)} is named already", "remove one of the two")
                )
            else:
                taken.add(identity)
                yield item, file

    def _not_found(self, written: Scalar, kind: str, home: Path | None) -> None:
        self.complete = False
        if what := self.paths.no_file(written.text, kind, home.parent if home else None):
            self.problems.append(Problem(written.mark, f"{quoted(written.text)} is {what}", "name a YAML file"))
            return
        names = self.paths.known(kind, home.parent if home else None, str(Path(written.text).parent))
        match = close_match(written.text, names + [name.rpartition(".")[0] for name in names])
        hint = (
            f"did you mean `{match}`?"
            if match
            else f"looked beside this file, in {kind}/ of the course, and in the shipped {kind}/"
        )
        self.problems.append(Problem(written.mark, f"there is no file {quoted(written.text)}", hint))


def merge(base: Mapping, over: Mapping) -> Mapping:
    """`over` laid on `base`: mappings merge, other values replace, null removes; `extends` is not inherited."""
    entries = {key: entry for key, entry in base.entries.items() if key != "extends"}
    for key, (written, value) in over.entries.items():
        under = entries.get(key)
        if isinstance(value, Scalar) and value.is_null and under is not None:
            del entries[key]
        elif under is not None and isinstance(value, Mapping) and isinstance(under[1], Mapping):
            entries[key] = (written, merge(under[1], value))
        else:
            entries[key] = (written, value)
    return Mapping(entries, over.mark, base.whole and over.whole)


def _kind_of(node: Mapping, wanted: type) -> type:
    """The kind of file whose keys these are; the one wanted unless another kind knows more of them."""
    matching = {kind: len(node.entries.keys() & fields_of(kind).keys()) for kind in _KINDS}
    best = max(_KINDS, key=lambda kind: matching[kind])
    return best if matching[best] > matching[wanted] else wanted


def load(path: Path, paths: CoursePaths) -> Loaded:
    """Read a course file and all it names; `problems` holds a user's mistakes. `CourseError` where nothing could be read."""
    loader = _Loader(paths)
    path = path.resolve()
    tree = loader.whole(path, "syllabi", CourseFile)
    if tree is None:
        raise CourseError(in_file_order(loader.problems))
    written = loader.complete
    registry_tree = _combined_registry(loader, tree)
    complete = loader.complete and tree.whole and registry_tree.whole
    loader.complete = True
    names = _names(loader, tree, registry_tree) if complete else {}
    cut = without_drops(tree, registry_tree, names) if complete else Versioned(tree, Version())
    tree = cut.tree
    rubric_files = list(loader.named(tree.get("rubrics"), "rubrics"))
    if complete and loader.complete:
        names["rubric"] = {file.stem: file.stem for _, file in rubric_files}

    reader = _Reader(loader, names)
    registry, registry_at = reader.bind(registry_tree, Registry, not complete)
    rubrics = {name: (rubric, at) for name, rubric, at in reader.files(rubric_files, "rubrics", Rubric)}
    handbooks = list(
        reader.files(
            loader.named(tree.get("handbook"), "syllabi"),
            "syllabi",
            Handbook,
            lambda node: handbook_without(node, cut.version),
        )
    )
    _, handbook, handbook_at = handbooks[0] if handbooks else ("", None, Positions())
    course_file, at = reader.bind(tree, CourseFile, not written)
    course = Course(
        path.stem,
        course_file,
        registry,
        MappingProxyType({name: rubric for name, (rubric, _) in rubrics.items()}),
        handbook,
        cut.version,
    )
    return Loaded(
        course,
        loader.problems,
        tuple(loader.read),
        at,
        {name: at for name, (_, at) in rubrics.items()},
        handbook_at,
        registry_at,
        paths.decks(),
        complete,
    )


def load_offering(path: Path, paths: CoursePaths) -> Loaded:
    """Read a course with dates; `CourseError` where it has problems, `UsageError` where it is a syllabus without dates."""
    loaded = load(path, paths)
    if loaded.problems:
        raise CourseError(loaded.problems)
    require_dates(loaded)
    return loaded


def require_dates(loaded: Loaded) -> None:
    """Raises `UsageError` where a course is a syllabus without dates, with the way to an offering."""
    if loaded.course.file.offering is None:
        name = shown(loaded.files[0])
        raise UsageError(f"{name} is a syllabus without dates; make an offering of it with `blueprint new`")


@dataclass(slots=True)
class _Reader:
    """Binds the trees of one course, which share what references may say."""

    loader: _Loader
    names: Names
    absent: set[str] = field(default_factory=set)

    def bind(self, node: Mapping, kind: type[T], partial: bool) -> tuple[T, Positions]:
        """The object a tree describes, and where its values stand; `partial` where a file it is built on is missing."""
        binder = Binder(self.names, self.loader.problems, partial=partial, absent=self.absent)
        return binder.bind(node, kind), binder.positions

    def files(
        self,
        named: Iterable[tuple[Scalar, Path]],
        folder: str,
        kind: type[T],
        edit: Callable[[Mapping], Mapping] = lambda node: node,
    ) -> Iterator[tuple[str, T, Positions]]:
        """The files that could be read with all they extend, as `edit` leaves them; the problems of the others are told."""
        for written, file in named:
            self.loader.complete = True
            if (node := self.loader.whole(file, folder, kind, written)) is not None:
                bound, at = self.bind(edit(node), kind, not self.loader.complete)
                if self.loader.complete:
                    yield file.stem, bound, at


def _combined_registry(loader: _Loader, tree: Mapping) -> Mapping:
    """All registry files as one tree; an id that two files define is a problem."""
    combined: Mapping | None = None
    listed = tree.get("registries")
    if not isinstance(listed, Sequence) and (not isinstance(listed, Scalar) or listed.is_null):
        loader.complete = False  # what they define cannot be known
    for item, file in loader.named(tree.get("registries"), "syllabi"):
        part = loader.whole(file, "syllabi", Registry, item)
        if part is None:
            continue
        for table in REGISTERED:
            mine, theirs = part.get(table), combined.get(table) if combined else None
            if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
                _defined_once(loader, REGISTERED[table], mine, theirs)
        combined = part if combined is None else merge(combined, part)
    key, schema = Scalar("schema", True, tree.mark), Scalar(str(SCHEMA), True, tree.mark)
    return combined or Mapping({"schema": (key, schema)}, tree.mark)


def _defined_once(loader: _Loader, kind: str, mine: Mapping, theirs: Mapping) -> None:
    """Report the ids that two registry files define."""
    for key in mine.entries.keys() & theirs.entries.keys():
        loader.problems.append(
            Problem(
                mine.entries[key][0].mark,
                f"{kind} `{key}` is defined twice",
                f"first at {theirs.entries[key][0].mark}; remove one of them, or give it an id of its own",
            )
        )


def _names(loader: _Loader, tree: Mapping, registry: Mapping) -> dict[str, dict[str, str]]:
    """Kind of reference -> what it may say: ids and aliases, each with the id it stands for.

    A kind whose table is not all there (a duplicate id, a misspelled key) is left out.
    """
    names: dict[str, dict[str, str]] = {}
    misspelled = registry.entries.keys() - fields_of(Registry).keys()
    for table, kind in REGISTERED.items():
        entries = registry.get(table)
        if isinstance(entries, Mapping) and _has_all(entries):
            names[kind] = _aliases(loader, entries, kind)
        elif entries is None and not misspelled:
            names[kind] = {}
    for kind, path in _IN_THE_COURSE.items():
        node: Node | None = tree
        for step in path:
            node = node.get(step) if isinstance(node, Mapping) else None
        if (
            isinstance(node, Mapping)
            and _has_all(node)
            and (kind != "week" or all(key.isdecimal() for key in node.entries))
        ):
            names[kind] = {key: key for key in node.entries}
    return names


def _has_all(table: Mapping) -> bool:
    """True if nothing of a table was lost by a key that stands twice in it or in an entry."""
    return table.whole and all(value.whole for _, value in table if isinstance(value, Mapping))


def _aliases(loader: _Loader, table: Mapping, kind: str) -> dict[str, str]:
    """Id or alias -> id, of one kind; an alias of two things is a problem."""
    names = {key: key for key in table.entries}
    for key, (_, node) in table.entries.items():
        aliases = node.get("aliases") if isinstance(node, Mapping) else None
        for alias in aliases.items if isinstance(aliases, Sequence) else ():
            if not isinstance(alias, Scalar):
                continue
            if names.setdefault(alias.text, key) != key:
                loader.problems.append(
                    Problem(
                        alias.mark,
                        f"the alias {quoted(alias.text)} already stands for {kind} `{names[alias.text]}`",
                        "an alias must mean one thing; remove it from one of the two",
                    )
                )
    return names
