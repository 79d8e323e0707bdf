"""The course as plain, frozen data: what a syllabus, an offering, a registry, a rubric and a handbook hold.

Each class is one mapping in a YAML file, each field one key; the text beside a field is what editors show and
what `blueprint schema` publishes. Nothing here reads files or knows where a value stood: `bind` makes these
objects and keeps positions apart, `check` holds them against each other.

References between things are ids (`Annotated[str, Ref("chapter")]`), resolved through `Course`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import time as Time
from decimal import Decimal
from typing import Annotated, Literal

from blueprint.choices import CountingAttempt, ModulePrerequisites

SCHEMA = 1
"""The version of the content files this program reads; each file says `schema: 1`."""


class Markdown(str):
    """Text in Markdown with `$math$`. Other strings are literal and are escaped wherever they are written."""

    __slots__ = ()


EMPTY = Markdown("")


class Language(str):
    """A language tag (BCP 47) such as `de` or `en-US`: the language, perhaps its script, perhaps a country."""

    __slots__ = ()

    @property
    def alone(self) -> str:
        """The language without its script and country: `en`."""
        return self.partition("-")[0]

    @property
    def country(self) -> str:
        """The country's two letters, empty without one."""
        last = self.rpartition("-")[2]
        return last if last.isupper() and len(last) == 2 else ""


ENGLISH = Language("en-US")
"""The language of what no course has named one for."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a field whose value is the id (or an alias) of a `kind` of thing."""

    kind: str


@dataclass(frozen=True, slots=True)
class Span:
    """A low and a high value: `[4, 6]` in YAML; a bare number stands for both."""

    low: Decimal
    high: Decimal

    @property
    def middle(self) -> Decimal:
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a rubric level: one number (`10`), or a range (`8-10`)."""

    low: Decimal
    high: Decimal

    @property
    def is_range(self) -> bool:
        return self.low != self.high

    def __str__(self) -> str:
        return f"{plain(self.low)}–{plain(self.high)}" if self.is_range else plain(self.high)


def plain(number: Decimal) -> str:
    """A decimal as people write it: `10`, `12.5`, never `1E+1`.

    >>> plain(Decimal("10.0")), plain(Decimal("12.50"))
    ('10', '12.5')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SessionKind = Literal["lecture", "studio", "paper discussion", "review", "exam"]
PaperSize = Literal["us-letter", "a4"]
PAPER: PaperSize = "us-letter"
"""The paper of what no offering has named one for."""
Role = Literal["instructor", "head TA", "TA"]
ThemeName = Literal["light", "dark", "minimal", "nature"]
DeckFormat = Literal["pptx", "beamer", "handout"]
Release = Literal["after class", "with its week", "at once", "never"]
RELEASE: Release = "after class"
"""When students get a handout of which nothing is said."""
OWN_DECKS = (".pptx", ".pdf")
"""What an instructor's own deck may end in."""


# --- registries: the things every course refers to by id ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter of the textbook."""

    number: int
    title: Markdown
    slug: Annotated[str, "the chapter's name in its web address"]
    volume: int = 1
    aliases: Annotated[tuple[str, ...], "older ids and slugs that still resolve"] = ()
    minutes: Annotated[int, "reading time of a student"] = 60
    objectives: Annotated[tuple[Markdown, ...], "what a reader can do afterwards; each begins with a verb"] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """An interactive lab."""

    number: int
    title: Markdown
    slug: str
    volume: int = 1
    aliases: Annotated[tuple[str, ...], "older ids, slugs and titles"] = ()
    chapter: Annotated[str | None, Ref("chapter"), "the chapter this lab practises; none for an orientation"] = None
    question: Annotated[Markdown, "the one question the lab answers"] = EMPTY
    minutes: Annotated[int, "time in the lab section"] = 50
    design_part: Annotated[str, "the part that is the design task"] = "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A TinyTorch module: a notebook in which students build one piece of a framework."""

    number: int
    title: Markdown
    slug: str
    aliases: tuple[str, ...] = ()
    hours: Annotated[Span, "time a student needs, from and to"]
    builds: Annotated[Markdown, "what exists afterwards"] = EMPTY
    questions: Annotated[tuple[Markdown, ...], "systems-thinking questions marked by hand"] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """A hardware checkpoint: something to run on a real board."""

    title: Markdown
    device: Annotated[str, "the board; kept as data because courses change it"]
    slug: str = ""
    aliases: tuple[str, ...] = ()
    activity: Markdown
    without: Annotated[Markdown, "the same experience without the board"] = EMPTY
    hours: Span = Span(Decimal(1), Decimal(2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A StaffML practice set: interview-style systems questions."""

    title: Markdown
    level: Annotated[str, "difficulty, L1 to L6+"]
    slug: str = ""
    aliases: tuple[str, ...] = ()
    focus: Markdown
    minutes: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper for discussion, with enough to find it in a library."""

    authors: str
    title: str
    venue: str
    year: int
    aliases: tuple[str, ...] = ()
    why: Annotated[Markdown, "what this paper gives the week, one sentence"] = EMPTY
    questions: Annotated[tuple[Markdown, ...], "questions that start the discussion"] = ()
    minutes: Annotated[int, "reading time for the sections asked for"] = 60
    read: Annotated[Markdown, "which sections to read"] = EMPTY

    @property
    def citation(self) -> str:
        return f"{self.authors}, “{self.title}”, {self.venue} {self.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses on the web: a base and a pattern per kind, so that one edit repairs every link."""

    base: str = ""
    book: str = ""
    chapter: Annotated[str, "pattern with {base}, {slug}, {number}, {volume}"] = ""
    lab: str = ""
    module: str = ""
    kit: str = ""
    drill: str = ""
    slides: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The contents of a registry file."""

    schema: int
    extends: str | None = None
    links: Links = Links()
    chapters: Mapping[str, Chapter] = field(default_factory=dict)
    labs: Mapping[str, Lab] = field(default_factory=dict)
    modules: Mapping[str, Module] = field(default_factory=dict)
    kits: Mapping[str, Kit] = field(default_factory=dict)
    drills: Mapping[str, Drill] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)


# --- rubrics ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a criterion. That nothing was handed in is a state of the work, never a level."""

    title: str
    points: Points
    text: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing a grader looks at."""

    title: str
    points: Annotated[Decimal, "the most a student can earn here"]
    asks: Annotated[Markdown, "the question a grader asks of the work"]
    quick: Annotated[Markdown, "the same question in three words, for the speed pass"] = EMPTY
    levels: Annotated[tuple[Level, ...], "best first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A row of the speed rubric: so many questions answered yes, such points."""

    yes: Annotated[str, "how many of the quick questions are answered yes: `3`, or `0-1`"]
    points: Points
    text: Markdown = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A deployment target of a capstone with its budgets."""

    device: str
    latency_ms: Annotated[Decimal, "99th-percentile latency budget, milliseconds"]
    memory: Annotated[str, "memory budget with its unit, `256 KB`"]
    accuracy: Annotated[Decimal, "target accuracy, percent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A piece of work with the marks it should get, to calibrate graders."""

    title: str
    text: Markdown
    marks: Annotated[Mapping[str, Decimal], "points by criterion"]
    why: Annotated[Markdown, "why these marks and no others"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """A rubric file."""

    schema: int
    extends: str | None = None
    title: Markdown
    points: Annotated[Decimal, "the total; the criteria must sum to it"]
    artifact: Annotated[Markdown, "what a student hands in"]
    step: Annotated[Decimal, "the smallest difference a grader may give inside a range"] = Decimal(1)
    intro: Annotated[Markdown, "how to read and use this rubric"] = EMPTY
    criteria: Mapping[str, Criterion]
    nothing_handed_in: Annotated[Markdown, "what is recorded when there is no work; a state, not a level"]
    speed: Annotated[tuple[Band, ...], "first-pass bands"] = ()
    speed_note: Markdown = EMPTY
    tracks: Annotated[Mapping[str, Track], "a capstone's deployment targets"] = field(default_factory=dict)
    scoring: Annotated[Markdown, "how a measured score becomes points"] = EMPTY
    deliverables: tuple[Markdown, ...] = ()
    samples: Annotated[Mapping[str, Sample], "calibration set"] = field(default_factory=dict)


# --- TA handbook -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One preparation task, with what shows that it is done."""

    do: Markdown
    evidence: Markdown
    by: Annotated[str, "when it is due"] = "before week 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Struggle:
    """A difficulty that students run into, and the sentence a TA can say."""

    symptom: Annotated[Markdown, "what the student says or shows"]
    cause: Annotated[Markdown, "what usually lies behind it"] = EMPTY
    say: Annotated[Markdown, "a sentence to say aloud"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """A stretch of a meeting."""

    minutes: int
    do: Annotated[Markdown, "what happens"]
    lead: Annotated[Markdown, "what the person in front does"] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A situation in the room and an answer to it."""

    situation: Markdown
    say: Markdown
    trains: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A step of the office-hours ladder."""

    after: Annotated[int, "minutes a student has been stuck"]
    do: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A matter that leaves the TA's hands, and whose it becomes."""

    matter: Markdown
    do: Markdown
    contact: Annotated[str, "the id of a person or contact of the offering, or a role"] = "instructor"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHoursGuide:
    """Guidance for office hours: what to do, what to leave, and when to step in."""

    do: tuple[Markdown, ...]
    leave: tuple[Markdown, ...]
    ladder: tuple[Rung, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionWeek:
    """One week of a TA's section."""

    opening: Annotated[Markdown, "the question that opens the section"]
    listen_for: Annotated[Markdown, "what a good answer holds"] = EMPTY
    plan: Annotated[tuple[PlanStep, ...], "the section minute by minute; the shared plan when left out"] = ()
    struggles: Annotated[tuple[Struggle, ...], "three, most likely first"]
    debrief: Annotated[Markdown, "the sentence that closes the section"] = EMPTY
    grading: Annotated[Markdown, "what to watch for when marking this week's work"] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Handbook:
    """The TA handbook's own content."""

    schema: int
    extends: str | None = None
    welcome: Markdown
    checklist: Mapping[str, ChecklistItem]
    rhythm: Annotated[Mapping[Day, Markdown], "the TA's week, by day"]
    section_minutes: int = 50
    plan: Annotated[tuple[PlanStep, ...], "the shared section plan"]
    moves: tuple[Move, ...]
    calibration: Markdown
    office_hours: OfficeHoursGuide
    escalation: tuple[Escalation, ...]
    batch_grading: tuple[Markdown, ...]
    weeks: Mapping[int, SectionWeek]


# --- the course ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A symbol of an equation."""

    tex: Annotated[str, "LaTeX, without dollar signs"]
    meaning: Markdown
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A displayed equation with its legend."""

    title: Markdown
    tex: Annotated[str, "LaTeX, without dollar signs"]
    says: Annotated[Markdown, "the equation in a sentence"] = EMPTY
    symbols: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run of weeks with one goal."""

    title: Markdown
    goal: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One class meeting."""

    kind: SessionKind
    title: Markdown
    plan: Annotated[tuple[PlanStep, ...], "minute by minute; sums to session_minutes"] = ()
    deck: Annotated[
        str | None, "its slides: a .pptx or .pdf of your own, beside this file, or the id of a deck in slides/"
    ] = None
    release: Annotated[
        Release | None,
        "when students get its handout, where it differs from the term's; with it, your own deck is given out, too",
    ] = None

    @property
    def own_deck(self) -> str | None:
        """The instructor's own file, where the session has one."""
        return self.deck if self.deck and self.deck.lower().endswith(OWN_DECKS) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One teaching week."""

    title: Markdown
    part: Annotated[str, Ref("part")]
    question: Annotated[Markdown, "the question that runs through the week"] = EMPTY
    read: Annotated[tuple[str, ...], Ref("chapter")] = ()
    labs: Annotated[tuple[str, ...], Ref("lab")] = ()
    optional_labs: Annotated[tuple[str, ...], Ref("lab")] = ()
    modules: Annotated[tuple[str, ...], Ref("module"), "modules worked on this week"] = ()
    kits: Annotated[tuple[str, ...], Ref("kit")] = ()
    drills: Annotated[tuple[str, ...], Ref("drill")] = ()
    papers: Annotated[tuple[str, ...], Ref("paper")] = ()
    objectives: Annotated[tuple[Markdown, ...], "what students can do at its end; each begins with a verb"]
    tip: Annotated[Markdown, "advice for the instructor"] = EMPTY
    sessions: Mapping[int, Session]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRule:
    """When something is due: a weekday of its week, or an exact date."""

    day: Day = "thu"
    time: Time = Time(23, 59)
    date: Annotated[Date | None, "an exact date instead of a weekday"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Something handed in."""

    component: Annotated[str, Ref("component")]
    title: Markdown
    week: Annotated[int, Ref("week"), "the week it is due"]
    released: Annotated[
        int | None, Ref("week"), "the week it is given out, from its Monday; the week due if left out"
    ] = None
    due: Annotated[DueRule | None, "only where it differs from the component's"] = None
    lab: Annotated[str | None, Ref("lab")] = None
    module: Annotated[str | None, Ref("module")] = None
    rubric: Annotated[str | None, Ref("rubric"), "only where it differs from the component's"] = None
    points: Annotated[Decimal, "0 for something required but not marked"] = Decimal(100)
    minutes: Annotated[int | None, "a student's time, only where it differs from the component's"] = None
    text: Annotated[Markdown, "the task in a sentence or two"] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part of the final grade."""

    title: Markdown
    weight: Annotated[Decimal, "percent of the final grade"]
    count: Annotated[int, "how many marked pieces there are"]
    text: Annotated[Markdown, "what it is and what it shows"] = EMPTY
    rubric: Annotated[str | None, Ref("rubric")] = None
    hand_in: Annotated[Markdown, "where and how its pieces are handed in"] = EMPTY
    due: DueRule = DueRule()
    minutes: Annotated[int, "a student's time for one piece, beyond lab and module hours"] = 0
    grading_minutes: Annotated[Span, "a grader's time for one piece"] = Span(Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingScheme:
    """The rules by which pieces become a grade."""

    components: Mapping[str, Component]
    letters: Annotated[Mapping[str, Decimal], "lowest percentage of each letter, best first"] = field(
        default_factory=dict
    )
    text: Markdown = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    """Up to so many hours late, such a penalty."""

    hours: int
    penalty: Annotated[Decimal, "percent of the points earned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePolicy:
    """The price of lateness; beyond the last step nothing is accepted."""

    steps: tuple[LateStep, ...]
    text: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The rules of the course."""

    late: LatePolicy
    collaboration: Markdown
    ai_use: Markdown
    accessibility: Markdown
    integrity: Markdown = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A historical result students reproduce with their own framework."""

    title: Markdown
    year: int
    week: Annotated[int, Ref("week")]
    after: Annotated[str, Ref("module"), "the module that unlocks it"]
    text: Markdown = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A weekly meeting."""

    day: Day
    start: Time
    end: Time
    room: str = ""

    @property
    def minutes(self) -> int:
        """The minutes it lasts; not above 0 where it ends before it begins."""
        return (self.end.hour - self.start.hour) * 60 + self.end.minute - self.start.minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Days without class."""

    title: str
    first: Date
    last: Annotated[Date | None, "the same day if left out"] = None
    skips_week: Annotated[bool, "true: this calendar week is no teaching week, later weeks move on"] = False

    @property
    def until(self) -> Date:
        """The last day without class."""
        return self.last or self.first

    def covers(self, day: Date) -> bool:
        return self.first <= day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who teaches."""

    name: str
    role: Role
    email: str | None = None
    office: str = ""
    office_hours: tuple[Meeting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An office of the university."""

    name: str
    email: str | None = None
    phone: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A lab section led by a TA."""

    title: str
    ta: Annotated[str, Ref("person")]
    meeting: Meeting
    students: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """A sitting outside class hours."""

    title: Markdown
    date: Date
    start: Time
    end: Time
    room: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A place on the web this term uses."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something students are told on their site, from its date on."""

    date: Date
    title: Markdown
    text: Markdown = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideOptions:
    """Options for the lectures of a term: how they are made."""

    theme: ThemeName = "light"
    formats: tuple[DeckFormat, ...] = ("pptx", "beamer", "handout")
    minutes: Annotated[int | None, "minutes of a lecture; as long as most class meetings if left out"] = None
    template: Annotated[str | None, "your university's .pptx, beside this file, in place of a theme in PowerPoint"] = (
        None
    )
    release: Annotated[Release, "when the students' site has a handout"] = RELEASE


@dataclass(frozen=True, slots=True, kw_only=True)
class AutograderOptions:
    """Options for the autograder: how the modules of a term are graded."""

    suite: Annotated[str, "the reference tests"] = "tinytorch"
    counts: Annotated[CountingAttempt, "which of a student's attempts counts"] = "latest"
    prerequisites: Annotated[ModulePrerequisites, "whose earlier modules a module runs on"] = "best"
    edition: Annotated[str, "of everybody's starter code, 2026-05 say; that of most hand-ins if left out"] = ""
    editions: Annotated[Mapping[str, str], "students whose starter code is of another edition, and which"] = field(
        default_factory=dict
    )
    packages: Annotated[tuple[str, ...], "what work may import besides NumPy, installed where it is graded: scipy"] = ()
    starter: Annotated[
        str | None, "your own starter code, beside this file: what it passes untouched is worth nothing"
    ] = None
    era: Annotated[str, "older word for `edition`"] = ""
    roster: Annotated[str | None, "the class list, a CSV file beside this file that git ignores"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """A syllabus taught once: a term, dates, rooms and people."""

    term: str
    institution: str
    department: str = ""
    code: Annotated[str, "course code in the catalogue"] = ""
    start: Annotated[Date, "a day of the first teaching week"]
    end: Annotated[Date, "the last day of the term, exams included"]
    time_zone: Annotated[str, "a name such as America/Chicago"]
    published: Annotated[Date, "the date of this version, printed on documents and used in calendar stamps"]
    revision: Annotated[int, "raise it when dates change after students have subscribed to the calendar"] = 0
    domain: Annotated[str, "ends the ids of calendar entries; never change it during a term"] = "course.invalid"
    meetings: Annotated[tuple[Meeting, ...], "the class meetings of a week, in order"]
    breaks: Mapping[str, Break] = field(default_factory=dict)
    staff: Mapping[str, Person]
    sections: Mapping[str, Section] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    exams: Mapping[str, Exam] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    announcements: Mapping[str, Announcement] = field(default_factory=dict)
    paper: Annotated[PaperSize, "paper size of printed documents"] = PAPER
    reference_docx: Annotated[str | None, "the university's own Word template, beside this file"] = None
    slides: Annotated[SlideOptions, "theme, formats and minutes of lecture decks"] = SlideOptions()
    autograder: Annotated[AutograderOptions, "reference tests, and which attempt counts"] = AutograderOptions()

    @property
    def lecture_minutes(self) -> int | None:
        """The minutes lectures are cut to: as asked for, else of most meetings (the shorter of a tie); None without a meeting."""
        lengths = sorted(m.minutes for m in self.meetings if m.minutes > 0)
        return self.slides.minutes or max(lengths, key=lengths.count, default=None)

    @property
    def students(self) -> int:
        return sum(section.students for section in self.sections.values())

    @property
    def instructor(self) -> Person:
        return next((p for p in self.staff.values() if p.role == "instructor"), next(iter(self.staff.values())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The hours a student should have to spend."""

    hours_per_week: Annotated[Decimal, "the most a week may ask for outside class"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFile:
    """A course file: a syllabus, or an offering that extends one."""

    schema: int
    extends: Annotated[str | None, "another course file; what stands here replaces what stands there"] = None
    title: Markdown
    subtitle: Markdown = EMPTY
    language: Annotated[
        Language,
        "the language the course is written in, such as `de` or `en-US`; words that Blueprint adds stay English",
    ] = ENGLISH
    description: Markdown
    prerequisites: tuple[Markdown, ...] = ()
    outcomes: Annotated[tuple[Markdown, ...], "what students can do at the end of the course"] = ()
    textbook: Markdown = EMPTY
    materials: tuple[Markdown, ...] = ()
    registries: Annotated[tuple[str, ...], "files that define chapters, labs, modules, kits, drills and papers"]
    rubrics: Annotated[tuple[str, ...], "names of files in rubrics/"] = ()
    handbook: Annotated[str | None, "the TA handbook's file"] = None
    lab_lag: Annotated[int, "weeks between reading a chapter and doing its lab"] = 0
    session_minutes: int = 75
    load: Load | None = None
    equations: Mapping[str, Equation] = field(default_factory=dict)
    parts: Mapping[str, Part]
    weeks: Mapping[int, Week]
    unread: Annotated[tuple[str, ...], Ref("chapter"), "chapters left out on purpose"] = ()
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    grading: GradingScheme
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    policies: Policies
    offering: Offering | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A course file with everything it names: the object all writers work on."""

    id: str
    file: CourseFile
    registry: Registry
    rubrics: Mapping[str, Rubric]
    handbook: Handbook | None

    @property
    def offering(self) -> Offering:
        """The offering; `ValueError` for a bare syllabus."""
        if self.file.offering is None:
            raise ValueError(f"{self.id} is a syllabus without an offering")
        return self.file.offering

    def link(self, kind: str, item: object = None) -> str:
        """The web address of a registry item (or of a site by name), empty where no pattern is given."""
        links = self.registry.links
        pattern = str(getattr(links, kind))
        values = {name: getattr(item, name) for name in ("slug", "number", "volume") if hasattr(item, name)}
        return pattern.format(base=links.base, **values) if pattern else ""

    def rubric_of(self, assignment: Assignment) -> str | None:
        """The id of the rubric an assignment is marked with."""
        return assignment.rubric or self.file.grading.components[assignment.component].rubric

    def due_rule(self, assignment: Assignment) -> DueRule:
        return assignment.due or self.file.grading.components[assignment.component].due

    def due_in(self, week: int) -> Iterator[tuple[str, Assignment]]:
        """Assignments due in a week, in course order."""
        return ((key, a) for key, a in self.file.assignments.items() if a.week == week)

    def weeks_of_module(self, module: str) -> tuple[int, ...]:
        return tuple(number for number, week in self.file.weeks.items() if module in week.modules)
