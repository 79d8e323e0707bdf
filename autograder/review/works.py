"""The pieces of work that are to be read: whose each is, and what there is to read of it.

Of a module it is the attempt that counts in the gradebook, whose file is read once more. Of a log or a report it is what a
platform's download holds for the assignment; without a download there is a row for everybody on the class list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from autograder.authoring.conventions import Conventions
from autograder.intake.contents import Member, Refused, is_ignored, printable
from autograder.intake.listing import HandIn, list_download
from autograder.intake.roster import Roster, Student
from autograder.intake.structure import Form
from autograder.judging.grade import Grade
from autograder.reports.gradebook import Gradebook
from autograder.reports.graded_files import GradedFiles, gone
from autograder.review.answers import LONGEST, Answer, find_answers
from autograder.review.tasks import Task
from autograder.run.journal import StudentModule

_MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work: whose it is, several students' where a team handed it in, and the answer to each question."""

    students: tuple[Student, ...]
    answers: Mapping[str, Answer]

    @property
    def key(self) -> str:
        """What tells this work from another of the same piece."""
        return "\n".join(sorted(student.id for student in self.students))


@dataclass(frozen=True, slots=True)
class Found:
    """The works of a piece in the order of their keys, and sentences about what is not among them."""

    works: tuple[Work, ...]
    notes: tuple[str, ...] = ()


# ---------------------------------------------------------------------------------------------------- modules


def module_works(task: Task, gradebook: Gradebook) -> Found:
    """The works of a module: for everybody with a grade the file that was graded, read once more for its answers."""
    files = GradedFiles(gradebook.suite)
    sections = {one.id: one for one in gradebook.roster.students} if gradebook.roster is not None else {}
    together: dict[tuple[str, str], list[Student]] = {}
    grades: dict[tuple[str, str], Grade] = {}
    for key in [key for key in gradebook.keys() if key.module == task.module]:  # noqa: SIM118 -- it is no mapping
        grade = gradebook.counting_grade(*key)
        team = gradebook.team(StudentModule(key.student, key.module))
        group = (team, grade.attempt) if team else (key.student, "")
        together.setdefault(group, []).append(sections.get(key.student) or Student(key.student, grade.name))
        grades[group] = grade
    works = [Work(tuple(students), _answers(files, grades[group], task)) for group, students in together.items()]
    known = {student.id for work in works for student in work.students}
    return Found(
        tuple(sorted(works, key=lambda work: work.key)), _absent(gradebook.roster, known, "a grade of this module")
    )


def _answers(files: GradedFiles, grade: Grade, task: Task) -> dict[str, Answer]:
    """The answers in the file that a grade was given for; where it is not there any more, each says so."""
    missing = ""
    try:
        if (work := files.work(grade)) is not None:
            return find_answers(work.member.path, work.member.read(_MOST_BYTES), task.questions)
    except Refused as error:
        missing = str(error)
    missing = missing or gone(grade)
    return {question.id: Answer(place=printable(grade.file), missing=missing) for question in task.questions}


# ---------------------------------------------------------------------------------------------------- logs and reports


def listed_works(
    task: Task, paths: Sequence[Path], conventions: Conventions, roster: Roster | None, form: Form | None = None
) -> Found:
    """The works in downloads of an assignment: of everybody the last hand-in, its text where there is some, else its files.

    Without paths everybody on the class list has a work of which nothing is known.
    """
    if not paths:
        nothing = Answer(missing="no file was given: the work is where it was handed in")
        students = roster.students if roster is not None else ()
        return Found(
            tuple(Work((one,), dict.fromkeys(_ids(task), nothing)) for one in sorted(students, key=lambda s: s.id))
        )
    notes: list[str] = []
    works: dict[str, Work] = {}
    for path in paths:
        download = list_download(path, conventions, form)
        if download.refused or download.unclear:
            ways = ", ".join(f"`--as {name}` ({what})" for name, what in download.unclear)
            notes.append(f"{path}: {download.refused or f'it can be read in several ways; say which: {ways}'}")
        notes += [f"{path.name}: {who} {why}" for who, why in download.unmatched]
        for hand_in in download.hand_ins:
            students = _owners(hand_in, roster)
            if not students:
                notes.append(
                    f"{path.name}: {printable(hand_in.name or hand_in.student)} fits no one student of the class list, and is not among these"
                )
                continue
            work = Work(students, dict.fromkeys(_ids(task), _text_of(hand_in)))
            works[work.key] = work
    known = {student.id for work in works.values() for student in work.students}
    notes += _absent(roster, known, "a hand-in of this assignment")
    return Found(tuple(works[key] for key in sorted(works)), tuple(notes))


def _ids(task: Task) -> list[str]:
    return [question.id for question in task.questions]


def _owners(hand_in: HandIn, roster: Roster | None) -> tuple[Student, ...]:
    """The students a hand-in is of, several for a team's; itself where there is no class list."""
    if roster is None:
        return (Student(hand_in.student, hand_in.name, hand_in.email),)
    return roster.owners(hand_in.student, kind=hand_in.kind, name=hand_in.name, email=hand_in.email).students


def _absent(roster: Roster | None, known: Iterable[str], what: str) -> tuple[str, ...]:
    """A note on who of a class list has nothing to be read; none where all have."""
    absent = sorted({student.id for student in roster.students} - set(known)) if roster is not None else []
    if not absent:
        return ()
    names = ", ".join(absent[:5]) + (f" and {len(absent) - 5} more" if len(absent) > 5 else "")
    return (f"{len(absent)} of the class list {'has' if len(absent) == 1 else 'have'} not {what}: {names}",)


_TEXTS = (".txt", ".md", ".markdown", ".html", ".htm")
_MOST_TEXT = 2_000_000


def _text_of(hand_in: HandIn) -> Answer:
    """What there is to read of a hand-in: its texts one after the other, else the names of its files."""
    contents = hand_in.list_files()
    if contents.refused:
        return Answer(missing=f"the hand-in cannot be read: {contents.refused}")
    members = [member for member in contents.members if not is_ignored(member.path)]
    names = ", ".join(printable(member.path) for member in members[:6]) + (", …" if len(members) > 6 else "")
    texts = [text for member in members if member.path.lower().endswith(_TEXTS) for text in _plain(member)]
    if texts and len(texts) == len(members):
        return Answer("\n\n".join(texts)[:LONGEST], names)
    if not members:
        return Answer(missing="nothing is in this hand-in")
    return Answer(place=names, missing=f"this is no text: open `{names}`")


def _plain(member: Member) -> Iterator[str]:
    """The text of a file, without the tags of HTML; nothing where it is no text."""
    try:
        text = member.read(_MOST_TEXT).decode("utf-8-sig")
    except (Refused, UnicodeDecodeError):
        return
    if member.path.lower().endswith((".html", ".htm")):
        reader = _TextOfHtml()
        reader.feed(text)
        reader.close()
        text = reader.text()
    yield text.replace("\r\n", "\n").strip()


class _TextOfHtml(HTMLParser):
    """Keeps the text of a page, a line for each block of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0

    def text(self) -> str:
        """What was read, without blank lines in a row."""
        lines = [" ".join(line.split()) for line in "".join(self._parts).split("\n")]
        return "\n".join(line for place, line in enumerate(lines) if line or (place and lines[place - 1])).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins a line at a block, and is silent in a script."""
        self._silent += tag in ("script", "style")
        if tag in ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "pre"):
            self._parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Ends a paragraph."""
        self._silent -= tag in ("script", "style") and self._silent > 0
        if tag in ("p", "h1", "h2", "h3", "blockquote"):
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Takes text; line ends in the source are spaces."""
        if not self._silent:
            self._parts.append(data.replace("\n", " "))
