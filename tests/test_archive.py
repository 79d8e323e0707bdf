"""Archives of strangers: what may be a member, what is refused, and that bombs stop while they are read."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import random
import re
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake.archive import Allowance, contents, contents_of_member
from autograder.intake.contents import Caps, Contents, Member, Refused, bad_name, printable


def listed(tmp_path: Path, data: bytes, caps: Caps | None = None) -> Contents:
    path = tmp_path / "hand-in"
    path.write_bytes(data)
    return contents(path, caps or Caps())


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def tarred(entries: list[tarfile.TarInfo], pack: bool = True) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz" if pack else "w:") as archive:
        for entry in entries:
            archive.addfile(entry, io.BytesIO(b"x" * entry.size))
    return target.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, "/etc/passwd"
    return info


FILES = {"a/b.py": b"print(1)\n" * 50, "c.ipynb": b"{}", "leer": b""}


@pytest.mark.parametrize("pack", ["zip", "stored", "tar", "tar.gz", "folder"])
def test_members_hold_what_was_packed(tmp_path: Path, pack: str) -> None:
    """Paths, sizes and bytes of members are those of the files, in every kind of hand-in."""
    root = tmp_path / "hand-in"
    if pack == "folder":
        (root / "a").mkdir(parents=True)
        for name, data in FILES.items():
            (root / name).write_bytes(data)
    elif pack in ("zip", "stored"):
        root.write_bytes(zipped(FILES, zipfile.ZIP_DEFLATED if pack == "zip" else zipfile.ZIP_STORED))
    else:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w:gz" if pack == "tar.gz" else "w:") as archive:
            for name, data in FILES.items():
                info = tarfile.TarInfo(f"./{name}")
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        root.write_bytes(target.getvalue())
    found = contents(root)
    assert not found.refused
    assert not found.faults
    assert {m.path: (m.size, m.read(10_000)) for m in found.members} == {n: (len(d), d) for n, d in FILES.items()}
    assert {m.path: m.head(5) for m in reversed(found.members)} == {n: d[:5] for n, d in FILES.items()}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/passwd", "absolute"),
        ("../x.py", "`..`"),
        ("a/../../x.py", "`..`"),
        ("a//x.py", "empty part"),
        ("C:x.py", "drive letter"),
        ("a\\b.py", "backslash"),
        ("a\0.py", "NUL"),
        ("x" * 1001, "too long"),
    ],
)
def test_names_that_leave_the_folder_are_faults(name: str, reason: str) -> None:
    """A path that could leave the hand-in's folder, on any system, is refused."""
    assert reason in bad_name(name)


@pytest.mark.parametrize("pack", ["zip", "stored", "tar", "tar.gz", "folder"])
def test_forked_readers_do_not_disturb_each_other(tmp_path: Path, pack: str) -> None:
    """What one process has listed, several forked from it read at the same time, each in its own order."""
    noise = random.Random(7)
    files = {f"s{n}/x.py": noise.randbytes(40_000 + n) for n in range(40)}
    root = tmp_path / "hand-in"
    if pack == "folder":
        for name, data in files.items():
            (root / name).parent.mkdir(parents=True)
            (root / name).write_bytes(data)
    elif pack in ("zip", "stored"):
        root.write_bytes(zipped(files, zipfile.ZIP_DEFLATED if pack == "zip" else zipfile.ZIP_STORED))
    else:
        with tarfile.open(root, "w:gz" if pack == "tar.gz" else "w") as archive:
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    members = list(contents(root).members)
    assert len(members) == len(files)
    children = []
    for seed in range(4):
        if not (child := os.fork()):
            random.Random(seed).shuffle(members)
            wrong = any(member.read(100_000) != files[member.path] for member in members * 3)
            os._exit(int(wrong))
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4


def test_gzip_is_read_from_its_marks(tmp_path: Path) -> None:
    """Members of a gzip are found far in and far back, also where it consists of several streams and ends in zeros."""
    noise = random.Random(7)
    files = {f"{n:02}.bin": noise.randbytes(300_000) + b"0" * 700_000 for n in range(12)}
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    plain = target.getvalue()
    parts = [gzip.compress(plain[at : at + 3_333_333], 1) for at in range(0, len(plain), 3_333_333)]
    found = listed(tmp_path, b"".join(parts) + bytes(700))
    assert not found.refused
    for member in [*reversed(found.members), *found.members]:
        assert member.read(2_000_000) == files[member.path]


@pytest.mark.parametrize(
    "packed",
    [
        lambda: gzip.compress(b"") * 5000,
        lambda: gzip.compress(b"".join(entry(f"{n}", tarfile.DIRTYPE).tobuf() for n in range(60_000)), 1),
        lambda: entry("p", tarfile.XHDTYPE, 15_000).tobuf() + b"1" * 15_360,
        lambda: entry("p", tarfile.XHDTYPE, 900_000).tobuf() + b"1" * 900_096,
    ],
    ids=["streams", "folders", "digits", "long header"],
)
def test_tar_that_would_stall_is_refused(tmp_path: Path, packed: Callable[[], bytes]) -> None:
    """Headers, streams and folders without end are refused while they are listed."""
    assert re.search("too many parts|files and folders|no tool writes", listed(tmp_path, packed()).refused)


def test_name_cut_at_a_nul_is_not_believed(tmp_path: Path) -> None:
    """A zip's name with a NUL is refused, though zipfile would show only what stands before it."""
    data = zipped({"a.pyX.py": b"x", "b.py": b"x"}).replace(b"a.pyX.py", b"a.py\0.py")
    found = listed(tmp_path, data)
    assert [f.reason for f in found.faults] == ["has a NUL in its name"]
    assert [m.path for m in found.members] == ["b.py"]


def test_utf8_names_without_their_flag_are_read(tmp_path: Path) -> None:
    """Names that macOS packs as UTF-8 without saying so keep their letters."""
    data = zipped({"XXXX.py": b"x"}).replace(b"XXXX", "éü".encode())
    assert [m.path for m in listed(tmp_path, data).members] == ["éü.py"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.SYMTYPE, "is a link"),
        (tarfile.LNKTYPE, "is a link"),
        (tarfile.FIFOTYPE, "is no ordinary file"),
        (tarfile.CHRTYPE, "is no ordinary file"),
    ],
)
def test_links_and_special_files_are_faults(tmp_path: Path, kind: bytes, reason: str) -> None:
    """Whatever is no ordinary file is refused by its kind."""
    found = listed(tmp_path, tarred([entry("bad", kind), entry("good.py", size=3)]))
    assert [(f.path, f.reason) for f in found.faults] == [("bad", reason)]
    assert [m.read(9) for m in found.members] == [b"xxx"]


def test_pipe_in_a_folder_does_not_block(tmp_path: Path) -> None:
    """A named pipe in a folder is a fault; nothing waits for its other end."""
    os.mkfifo(tmp_path / "pipe")
    assert [f.reason for f in contents(tmp_path).faults] == ["is no ordinary file"]


def test_file_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    """A member replaced by a link after it was listed cannot be read."""
    (tmp_path / "a.py").write_text("x")
    member = contents(tmp_path).members[0]
    (tmp_path / "a.py").rename(tmp_path / "of the same size")
    (tmp_path / "a.py").symlink_to("of the same size")
    with pytest.raises(Refused):
        member.read(100)


def test_file_that_grew_is_refused(tmp_path: Path) -> None:
    """A member longer than when it was listed is not cut to its old size."""
    (tmp_path / "a.py").write_text("x = 1")
    member = contents(tmp_path).members[0]
    (tmp_path / "a.py").write_text("x = 12")
    with pytest.raises(Refused, match="not as long"):
        member.read(100)


def test_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    """A member that unpacks to more than 200 times its size is refused before it is read."""
    found = listed(tmp_path, zipped({"bomb.ipynb": b"0" * 20_000_000, "small": b"0" * 10_000}))
    assert [f.reason for f in found.faults] == ["unpacks to more than 200 times its size"]
    assert [m.path for m in found.members] == ["small"]


@pytest.mark.parametrize("claimed", [10, 3_000_000])
def test_member_of_another_size_than_claimed_is_refused(tmp_path: Path, claimed: int) -> None:
    """A member whose directory entry lies about its size is refused while it is read, without unpacking it all."""
    data = bytearray(zipped({"a.py": b"0" * 1_000_000}))
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, claimed)
    member = listed(tmp_path, bytes(data)).members[0]
    with pytest.raises(Refused):
        member.read(10_000_000)


def test_gzip_bomb_stops_while_it_is_listed(tmp_path: Path) -> None:
    """A tar entry that claims, and a gzip that unpacks to, more than the cap costs neither memory nor time."""
    head = entry("bomb", size=500_000_000).tobuf()
    data = gzip.compress(head + b"\0" * 200_000_000, compresslevel=1)
    tracemalloc.start()
    found = listed(tmp_path, data, Caps(total=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "more bytes unpacked" in found.refused
    assert peak < 5_000_000


def test_archives_of_one_student_share_what_may_be_unpacked() -> None:
    """Packed tars of files that nobody reads cost time to list: all of one student's together may not go beyond the cap."""
    head = entry("__MACOSX/x", size=10_240_000).tobuf()
    data = gzip.compress(head + b"\0" * 10_240_000 + entry("a.py").tobuf() + b"\0" * 1024, compresslevel=1)
    member = Member("work.tar.gz", len(data), lambda: io.BytesIO(data))
    allowance = Allowance(25_000_000)
    found = [contents_of_member(member, Caps(), allowance) for _ in range(4)]
    assert [[one.path for one in each.members] for each in found] == [["a.py"], ["a.py"], [], []]
    assert "more bytes unpacked" in found[2].refused


def test_long_name_of_a_tar_is_not_read_without_end(tmp_path: Path) -> None:
    """A header that claims a name of gigabytes is refused without reading it."""
    head = entry("././@LongLink", tarfile.GNUTYPE_LONGNAME, size=4_000_000_000).tobuf(tarfile.GNU_FORMAT)
    assert "unpacked" in listed(tmp_path, head + b"x" * 10_000).refused


def test_tar_that_goes_in_a_circle_ends(tmp_path: Path) -> None:
    """An entry of negative size, which leads back to an earlier one, is refused instead of being listed for ever."""
    head = bytearray(entry("a").tobuf(tarfile.GNU_FORMAT))
    head[124:136] = (-2048).to_bytes(12, "big", signed=True)
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    circle = tarred([entry("c"), entry("b", size=600)], pack=False)[:2048] + bytes(head) + bytes(1024)
    assert "circle" in listed(tmp_path, circle).refused


def test_too_many_or_too_much_is_refused(tmp_path: Path) -> None:
    """Caps on the number of files and on their sum refuse the archive as a whole."""
    many = zipped({f"{n}.py": b"x" for n in range(30)})
    assert listed(tmp_path, many, Caps(files=29)).refused == "more than 29 files"
    assert not listed(tmp_path, many, Caps(files=30)).refused
    assert listed(tmp_path, many, Caps(total=29, files=99)).refused == "more than 0 MB unpacked"
    assert listed(tmp_path, many, Caps(files=2)).refused == "more than 2 files"
    assert listed(tmp_path, tarred([entry(f"{n}") for n in range(30)]), Caps(files=29)).refused


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"BZh91AY", "bzip2"),
        (b"%PDF-1.7", "no archive"),
        (b"PK\x03\x04 nothing more", "broken"),
        (zipped({}), "nothing is in it"),
        (zipped({"a": b"x"})[:-30], "broken"),
        (gzip.compress(b"no tar"), "broken"),
        (gzip.compress(b"x" * 99)[:20], "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:4].hex(),  # an archive holds the time of day
)
def test_what_cannot_be_opened_is_refused_in_words(tmp_path: Path, data: bytes, reason: str) -> None:
    """Other packers, broken and empty archives are refused with what they are."""
    assert reason in listed(tmp_path, data).refused


def test_zip64_lie_is_refused(tmp_path: Path) -> None:
    """A zip64 record that claims billions of entries is refused."""
    data = zipped({"a": b"x"})
    end = data.index(b"PK\x05\x06")
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 2**40, 2**40, 2**40, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    tail = data[end : end + 8] + b"\xff" * 12 + data[end + 20 :]
    assert listed(tmp_path, data[:end] + record + locator + tail).refused


def test_third_archive_is_refused() -> None:
    """An archive in a student's archive in a download is not opened."""
    innermost = zipped({"a.py": b"x"})
    outer = Member("b.zip", len(innermost), lambda: io.BytesIO(innermost), depth=1)
    assert [m.depth for m in contents_of_member(outer).members] == [2]
    deeper = Member("b.zip", len(innermost), lambda: io.BytesIO(innermost), depth=2)
    assert "in an archive" in contents_of_member(deeper).refused


def test_names_are_shown_without_control_characters() -> None:
    """Escapes, line ends and writing-direction marks are spelled out, letters of any script stay."""
    assert printable("é\n\x1b[31m\u202e`") == "é\\n\\x1b[31m\\u202e'"
    assert len(printable("x" * 5000)) <= 160


SEEDS = [zipped(FILES), tarred([entry("a", size=700), entry("b")], pack=False), tarred([entry("a", size=30)])]


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=8)), max_size=6))
def test_any_bytes_never_raise(seed: bytes, edits: list[tuple[int, bytes]]) -> None:
    """An archive damaged anywhere is read or refused; a member read gives as many bytes as it claims."""
    data = bytearray(seed)
    for at, new in edits:
        at %= len(data)
        data[at : at + len(new)] = new
    found = contents_of_member(Member("x", len(data), lambda: io.BytesIO(bytes(data))))
    assert found.refused or found.members or found.faults
    for member in found.members:
        assert not bad_name(member.path)
        with contextlib.suppress(Refused):
            assert len(member.read(1_000_000)) == member.size
