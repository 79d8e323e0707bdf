"""Each folder in `cases/submissions` is a hand-in; what is made of it must be what `expect.txt` says.

`listing.txt` says what is handed in:

    Two students in a Canvas download.      what the case shows, in a sentence
    pack: zip                               `folder`, `zip`, `tar` or `tar.gz`

    @ bo_9002_55017_tensor.ipynb            a file; `<U+000A>` in a name is a character
    @ ada_9001_55010_work.zip > a/b.py      a file in an archive that is a file
    @ a.py link to /etc/passwd              a link
    @ a.py encrypted                        an encrypted entry of a zip
    @ a.py huge                             an entry that claims two gigabytes
     line                                   the lines of the file; a `.ipynb` is made of its cells, between `%%` lines

`pytest --rewrite-cases` writes `expect.txt` anew; read the difference before keeping it.
"""

from __future__ import annotations

import io
import json
import re
import stat
import struct
import tarfile
import warnings
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.archive import Member
from autograder.lms import reader
from autograder.submission import chosen, download, submission

CASES = Path(__file__).parent / "cases" / "submissions"
NAMES = sorted(folder.name for folder in CASES.iterdir())
_CHARACTER = re.compile(r"<U\+([0-9A-F]{4,6})>")


@dataclass
class File:
    path: str
    data: bytes = b""
    link: str = ""
    encrypted: bool = False
    huge: bool = False
    inner: list[File] = field(default_factory=list)


def read_case(folder: Path) -> tuple[str, list[File]]:
    head, *rest = re.split(r"^@ ", (folder / "listing.txt").read_text("utf-8"), flags=re.MULTILINE)
    title, *lines = head.strip().splitlines()
    assert title.endswith("."), f"{folder.name}: the first line says in a sentence what the case shows"
    said = dict(line.split(": ", 1) for line in lines)
    files: list[File] = []
    for text in rest:
        place, *body = text.rstrip("\n").split("\n")
        *archives, last = place.split(" > ")
        siblings = files
        for archive in archives:
            if not siblings or siblings[-1].path != archive:
                siblings.append(File(archive))
            siblings = siblings[-1].inner
        siblings.append(read_file(last, [line[1:] for line in body]))
    return said.get("pack", "folder"), files


def read_file(place: str, lines: list[str]) -> File:
    path, _, link = place.partition(" link to ")
    encrypted, huge = path.endswith(" encrypted"), path.endswith(" huge")
    path = path.removesuffix(" encrypted").removesuffix(" huge")
    text = "\n".join(lines)
    if path.endswith(".ipynb") and text:
        cells: list[dict[str, Any]] = [
            {"cell_type": "code", "metadata": {}, "source": c.strip("\n")} for c in re.split("^%%$", text, flags=re.M)
        ]
        text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    path, text = (_CHARACTER.sub(lambda m: chr(int(m[1], 16)), said) for said in (path, text))
    return File(path, text.encode(), link, encrypted, huge)


def zipped(files: list[File]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of duplicate names, which some cases are about
        for file in files:
            info = zipfile.ZipInfo(file.path)
            info.external_attr = (stat.S_IFLNK | 0o777 if file.link else stat.S_IFREG | 0o644) << 16
            archive.writestr(info, file.link or packed(file), zipfile.ZIP_DEFLATED)
    data = bytearray(target.getvalue())
    at = 0
    for file in files:
        at = data.index(b"PK\x01\x02", at) + 4
        if file.encrypted:
            data[at + 4] |= 1
        if file.huge:
            struct.pack_into("<L", data, at + 20, 2_000_000_000)
    return bytes(data)


def tarred(files: list[File], mode: str) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:  # type: ignore[call-overload]
        for file in files:
            info = tarfile.TarInfo(file.path)
            info.size = 0 if file.link else len(packed(file))
            info.type, info.linkname = (tarfile.SYMTYPE, file.link) if file.link else (tarfile.REGTYPE, "")
            archive.addfile(info, io.BytesIO(packed(file)))
    return target.getvalue()


def packed(file: File) -> bytes:
    if not file.inner:
        return file.data
    return zipped(file.inner) if file.path.endswith(".zip") else tarred(file.inner, "w:gz")


def handed_in(pack: str, files: list[File], root: Path) -> Path:
    if pack != "folder":
        path = root / f"hand-in.{pack}"
        path.write_bytes(zipped(files) if pack == "zip" else tarred(files, "w:gz" if pack == "tar.gz" else "w"))
        return path
    for file in files:
        path = root / "hand-in" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.link:
            path.symlink_to(file.link)
        else:
            path.write_bytes(packed(file))
    return root / "hand-in"


def told(path: Path) -> str:
    """What is made of a hand-in, as text."""
    found = download(path)
    lines = [f"refused: {found.refused}"] if found.refused else []
    lines += [f"note: {note}" for note in found.notes]
    for hand_in in found.students:
        name = f" {hand_in.name}" if hand_in.name else ""
        late = " late" if hand_in.late else ""
        student = submission(hand_in)
        lines.append(f"{student.student} ({hand_in.kind}{name}{late}) era {student.era or '?'}")
        lines += [f"  refused: {student.refused}"] if student.refused else []
        for number, work in student.modules.items():
            beside = f", exported: {work.exported.path}" if work.exported else ""
            lines.append(f"  {number:02} {work.source} {work.member.path!r} {work.target}{beside}")
            lines += [f"     note: {note}" for note in work.notes]
        lines += [f"  note: {note}" for note in student.notes]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_hand_in_is_read(name: str, tmp_path: Path, rewrite_cases: bool) -> None:
    """Students, eras, files, notes and refusals of a hand-in are what its case expects."""
    pack, files = read_case(CASES / name)
    found = told(handed_in(pack, files, tmp_path))
    expect = CASES / name / "expect.txt"
    if rewrite_cases:
        expect.write_text(found, "utf-8", newline="\n")
    assert found == expect.read_text("utf-8")
    assert str(tmp_path) not in found


FOLDERS = ["modules", "tinytorch", "core", "src", "01_tensor", "05_autograd"]
FILES = ["tensor.ipynb", "layers.py", "TENSOR.PY", "x_backup.py", "06.ipynb", "conv.py", "kv_cache (1).ipynb"]
PARTS = st.sampled_from(FOLDERS + FILES) | st.text(max_size=8)


@settings(deadline=None)
@given(st.lists(st.tuples(st.lists(PARTS, min_size=1, max_size=4), st.binary(max_size=60)), max_size=12))
def test_any_files_give_a_submission(files: list[tuple[list[str], bytes]]) -> None:
    """Whatever the names and bytes, one file a module is chosen, and the order of the files changes nothing."""
    members = [Member("/".join(parts), len(data), lambda data=data: io.BytesIO(data)) for parts, data in files]  # type: ignore[misc]
    unique = list({member.path: member for member in members}.values())
    first, second = chosen("x", unique), chosen("x", unique[::-1])
    paths = [{n: work.member.path for n, work in found.modules.items()} for found in (first, second)]
    assert paths[0] == paths[1]
    assert set(first.modules) <= set(range(1, 21))
    assert first.era == second.era


def test_stray_file_does_not_hide_the_platform() -> None:
    """Half of the names are enough to tell the platform; fewer are a student's own."""
    canvas = "okoyeada_9001_55010_tensor.py"
    assert [who and who.student for who in map(reader([canvas, "x.py"]), [canvas, "x.py"])] == ["9001", None]
    assert [who and who.student for who in map(reader([canvas, "x/y", "z/y"]), [canvas])] == [canvas[:-3]]


@settings(deadline=None)
@given(st.lists(st.text(max_size=60) | st.from_regex(r"\w+_(late_)?\d+_\d+_\w+\.py"), max_size=8))
def test_any_names_are_somebodys_or_nobodys(paths: list[str]) -> None:
    """Naming students never raises, and a path that is somebody's keeps its end."""
    tell = reader(paths)
    assert all(path.endswith(who.path) for path in paths if (who := tell(path)))


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08"]))
def test_any_bytes_are_a_download(tmp_path_factory: pytest.TempPathFactory, data: bytes, magic: bytes) -> None:
    """A file of any bytes is refused in words or read."""
    path = tmp_path_factory.mktemp("any") / "hand-in.zip"
    path.write_bytes(magic + data)
    assert told(path)
