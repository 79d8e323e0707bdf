"""Grades and results: plain records, exact to the point, and their form in JSON.

Points are fractions. A grade that was lost to a fault of ours, and one that never was, are no grade; neither is a zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, get_args

from autograder.authoring.editions import Editions
from autograder.judging.points import number

Status = Literal[
    "passed",
    "failed",  # it answered, and not as the reference does
    "timeout",
    "memory",
    "killed",
    "no answer",  # it ended, or closed its channel, without one
    "unreadable",  # what came back is no frame
    "import error",  # the module cannot be loaded
    "budget",  # not run: the submission had used up its time
]
STATUSES: tuple[Status, ...] = get_args(Status)
GradeOutcome = Literal["graded", "could not be run", "grader fault"]
Prerequisites = Literal["reference", "own"]
"""Whose earlier modules a module was run upon."""
OwnTried = Literal["", "more", "no more", "not possible"]
"""What came of the student's own earlier modules where the reference's cost points; empty if they were not tried."""


SCALE = Fraction(70)
"""The points of a module where a grade does not say otherwise."""
AS_HANDED_OUT = "still as handed out"
"""The beginning of a note on functions that nobody has written."""
NOTHING_HANDED_IN = "nothing handed in"
"""The beginning of the reason where a module was not handed in, although files of it are there."""


@dataclass(frozen=True, slots=True)
class Result:
    """One case of one attempt. Points come from inputs that are secret, and what came of those is for the staff: `shown`.

    What the student is told of a lost visible case comes from asking it once more on the public inputs: how it ended there
    (`example`, None where it was not asked), and `told`, what was wrong. Texts are empty where nothing is, and unescaped:
    whoever prints them escapes them. `key` hashes all that decides the status; results of equal keys are equal.
    """

    case: str
    status: Status
    points: Fraction
    worth: Fraction
    told: str = ""
    shown: str = ""
    key: str = ""
    flaky: bool = False
    example: Status | None = None

    def priced(self, worth: Fraction) -> Result:
        """This result, priced as if the case were worth another number of points."""
        return replace(self, worth=worth, points=worth if self.status == "passed" else Fraction(0))


@dataclass(frozen=True, slots=True)
class Grade:
    """One attempt of one student at one module.

    `reason` says why it could not be run, or what failed on our side. `doubtful` names cases that ran out of time or
    memory and have not been confirmed alone yet. `attempt` is the hash of the files, `order` grows with time.
    """

    student: str
    suite: str
    module: int
    attempt: str
    outcome: GradeOutcome
    reason: str = ""
    results: tuple[Result, ...] = ()
    editions: Editions = ()  # it was asked as of
    own_editions: Editions = ()  # of its own text, where those are others
    own_points: Fraction | None = None  # what it would earn as of those
    notes: tuple[str, ...] = ()
    name: str = ""
    email: str = ""
    kind: str = ""  # what `student` is: `intake.platforms.Kind`
    origin: str = ""  # the download or folder it came in
    file: str = ""  # its path in there
    late: bool = False
    handed_in: str = ""  # ISO 8601 with offset, from the platform's own record
    order: tuple[int, int] = (0, 0)
    team: str = ""  # whom it was handed in with, where the platform's own record says so
    prerequisites: Prerequisites = "reference"
    own_tried: OwnTried = ""
    elsewhere: Fraction | None = (
        None  # the points upon the reference's earlier modules, where the student's own earn more
    )
    sandbox: tuple[str, ...] = ()
    scale: Fraction = SCALE
    key: str = ""
    doubtful: tuple[str, ...] = ()

    @property
    def points(self) -> Fraction | None:
        """Raw points, on the module's whole scale also where its edition is asked fewer cases; None for a fault of ours."""
        if self.outcome == "grader fault":
            return None
        worth = total(result.worth for result in self.results)
        earned = total(result.points for result in self.results)
        return Fraction(earned * self.scale, worth) if worth else Fraction(0)

    @property
    def upon(self) -> str:
        """Whose earlier modules it was run upon, and what came of the others, in words for the staff."""
        if self.own_tried == "more":
            return f"own (the reference's: {number(self.elsewhere)})"
        return (
            self.prerequisites
            + {"": "", "no more": " (own: no more)", "not possible": " (own: cannot be run)"}[self.own_tried]
        )

    def counted(self) -> dict[Status, int]:
        """The number of cases by status, in the order of `STATUSES`, without those that did not occur."""
        ended = [result.status for result in self.results]
        return {status: ended.count(status) for status in STATUSES if status in ended}


# ---------------------------------------------------------------------------------------------------- as JSON


def to_json(grade: Grade) -> dict[str, Any]:
    """A grade as JSON's own kinds of value; what is at its default is left out."""
    data = _filled(grade, Grade)
    if grade.results:
        data["results"] = [_filled(result, Result) for result in grade.results]
    return data


def from_json(data: Mapping[str, Any]) -> Grade:
    """The grade that `to_json` made this of; raises ValueError, TypeError or KeyError if it is none."""
    fields = dict(data)
    results = tuple(Result(**_exact(dict(result), "points", "worth")) for result in fields.pop("results", ()))
    fields.pop("era", None)  # of journals from before there were editions
    for name in ("notes", "sandbox", "doubtful", "editions", "own_editions"):
        fields[name] = tuple(fields.get(name, ()))
    first, second = fields.get("order", (0, 0))
    fields["order"] = (int(first), int(second))
    return Grade(**_exact(fields, "scale", "own_points", "elsewhere"), results=results)


def total(numbers: Iterable[Fraction]) -> Fraction | int:
    """The sum of exact numbers; most are whole, which is quicker."""
    whole, rest = 0, Fraction(0)
    for one in numbers:
        if one.denominator == 1:
            whole += one.numerator
        else:
            rest += one
    return whole + rest if rest else whole


def points_of(data: Mapping[str, Any]) -> Fraction | None:
    """The points of a grade given as its data, without making a grade of it; None for a fault of ours."""
    if data["outcome"] == "grader fault":
        return None
    results = data.get("results", ())
    worth = _sum(result["worth"] for result in results)
    return Fraction(_sum(result["points"] for result in results) * scale_of(data), worth) if worth else Fraction(0)


def scale_of(data: Mapping[str, Any]) -> Fraction:
    """The points of the whole module, of a grade given as its data."""
    return Fraction(data["scale"]) if "scale" in data else SCALE


def _sum(numbers: Iterable[str]) -> Fraction | int:
    """The sum of exact numbers as text; most are whole, which is quicker."""
    whole, rest = 0, Fraction(0)
    for text in numbers:
        if text.isdecimal():
            whole += int(text)
        else:
            rest += Fraction(text)
    return whole + rest if rest else whole


def _filled(record: Grade | Result, kind: type) -> dict[str, Any]:
    """The fields of a record that are not at their defaults, without its results."""
    fields: Iterable[Any] = kind.__dataclass_fields__.values()  # type: ignore[attr-defined]
    values = {field.name: (getattr(record, field.name), field.default) for field in fields if field.name != "results"}
    return {name: _plain(value) for name, (value, default) in values.items() if value != default}


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _exact(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """The data with the named texts as fractions."""
    return data | {name: _fraction(data[name]) for name in names if name in data}


@lru_cache(maxsize=4096)  # a class has few numbers of points, and each many times
def _fraction(text: str) -> Fraction:
    return Fraction(text)
