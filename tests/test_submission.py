"""Each folder in `cases/submissions` is a hand-in; what is made of it must be what `expect.txt` says.

`listing.txt` says what is handed in:

    Two students in a Canvas download.      what the case shows, in a sentence
    pack: zip                               `folder`, `zip`, `tar` or `tar.gz`
    as: sections                            what a person says it is, if one does
    name: hw1-submissions                   what it is called; `hand-in` if left out

    @ bo_9002_55017_tensor.ipynb            a file; `<U+000A>` in a name is a character
    @ ada_9001_55010_work.zip > a/b.py      a file in an archive that is a file
    @ a.py link to /etc/passwd              a link
    @ a.py encrypted                        an encrypted entry of a zip
    @ a.py huge                             an entry that claims two gigabytes
    @ a.py of 2026-03-02 21:14:06           when the archive says that it was changed; without it, nothing is said
     line                                   the lines of the file; a `.ipynb` is made of its cells, between `%%` lines

`pytest --rewrite-cases` writes `expect.txt` anew; read the difference before keeping it.
"""

from __future__ import annotations

import io
import json
import os
import re
import stat
import struct
import subprocess
import sys
import tarfile
import warnings
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.case import Module, Suite, load_suite
from autograder.authoring.conventions import conventions_of
from autograder.authoring.editions import Editions, either
from autograder.intake.contents import Member
from autograder.intake.listing import list_download
from autograder.intake.platforms import platform_reader
from autograder.intake.records import gradescope_people
from autograder.intake.selection import read_submission, select_modules
from autograder.intake.stamps import parse_time
from autograder.intake.structure import Form, plain_reader
from autograder.suites.tinytorch.conventions import CONVENTIONS

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
    changed: datetime | None = None
    inner: list[File] = field(default_factory=list)


def read_case(folder: Path) -> tuple[dict[str, str], list[File]]:
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
    return said, files


def read_file(place: str, lines: list[str]) -> File:
    place, _, changed = place.partition(" of 2026-")
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
    when = datetime.fromisoformat(f"2026-{changed}") if changed else None
    return File(path, text.encode(), link, encrypted, huge, when)


def zipped(files: list[File]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of duplicate names, which some cases are about
        for file in files:
            info = zipfile.ZipInfo(file.path)
            if file.changed:
                info.date_time = file.changed.timetuple()[:6]
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
            info.mtime = int(file.changed.replace(tzinfo=UTC).timestamp()) if file.changed else 0
            info.type, info.linkname = (tarfile.SYMTYPE, file.link) if file.link else (tarfile.REGTYPE, "")
            archive.addfile(info, io.BytesIO(packed(file)))
    return target.getvalue()


def packed(file: File) -> bytes:
    if not file.inner:
        return file.data
    return zipped(file.inner) if file.path.endswith(".zip") else tarred(file.inner, "w:gz")


def handed_in(said: dict[str, str], files: list[File], root: Path) -> Path:
    pack, name = said.get("pack", "folder"), said.get("name", "hand-in")
    if pack != "folder":
        path = root / f"{name}.{pack}"
        path.write_bytes(zipped(files) if pack == "zip" else tarred(files, "w:gz" if pack == "tar.gz" else "w"))
        return path
    for file in files:
        path = root / name / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.link:
            path.symlink_to(file.link)
        else:
            path.write_bytes(packed(file))
    return root / name


def of(editions: Editions) -> str:
    """Editions in words, `?` where every one is possible."""
    return "?" if editions in ((), CONVENTIONS.editions) else either(editions)


def told(path: Path, form: Form | None = None) -> str:
    """What is made of a hand-in, as text."""
    found = list_download(path, CONVENTIONS, form)
    lines = [f"refused: {found.refused}"] if found.refused else []
    lines += [f"--as {word}: {what}" for word, what in found.unclear]
    lines += [f"ignored: {ignored}" for ignored in found.ignored]
    lines += [f"note: {note}" for note in found.notes]
    for hand_in in found.hand_ins:
        said = [hand_in.kind, hand_in.name, hand_in.email, "late" if hand_in.late else ""]
        said += [f"attempt {hand_in.attempt}" if hand_in.attempt > 1 else "", str(hand_in.handed_in or "")]
        student = read_submission(hand_in, CONVENTIONS)
        lines.append(f"{student.student} ({' '.join(filter(None, said))}) edition {of(student.editions)}")
        lines += [f"  refused: {student.refused}"] if student.refused else []
        for number, work in student.modules.items():
            beside = f", exported: {work.exported.path}" if work.exported else ""
            own = f" edition {of(work.editions)}" if work.editions != student.editions else ""
            when = f" {work.handed_in}" if work.handed_in else ""
            lines.append(f"  {number:02} {work.source} {work.member.path!r} {work.target}{own}{when}{beside}")
            lines += [f"     note: {note}" for note in work.notes]
        lines += [f"  only the instructor's: {number:02}" for number in student.only_sources]
        lines += [f"  note: {note}" for note in student.notes]
        lines += [f"  doubt: {student.doubt}"] if student.doubt else []
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_hand_in_is_read(name: str, tmp_path: Path, rewrite_cases: bool) -> None:
    """Students, editions, files, notes and refusals of a hand-in are what its case expects."""
    said, files = read_case(CASES / name)
    found = told(handed_in(said, files, tmp_path), cast("Form | None", said.get("as")))
    expect = CASES / name / "expect.txt"
    if rewrite_cases:
        expect.write_text(found, "utf-8", newline="\n")
    assert found == expect.read_text("utf-8")
    assert str(tmp_path) not in found


FOLDERS = ["modules", "tinytorch", "core", "src", "01_tensor", "05_autograd"]
FILES = ["tensor.ipynb", "layers.py", "TENSOR.PY", "x_backup.py", "06.ipynb", "conv.py", "kv_cache (1).ipynb"]
PARTS = st.sampled_from(FOLDERS + FILES) | st.text(max_size=8)


@given(st.lists(st.tuples(st.lists(PARTS, min_size=1, max_size=4), st.binary(max_size=60)), max_size=12))
def test_any_files_give_a_submission(files: list[tuple[list[str], bytes]]) -> None:
    """Whatever the names and bytes, one file a module is chosen, and the order of the files changes nothing."""
    members = [Member("/".join(parts), len(data), lambda data=data: io.BytesIO(data)) for parts, data in files]  # type: ignore[misc]
    unique = list({member.path: member for member in members}.values())
    first, second = select_modules("x", unique, CONVENTIONS), select_modules("x", unique[::-1], CONVENTIONS)
    paths = [{n: work.member.path for n, work in found.modules.items()} for found in (first, second)]
    assert paths[0] == paths[1]
    assert set(first.modules) <= set(range(1, 21))
    assert first.editions == second.editions


def test_stray_file_does_not_hide_the_platform() -> None:
    """Half of the names are enough to tell the platform; fewer are a student's own."""
    canvas = "okoyeada_9001_55010_tensor.py"
    tell = platform_reader([canvas, "x.py"])
    assert tell is not None
    assert [who and who.student for who in map(tell, [canvas, "x.py"])] == ["9001", None]
    assert platform_reader([canvas, "x/y", "z/y"]) is None


@given(st.lists(st.text(max_size=60) | st.from_regex(r"\w+_(late_)?\d+_\d+_\w+\.py"), max_size=8))
def test_any_names_are_somebodys_or_nobodys(paths: list[str]) -> None:
    """Naming students never raises, and a path that is somebody's keeps its end."""
    tell = platform_reader(paths) or plain_reader(CONVENTIONS.words)
    assert all(path.endswith(who.path) for path in paths if (who := tell(path)))


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08"]))
def test_any_bytes_are_a_download(tmp_path_factory: pytest.TempPathFactory, data: bytes, magic: bytes) -> None:
    """A file of any bytes is refused in words or read."""
    path = tmp_path_factory.mktemp("any") / "hand-in.zip"
    path.write_bytes(magic + data)
    assert told(path)


@pytest.mark.parametrize("file", ["tensor.ipynb", "aokoye_tensor.ipynb", "mod3.py"])
def test_single_file_is_a_hand_in(tmp_path: Path, file: str) -> None:
    """A notebook or script handed over by itself is one student's, who is named by it where it has a name in it."""
    (tmp_path / file).write_text("class Linear: pass" if file == "mod3.py" else "")
    (hand_in,) = list_download(tmp_path / file, CONVENTIONS).hand_ins
    assert hand_in.student == ("aokoye" if "aokoye" in file else file.split(".")[0])
    assert list(read_submission(hand_in, CONVENTIONS).modules) == [3 if file == "mod3.py" else 1]


def test_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    """What is not there is no student's empty hand-in."""
    assert [list_download(tmp_path / name, CONVENTIONS).refused for name in ("x.ipynb", "x.zip", "x")] == [
        "no such file or directory",
        "there is no such file or folder",
        "there is no such file or folder",
    ]


SUITE = Suite(
    name="micrograd",
    folder="autograder.suites",
    package="micrograd",
    modules=(Module(1, "engine", "engine", ("Value",)), Module(2, "nn", "nn", ("Neuron", "MLP"), (1,))),
)


def test_suite_without_a_layout_goes_by_its_modules(tmp_path: Path) -> None:
    """Where a suite states no conventions, files are named like its modules, and there are no editions to tell."""
    conventions = conventions_of(SUITE)
    for name in ("ada/micrograd/engine.py", "ada/test/test_engine.py", "bo/hw1.ipynb", "bo/nn.ipynb", "cy/tensor.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("class Value:\n  pass" if "hw1" in name else "")
    found = [read_submission(hand_in, conventions) for hand_in in list_download(tmp_path, conventions).hand_ins]
    assert [{n: w.member.path for n, w in one.modules.items()} for one in found] == [
        {1: "micrograd/engine.py"},
        {1: "hw1.ipynb", 2: "nn.ipynb"},
        {},
    ]
    assert found[0].modules[1].target == "micrograd.engine"
    assert {one.editions for one in found} == {()}
    assert not any("edition" in note for one in found for note in one.notes)


def test_suite_states_its_layout() -> None:
    """The conventions of a suite that has one is its own, and knows all its modules."""
    suite = load_suite("autograder.suites.tinytorch")
    assert conventions_of(suite) is CONVENTIONS
    assert {module.name: module.number for module in suite.modules}.items() <= CONVENTIONS.words.items()


@pytest.mark.parametrize("number", range(1, 9))
def test_current_solutions_are_never_taken_for_older_ones(number: int) -> None:
    """The reference and all right solutions of a module can be of the current edition."""
    suite = load_suite("autograder.suites.tinytorch")
    reference = suite.source(number)
    texts = [reference, *(variant.source(reference) for variant in suite.variants("right", number))]
    assert all(CONVENTIONS.editions[-1] in CONVENTIONS.editions_by_text(number, text.encode()) for text in texts)


def test_signs_are_found_in_files_and_in_notebooks() -> None:
    """A sign at the start of a line is found however the line stands in a notebook, and not within one."""
    texts = [b"class Function:", b"x\r\nclass Function:", b'["class Function:\\n"]', b'["x\\nclass Function:\\n"]']
    assert [CONVENTIONS.editions_by_text(1, text) for text in texts] == [CONVENTIONS.editions[-1:]] * 4
    assert CONVENTIONS.editions_by_text(1, b"# class Function:") == CONVENTIONS.editions
    one_text = json.dumps({"source": "x = 1\ndef method_of(cls):\n    pass\ndef enable_autograd():\n    pass"})
    assert CONVENTIONS.editions_by_text(6, one_text.encode()) == CONVENTIONS.editions[-1:]
    assert CONVENTIONS.editions_by_text(6, b"class EmbeddingBackward:\nclass TanhBackward:") == ()


def test_a_trainer_without_exported_clipping_is_of_the_first_edition() -> None:
    """Clipping is exported since 2025-12, and trainers of later editions have helpers: what has neither is of 2025-11."""
    trainer, clipping = "class Trainer:\n    def _get_model_state(self): ...\n", "def clip_grad_norm(parameters): ...\n"
    later = "def _trainer_process_batch(self): ...\n"
    told = [CONVENTIONS.editions_by_text(8, text.encode()) for text in (trainer, clipping + trainer, later + trainer)]
    assert told == [("2025-11",), ("2025-12",), ("2026-02", "2026-05", "2026-09")]


HOSTILE = """
import resource

resource.setrlimit(resource.RLIMIT_CPU, (300, 300))  # of processor time: a busy machine takes none of it away
from autograder.intake.first_look import defined_in, imports_own, target_in
from autograder.suites.tinytorch.conventions import CONVENTIONS

texts = ["# layout:" + " " * 1_000_000]
for start in ("# layout", "layout: x", "def __init__(self, p", "def __init__(self, size, padding", "class ", "retain_graph"):
    texts += [start + filling * (200_000 // len(filling)) for filling in (" ", "a", " .", "\\nclass ", "layout: ")]
for text in texts:
    for number in range(1, 21):
        CONVENTIONS.editions_by_text(number, text.encode())
for filling in ("from ", "from a.", "from a import ", "import ", "class Tensor", '"class Tensor:', '"source"', '"cell_type": '):
    text = b"{" + filling.encode() * (256_000 // len(filling))
    defined_in(text, CONVENTIONS.symbols)
    imports_own(text, 3, CONVENTIONS)
    target_in(text)
"""


def test_a_look_takes_linear_time() -> None:
    """A long text made to be searched back and forth is done with at once: editions and names are looked for outside the sandbox.

    Where time is linear all take a few seconds, where it is quadratic the first takes hours. A search cannot be
    interrupted, hence the process.
    """
    subprocess.run([sys.executable, "-c", HOSTILE], check=True)


def test_names_tell_an_edition_by_majority() -> None:
    """The editions that most of the telling names are of are told; where as many tell others, none are."""
    old, new = "modules/05_autograd/x.py", "modules/05_dataloader/x.py"
    assert CONVENTIONS.editions_by_names([old, new, old, "x.py"]) == ("2025-11", "2025-12")
    assert CONVENTIONS.editions_by_names([old, new, new]) == ("2026-02", "2026-05", "2026-09")
    assert CONVENTIONS.editions_by_names([old, new]) == CONVENTIONS.editions_by_names([]) == CONVENTIONS.editions


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-03-02 21:14:05.000000 America/Chicago", "2026-03-02T21:14:05-06:00"),
        ("2026-03-02 21:14:05 UTC\n", "2026-03-02T21:14:05+00:00"),
        ("2026-03-02T21:14:05-06:00", "2026-03-02T21:14:05-06:00"),
        ("2026-03-02 21:14:05.123456789 Z", "2026-03-02T21:14:05.123456+00:00"),
        ("2026-03-02 21:14:05", "2026-03-02T21:14:05"),
        ("2026-03-02 21:14:05 Mars/Olympus", None),
        ("2026-03-02 21:14:05 ../../etc/passwd", None),
        ("2026-03-02 25:14:05", None),
        ("yesterday", None),
    ],
)
def test_times_of_platforms(text: str, time: str | None) -> None:
    """A time keeps the zone it is written with; one in a zone that is not known is not guessed."""
    found = parse_time(text)
    assert (found.isoformat() if found else None) == time


@given(st.binary(max_size=300) | st.text("- :?[]{}&*!|>'\"\n\tabs01", max_size=200).map(str.encode))
def test_any_bytes_are_a_record(data: bytes) -> None:
    """A broken Gradescope record gives the people before the break, and never raises."""
    good = b"submission_7:\n  :submitters:\n  - :name: Ada\n    :sid: '007'\n"
    assert gradescope_people(good + data)["7"][0].student.startswith("007") or data
    gradescope_people(data)


def test_record_of_references_and_depth_costs_nothing() -> None:
    """Nothing is made of references to references, nor of a thousand lists in lists."""
    lines = [b"a0: &a0 [x]"] + [b"a%d: &a%d [%s]" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 30)]
    assert gradescope_people(b"\n".join(lines)) == {}
    assert gradescope_people(b"x: " + b"[" * 100_000) == {}


def test_undecodable_names_are_shown_and_read(tmp_path: Path) -> None:
    """A name whose bytes are no text costs nobody anything, and none of what is told holds such bytes."""
    folder = os.fsencode(tmp_path) + b"/ad\xff"
    os.mkdir(folder)  # noqa: PTH102 -- a path of bytes
    Path(os.fsdecode(folder + b"/tensor.ipynb")).write_text("")
    Path(os.fsdecode(folder + b"/x\xfe.py")).write_text("")
    (tmp_path / "bo").mkdir()
    text = told(tmp_path)
    assert text.encode().decode().startswith("ad<FF> (name)")
    assert "'tensor.ipynb'" in text


def test_twenty_thousand_files_are_looked_at_up_to_a_number(tmp_path: Path) -> None:
    """A student with very many notebooks gets the first ones looked at, and is told so; one more file is refused."""
    path = tmp_path / "ada.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"modules/x-{'1' * (number % 200)}-{number}.ipynb", "")
    (hand_in,) = list_download(path, CONVENTIONS).hand_ins
    assert any("only the first 400" in note for note in read_submission(hand_in, CONVENTIONS).notes)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("modules/one-more.ipynb", "")
    (hand_in,) = list_download(path, CONVENTIONS).hand_ins
    assert read_submission(hand_in, CONVENTIONS).refused == "more than 20000 files"
