"""The texts that are compared: of a class the files that were graded, of others whatever Python stands in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.authoring.case import Suite
from autograder.intake.archive import contents, contents_of_file, contents_of_member
from autograder.intake.contents import CLASS, Member, Refused, is_archive, is_ignored, printable
from autograder.intake.selection import Work
from autograder.judging.attempt import FILE_BYTES
from autograder.judging.grade import Grade
from autograder.reports.gradebook import Gradebook
from autograder.reports.graded_files import GradedFiles, gone
from autograder.run.journal import StudentModule
from autograder.similarity.grams import LONGEST, Text, text_of_lines
from autograder.similarity.texts import Line, lines_of
from autograder.similarity.tokens import Vocabulary, attributes_in
from autograder.worker.cells import NoSource
from blueprint.problems import UsageError

_PYTHON = (".py", ".ipynb")


@dataclass(frozen=True)
class Compared:
    """A text that is compared: who it is of, a student's id or several's, their names, its file, and the text itself."""

    who: str
    name: str
    file: str
    text: Text


@dataclass(frozen=True)
class ModuleTexts:
    """The works of a module by whose they are, and what is to be said of those that are not compared, or not whole."""

    works: tuple[Compared, ...]
    notes: tuple[str, ...] = ()


def vocabulary_of(suite: Suite) -> Vocabulary:
    """The names that no student of a suite chooses."""
    names = {name for module in suite.modules for name in module.exports}
    attributes = {name for module in suite.modules for name in attributes_in(suite.source(module.number))}
    return Vocabulary(frozenset(names), frozenset(attributes))


def module_texts(gradebook: Gradebook, module: int, files: GradedFiles, vocabulary: Vocabulary) -> ModuleTexts:
    """The texts of the attempts that count at a module; what a team handed in together is one work."""
    works: list[Compared] = []
    notes: list[str] = []
    for grade, who, names in _handed_in(gradebook, module):
        try:
            text = text_of_lines(_lines_of_work(grade, files), vocabulary)
        except (Refused, NoSource) as error:
            notes.append(f"{printable(who)} is not compared: {error}")
            continue
        if text.cut:
            notes.append(f"{printable(who)} is compared only as far as its first {LONGEST:,} words and signs go")
        works.append(Compared(who, names, grade.file, text))
    return ModuleTexts(tuple(works), tuple(notes))


def _handed_in(gradebook: Gradebook, module: int) -> Iterator[tuple[Grade, str, str]]:
    """The grades of a module that count, with the ids and the names of whom each is of."""
    together: dict[tuple[str, str], list[str]] = {}
    grades: dict[tuple[str, str], list[Grade]] = {}
    for grade in gradebook.grades([key for key in gradebook.keys() if key.module == module]):  # noqa: SIM118 -- it is no mapping
        team = gradebook.team(StudentModule(grade.student, module))
        group = (team, grade.attempt) if team else (grade.student, "")
        together.setdefault(group, []).append(grade.student)
        grades.setdefault(group, []).append(grade)
    for group, students in together.items():
        # The gradebook's grade has the name of the class list; what was handed in lies under the key of its hand-in.
        first = gradebook.counting_grade(students[0], module)
        yield first, ", ".join(students), ", ".join(filter(None, (one.name for one in grades[group])))


def _lines_of_work(grade: Grade, files: GradedFiles) -> list[Line]:
    """The lines of what was graded, helpers of the student's own behind the module; raises Refused and NoSource."""
    work = files.work(grade)
    if work is None:
        raise Refused(gone(grade))
    return [line for member, file in _members(work) for line in lines_of(member.read(FILE_BYTES), member.path, file)]


def _members(work: Work) -> Iterator[tuple[Member, str]]:
    yield work.member, ""
    yield from ((member, member.path) for _, member in work.helpers)


# ---------------------------------------------------------------------------------------------------- what is not the class's


def reference_texts(suite: Suite, vocabulary: Vocabulary) -> list[Compared]:
    """The suite's own solution of each module, which is public."""
    texts = ((module, suite.source(module.number).split("\n")) for module in suite.modules)
    return [
        Compared(
            f"the reference of {suite.name}",
            "",
            f"{module.name}.py",
            text_of_lines([Line(line, "", 0, number) for number, line in enumerate(lines, 1)], vocabulary),
        )
        for module, lines in texts
    ]


def texts_in(path: Path, option: str, vocabulary: Vocabulary) -> list[Compared]:
    """Every Python file and notebook in a folder or an archive, and in archives in it, or the one file.

    Raises UsageError where there is none.
    """
    if not path.exists():
        raise UsageError(f"{option} {path}: there is no such file or folder")
    found = contents_of_file(path, path.name) if path.suffix.lower() in _PYTHON else contents(path, CLASS)
    if found.refused:
        raise UsageError(f"{option} {path}: {found.refused}")
    texts = [text for member in _files(found.members) for text in _text_of(member, path, vocabulary)]
    if not texts:
        raise UsageError(
            f"{option} {path}: holds no Python file and no notebook that can be read; name the folder they are in"
        )
    return texts


def _files(members: Iterable[Member]) -> Iterator[Member]:
    """The Python files and notebooks among these, and in archives among these: a download holds an archive a student."""
    for member in members:
        if _is_python(member):
            yield member
        elif is_archive(member.path) and not is_ignored(member.path):
            inner = contents_of_member(member).members
            yield from (replace(one, path=f"{member.path}/{one.path}") for one in inner if _is_python(one))


def _is_python(member: Member) -> bool:
    return member.path.lower().endswith(_PYTHON) and not is_ignored(member.path)


def _text_of(member: Member, path: Path, vocabulary: Vocabulary) -> Sequence[Compared]:
    """The text of a file; none where it cannot be read, for others of its folder can."""
    try:
        lines = lines_of(member.read(FILE_BYTES), member.path)
    except (Refused, NoSource):
        return ()
    return [Compared(path.name, "", member.path, text_of_lines(lines, vocabulary))]
