"""Write down the libraries of the environment that runs this: `python tests/newest/lock.py requirements-newest.lock`."""

from __future__ import annotations

import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {"course-blueprint", "pip", "setuptools"}


def installed() -> list[str]:
    """Each library with its version, as pip takes it, in the order of their names."""
    found = {re.sub(r"[-_.]+", "-", one.name).lower(): one.version for one in importlib.metadata.distributions()}
    return [f"{name}=={version}" for name, version in sorted(found.items()) if name not in _NOT_OURS]


def oldest_python() -> tuple[int, int]:
    """The oldest Python that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    major, minor = project["requires-python"].removeprefix(">=").split(".")
    return int(major), int(minor)


def main(path: Path) -> None:
    """Write the file, unless a newer Python may have chosen libraries that the oldest cannot install."""
    if sys.version_info[:2] != oldest_python():
        print(f"{path} stays as it is: only Python {'.'.join(map(str, oldest_python()))} writes what all can install")
        return
    path.write_text("".join(f"{line}\n" for line in installed()), "utf-8")
    print(f"wrote {path}: commit it if `git diff` shows a change")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
