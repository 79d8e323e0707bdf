"""Folders and archives of strangers, read into `Contents`.

Whoever reads archives of strangers holds to three rules. Nothing is ever written to disk: a member is a path
and a way to read its bytes. Nothing is believed: sizes, counts and ratios that an archive claims are checked before
it is listed, and again while bytes are read. Nothing raises: an archive that cannot be used is `Contents` with a
reason, a member with a bad name or a bad kind is a fault of its own, so that in a class's download it costs the one
student it belongs to. The only exception is `Refused`, from reading a member.

Each member opens its file or archive anew. So a listing made in one process may be read by many forked from it, in any
order, and no two readers share a place in a file.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from autograder.intake.contents import (
    BROKEN,
    IGNORED_FOLDERS,
    MEGABYTE,
    NOTHING_IN_IT,
    STUDENT,
    Caps,
    Contents,
    Fault,
    Member,
    Opener,
    Refused,
    alike,
    bad_name,
    decoded,
    differs_in_case,
    excess,
    ignored_part,
    is_ignored,
    printable,
    read_up_to,
    reason_for,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LINK = "is a link"
TOO_MUCH = "more bytes unpacked than a hand-in may have"
_OVERHEAD = 64 * MEGABYTE
"""Bytes of headers and padding in a tar, beside those of its files."""
MOST_MARKS = 1024
"""Places in one gzip file from which unpacking can go on."""
LONGEST_HEADER = 16_384
"""Bytes of a header in a tar file; tools write 512, more only for long names."""
MOST_STREAMS = 100
"""Gzip streams in one file; tools write one, or a few when files were joined."""
_NO_ZIP_TIME = datetime(1980, 1, 1)
"""What a zip says whose tool wrote no time."""
_UNREADABLE = {
    b"Rar!\x1a\x07": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ\x00": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
}


def contents(path: Path, caps: Caps = STUDENT) -> Contents:
    """The contents of a folder or of an archive file; never raises."""
    try:
        if path.is_dir():
            return _checked(_folder_entries(path), caps)
        return _archive_contents(lambda: path.open("rb"), caps, 1)
    except (Refused, *BROKEN) as error:
        return Contents(refused=reason_for(error))


def contents_of_file(file: Path, path: str) -> Contents:
    """The contents that are one file, under the path given; never raises."""
    try:
        status = file.stat(follow_symlinks=False)
        return _checked([_Entry(path, status.st_size, _opener(file), _bad_kind(status.st_mode))], STUDENT)
    except (Refused, *BROKEN) as error:
        return Contents(refused=reason_for(error))


@dataclass(slots=True)
class Allowance:
    """The bytes that may still be unpacked for one student, to list what is in one archive after another.

    A packed tar can be listed only by unpacking it, also over the files in it that nobody reads.
    """

    left: int

    @classmethod
    def of(cls, caps: Caps) -> Allowance:
        """What one student may have: the bytes of files, and what a tar has beside them."""
        return cls(caps.total + _OVERHEAD)

    def spend(self, count: int) -> None:
        """Takes some bytes; raises Refused where they are not left."""
        self.left -= count
        if self.left < 0:
            raise Refused(TOO_MUCH)


def contents_of_member(member: Member, caps: Caps = STUDENT, allowance: Allowance | None = None) -> Contents:
    """The contents of an archive that is itself a member; one in an archive in an archive is refused. Never raises.

    `allowance` is shared with the other archives of the same student.
    """
    if member.depth > 1:
        return Contents(refused=f"`{printable(member.path)}` is an archive in an archive in an archive; pack it once")
    try:
        data = member.read(caps.nested)
        return _archive_contents(lambda: io.BytesIO(data), caps, member.depth + 1, allowance)
    except (Refused, *BROKEN) as error:
        return Contents(refused=reason_for(error))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file as a folder or archive lists it, before anything of that is believed; `packed` is -1 if not known."""

    path: str
    size: int
    open: Opener
    fault: str = ""
    packed: int = -1
    depth: int = 0
    changed: datetime | None = None


def _checked(entries: Iterable[_Entry], caps: Caps) -> Contents:
    """The contents that these entries are, each checked; raises Refused where there are too many."""
    members: list[Member] = []
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    ignored: dict[str, None] = {}
    for count, entry in enumerate(entries, 1):
        if count > caps.files:
            raise Refused(f"more than {caps.files} files")
        path = decoded(entry.path)
        if is_ignored(path):
            ignored[ignored_part(path)] = None
            continue
        key = path if caps.alike else alike(path)
        reason = bad_name(path) or entry.fault or _bad_size(entry, caps)
        if not reason and key in seen:
            reason = "stands there twice" if seen[key] == path else differs_in_case(seen[key])
        seen.setdefault(key, path)
        if reason:
            faults.append(Fault(path, reason, link=reason == _LINK))
        else:
            members.append(Member(path, entry.size, entry.open, entry.depth, entry.changed))
    refused = excess(members, caps)
    if not members and not faults and not ignored:
        refused = NOTHING_IN_IT
    return (
        Contents((), tuple(faults), refused) if refused else Contents(tuple(members), tuple(faults), "", tuple(ignored))
    )


def _bad_size(entry: _Entry, caps: Caps) -> str:
    """Why an entry's sizes cannot be accepted; empty where they can."""
    if entry.size < 0 or entry.size > caps.each:
        return f"claims to be larger than {caps.each // MEGABYTE} MB"
    if entry.packed >= 0 and entry.size > caps.small and entry.size > caps.ratio * max(entry.packed, 1):
        return f"unpacks to more than {caps.ratio} times its size"
    return ""


def _folder_entries(root: Path) -> Iterator[_Entry]:
    waiting = [""]
    folders = 0
    while waiting:
        folder = waiting.pop()
        folders += 1
        if folders > STUDENT.files:
            raise Refused(f"more than {STUDENT.files} folders")
        with os.scandir(root / folder) as entries:
            ordered = sorted(entries, key=lambda e: e.name)
        subfolders = []
        for entry in ordered:
            path = f"{folder}{entry.name}"
            if entry.is_dir(follow_symlinks=False) and entry.name not in IGNORED_FOLDERS:
                subfolders.append(f"{path}/")
                continue
            status = entry.stat(follow_symlinks=False)
            yield _Entry(path, status.st_size, _opener(root / path), _bad_kind(status.st_mode))
        waiting += reversed(subfolders)


def _opener(path: Path) -> Opener:
    # O_NOFOLLOW and O_NONBLOCK: what was a file when listed could be a link or a pipe when read.
    return lambda: os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def _bad_kind(mode: int) -> str:
    """Why a file of this mode is none to read; empty for an ordinary one, or where nothing is said."""
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        return _LINK
    return "" if kind in (0, stat.S_IFREG) else "is no ordinary file"


def _archive_contents(opener: Opener, caps: Caps, depth: int, allowance: Allowance | None = None) -> Contents:
    """The contents of an archive, whose kind its first bytes tell; raises Refused and what is in `BROKEN`."""
    with opener() as stream:
        head = stream.read(512)
    for magic, kind in _UNREADABLE.items():
        if head.startswith(magic):
            raise Refused(f"it is {kind}, which is not opened here; hand in a .zip or a .tar.gz")
    if not head:
        raise Refused("the file is empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06")):
        return _checked(_zip_entries(opener, caps, depth), caps)
    allowance = allowance or Allowance.of(caps)
    if head.startswith(b"\x1f\x8b"):
        return _checked(_tar_entries(partial(_gunzip, opener, []), caps, depth, allowance), caps)
    if head[257:262] == b"ustar":
        return _checked(_tar_entries(opener, caps, depth, allowance), caps)
    raise Refused("it is no archive: a .zip or a .tar.gz is expected")


def _zip_entries(opener: Opener, caps: Caps, depth: int) -> Iterator[_Entry]:
    with opener() as stream:
        # zipfile makes an object of each entry before it can be counted; at 46 bytes each, the directory's size bounds them.
        if _directory_size(stream) > caps.files * 256:
            raise Refused(f"more than {caps.files} files")
        infos = zipfile.ZipFile(stream).infolist()
        names = [_zip_name(info) for info in infos]
        for info, name in zip(infos, _with_slashes(names), strict=True):
            if name.endswith("/") and not bad_name(name.rstrip("/")):
                continue
            packed = _Packed(
                opener, info.header_offset, info.compress_type, info.compress_size, info.file_size, info.CRC
            )
            fault, changed = _zip_fault(info), _zip_time(info)
            yield _Entry(name, info.file_size, packed, fault, info.compress_size, depth, changed)


@dataclass(frozen=True, slots=True)
class _Packed:
    """Opens a member of a zip by where its header lies: reading the directory again would cost as much as listing."""

    opener: Opener
    at: int
    method: int
    packed: int
    size: int
    crc: int

    def __call__(self) -> IO[bytes]:
        stream = self.opener()
        try:
            stream.seek(self.at)
            header = stream.read(30)
            if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
                raise zipfile.BadZipFile("no header where the directory says")
            name, extra = struct.unpack_from("<HH", header, 26)
            stream.seek(self.at + 30 + name + extra)
            info = zipfile.ZipInfo()
            info.compress_type, info.compress_size, info.file_size = self.method, self.packed, self.size
            info.CRC = self.crc
            return cast("IO[bytes]", zipfile.ZipExtFile(stream, "r", info, None, True))
        except BaseException:
            stream.close()
            raise


def _with_slashes(names: list[str]) -> list[str]:
    """The names with slashes for backslashes, if no name has a slash: some programs of Windows write paths so."""
    if any("/" in name for name in names):
        return names
    return [name.replace("\\", "/") for name in names]


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name of a zip's entry as packed, not cut at a NUL; macOS writes UTF-8 without the flag that says so."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return _from_here(name)


def _from_here(name: str) -> str:
    """The name without the `./` with which some tools begin it."""
    return re.sub(r"\A(?:\./)+", "", name)


def _zip_fault(info: zipfile.ZipInfo) -> str:
    """Why an entry of a zip cannot be read; empty where it can."""
    if info.flag_bits & 0x41:
        return "is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed with a method that is not opened here"
    if info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size:
        return "claims two sizes"
    return _bad_kind(info.external_attr >> 16)


def _zip_time(info: zipfile.ZipInfo) -> datetime | None:
    """When an entry of a zip was changed; None where it says nothing, the first moment that a zip can tell, or no time."""
    with contextlib.suppress(ValueError):
        changed = datetime(*info.date_time)
        return changed if changed > _NO_ZIP_TIME else None
    return None


def _tar_time(info: tarfile.TarInfo) -> datetime | None:
    """When an entry of a tar was changed; None where it says nothing, or no time."""
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(info.mtime, UTC).replace(tzinfo=None) if info.mtime > 0 else None
    return None


def _directory_size(stream: IO[bytes]) -> int:
    """The bytes that a zip's directory claims to have; 0 where there is none, which zipfile then refuses."""
    length = stream.seek(0, io.SEEK_END)
    start = max(0, length - 66_000)
    stream.seek(start)
    tail = stream.read(66_000)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return 0
    size = int(struct.unpack_from("<L", tail, at + 12)[0])
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        stream.seek(min(struct.unpack_from("<Q", tail, at - 12)[0], length))
        record = stream.read(56)
        if len(record) == 56:
            size = max(size if size != 0xFFFFFFFF else 0, int(struct.unpack_from("<Q", record, 40)[0]))
    # The directory may not be larger than its file; a claim beyond that is one of the lies zipfile refuses itself.
    return size if size <= length else 0


def _tar_entries(opener: Opener, caps: Caps, depth: int, allowance: Allowance) -> Iterator[_Entry]:
    with opener() as stream, tarfile.open(fileobj=_Metered(stream, allowance), mode="r:") as archive:
        last, count = -1, 0
        while (info := archive.next()) is not None:
            count += 1
            if count > 2 * caps.files:
                raise Refused(f"more than {caps.files} files and folders")
            archive.members.clear()  # type: ignore[attr-defined]  # it keeps every entry it has seen
            if info.offset <= last:
                raise Refused("its entries go in a circle")
            last = info.offset
            if info.isdir():
                continue
            fault = "" if info.isreg() else _LINK if info.issym() or info.islnk() else "is no ordinary file"
            fault = "is a sparse file" if info.issparse() else fault
            window = partial(_window, opener, info.offset_data, info.size)
            yield _Entry(_from_here(info.name), info.size, window, fault, -1, depth, _tar_time(info))


class _Gunzip(io.RawIOBase):
    """The bytes in a gzip file, unpacked from the last mark before the place that is asked for.

    A mark is a place in the unpacked bytes, the place in the file it is unpacked from, and the unpacker's state there
    (40 kB). Readers of one file share its marks, so that a member far back in a class's archive is found at once.
    """

    def __init__(self, opener: Opener, marks: list[tuple[int, int, Any]]) -> None:
        if not marks:
            marks.append((0, 0, zlib.decompressobj(31)))
        self._file, self._marks = opener(), marks
        self._every = MEGABYTE
        self._go_to(marks[0])

    def _go_to(self, mark: tuple[int, int, Any]) -> None:
        self._at, place, state = mark
        self._state, self._packed = state.copy(), b""
        self._streams = 0
        self._file.seek(place)

    def _mark(self) -> None:
        if self._at < self._marks[-1][0] + self._every:
            return
        if len(self._marks) >= MOST_MARKS:
            del self._marks[1::2]
            self._every *= 2
        else:
            self._marks.append((self._at, self._file.tell() - len(self._packed), self._state.copy()))

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = b""
        while view and not data:
            if self._state.eof and not self._next_stream():
                return 0
            self._packed = self._packed or self._file.read(1 << 16)
            before = len(self._packed)
            data = self._state.decompress(self._packed, len(view))
            self._packed = self._state.unconsumed_tail
            if not data and not before and not self._state.eof:
                raise EOFError("a gzip file that ends early")
        view[: len(data)] = data
        self._at += len(data)
        if not self._state.eof:
            self._mark()
        return len(data)

    def _next_stream(self) -> bool:
        """True if another stream follows the one that has ended, and is begun; zeros may stand between."""
        rest = self._state.unused_data
        while not (rest := rest.lstrip(b"\0")):
            if not (rest := self._file.read(1 << 16)):
                return False
        self._streams += 1
        if self._streams > MOST_STREAMS:
            raise Refused("a gzip file of too many parts")
        self._state, self._packed = zlib.decompressobj(31), rest
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or offset < 0:
            raise ValueError("only places from the start")
        mark = self._marks[bisect_right(self._marks, offset, key=lambda m: m[0]) - 1]
        if not mark[0] <= self._at <= offset:
            self._go_to(mark)
        while self._at < offset and self.read(min(offset - self._at, 1 << 16)):
            pass
        return self._at

    def tell(self) -> int:
        return self._at

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()


def _gunzip(opener: Opener, marks: list[tuple[int, int, Any]]) -> IO[bytes]:
    # Buffered, because tarfile steps back by one byte before each entry.
    return io.BufferedReader(_Gunzip(opener, marks), 1 << 16)


class _Metered(io.RawIOBase):
    """A tar while its headers are read; to go beyond what may be unpacked is refused, so that a bomb stops there."""

    def __init__(self, stream: IO[bytes], allowance: Allowance) -> None:
        self._stream, self._allowance = stream, allowance
        self._furthest = 0

    def _reach(self, place: int) -> None:
        """Takes what must be unpacked to come to a place."""
        if place > self._furthest:
            self._allowance.spend(place - self._furthest)
            self._furthest = place

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            raise Refused(TOO_MUCH)
        self._reach(self._stream.tell() + size)
        data = read_up_to(self._stream, size) if size <= LONGEST_HEADER else b""
        # Older tarfile takes time with the square of such a run.
        if size > LONGEST_HEADER or (size > 512 and re.search(rb"\d{100}", data)):
            raise Refused("an entry with a header that no tool writes")
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or offset < 0:
            raise Refused("an entry that claims more bytes than an archive may hold")
        self._reach(offset)
        return self._stream.seek(offset)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


class _Window(io.RawIOBase):
    """The bytes of one member of a tar archive."""

    def __init__(self, stream: IO[bytes], start: int, size: int) -> None:
        self._stream, self._left = stream, size
        stream.seek(start)

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._stream.read(min(self._left, len(view))) if self._left else b""
        view[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._stream.close()
        super().close()


def _window(opener: Opener, start: int, size: int) -> IO[bytes]:
    stream = opener()
    try:
        return io.BufferedReader(_Window(stream, start, size))
    except BaseException:
        stream.close()
        raise
