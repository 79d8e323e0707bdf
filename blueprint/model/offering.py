"""A syllabus taught once: its term, dates, rooms and people, and how its lectures and grades are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from typing import Annotated, Literal

from blueprint.choices import CountingAttempt, ModulePrerequisites
from blueprint.model.calendar import Break, Exam, Meeting
from blueprint.model.people import ROLES, Contact, Person, Role, Section
from blueprint.model.values import EMPTY, RELEASE, Example, Markdown, PaperSize, Ref, Release

ThemeName = Literal["light", "dark", "minimal", "nature"]

DeckFormat = Literal["pptx", "beamer", "handout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A place on the web this term uses."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something students are told on their site, from its date on."""

    date: Annotated[Date, "the day from which on it is shown", Example("2026-09-20")]
    title: Annotated[Markdown, Example("The class of Wednesday moves")]
    text: Annotated[Markdown, Example("It is held on Friday at the same time, in the same room.")] = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideOptions:
    """Options for the lectures of a term: how they are made."""

    theme: ThemeName = "light"
    formats: tuple[DeckFormat, ...] = ("pptx", "beamer", "handout")
    minutes: Annotated[
        int | None, "minutes of a lecture; as long as most class meetings if left out", Example("50")
    ] = None
    template: Annotated[
        str | None,
        "your university's .pptx, beside this file, in place of a theme in PowerPoint",
        Example("university.pptx"),
    ] = None
    release: Annotated[Release, "when the students' site has a handout"] = RELEASE


@dataclass(frozen=True, slots=True, kw_only=True)
class AutograderOptions:
    """Options for the autograder: how the modules of a term are graded."""

    suite: Annotated[str, "the reference tests"] = "tinytorch"
    counts: Annotated[CountingAttempt, "which of a student's attempts counts"] = "latest"
    prerequisites: Annotated[ModulePrerequisites, "whose earlier modules a module runs on"] = "best"
    edition: Annotated[
        str, "of everybody's starter code, 2026-05 say; that of most hand-ins if left out", Example("2026-05")
    ] = ""
    editions: Annotated[
        Mapping[str, str], "students whose starter code is of another edition, and which", Example('{aida: "2025-09"}')
    ] = field(default_factory=dict)
    packages: Annotated[
        tuple[str, ...], "what work may import besides NumPy, installed where it is graded: scipy", Example("[scipy]")
    ] = ()
    starter: Annotated[
        str | None,
        "your own starter code, beside this file: what it passes untouched is worth nothing",
        Example("starter/"),
    ] = None
    regrade_days: Annotated[
        int, "days after a module's deadline in which its points may be contested; 0: no last day", Example("14")
    ] = 0
    era: Annotated[str, "older word for `edition`", Example("2026-05")] = ""
    roster: Annotated[
        str | None, "the class list, a CSV file beside this file that git ignores", Example("rosters/cs4290.csv")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOptions:
    """Options for what people mark: who reads, and how."""

    graders: Annotated[
        tuple[str, ...], Ref("person"), "who marks; whoever leads a section if left out", Example("[okafor, lindgren]")
    ] = ()
    pseudonyms: Annotated[bool, "true: graders see a bird's name in place of a student's"] = False
    overlap: Annotated[int, "percent of the answers that a second grader reads, too, to see how far they agree"] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """A syllabus taught once: a term, dates, rooms and people."""

    term: str
    institution: str
    department: str = ""
    code: Annotated[str, "course code in the catalogue"] = ""
    credits: Annotated[str, "what the course counts for, in your university's words"] = ""
    start: Annotated[Date, "a day of the first teaching week"]
    end: Annotated[Date, "the last day of the term, exams included"]
    time_zone: Annotated[str, "a name such as America/Chicago"]
    published: Annotated[Date, "the date of this version, printed on documents and used in calendar stamps"]
    revision: Annotated[int, "raise it when dates change after students have subscribed to the calendar"] = 0
    domain: Annotated[str, "ends the ids of calendar entries; never change it during a term"] = "course.invalid"
    meetings: Annotated[tuple[Meeting, ...], "the class meetings of a week, in order"]
    breaks: Mapping[str, Break] = field(default_factory=dict)
    staff: Mapping[str, Person]
    roles: Annotated[Mapping[str, Role], "roles of its own, or other words for the known ones"] = field(
        default_factory=dict
    )
    emergency: Annotated[
        str | None, "whom to call at once: the id of a person or contact with a phone", Example("campus-safety")
    ] = None
    sections: Mapping[str, Section] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    exams: Mapping[str, Exam] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    announcements: Mapping[str, Announcement] = field(default_factory=dict)
    paper: Annotated[
        PaperSize | None, "paper size of printed documents; the usual one of the `locale` if left out", Example("a4")
    ] = None
    website: Annotated[
        str,
        "the address at which the students' site is published; links in PDF and Word files lead there",
        Example("https://cs4290.harbor.example.edu/"),
    ] = ""
    reference_docx: Annotated[
        str | None, "the university's own Word template, beside this file", Example("university.docx")
    ] = None
    slides: Annotated[SlideOptions, "theme, formats and minutes of lecture decks"] = SlideOptions()
    autograder: Annotated[AutograderOptions, "reference tests, and which attempt counts"] = AutograderOptions()
    review: Annotated[ReviewOptions, "who marks what people mark, and how"] = ReviewOptions()

    @property
    def lecture_minutes(self) -> int | None:
        """The minutes lectures are cut to: as asked for, else of most meetings (the shorter of a tie); None without a meeting."""
        lengths = sorted(m.minutes for m in self.meetings if m.minutes > 0)
        return self.slides.minutes or max(lengths, key=lengths.count, default=None)

    @property
    def students(self) -> int:
        return sum(section.students for section in self.sections.values())

    @property
    def instructors(self) -> tuple[Person, ...]:
        """Those who lead the course; the first of the staff where nobody does."""
        leading = tuple(p for p in self.staff.values() if self.role_of(p).leads)
        return leading or tuple(self.staff.values())[:1]

    @property
    def instructor(self) -> Person:
        """The first of those who lead the course."""
        return self.instructors[0]

    @property
    def instructor_names(self) -> str:
        """The names of those who lead the course: `Ada Stone, Ben Ito`."""
        return ", ".join(person.name for person in self.instructors)

    def role_of(self, person: Person) -> Role:
        """What a person's role is called, alone and in number, and whether who has it leads."""
        own, usual = (_called(person.role, roles) for roles in (self.roles, ROLES))
        label = own.label or person.role
        return Role(label=label, plural=own.plural or f"{label}s", leads=own.leads or usual.leads)


def _called(word: str, roles: Mapping[str, Role]) -> Role:
    """The role of that name, in large or small letters; one that says nothing where there is none."""
    return next((role for name, role in roles.items() if name.lower() == word.lower()), Role())
