"""The places of a course's files: the one object that knows every path.

A *course root* is a folder that holds `syllabi/`. It is found by walking up from the current folder, or given. The
content that ships with Blueprint stands behind it, so that a name is looked up beside the file that uses it, then
in the course root, then in the shipped content.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from blueprint.problems import UsageError, close_match, quoted

COURSE_VARIABLE = "BLUEPRINT_COURSE"


def shipped_content() -> Path:
    """The folder with the `syllabi`, `slides` and `rubrics` that ship with Blueprint."""
    package = Path(__file__).resolve().parent
    installed = package / "content"
    return installed if installed.is_dir() else package.parent


@dataclass(frozen=True, slots=True)
class CoursePaths:
    """The folders of one course root; `root` is the current folder where there is no `syllabi/` above it."""

    root: Path
    shipped: Path
    absent: set[Path] = field(default_factory=set, compare=False)
    """Where a file was looked for and not found; a file appearing there would change what a course means."""

    @classmethod
    def find(cls, start: Path | None = None) -> CoursePaths:
        """The paths of the course root at or above a folder, the current one if left out."""
        start = (start or Path.cwd()).resolve()
        root = next((folder for folder in (start, *start.parents) if (folder / "syllabi").is_dir()), start)
        return cls(root, shipped_content())

    def build(self, course_id: str) -> Path:
        """The folder a course is built into."""
        return self.root / "build" / course_id

    @property
    def last_built(self) -> Path:
        """Remembers the course that was built here last."""
        return self.root / "build" / ".last"

    def folders(self, kind: str, beside: Path | None = None) -> Iterator[Path]:
        """The folders in which a file of a kind (`syllabi`, `rubrics`, `slides`) is looked for, in order."""
        if beside is not None:
            yield beside
        yield self.root / kind
        yield self.shipped / kind

    def lookup(self, written: str, kind: str, beside: Path | None = None, but: Path | None = None) -> Path | None:
        """The file a name or path in a course file means, or None; never the file `but`."""
        for candidate in _spellings(written):
            for folder in self.folders(kind, beside):
                path = folder / candidate
                if not is_file(path):
                    self.absent.add(path)
                elif path.resolve() != but:
                    return path.resolve()
        return None

    def no_file(self, written: str, kind: str, beside: Path | None = None) -> str:
        """What a name in a course file means that is there and holds no text: `a folder`; empty where nothing is there."""
        places = [folder / candidate for candidate in _spellings(written) for folder in self.folders(kind, beside)]
        found = next((place for place in places if _is_there(place)), None)
        return (
            ""
            if found is None
            else "a folder"
            if _is_folder(found)
            else "no file that can be read, but a pipe or a device"
        )

    def known(self, kind: str, beside: Path | None = None, below: str = ".") -> list[str]:
        """The names of the YAML files that `lookup` would find, those in a folder `below` with its name."""
        names = {
            (Path(below) / path.name).as_posix()
            for folder in self.folders(kind, beside)
            for path in _yaml_files(folder / below)
        }
        return sorted(names)

    def decks(self) -> dict[str, Path]:
        """Deck id -> file, of all below `slides/`; a course's own deck hides the shipped one of the same name."""
        files: dict[str, Path] = {}
        for folder in reversed(list(self.folders("slides"))):
            files |= {path.stem: path.resolve() for path in sorted(folder.glob("**/*.yaml"))}
        return dict(sorted(files.items()))

    def named(self, path: Path) -> str:
        """A path free of this machine: relative to the course root, or marked as shipped."""
        path = path.resolve()
        if path.is_relative_to(self.root):
            return path.relative_to(self.root).as_posix()
        if path.is_relative_to(self.shipped):
            return "shipped:" + path.relative_to(self.shipped).as_posix()
        return path.name

    def offerings(self) -> list[Path]:
        """The course files of this root that are offerings (they have a top-level `offering:`)."""
        return [path for path in _yaml_files(self.root / "syllabi") if _has_key(path, b"offering:")]

    def choose(self, asked: str | None) -> tuple[Path, str]:
        """The course file to work on and why it was chosen; `UsageError` when it cannot be told, or there is none."""
        if (chosen := self.choose_if_any(asked)) is None:
            raise UsageError("no offering in this folder; name a course file, or make one with `blueprint new`")
        return chosen

    def choose_if_any(self, asked: str | None) -> tuple[Path, str] | None:
        """The course file to work on and why it was chosen; None where none is asked for and there is no offering here.

        The reason is '' where it was named. Raises `UsageError` when it cannot be told which of several is meant.
        """
        if asked:
            return self._named_course(asked), ""
        if variable := os.environ.get(COURSE_VARIABLE):
            return self._named_course(variable), f"from ${COURSE_VARIABLE}"
        offerings = self.offerings()
        if len(offerings) == 1:
            return offerings[0], "the only offering here"
        if is_file(self.last_built) and (
            last := self.lookup(self.last_built.read_text("utf-8", "replace").strip(), "syllabi")
        ):
            return last, "built here last"
        if offerings:
            names = ", ".join(p.stem for p in offerings)
            raise UsageError(f"which course? Name one of: {names}")
        return None

    def _named_course(self, asked: str) -> Path:
        """The course file that was named; `UsageError` with the near one where there is none."""
        for spelling in _spellings(asked):
            if is_file(Path(spelling)):
                return Path(spelling).resolve()
        if path := self.lookup(asked, "syllabi"):
            return path
        courses = sorted(
            {
                path.stem
                for folder in self.folders("syllabi")
                for path in _yaml_files(folder)
                if _has_key(path, b"offering:", b"policies:")
            }
        )
        choice = f"known here: {', '.join(courses) or 'none'}"
        if _is_folder(Path(asked)):
            raise UsageError(f"`{asked}` is a folder; name a course file; {choice}")
        match = close_match(Path(asked).stem, courses)
        raise UsageError(f"there is no course file {quoted(asked)}; {f'did you mean `{match}`?' if match else choice}")


def _spellings(written: str) -> tuple[str, ...]:
    """The file names a name may mean: itself, with a YAML ending where it has none."""
    return (written,) if written.endswith((".yaml", ".yml")) else (written, f"{written}.yaml", f"{written}.yml")


def is_file(path: Path) -> bool:
    """True if there is such a file, as far as this person may see."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _yaml_files(folder: Path) -> list[Path]:
    """The YAML files of a folder, sorted; none where it cannot be read."""
    try:
        return sorted(p for p in folder.iterdir() if p.suffix in (".yaml", ".yml"))
    except (OSError, ValueError):
        return []


def _has_key(path: Path, *keys: bytes) -> bool:
    """True if a file has one of these keys (with their colon) at its top level."""
    try:
        return any(line.startswith(keys) for line in path.read_bytes().splitlines())
    except OSError:
        return False


def shown(path: Path) -> str:
    """A path as short as it can be typed from here."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return str(path)
