"""Feedback to one student about one module: a page for a browser or a phone, and the same in Markdown.

It begins with what was earned and what works, then names what to mend first and what that costs, then the rest. Of a hidden case it tells
name and hint alone; of another student nothing; of the grader's machine and its clock nothing. A `Feedback` holds all of
that as plain data, and the two writers only set it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from autograder.authoring.case import Case, Module
from autograder.authoring.editions import either
from autograder.authoring.parts import names_of
from autograder.authoring.visible_cases import visible_cases_name
from autograder.judging.grade import AS_HANDED_OUT, NOTHING_HANDED_IN, Grade, Result
from autograder.judging.points import number
from autograder.reports.causes import ASIDE, Cause, Told, about_the_same, causes, changed_input
from autograder.reports.csv_files import SHORT
from autograder.reports.html import ENDED, count, environment, line, message, pieces, sentence

FAULT = (
    "Our grader failed while it worked on this module. That says nothing about your work, and you need not do anything. "
    "No zero was given: your gradebook stays blank here until the module has been graded."
)
NOTHING = "Your work for this module came in, but it could not be run, so no case could be tried:"
ONLY_SOURCES = "No work of yours came in for this module, so no case could be tried:"
NOT_ASKED = "None of its cases can be asked of your version of the starter code, so there is no score. Ask the staff."
PERFECT = "Every case passed. There is nothing to mend."
ONLY_THERE = (
    "Right on the example that the visible cases use, wrong on others like it. Try the case with numbers of your own, among "
    "them zero, negative and very large ones, and with other shapes."
)
NOT_TRIED = "It was not tried on the example: the cases before it took too long there. Mend those first."
SAME = "The same as above."
SHARED = "Mend that first, and the others may follow."
TRY_IT = (
    "runs the visible cases below on your own machine, if your instructor handed that file out; the line at which each stands "
    "there is told beside it. What happened is told of the inputs in that file; the points come from others like them."
)
ORDER = (
    "Begin at the top: first those that you can run, in the order in which the module is built. One mistake often costs several, also "
    "some whose name speaks of something else."
)
_OPEN = 3  # lost cases that stand open; a longer list is folded after them
_SEVERAL = 3  # from so many lost cases on, the order in which to mend them is told
HIDDEN = "This case is hidden. Try inputs of your own, of the kind that its name and its hint speak of."
_NAMED = re.compile(
    r"(?:`[^`]*`|[^`:])*: (?=expected |the code raised )|result[^:\s]*: "
)  # the place before what differs there
_PATH_IN_RESULT = re.compile(r"^(result[^:\s]*): ")


@dataclass(frozen=True, slots=True)
class Skill:
    """One student's success in one skill: cases passed of those asked, and points on the module's scale."""

    name: str
    passed: int
    asked: int
    points: Fraction
    worth: Fraction


@dataclass(frozen=True, slots=True)
class LostCase:
    """One case that was lost: how it ended, what differed, and the hint; of a hidden case no more than name and hint."""

    name: str
    skill: str
    points: Fraction
    visible: bool
    happened: str
    hint: str
    related: str = ""  # a case above that is about the same, in words
    related_to: str = ""  # its id
    line: int = 0  # at which it begins in the file of visible cases; 0 if that is not known
    id: str = ""
    snippet: str = ""  # code that runs a visible case on the public inputs, with the students' file

    @property
    def price(self) -> str:
        """The points that the case would have earned, in words: `0 of 4 points`."""
        return f"0 of {number(self.points)} point{'s' * (self.points != 1)}"


@dataclass(frozen=True, slots=True)
class HandMark:
    """What a person gave for one question: its name, points, the level's title, reasons in words, and a comment."""

    name: str
    points: Fraction
    possible: Fraction
    level: str
    reasons: tuple[str, ...] = ()
    comment: str = ""

    @property
    def price(self) -> str:
        """The points in words: `7 of 10 points`."""
        return f"{number(self.points)} of {number(self.possible)} points"


@dataclass(frozen=True, slots=True)
class Contest:
    """Whom students write to about a grade, and the last moment for that by number of module, where there is one."""

    contact: str = ""
    until: Mapping[int, datetime] = field(default_factory=dict)


_NO_CONTEST = Contest()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One hand-in at this module: when it came as far as that is told, what it earned, and whether it is the one that counts."""

    handed_in: str
    earned: str
    counts: bool

    @property
    def mark(self) -> str:
        """The word that stands beside the attempt that counts."""
        return "counts" if self.counts else ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """Everything that a student is told about one attempt at one module, in the order in which it is told."""

    title: str
    grade: Grade
    passed: int
    asked: int
    skills: tuple[Skill, ...]
    causes: tuple[str, ...]  # what several lost cases have in common, a sentence or two each
    lost: tuple[LostCase, ...]
    file: str  # of the visible cases, where one of them was lost
    remedy: str  # the next step for work that could not be run, else empty
    notes: tuple[str, ...]
    marks: tuple[HandMark, ...] = ()  # what people gave, in the order of the questions
    attempts: tuple[Attempt, ...] = ()  # the newest first
    contact: str = ""  # whom to write to
    until: str = ""  # the last moment for that, in words

    @property
    def points(self) -> Fraction:
        """The raw points; zero where there is no grade, and then they are not shown."""
        return self.grade.points or Fraction(0)

    @property
    def several(self) -> bool:
        """True if so much was lost that one mistake may be behind much of it."""
        return len(self.lost) >= _SEVERAL

    @property
    def shown(self) -> int:
        """How many lost cases stand open; the others are folded."""
        return len(self.lost) if len(self.lost) <= _OPEN + 1 else _OPEN

    @property
    def first(self) -> str:
        """The heading of what to mend first: a cause that is told before all cases, or the first case with its price."""
        if self.causes or not self.lost:
            return "Fix this first"
        first = self.lost[0]
        more = sum((one.points for one in self.lost if one.related_to == first.id), Fraction(0))
        perhaps = f", and maybe {number(more)} more below" if more else ""
        return f"Fix this first, worth {number(first.points)} point{'s' * (first.points != 1)}{perhaps}"

    @property
    def folded_points(self) -> str:
        """The points that the folded cases would have earned."""
        return number(sum((lost.points for lost in self.lost[self.shown :]), Fraction(0)))

    @property
    def complete(self) -> tuple[Skill, ...]:
        """The skills of which every case passed."""
        return tuple(skill for skill in self.skills if skill.passed == skill.asked)

    @property
    def incomplete(self) -> tuple[Skill, ...]:
        """The skills of which a case was lost, what costs most first."""
        return tuple(
            sorted(
                (skill for skill in self.skills if skill.passed != skill.asked),
                key=lambda skill: skill.points - skill.worth,
            )
        )

    @property
    def contest(self) -> str:
        """How to say that something here is wrong, in words."""
        whom = f"Write to {self.contact}" if self.contact else "Write to the staff of the course"
        by = f" by {self.until}" if self.until else ""
        return (
            f"{whom}{by}. Name the module and the case by its id, or the question, as it stands here, and say what in your work "
            "meets it. For a case that you can run, send what the code prints. The module is then run once more, and a "
            "person looks at it. You cannot lose points by asking."
        )

    @property
    def whole(self) -> tuple[str, ...]:
        """The names of the skills of which every case passed."""
        return tuple(skill.name for skill in self.skills if skill.passed == skill.asked)

    @property
    def percent(self) -> int:
        """The points in percent of the scale, rounded down."""
        return int(100 * self.points / self.grade.scale) if self.grade.scale else 0


def page(feedback: Feedback) -> str:
    """The feedback as a page: HTML in one file, without scripts and without anything from outside."""
    template = environment().get_template("feedback.html.jinja")
    return template.render(
        report=feedback,
        grade=feedback.grade,
        attempt=feedback.grade.attempt[:SHORT],
        fault=FAULT,
        nothing=_nothing(feedback.grade),
        perfect=PERFECT,
        not_asked=NOT_ASKED,
        order=ORDER,
        try_it=TRY_IT,
        hidden=HIDDEN,
    )


def markdown(feedback: Feedback) -> str:
    """The feedback as Markdown, in which nothing of a hand-in can become markup."""
    return "\n".join(_blocks(feedback)).rstrip() + "\n"


def path(student: str, module: int) -> str:
    """The path of a page below the folder of all feedback, without its ending: `aokoye/module-01`."""
    return f"{folder(student)}/module-{module:02d}"


# ---------------------------------------------------------------------------------------------------- folders

_NICE = re.compile(r"[\w@+-][\w.@+-]*(?<![.])")
_HASHED = re.compile(r".*-[0-9a-f]{10}")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?")
_MOST_BYTES = 80


def folder(student: str) -> str:
    """The name of a student's folder, for any key: different keys get names that differ on every file system.

    A plain key in small letters is its own name. Any other gets a hash at its end, since a file system may hold capital
    and small letters, or two spellings of an accent, for one.
    """
    plain = unicodedata.normalize("NFC", student).casefold()
    fits = _NICE.fullmatch(student) and not _DEVICES.fullmatch(student) and len(student.encode()) <= _MOST_BYTES
    if fits and plain == student and student[0] != "-" and not _HASHED.fullmatch(student):
        return student
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    stem = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", student).lower()[:40]).strip("-")
    return f"{stem or 'student'}-{digest}"


# ---------------------------------------------------------------------------------------------------- what is told


def compose(
    grade: Grade,
    module: Module,
    cases: Mapping[str, Case],
    lines: Mapping[str, int] | None = None,
    marks: Sequence[HandMark] = (),
    attempts: Sequence[Attempt] = (),
    contest: Contest = _NO_CONTEST,
) -> Feedback:
    """The feedback on a grade. `cases` are the module's by id; a result of a case it lacks is shown by its id.

    `lines` tells where visible cases stand in the file that students get, by id; `marks` are what people gave, `attempts`
    all hand-ins at the module, `contest` whom to write to and until when.
    """
    graded = grade.outcome == "graded"
    results = grade.results if graded else ()
    worth = sum((result.worth for result in results), Fraction(0))
    factor = grade.scale / worth if worth else Fraction(1)
    lost = [result for result in results if result.status != "passed"]
    told = [
        Told(one.case, one.told, one.worth * factor)
        for one in lost
        if one.told and one.example in ("failed", "import error", "timeout", "memory") and _visible(one, cases)
    ]
    shared = causes(told)
    above = {case: cause for cause in shared for case in cause.cases}
    leading = tuple(_leading(grade, lost, cases)) if graded else ()
    spoilt = {one.case: changed for one in told if (changed := changed_input(one.text))}
    # Of a hidden case nothing can be run, so nobody begins there.
    lost.sort(key=lambda one: (one.case not in spoilt, not _visible(one, cases)))
    # What comes after a changed input may be lost for that alone, so nothing else is given as its reason.
    related = {} if spoilt else about_the_same([one for one in told if one.case not in above], module.exports)
    return Feedback(
        title=f"Module {module.number:02d}: {line(module.name).replace('_', ' ')}",
        grade=grade,
        passed=len(results) - len(lost),
        asked=len(results),
        skills=tuple(_skills(results, cases, factor)),
        causes=(
            *leading,
            *(_spoilt(changed) for changed in spoilt.values()),
            *(_in_hand(_cause(cause, grade.scale, _in_common(cause, cases, module)), grade.file) for cause in shared),
        ),
        lost=tuple(
            replace(
                told_of,
                happened=_in_hand(told_of.happened, grade.file),
                line=(lines or {}).get(one.case, 0) if _visible(one, cases) else 0,
                id=one.case,
                related_to=related[one.case][0] if one.case in related else "",
                snippet=_snippet(grade, one.case) if _visible(one, cases) and one.status != "budget" else "",
            )
            for one in lost
            for told_of in [_lost(one, cases, factor, _again(above.get(one.case), shared, one), related.get(one.case))]
        ),
        file=visible_cases_name(grade.suite, module.number) if any(_visible(one, cases) for one in lost) else "",
        remedy="" if graded else _remedy(grade),
        notes=tuple(one for one in _notes(grade, cases) if one not in leading)
        if grade.outcome != "grader fault"
        else (),
        marks=tuple(marks),
        attempts=tuple(attempts),
        contact=contest.contact,
        until=in_words(contest.until.get(module.number)),
    )


def in_words(moment: datetime | None) -> str:
    """A moment as a student reads it, `Sun, Oct 11, 21:14`; '' for none."""
    return f"{moment:%a, %b} {moment.day}, {moment:%H:%M}" if moment else ""


def _snippet(grade: Grade, case: str) -> str:
    """Five lines that run one visible case on the public inputs, beside the student's package and the file of visible cases."""
    file = visible_cases_name(grade.suite, grade.module).removesuffix(".py")
    return (
        "from pathlib import Path\n"
        f"import {file} as check\n"
        "mine = check.load(Path.cwd())\n"
        f"case = next(one for one in check.CASES if one.id == {case!r})\n"
        'print(check.fault(case, mine) or "it passes")\n'
    )


def _skills(results: Sequence[Result], cases: Mapping[str, Case], factor: Fraction) -> Iterator[Skill]:
    """The skills of these results, in the order in which the cases come to them."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        case = cases.get(result.case)
        groups.setdefault(case.skill if case else "other", []).append(result)
    for name, group in groups.items():
        points, worth = sum((r.points for r in group), Fraction(0)), sum((r.worth for r in group), Fraction(0))
        passed = sum(result.status == "passed" for result in group)
        yield Skill(name, passed, len(group), points * factor, worth * factor)


def _visible(result: Result, cases: Mapping[str, Case]) -> bool:
    """True if the case may be told of; one that is not known any more is taken for hidden."""
    case = cases.get(result.case)
    return case is not None and case.visible


def _lost(
    result: Result, cases: Mapping[str, Case], factor: Fraction, again: str, related: tuple[str, str] | None
) -> LostCase:
    """The feedback about a lost case; `again` says how it ended where that is told before all cases."""
    worth, case = result.worth * factor, cases.get(result.case)
    if case is None:  # whether it is hidden is not known, so it is taken for hidden
        return LostCase(result.case.rpartition("/")[2].replace("-", " "), "", worth, False, "", "")
    happened = again or (_happened(result) if case.visible else "")
    about = (
        f"“{cases[related[0]].name}” above is about {related[1]}, too: it may be the same mistake." if related else ""
    )
    return LostCase(case.name, case.skill, worth, case.visible, happened, case.hint, about)


def _again(cause: Cause | None, causes: Sequence[Cause], result: Result) -> str:
    """The words for the end of a case whose cause is told before all cases; empty if it is told in full."""
    if cause is None or cause.name:
        return ""
    if cause.place:
        return f"Stopped at the same line, {cause.place}.{_aside(result.told)}"
    return SAME if len(causes) == 1 else ""


def _spoilt(changed: str) -> str:
    """The words for an input that was changed: a cause of whatever was computed from it later."""
    return f"An input was written into: {changed} is not what it was before. Mend that first: what comes after can be wrong for that alone."


def _cause(cause: Cause, scale: Fraction, common: Sequence[str]) -> str:
    """A cause in words, with what it costs; `common` are names that all its cases ask for."""
    stopped = "One line stops" if cause.place else "One name that is missing stops" if cause.name else ""
    number_of = count(len(cause.cases), "case")
    begins = f"{stopped} {number_of}" if stopped else f"{number_of} ended alike"
    told = _words(cause.text)
    if common and not stopped:
        told += f" All of them use {' and '.join(f'`{name}`' for name in common)}."
    return f"{begins}, {number(cause.points)} of {number(scale)} points: {told} {SHARED}"


def _in_common(cause: Cause, cases: Mapping[str, Case], module: Module) -> list[str]:
    """The names of the module that all cases of a cause ask for, at most three; none if there are more."""
    shared = frozenset.intersection(*(names_of(cases[case].probe) for case in cause.cases))
    found = [name for name in module.exports if name in shared and not name.startswith("_")]
    return found if len(found) <= 3 else []


def _happened(result: Result) -> str:
    """A sentence on a lost visible case: its end on public inputs, the judge's own words about a limit before ours.

    Of the inputs that the points come from it tells no more than that they were lost, or that they were never tried.
    """
    if result.status == "budget":
        return sentence(ENDED[result.status])
    if result.example in (None, "passed"):
        return ONLY_THERE if result.example else NOT_TRIED
    text = message(result.told)
    if result.example == "import error":
        return sentence(f"{ENDED[result.example]}{': ' if text else ''}{text.removeprefix('result: ')}")
    return _words(text) if text else sentence(ENDED[result.example])


_ARRAY = "gave an array, not a Tensor: wrap the result, `Tensor(...)`"
_AT = r"(?P<at> \((?:cell .*?, )?line \d+\))?"
_IN_WORDS: Sequence[tuple[str, str]] = (
    (r"the code raised AttributeError: 'NoneType' object has no attribute '(?P<name>\w+)'",
     "`.{name}` was asked of None: is a `return` missing, or does None stand where something else should?"),
    (r"the code raised AttributeError: '(numpy\.)?(ndarray|float\d+|int\d+|bool_?)' object has no attribute '(?P<name>\w+)'",
     "`.{name}` was asked of a NumPy array or number: wrap it, `Tensor(...)`, where a Tensor is asked for"),
    (r"the code raised AttributeError: the module has no `(?P<name>\w+)`",
     "your module has no `{name}`: is it written, spelled so, and in an exported cell?"),
    (rf"the code raised NameError: name '(?P<name>\w+)' is not defined{_AT}",
     "`{name}` is not known{at}: is it imported or defined, and in an exported cell?"),
    (rf"the code raised NotImplementedError{_AT}$", "what was called is still to be written{at}"),
    (r"the code raised TypeError: a Tensor holds an array, and is none", _ARRAY),
    (r"the code raised TypeError: an array came back where a Tensor is asked for; wrap the result: Tensor\(\.\.\.\)", _ARRAY),
    (r"what came back is not made of numbers and arrays; .* \(.*memoryview.*\)", _ARRAY),
    (r"the code raised ValueError: setting an array element with a sequence\. .* inhomogeneous part\.?$",
     "results of different shapes came back, where all should have one shape"),
    (r"expected (?P<name>an? .+?), got None$", "expected {name}, got nothing (None)"),
    (r"expected (?P<name>an? .+?), got a number of dtype \w+$", "expected {name}, got a single number"),
    (r"expected a number of dtype \w+, got (?P<name>an? .+?)$", "expected a single number, got {name}"),
    (r"expected an? (list|dict) of \d+ items?, but (?P<name>\w+) was raised", "expected a result, but {name} was raised"),
    (r"it ran longer than (?P<name>[\d.]+ seconds)", "it ran longer than {name}: does every loop come to its end?"),
)  # fmt: skip
"""What a program says of itself, and how a person would say it; `name` and `at` are pieces that stay."""


def _words(told: str) -> str:
    """What the judge told as a sentence, in a student's words."""
    text = ASIDE.sub("", message(told).removeprefix("result: "))
    before = _NAMED.match(text)
    start = before.end() if before else 0
    for pattern, words in _IN_WORDS:
        if match := re.compile(pattern).match(text, start):
            pieces_of = {key: (value or "").replace("`", "") for key, value in match.groupdict().items()}
            place, plain = text[:start], words.format_map(pieces_of)
            if words is _ARRAY:  # goes on from the place: `a + 2` gave an array
                place = f"{place.removesuffix(': ')} " if place else "your code "
            text = f"{place}{plain}{text[match.end() :]}"
            break
    return _sentence(text.removeprefix("it ")) + _aside(told)


def _aside(told: str) -> str:
    """A sentence on the piece of a case during which something was raised; empty if that is not told."""
    asked = ASIDE.search(message(told))
    return f" The case had asked for {asked[1]}." if asked and asked[1] != "`…`" else ""


def _sentence(text: str) -> str:
    """The text as a sentence; a place in a result at its beginning stays as it is written, as code."""
    if match := _PATH_IN_RESULT.match(text):
        return f"`{match[1].replace('`', '')}`: {text[match.end() :]}"
    return sentence(text)


def _notes(grade: Grade, cases: Mapping[str, Case]) -> Iterator[str]:
    """Notes for the student: on whose modules it ran, lateness, doubts, editions, and what was odd in the files."""
    yield from _upon_notes(grade)
    if grade.late:
        yield "The platform you handed it in on says that it came late. The points here are raw: nothing is taken off."
    visible = {case.id for case in cases.values() if case.visible}
    ran_out = {one.case for one in grade.results if one.example in ("timeout", "memory")}
    if doubtful := [id for id in grade.doubtful if id in visible & ran_out]:
        yield (
            f"{_listed(_names(doubtful, cases))} ran out of time or memory and will be run once more, alone. "
            "What is said of them here may still change in your favour."
        )
    if flaky := [result.case for result in grade.results if result.flaky and result.case in visible]:
        yield (
            f"{_listed(_names(flaky, cases))} ended differently in two runs on the same inputs. Look for state that is kept "
            "between calls, and for random numbers where none are asked."
        )
    yield from _edition_notes(grade, cases)
    for note in grade.notes:
        if not note.startswith(AS_HANDED_OUT) or grade.outcome != "graded":
            yield _sentence(message(note))
        elif missing := _missing(note, grade, cases):
            yield _unwritten(missing)


_NOT_EXPORTED = re.compile(
    r"class (?P<names>\w+): .* which has no `#\| export`, so not graded|not exported, so not graded: (?P<left>.*);"
)


def _leading(grade: Grade, lost: Sequence[Result], cases: Mapping[str, Case]) -> Iterator[str]:
    """Those notes that are the cause of what was lost, as `_notes` words them: they are told first.

    Another edition with which it would earn more, what is not exported and was asked for, and what nobody has written.
    """
    visible = [one for one in lost if _visible(one, cases)]
    if grade.own_editions and (grade.own_points or 0) > (grade.points or 0):
        yield _looks_like(grade)
    asked = set(re.findall(r"\w+", " ".join(one.told for one in visible)))
    asked = asked.union(*(names_of(cases[one.case].probe) for one in visible))
    for note in grade.notes:
        if match := _NOT_EXPORTED.match(note):
            if asked & set(re.findall(r"\w+", match["names"] or match["left"])):
                yield _sentence(message(note))
        elif note.startswith(AS_HANDED_OUT) and (missing := _missing(note, grade, cases)):
            yield _unwritten(missing)


def _unwritten(names: Sequence[str]) -> str:
    return _sentence(message(f"{AS_HANDED_OUT}: {', '.join(names)}"))


def _missing(note: str, grade: Grade, cases: Mapping[str, Case]) -> list[str]:
    """The functions of a note on untouched ones that a lost case came upon; others were meant to stay: a base class's, say."""
    unwritten = re.compile(r"NotImplementedError|\bNone\b|NoneType")
    lost = [
        one for one in grade.results if one.status != "passed" and _visible(one, cases) and unwritten.search(one.told)
    ]
    asked = set().union(*(names_of(cases[one.case].probe) for one in lost))
    named = note.removeprefix(f"{AS_HANDED_OUT}: ").split(", ")
    return [name for name in named if _last(name) in asked]


def _last(name: str) -> str:
    """The name by which a function is asked for: its own, of `Tensor.__len__` the class's."""
    owner, _, own = name.partition(" (")[0].rpartition(".")
    return owner.rpartition(".")[2] if own.startswith("__") and owner else own


def _upon_notes(grade: Grade) -> Iterator[str]:
    """Whose earlier modules it ran on, where that is not the course's alone."""
    if grade.own_tried == "more":
        # How much more is not said: what it lost on the course's would be a message from the inputs that costs nothing.
        yield (
            "It ran on your own earlier modules, because it earns more there than on the course's. A mistake in one of them "
            "can show up here, so mend the earliest first."
        )
    elif grade.own_tried == "no more":
        yield "It was tried on your own earlier modules, too, and earns no more there; what stands here is from the course's."
    elif grade.own_tried == "not possible":
        yield (
            "It was to be tried on your own earlier modules, too, but with those it cannot be imported; what stands here is from the "
            "course's."
        )
    elif grade.prerequisites == "own":
        yield "It ran on your own earlier modules; a mistake in one of them can show up here, so mend the earliest first."


def _edition_notes(grade: Grade, cases: Mapping[str, Case]) -> Iterator[str]:
    """Notes on the version of the starter code that the work was taken for, and on the cases left out for it."""
    asked = {result.case for result in grade.results}
    left_out = [case.id for case in cases.values() if case.id not in asked] if asked else []
    if grade.editions:
        yield f"It was graded as work from edition {either(grade.editions)} of the course's starter code."
    if grade.own_editions:
        yield _looks_like(grade)
    if left_out:
        why = "" if grade.editions else "Your files do not tell which edition of the starter code they began as. "
        what = "the starter code of your edition brings what they ask for, or never spoke of it"
        if not grade.editions:
            what = "not every edition asks for them"
        yield (
            f"{why}{count(len(left_out), 'case')} did not count: {_listed(_names(left_out, cases), 12)}; {what}. You lose "
            f"nothing by it: the cases that were asked share all {number(grade.scale)} points."
        )


def _looks_like(grade: Grade) -> str:
    """The note for work that looks like another edition than the one it was graded as."""
    return (
        f"Your files look like edition {either(grade.own_editions)}. If that is the starter code you were given, "
        "tell your instructor: it can be graded as that."
    )


def _names(ids: Iterable[str], cases: Mapping[str, Case]) -> list[str]:
    return [cases[id].name if id in cases else id.rpartition("/")[2].replace("-", " ") for id in ids]


def _listed(names: Sequence[str], most: int = 6) -> str:
    """The names in quotation marks, those beyond `most` as their number: `“a”, “b” and 3 more`."""
    quoted = [f"“{line(name)}”" for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(quoted)} and {len(names) - most} more"
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1]))) if quoted else ""


_REMEDIES: Sequence[tuple[str, str]] = (
    (f"^{NOTHING_HANDED_IN}", "`src/` came with the course and is left aside. Hand in the notebook you worked in, from "
     "`modules/`, or the package that was exported from it."),
    ("used up|ran longer|did not end|of memory", "Keep training runs, experiments and downloads out of the exported cells: "
     "importing the module should only define things."),
    ("own module|not handed in", "This module builds on earlier ones of yours. Mend or add that one, and hand both in "
     "together."),
    ("not JSON|format|nested", "Open the notebook in Jupyter, save it again, and open the very file you hand in once "
     "more to see that it is whole."),
    ("not Python|SyntaxError|IndentationError", "Go to that place and mend the line. Then restart the kernel and run all "
     "cells from the top: none may stop with an error."),
    ("AssertionError", "A check that stands in the module itself fails while it is imported. Mend what it checks, and move the "
     "check to a cell that is not exported (in a script below `if __name__ == \"__main__\":`)."),
    ("NotImplementedError", "A function that is still to be written is called while the module is imported. Write it, or "
     "take the call out of the exported cells."),
    ("ModuleNotFoundError|ImportError", "Import only NumPy, Python's own library and the course's modules, and check the "
     "spelling of what you import."),
    ("larger than|longer than|more than|within its limits", "Clear the outputs (in Jupyter: Edit, Clear Outputs of All Cells), leave data "
     "and virtual environments out, and hand it in again."),
    ("archive|unpacked|entr|link|circle", "Pack your files once, as one .zip or .tar.gz with nothing else in it, and "
     "hand that in again."),
    ("empty", "The file holds nothing. Check that you saved your work, and hand in the file that you see it in."),
    ("importing", "Restart the kernel and run all cells from the top: what stops there stops here. Cells marked "
     "`#| export` must not need anything from cells that are not."),
)  # fmt: skip


def _nothing(grade: Grade) -> str:
    """The words for a module in which nothing could be run."""
    return ONLY_SOURCES if grade.reason.startswith(NOTHING_HANDED_IN) else NOTHING


_IN_A_SCRIPT: Sequence[tuple[str, str]] = (
    ("Open the notebook in Jupyter, save it again, and open", "Open the script in your editor, save it again, and open"),
    ("Restart the kernel and run all cells from the top: what stops there stops here. Cells marked `#| export` must not "
     "need anything from cells that are not.", "Run the script from beginning to end: what stops there stops here."),
    ("Then restart the kernel and run all cells from the top: none may stop with an error.", "Then run the script from "
     "beginning to end: it may not stop with an error."),
    ("Restart the kernel, run all cells from the top, and see that no cell stops with an error.", "Run the script from "
     "beginning to end, and see that it does not stop with an error."),
    ("to a cell that is not exported (in a script below `if __name__ == \"__main__\":`)", "below `if __name__ == "
     "\"__main__\":`"),
    ("take the call out of the exported cells", "move the call below `if __name__ == \"__main__\":`"),
    ("out of the exported cells: importing", "below `if __name__ == \"__main__\":`: importing"),
    ("Clear the outputs (in Jupyter: Edit, Clear Outputs of All Cells), leave data", "Leave data"),
    ("is it written, spelled so, and in an exported cell?", "is it written, and spelled so?"),
    ("is it imported or defined, and in an exported cell?", "is it imported or defined?"),
)  # fmt: skip
"""Words about cells, and what is said instead to those who handed in a script."""


def _remedy(grade: Grade) -> str:
    """The next step for work that could not be run; the first that fits, from the particular to the general."""
    fitting = (step for pattern, step in _REMEDIES if re.search(pattern, grade.reason))
    general = (
        "Restart the kernel, run all cells from the top, and see that no cell stops with an error. Then open the very file "
        "you hand in once more before you do."
    )
    return _in_hand(next(fitting, general), grade.file)


def _in_hand(words: str, file: str) -> str:
    """The words for the kind of file that was handed in: who wrote a script has no cells, kernel or outputs."""
    if file.lower().endswith(".py"):
        for cells, script in _IN_A_SCRIPT:
            words = words.replace(cells, script)
    return words


# ---------------------------------------------------------------------------------------------------- Markdown

_SPECIAL = re.compile(r"([\\`*_{}\[\]#!$~^|])")
# Many dialects make links of bare addresses: `http://`, `www.`, `a@b.org`, even `b.org`.
_ADDRESS = re.compile(r"(?i):(?=/)|(?<=mailto):|(?<=xmpp):|@|(?<=www)\.|(?<=\w)\.(?=[^\W\d_]{2})")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: object) -> str:
    """Literal text as Markdown on one line: no markup, no address that becomes a link by itself, no cell's end."""
    text = re.sub("[&<>]", lambda match: _ENTITIES[match[0]], line(text))
    text = _SPECIAL.sub(r"\\\1", text)
    text = _ADDRESS.sub(r"\\\g<0>", text)
    return re.sub(r"^(\d*)(?:([-+=])|(?<=\d)([.)]))", r"\1\\\2\3", text)  # what would begin a list or a rule


def _ticked(text: object) -> str:
    """A message as Markdown, in which what stands in backticks is code."""
    return "".join(
        f"`{part}`" if is_code and part.strip() else _inside(part) for part, is_code in pieces(message(text))
    )


def _inside(part: str) -> str:
    """A piece of a line as literal text, with the spaces at its ends."""
    inner = escaped(part)
    before, after = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{before and ' '}{inner}{after and ' ' if inner else ''}"


def _blocks(feedback: Feedback) -> Iterator[str]:
    """The lines of the Markdown."""
    grade = feedback.grade
    name = f"{escaped(grade.name)} ({escaped(grade.student)})" if grade.name else escaped(grade.student)
    yield from (f"# {escaped(feedback.title)}", "", f"Student: {name}", "")
    if grade.outcome == "grader fault":
        yield from ("## Not graded yet, through a fault of ours", "", FAULT, "")
        yield from _read_by_people(feedback)
        return
    if grade.outcome == "could not be run":
        yield from (
            "## Nothing could be run",
            "",
            f"{_nothing(grade)} 0 of {number(grade.scale)} points as it stands.",
            "",
            f"**What stopped it:** {_ticked(sentence(grade.reason))}",
            "",
        )
        yield from (f"**What to do:** {_ticked(feedback.remedy)}", "")
    else:
        yield from _earned(feedback)
        yield from _next(feedback)
    yield from _read_by_people(feedback)
    yield from _tried(feedback)
    yield from ("## If you think this is wrong", "", _ticked(feedback.contest), "")
    if feedback.notes or grade.file:
        yield from ("## Notes", "", *(f"- {_ticked(note)}" for note in feedback.notes))
        if grade.file:
            yield f"- Graded file: {escaped(grade.file)} (attempt {escaped(grade.attempt[:SHORT])})"
        yield ""


def _tried(feedback: Feedback) -> Iterator[str]:
    if feedback.attempts:
        yield from ("## Your attempts", "")
        for one in feedback.attempts:
            yield f"- {escaped(one.handed_in)}: {escaped(one.earned)}{' (counts)' if one.counts else ''}"
        yield ""


def _read_by_people(feedback: Feedback) -> Iterator[str]:
    if feedback.marks:
        yield from ("## Your answers, read by a person", "")
    for mark in feedback.marks:
        yield from (f"### {escaped(mark.name)}", "", f"{mark.price}; {escaped(mark.level)}", "")
        if mark.reasons:
            yield from (*(f"- {escaped(reason)}" for reason in mark.reasons), "")
        yield from (text for part in mark.comment.splitlines() if part.strip() for text in (escaped(part), ""))


def _earned(feedback: Feedback) -> Iterator[str]:
    if not feedback.asked:
        yield from ("## Not graded", "", NOT_ASKED, "")
        return
    points = f"**{number(feedback.points)} of {number(feedback.grade.scale)} points**; {feedback.passed} of {count(feedback.asked, 'case')} passed."
    yield from ("## What you earned", "", points, "")
    for skill in feedback.skills:
        words = (
            f"{skill.passed} of {count(skill.asked, 'case')}, {number(skill.points)} of {number(skill.worth)} points"
        )
        yield f"- {escaped(skill.name)}: {words}{' (complete)' if skill.passed == skill.asked else ''}"
    yield ""


def _next(feedback: Feedback) -> Iterator[str]:
    if not feedback.lost:
        yield from (("## What to look at next", "", PERFECT, "") if feedback.asked else ())
        return
    yield from ("## What to look at next", "")
    if feedback.causes:
        yield from (line for cause in feedback.causes for line in (_ticked(cause), ""))
    elif feedback.several:
        yield from (ORDER, "")
    if feedback.file:
        yield from (f"`python {feedback.file}` {TRY_IT}", "")
    for lost in feedback.lost:
        kind = f"; {escaped(feedback.file)}:{lost.line}" if lost.line else "" if lost.visible else "; a hidden case"
        yield from (
            f"### {escaped(lost.name)}",
            "",
            f"{lost.price}; {escaped(lost.skill)}{kind}",
            "",
        )
        if lost.happened or not lost.visible:
            yield f"- What happened: {_ticked(lost.happened or HIDDEN)}"
        if lost.related:
            yield f"- See above: {_ticked(lost.related)}"
        if lost.hint:
            yield f"- Hint: {_ticked(lost.hint)}"
        if lost.id:
            yield f"- Case id: {escaped(lost.id)}"
        yield ""
