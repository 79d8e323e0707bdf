"""Nothing has changed since the last complete build, told without reading the course.

A stamp holds the hash of every file the build read, the paths it looked for and did not find, the names of the YAML
files in the folders it searched, the hashes of program, Python and installed packages, and the hash of every output.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from blueprint.freshness import StampFile, program, sha256


class BuildStamp:
    """The stamp of a course's build folder. Made before anything is read."""

    def __init__(self, folder: Path, course_file: Path) -> None:
        self._folder = folder
        # Messages name files as seen from the current folder, so another one asks for another stamp.
        asked = {
            "course": str(course_file),
            "from": str(Path.cwd()),
            "program": program(("blueprint", "generator"), sha_of),
        }
        self._file = StampFile(folder / ".cache" / "stamp", asked)

    def fresh(self) -> dict[str, str] | None:
        """The texts the last complete build left to print, if nothing has changed since; else None."""
        try:
            stamp = self._file.content()
            unchanged = (
                stamp is not None
                and all(sha_of(path) == sha for path, sha in stamp["read"].items())
                and not any(os.path.isfile(path) for path in stamp["absent"])  # noqa: PTH113 -- cheaper than a Path each
                and all(_names_in(folder) == names for folder, names in stamp["searched"].items())
                and all(sha_of(self._folder / path) == sha for path, sha in stamp["outputs"].items())
            )
            return dict(stamp["texts"]) if stamp is not None and unchanged else None
        except (OSError, ValueError, KeyError):
            return None

    def read(self, files: Sequence[Path]) -> dict[str, str] | None:
        """The hashes of files that have just been read; None if one may have changed since the stamp was made."""
        try:
            states = [path.stat() for path in files]
            if any(self._file.changed_since(max(state.st_mtime_ns, state.st_ctime_ns)) for state in states):
                return None
            return {str(path): sha_of(path) for path in files}
        except OSError:
            return None

    @staticmethod
    def searched(folders: Iterable[Path]) -> dict[str, str]:
        """Folder that is about to be searched for YAML files -> a hash of their names."""
        return {str(folder): _names_in(str(folder)) for folder in folders}

    def write(
        self,
        read: Mapping[str, str] | None,
        absent: Iterable[Path],
        searched: Mapping[str, str],
        made: Mapping[str, str],
        kept: Mapping[str, str],
        texts: Mapping[str, str],
    ) -> None:
        """Remember a complete build: what it read, made, and kept of hand-edited files, and the texts to print if nothing changes."""
        if read is None:
            return
        from blueprint.build_folder import MANIFEST

        others = {MANIFEST, *kept, *kept.values()} - {""}
        try:
            outputs = {**made, **{path: sha_of(self._folder / path) for path in others}}
        except OSError:
            return  # without a stamp the next build looks at every task
        self._file.write(
            {
                "read": dict(read),
                "absent": sorted(map(str, absent)),
                "searched": dict(searched),
                "outputs": outputs,
                "texts": dict(texts),
            }
        )


def sha_of(path: str | Path) -> str:
    """The hash of a file's content; raises OSError."""
    with open(path, "rb") as file:
        return sha256(file.read())


def _names_in(folder: str) -> str:
    """A hash of the paths of the YAML files below a folder; of nothing where there is no such folder."""
    paths = (f"{place}/{name}" for place, _, names in os.walk(folder) for name in names if name.endswith(".yaml"))
    return sha256("\n".join(sorted(paths)).encode("utf-8", "surrogateescape"))
