"""Each folder in `cases/gradebooks` is a class list and what was handed in; the gradebook must be `gradebook.csv`, to the byte.

So must be `unmatched.csv`, where work is nobody's of the class list; a case without that file has no such work.

`class-list.csv` is the class list, `groups.csv` says who is in which team, `aliases.csv` lies beside the grades; each may be left out. Every `.txt` beside it is a download; all are graded in one command, by name:

    Canvas's numbers lead to ids.           what the case shows, in a sentence
    pack: zip                               if it is packed

    @ okoyeada_9001_55010_engine.py earns 20    work that earns these points of its module's 20
    @ ada/engine.py not Python                  work that cannot be run
    @ ada/notes.txt                             any other file
     line                                       the lines of the file

Points tell students apart: no two of a case who are in the roster earn the same in a module, except as a case is about.
`pytest --rewrite-cases` writes `gradebook.csv` anew; read the difference before keeping it.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.reports import feedback
from blueprint.exits import Exit

CASES = Path(__file__).parent / "cases" / "gradebooks"
NAMES = sorted(folder.name for folder in CASES.iterdir())

# With NumPy loaded by other tests this process has threads; slots use none of them.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

LOST = {
    "20": "",
    "16": "Value.relu = None",
    "12": "Value.relu = Value.__rsub__ = None",
    "8": "Value.relu = Value.__pow__ = None",
    "4": "Value.relu = Value.__neg__ = Value.__pow__ = None",
    "0": "Value.__add__ = Value.__mul__ = None",
}
"""What is taken from a right module 1, by the points that are left."""


def hand_in(classroom: Any, listing: Path, place: Path) -> Path:
    """Writes the hand-ins of a listing below a folder, and gives what is to be graded."""
    head, *files = re.split(r"^@ ", listing.read_text("utf-8"), flags=re.MULTILINE)
    title, *said = head.strip().splitlines()
    assert title.endswith("."), f"{listing}: the first line says in a sentence what the case shows"
    for file in files:
        first, *lines = file.rstrip("\n").split("\n")
        path, earns, points = first.partition(" earns ")
        path, broken, _ = path.partition(" not Python")
        text = "\n".join(line[1:] for line in lines)
        if earns:
            text = classroom.nn if path.endswith("nn.py") else f"{classroom.engine}\n{LOST[points]}\n"
        written = place / path
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text("def (" if broken else text, "utf-8")
    if said != ["pack: zip"]:
        (only,) = place.glob("*-submissions") if len(list(place.iterdir())) == 1 else (place,)
        return only
    packed = place.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        for found in sorted(place.rglob("*")):
            archive.write(found, str(found.relative_to(place)))
    return packed


@pytest.mark.parametrize("name", NAMES)
def test_from_roster_and_hand_ins_to_the_gradebook(classroom: Any, name: str, rewrite_cases: bool) -> None:
    """Whose work is found by id, login, address or name has a row under the roster's id, and so has who is missing.

    Work of nobody is in no row: it is named in the run and in unmatched.csv, and the rows without a grade say so.
    """
    folder = CASES / name
    listings = sorted(folder.glob("*.txt"))
    downloads = [str(hand_in(classroom, one, classroom.folder / one.stem)) for one in listings]
    options = [("--roster", folder / "class-list.csv"), ("--groups", folder / "groups.csv")]
    if (folder / "aliases.csv").exists():
        (classroom.folder / "grades").mkdir()
        shutil.copy(folder / "aliases.csv", classroom.folder / "grades")
    given = [text for option, file in options if file.exists() for text in (option, str(file))]
    ran = classroom.run("grade", *downloads, *given, "--jobs", "1")
    found, lost = ((classroom.folder / "grades" / name).read_bytes() for name in ("gradebook.csv", "unmatched.csv"))
    nobodys = lost.count(b"\n") - 1
    if rewrite_cases:
        (folder / "gradebook.csv").write_bytes(found)
        (folder / "unmatched.csv").unlink(missing_ok=True)
        if nobodys:
            (folder / "unmatched.csv").write_bytes(lost)
    assert found == (folder / "gradebook.csv").read_bytes(), ran.out + ran.err
    assert (folder / "unmatched.csv").exists() == bool(nobodys)
    assert not nobodys or lost == (folder / "unmatched.csv").read_bytes()
    assert (ran.code == Exit.UNMATCHED) == bool(nobodys)
    assert f" + {nobodys} unmatched + " in ran.out
    assert ran.out.count("\nunmatched: ") + ran.out.startswith("unmatched: ") == nobodys
    rows = list(csv.DictReader(io.StringIO(found.decode(), newline="")))
    absent = [row["student"] for row in rows if not row["total"]]
    said = f"gradebook of {len(rows)} students" + f", {len(absent)} without any grade" * bool(absent)
    assert f"{said}; open" in ran.out
    told = {path.name for path in (classroom.folder / "grades" / "feedback").glob("*")}
    assert told == {feedback.folder(row["student"]) for row in rows} - {feedback.folder(one) for one in absent}
