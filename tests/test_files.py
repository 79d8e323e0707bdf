"""Files are written whole or not at all; students' data is for its owner only."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint.files import is_draft, make_folder, write_whole


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize("owner_only", [False, True])
def test_half_written(owner_only: bool, tmp_path: Path) -> None:
    """A write that ends in the middle leaves the old file, and nothing beside it."""
    place = tmp_path / "file"
    write_whole(place, b"old", owner_only=owner_only)

    def interrupted() -> Iterator[str]:
        yield "ne"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(place, interrupted(), owner_only=owner_only)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("file", b"old")]


@pytest.mark.parametrize("owner_only", [False, True])
def test_a_killed_process_leaves_a_draft(owner_only: bool, tmp_path: Path) -> None:
    """While a file is written it has a name that tells it is unfinished; of students' data the next write takes it away."""
    place = tmp_path / "file"
    drafts: list[str] = []

    def looking() -> Iterator[str]:
        yield "new"
        drafts.extend(path.name for path in tmp_path.iterdir())

    write_whole(place, looking(), owner_only=owner_only)
    assert [is_draft(name) for name in drafts] == [True]
    assert not is_draft("file")
    (tmp_path / drafts[0]).write_text("what a killed process left, longer than what comes")
    write_whole(place, b"newer", owner_only=owner_only)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("file", b"newer")]


@pytest.mark.usefixtures("open_umask")
def test_for_the_owner_only(tmp_path: Path) -> None:
    """Students' data can be read by nobody else, whatever the umask is; nor can the folders that were made for it."""
    write_whole(tmp_path / "grades" / "feedback" / "page.html", b"points", owner_only=True)
    make_folder(tmp_path / "grades" / "more" / "still more", owner_only=True)
    made = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert made == {"grades": 0o700, "feedback": 0o700, "page.html": 0o600, "more": 0o700, "still more": 0o700}


@pytest.mark.usefixtures("open_umask")
def test_for_everybody(tmp_path: Path) -> None:
    """What is made for readers has the rights that the umask says."""
    write_whole(tmp_path / "build" / "page.html", b"weeks")
    made = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert made == {"build": 0o777, "page.html": 0o666}


def test_text_stays_as_it_is(tmp_path: Path) -> None:
    """Line ends are not changed, and bytes of a hand-in that are no text come out as the bytes they were."""
    write_whole(tmp_path / "file", ["a\r\n", "b\n", b"\xff\xc3\xa9".decode("utf-8", "surrogateescape")])
    assert (tmp_path / "file").read_bytes() == b"a\r\nb\n\xff\xc3\xa9"


@pytest.mark.parametrize("name", ["folder", "x" * 300])
def test_an_error_names_the_file(name: str, tmp_path: Path) -> None:
    """What cannot be written is named as the caller calls it, not by the name it has while unfinished; nothing is left."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r"directory|too long") as caught:
        write_whole(tmp_path / name, b"new")
    assert caught.value.filename == str(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    """A pipe or a device, `/dev/stdout` say, gets the content; it is not replaced by a file of its name."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, ["told\n"])
    assert os.read(reader, 100) == b"told\n"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [p.name for p in tmp_path.iterdir()] == ["pipe"]
