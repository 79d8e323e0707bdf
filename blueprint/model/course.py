"""A course file, and the course that it makes with every file it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, ClassVar

from blueprint.model.grading import Assignment, DueRule, GradingScheme, LateRule
from blueprint.model.handbook import Handbook
from blueprint.model.offering import Offering
from blueprint.model.policies import LateStep, Policies
from blueprint.model.registry import Registry
from blueprint.model.rubric import Rubric
from blueprint.model.values import EMPTY, ENGLISH, Example, Language, Markdown, Ref
from blueprint.model.weeks import SESSION_KINDS, Equation, Milestone, Part, Session, SessionKind, Week


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The hours a student should have to spend."""

    hours_per_week: Annotated[Decimal, "the most a week may ask for outside class"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Parts of the syllabus that a version of the course leaves out. What depends on them goes with them."""

    why: Annotated[Markdown, "printed in the syllabus", Example("The term has ten weeks.")]
    weeks: Annotated[tuple[int, ...], Ref("week"), "later weeks move up", Example("[11, 12]")] = ()
    chapters: Annotated[tuple[str, ...], Ref("chapter"), Example("[vol1-12]")] = ()
    labs: Annotated[tuple[str, ...], Ref("lab"), Example("[lab-12]")] = ()
    modules: Annotated[tuple[str, ...], Ref("module"), Example("[m08]")] = ()
    kits: Annotated[tuple[str, ...], Ref("kit"), Example("[kit-collect]")] = ()
    drills: Annotated[tuple[str, ...], Ref("drill"), Example("[drill-12]")] = ()
    papers: Annotated[tuple[str, ...], Ref("paper"), Example("[wulf1995]")] = ()
    components: Annotated[tuple[str, ...], Ref("component"), Example("[challenges]")] = ()
    assignments: Annotated[tuple[str, ...], Ref("assignment"), Example("[challenge-4]")] = ()
    milestones: Annotated[tuple[str, ...], Ref("milestone"), Example("[perceptron]")] = ()
    sessions: Annotated[tuple[int, ...], "numbers of sessions, in every week that has another", Example("[2]")] = ()
    plans: Annotated[bool, "true: the plans of all sessions, such as where classes have another length"] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What students can do at the end of the course, and the work that shows it. Text alone, in place of a mapping, is its `text`."""

    short_form: ClassVar[str] = "text"

    text: Markdown
    assessed_by: Annotated[tuple[str, ...], Ref("component"), "the parts of the grade that show it"] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Something a student needs: a book, a device, a program. Text alone, in place of a mapping, is its `text`."""

    short_form: ClassVar[str] = "text"

    text: Markdown
    cost: Annotated[str, "what a student pays for it, such as `free`"] = ""
    link: Annotated[str, "where to get it; begins with https:"] = ""

    @property
    def short_link(self) -> str:
        """Its address as people read it: `mlsysbook.ai/kits`."""
        return self.link.partition("://")[2].rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFile:
    """A course file: a syllabus (what is taught), or an offering (a syllabus taught once), which extends one."""

    schema: int
    extends: Annotated[str | None, "another course file; what stands here replaces what stands there"] = None
    title: Markdown
    subtitle: Markdown = EMPTY
    language: Annotated[
        Language,
        "the language the course is written in, such as `de` or `en-US`",
    ] = ENGLISH
    locale: Annotated[
        Language | None,
        "how words that Blueprint adds, dates, times and paper are written, such as `en-GB`; like `language` if left out",
        Example("en-GB"),
    ] = None
    labels: Annotated[
        str | None,
        "a gettext catalog (.po) beside this file, for a language whose words do not ship with Blueprint",
        Example("fr.po"),
    ] = None
    description: Markdown
    audience: Annotated[Markdown, "for whom it is: programs and years"] = EMPTY
    prerequisites: tuple[Markdown, ...] = ()
    outcomes: Annotated[tuple[Outcome, ...], "what students can do at the end of the course"] = ()
    textbook: Material | None = None
    materials: Annotated[tuple[Material, ...], "what else a student needs"] = ()
    registries: Annotated[tuple[str, ...], "files that define chapters, labs, modules, kits, drills and papers"]
    rubrics: Annotated[tuple[str, ...], "names of files in rubrics/"] = ()
    handbook: Annotated[str | None, "the TA handbook's file"] = None
    lab_lag: Annotated[int, "weeks between reading a chapter and doing its lab"] = 0
    session_minutes: int = 75
    session_kinds: Annotated[
        Mapping[str, SessionKind], "kinds of sessions of its own, or other words for the known ones"
    ] = field(default_factory=dict)
    load: Load | None = None
    equations: Mapping[str, Equation] = field(default_factory=dict)
    parts: Mapping[str, Part]
    weeks: Mapping[int, Week]
    unread: Annotated[tuple[str, ...], Ref("chapter"), "chapters left out on purpose", Example("[vol1-16]")] = ()
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    grading: GradingScheme
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    policies: Policies
    drops: Annotated[Mapping[str, Drop], "what this version of the course leaves out of its syllabus, and why"] = field(
        default_factory=dict
    )
    offering: Offering | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """What became of a syllabus of which something is dropped; nothing, where nothing is."""

    renumbered: Mapping[int, int] = field(default_factory=dict)
    """The number of a week in the course's files -> its number in the course."""
    pages: Mapping[int, int] = field(default_factory=dict)
    """The number of a week in the handbook's file -> that of the week which now does its lab."""
    gone: frozenset[tuple[str, str]] = frozenset()
    """(kind, id) of all that went."""
    left_out: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Id of a drop -> (kind, id) of what it names; in place of a week its chapters."""


@dataclass(frozen=True, slots=True)
class Course:
    """A course file with everything it names: the object all writers work on."""

    id: str
    file: CourseFile
    registry: Registry
    rubrics: Mapping[str, Rubric]
    handbook: Handbook | None
    version: Version = Version()

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

    def team_of(self, assignment: Assignment) -> int:
        """How many students hand in one piece of an assignment together; 1 where each has their own."""
        return max(1, assignment.team or self.file.grading.components[assignment.component].team)

    def kind_of(self, session: Session) -> SessionKind:
        """What a session's kind is called, alone and in number, and whether the class meets for it."""
        known = {word.lower(): kind for word, kind in {**SESSION_KINDS, **self.file.session_kinds}.items()}
        kind = known.get(session.kind.lower(), SessionKind())
        label = kind.label or session.kind
        return SessionKind(label=label, plural=kind.plural or f"{label}s", meets=kind.meets)

    def due_rule(self, assignment: Assignment) -> DueRule:
        return assignment.due or self.file.grading.components[assignment.component].due

    def late_rule(self, component: str = "") -> LateRule:
        """The late rule of a component: its own, else the course's; the course's if none is named."""
        own = self.file.grading.components[component].late if component else None
        return own or self.file.grading.late or LateRule()

    def late_steps(self, component: str = "") -> tuple[LateStep, ...] | None:
        """What lateness costs in a component, or in the course; empty where no late work is accepted, None where nothing is said.

        Beyond the last step nothing is accepted.
        """
        rule = self.late_rule(component)
        if rule.days is None:
            policy = self.file.policies.get("late")
            return (policy.steps if policy else ()) or None
        return tuple(
            LateStep(
                hours=24 * day, penalty=min(Decimal(100), rule.percent_per_day * day), points=rule.points_per_day * day
            )
            for day in range(1, rule.days + 1)
        )

    def due_in(self, week: int) -> Iterator[tuple[str, Assignment]]:
        """Assignments due in a week, in course order."""
        return ((key, a) for key, a in self.file.assignments.items() if a.week == week)

    def weeks_of_module(self, module: str) -> tuple[int, ...]:
        return tuple(number for number, week in self.file.weeks.items() if module in week.modules)
