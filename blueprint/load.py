"""Course files -> a `Course`, with every problem of every file.

A course file names others: the one it extends, registries, rubrics, the handbook. Merging happens on node trees,
before anything is given a meaning, so that each value keeps the place it was written at: mappings merge key by
key, everything else replaces, and `null` removes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from blueprint.bind import Binder, Positions, described
from blueprint.model import SCHEMA, Course, CourseFile, Handbook, Registry, Rubric
from blueprint.paths import CoursePaths, shown
from blueprint.problems import CourseError, Mark, Problem, close_match, in_file_order
from blueprint.yamltree import Mapping, Node, Scalar, Sequence, parse

_REGISTERED = {"chapters": "chapter", "labs": "lab", "modules": "module", "kits": "kit", "drills": "drill", "papers": "paper"}


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
    unknown: set[tuple[str, str]]
    """References that were probably meant for these (kind, id), but misspelled."""
    complete: bool
    """False when a file the course is built on could not be read; rules about the whole make no sense then."""


@dataclass(slots=True)
class _Loader:
    paths: CoursePaths
    problems: list[Problem] = field(default_factory=list)
    read: dict[Path, Mapping | None] = field(default_factory=dict)
    shown: dict[str, Path] = field(default_factory=dict)
    complete: bool = True

    def tree(self, path: Path) -> Mapping | None:
        """The mapping a file holds, itself only; read once."""
        if path in self.read:
            return self.read[path]
        name = shown(path)
        self.shown[name] = path
        self.read[path] = None
        complete, self.complete = self.complete, False
        try:
            data = path.read_bytes()
        except OSError as error:
            self.problems.append(Problem(Mark(name), f"this file cannot be read: {error.strerror}", "check its permissions"))
            return None
        node, problems = parse(data, name)
        self.problems += problems
        if isinstance(node, Mapping):
            self.read[path] = node
            self.complete = complete
            self._check_schema(node)
        elif not problems:
            what = "is empty" if node is None or (isinstance(node, Scalar) and node.is_null) else f"holds {described(node)}, not keys and values"
            self.problems.append(Problem(Mark(name), f"this file {what}", "a course file begins with `schema: 1`"))
        return self.read[path]

    def _check_schema(self, node: Mapping) -> None:
        written = node.get("schema")
        if isinstance(written, Scalar) and written.text != str(SCHEMA) and written.text.isdigit():
            older = int(written.text) < SCHEMA
            self.problems.append(Problem(
                written.mark, f"this file is written for schema {written.text}; this program reads schema {SCHEMA}",
                "it is too old to be read" if older else "update Blueprint to read it"))

    def extended(self, path: Path, kind: str, chain: tuple[Path, ...] = ()) -> Mapping | None:
        """A file's mapping with everything it extends merged underneath."""
        node = self.tree(path)
        if node is None or (written := node.get("extends")) is None or (isinstance(written, Scalar) and written.is_null):
            return node
        if not isinstance(written, Scalar):
            self.problems.append(Problem(written.mark, "`extends` must be the name of one file", "for example `extends: foundations.yaml`"))
            return node
        base_path = self.paths.lookup(written.text, kind, path.parent)
        if base_path is None:
            self._not_found(written, kind, path)
            return node
        if base_path == path and (shipped := self.paths.lookup(written.text, kind)) != path:
            base_path = shipped or base_path  # a course's own rubrics/x.yaml may extend the shipped rubrics/x.yaml
        if base_path in (*chain, path):
            loop = " extends ".join(p.name for p in (*chain[chain.index(base_path):], path, base_path)) if base_path in chain else f"{path.name} extends itself"
            self.problems.append(Problem(written.mark, f"`extends` goes in a circle: {loop}", "let one of them stand on its own"))
            self.complete = False
            return node
        base = self.extended(base_path, kind, (*chain, path))
        return merge(base, node) if base is not None else node

    def named(self, node: Node | None, kind: str) -> Iterator[tuple[Scalar, Path]]:
        """The files a list of names (or a single name) in a course file means."""
        items = node.items if isinstance(node, Sequence) else (node,) if node is not None else ()
        for item in items:
            if not isinstance(item, Scalar) or item.is_null:
                continue
            home = self.shown.get(item.mark.file)
            if found := self.paths.lookup(item.text, kind, home.parent if home else None):
                yield item, found
            else:
                self._not_found(item, kind, home)

    def _not_found(self, written: Scalar, kind: str, home: Path | None) -> None:
        folders = list(self.paths.folders(kind, home.parent if home else None))
        known = sorted({p.name for folder in folders for p in folder.glob("*.y*ml")})
        match = close_match(written.text, known + [Path(k).stem for k in known])
        hint = f"did you mean `{match}`?" if match else f"looked beside this file, in {kind}/ of the course, and in the shipped {kind}/"
        self.problems.append(Problem(written.mark, f"there is no file `{written.text}`", hint))
        self.complete = False


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
    return Mapping(entries, over.mark)


def load(path: Path, paths: CoursePaths) -> Loaded:
    """Read a course file and all it names. Never raises for a user's mistake; `problems` holds them."""
    loader = _Loader(paths)
    path = path.resolve()
    tree = loader.extended(path, "syllabi")
    if tree is None:
        raise CourseError(in_file_order(loader.problems))
    registry_tree = _combined_registry(loader, tree)
    rubric_files = {file.stem: (item, file) for item, file in loader.named(tree.get("rubrics"), "rubrics")}
    names = _names(loader, tree, registry_tree, list(rubric_files))

    binders: list[Binder] = []

    def binder() -> Binder:
        binders.append(Binder(names, loader.problems, partial=not loader.complete))
        return binders[-1]

    for_registry = binder()
    registry = for_registry.bind(registry_tree, Registry)
    rubric_at: dict[str, Positions] = {}
    rubrics: dict[str, Rubric] = {}
    for rubric_id, (_, file) in rubric_files.items():
        if (rubric_tree := loader.extended(file, "rubrics")) is not None:
            for_rubric = binder()
            rubrics[rubric_id] = for_rubric.bind(rubric_tree, Rubric)
            rubric_at[rubric_id] = for_rubric.positions
    handbook: Handbook | None = None
    for_handbook = binder()
    for _, file in loader.named(tree.get("handbook"), "syllabi"):
        if (handbook_tree := loader.extended(file, "syllabi")) is not None:
            handbook = for_handbook.bind(handbook_tree, Handbook)
    for_course = binder()
    course_file = for_course.bind(tree, CourseFile)
    course = Course(path.stem, course_file, registry, MappingProxyType(rubrics), handbook)
    unknown = set().union(*(b.unknown for b in binders))
    return Loaded(course, loader.problems, tuple(loader.read), for_course.positions, rubric_at, for_handbook.positions,
                  for_registry.positions, unknown, loader.complete)


def _combined_registry(loader: _Loader, tree: Mapping) -> Mapping:
    """All registry files as one tree; an id that two files define is a problem."""
    combined: Mapping | None = None
    for _, file in loader.named(tree.get("registries"), "syllabi"):
        part = loader.extended(file, "syllabi")
        if part is None:
            continue
        for kind in _REGISTERED:
            mine, theirs = part.get(kind), combined.get(kind) if combined else None
            if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
                for key in mine.entries.keys() & theirs.entries.keys():
                    written = mine.entries[key][0]
                    loader.problems.append(Problem(written.mark, f"{_REGISTERED[kind]} `{key}` is defined twice",
                                                   f"first at {theirs.entries[key][0].mark}"))
        combined = part if combined is None else merge(combined, part)
    key, schema = Scalar("schema", True, tree.mark), Scalar(str(SCHEMA), True, tree.mark)
    return combined or Mapping({"schema": (key, schema)}, tree.mark)


def _names(loader: _Loader, tree: Mapping, registry: Mapping, rubrics: list[str]) -> dict[str, dict[str, str]]:
    """What each kind of reference may say: ids and aliases, each with the id it stands for."""
    names: dict[str, dict[str, str]] = {kind: _aliases(loader, registry.get(table), kind) for table, kind in _REGISTERED.items()}
    names["rubric"] = {name: name for name in rubrics}
    for kind, path in (("part", ("parts",)), ("week", ("weeks",)), ("component", ("grading", "components")), ("person", ("offering", "staff"))):
        node: Node | None = tree
        for step in path:
            node = node.get(step) if isinstance(node, Mapping) else None
        names[kind] = {key: key for key in node.entries} if isinstance(node, Mapping) else {}
    return names


def _aliases(loader: _Loader, table: Node | None, kind: str) -> dict[str, str]:
    if not isinstance(table, Mapping):
        return {}
    found = {key: key for key in table.entries}
    for key, (_, node) in table.entries.items():
        aliases = node.get("aliases") if isinstance(node, Mapping) else None
        for alias in aliases.items if isinstance(aliases, Sequence) else ():
            if not isinstance(alias, Scalar):
                continue
            if found.setdefault(alias.text, key) != key:
                loader.problems.append(Problem(alias.mark, f"the alias `{alias.text}` already stands for {kind} `{found[alias.text]}`",
                                               "an alias must mean one thing"))
    return found
