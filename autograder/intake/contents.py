"""The files of a hand-in as members under caps, wherever they come from: names, sizes, and a way to read the bytes.

Nothing that a folder or archive says is believed: names and sizes are checked when it is listed (`autograder.intake.archive`),
sizes again when bytes are read. Nothing is ever written to disk. What cannot be used raises `Refused` where it is read;
in a listing it is a `Fault`, or the reason why nothing of it can be used.
"""

from __future__ import annotations

import re
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

Opener = Callable[[], IO[bytes]]
MEGABYTE = 1_000_000
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".rar", ".7z", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
# Folders whose content is nobody's work; a virtual environment is full of links, and they must not refuse a student.
_TOOLS = """.git .hg .venv venv env .tox .nox site-packages node_modules __MACOSX __pycache__ .ipynb_checkpoints
.virtual_documents .pytest_cache .mypy_cache .ruff_cache .idea .vscode"""
IGNORED_FOLDERS = frozenset(_TOOLS.split())
_IGNORED_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
# What the standard library raises on hostile bytes, across Python versions.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    LookupError,
    ArithmeticError,
    MemoryError,
)


class Refused(Exception):
    """A member or an archive cannot be used; the message is for the person who handed it in."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Caps for one archive or folder; sizes in bytes, ratio of unpacked to packed for members over `small`."""

    files: int = 20_000
    each: int = 256 * MEGABYTE
    total: int = 1_000 * MEGABYTE
    ratio: int = 200
    small: int = 4 * MEGABYTE
    nested: int = 128 * MEGABYTE
    """Bytes of a student's archive inside a download; it is held in memory while its student is read."""
    seconds: float = 30.0
    """Processor time in which one student's files, of all attempts together, are listed, unpacked and looked at."""
    alike: bool = False
    """Whether names may differ in case alone: they may where they are several people's."""


STUDENT = Caps()
CLASS = Caps(files=2_000_000, each=1_000 * MEGABYTE, total=200_000 * MEGABYTE, alike=True)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a hand-in: its path with `/`, the bytes it claims to hold, and how many archives it lies in.

    `changed` is when it was last changed, as its archive says it: good to compare a student's own files with each other,
    and for nothing else, for anybody can set it. A file on a disk has none: to copy it changes it.
    """

    path: str
    size: int
    open: Opener
    depth: int = 0
    changed: datetime | None = None

    def head(self, count: int) -> bytes:
        """The first bytes, at most `count`; raises Refused."""
        try:
            with self.open() as stream:
                return read_up_to(stream, min(count, self.size))
        except BROKEN as error:
            raise Refused(f"`{printable(self.path)}` cannot be read: {reason_for(error)}") from error

    def read(self, limit: int) -> bytes:
        """All bytes; raises Refused over `limit`, and when the real size is not the claimed one."""
        if self.size > limit:
            raise Refused(f"`{printable(self.path)}` is larger than {limit // MEGABYTE} MB")
        try:
            with self.open() as stream:
                data = read_up_to(stream, self.size + 1)
        except BROKEN as error:
            raise Refused(f"`{printable(self.path)}` cannot be read: {reason_for(error)}") from error
        if len(data) != self.size:
            raise Refused(f"`{printable(self.path)}` is not as long as its archive says")
        return data


@dataclass(frozen=True, slots=True)
class Fault:
    """A member that is refused, and why; a link costs only itself, for it was never more than a name."""

    path: str
    reason: str
    link: bool = False


NOTHING_IN_IT = "nothing is in it"
"""Why an empty folder or archive cannot be used."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The members in their order, the faults of others, and why nothing can be used at all (empty when it can).

    `ignored` are the files and folders that a tool or a system left, each named once.
    """

    members: tuple[Member, ...] = ()
    faults: tuple[Fault, ...] = ()
    refused: str = ""
    ignored: tuple[str, ...] = ()


def excess(members: Sequence[Member], caps: Caps = STUDENT) -> str:
    """Why these members are too many or too large together, in words; empty when they are not."""
    if len(members) > caps.files:
        return f"more than {caps.files} files"
    if sum(member.size for member in members) > caps.total:
        return f"more than {caps.total // MEGABYTE} MB unpacked"
    return ""


def readable_head(member: Member, count: int) -> bytes:
    """The first bytes of a member, at most `count`; none where it cannot be read."""
    try:
        return member.head(count)
    except Refused:
        return b""


def is_archive(path: str) -> bool:
    """True if a name is that of an archive, also of a kind that is refused."""
    return path.lower().endswith(SUFFIXES)


def is_ignored(path: str) -> bool:
    """True if a file was left by a tool or system: caches, environments, checkpoints, what macOS adds."""
    name = path.rsplit("/", 1)[-1]
    return name in _IGNORED_FILES or name.startswith("._") or not IGNORED_FOLDERS.isdisjoint(path.split("/"))


def ignored_part(path: str) -> str:
    """The beginning of an ignored path, up to the folder for which it is ignored: `ana/.git` of `ana/.git/config`."""
    parts = path.split("/")
    end = next((place for place, part in enumerate(parts) if part in IGNORED_FOLDERS), len(parts) - 1)
    return "/".join(parts[: end + 1])


def printable(path: str) -> str:
    """The path as people may see it: control characters, line ends and writing-direction marks escaped, long ones cut."""
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in path.replace("`", "'"))
    return text if len(text) <= 160 else text[:79] + "…" + text[-80:]


def decoded(name: str) -> str:
    """The name with bytes that are no text spelled out, as `<FF>`; the system hands them on as lone surrogates.

    Spelled out, two such names stay two.
    """
    return name if name.isascii() else re.sub("[\ud800-\udfff]", lambda match: f"<{ord(match[0]) & 0xFF:02X}>", name)


def alike(path: str) -> str:
    """The path without what a file system may not tell apart: case, and the way in which accents are written."""
    return unicodedata.normalize("NFC", path).casefold()


def differs_in_case(other: str) -> str:
    """Why a path may not stand beside another one in one student's hand-in."""
    return f"has a name that differs from `{printable(other)}` only in case"


def bad_name(path: str) -> str:
    """Why a path may not stand in a hand-in; empty for a good one. Control characters are odd, yet harmless."""
    if "\\" in path:
        return "has a backslash in its name"
    if "\0" in path:
        return "has a NUL in its name"
    if path.startswith("/"):
        return "has an absolute path"
    if re.match(r"[A-Za-z]:", path):
        return "has a drive letter in its path"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "has a path with `.` or `..` or an empty part"
    return "has a name that is too long" if len(path) > 1_000 else ""


def read_up_to(stream: IO[bytes], count: int) -> bytes:
    """Up to `count` bytes, read in pieces: a member that unpacks without end is left where it says it ends."""
    pieces = []
    while count > 0 and (piece := stream.read(min(count, 1 << 16))):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def reason_for(error: BaseException) -> str:
    """The error in words for the person who handed it in."""
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return "the archive is broken"
