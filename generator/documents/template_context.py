"""The course as templates see it: dates in words, who teaches what, hours of grading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from blueprint.check.handbook import somebody
from blueprint.model import (
    DAYS,
    NO_TIME,
    Assignment,
    Break,
    Chapter,
    Component,
    Contact,
    Course,
    Day,
    Drill,
    Kit,
    Lab,
    Markdown,
    Meeting,
    Module,
    Offering,
    Paper,
    Person,
    PlanStep,
    Policy,
    Rubric,
    SectionWeek,
    Session,
    Span,
    Week,
    policy_title,
)
from blueprint.schedule import ClassMeeting, Deadline, Schedule, SectionMeeting, break_on
from generator.text.locale import AMERICAN, Locale


@dataclass(frozen=True, slots=True)
class Lane:
    """A kind of work that a course has in its weeks, with the heading of its column."""

    key: str
    heading: str


@dataclass(frozen=True, slots=True)
class TemplateContext:
    """A course with its dates, as templates see it."""

    course: Course
    schedule: Schedule
    locale: Locale = AMERICAN

    # --- what the course has ---

    @property
    def has_labs(self) -> bool:
        return any(week.labs or week.optional_labs for _, week in self.weeks)

    @property
    def has_modules(self) -> bool:
        return any(week.modules for _, week in self.weeks)

    @property
    def has_kits(self) -> bool:
        return any(week.kits for _, week in self.weeks)

    @property
    def has_samples(self) -> bool:
        return any(rubric.samples for rubric in self.course.rubrics.values())

    @property
    def graded_by_hand(self) -> list[Component]:
        """The components of which a person reads each piece."""
        return [c for c in self.course.file.grading.components.values() if c.grading_minutes.high]

    @property
    def lanes(self) -> list[Lane]:
        """The kinds of work that some week has, in the order of a week."""
        label, weeks = self.locale.label, [week for _, week in self.weeks]
        lanes = {
            "read": (label("Read"), any(week.read for week in weeks)),
            "labs": (label("Lab"), self.has_labs),
            "modules": (label("Build"), self.has_modules),
            "kits": (label("Deploy"), self.has_kits),
            "drills": (label("Practice"), any(week.drills for week in weeks)),
            "papers": (label("Paper"), any(week.papers for week in weeks)),
        }
        return [Lane(key, heading) for key, (heading, there) in lanes.items() if there]

    def in_lanes(self, cells: Mapping[str, object]) -> list[object]:
        """The cells of a row of the course map, in the order of its lanes."""
        return [cells[lane.key] for lane in self.lanes]

    def something_to_do(self, number: int) -> bool:
        """True if a week has anything to read, do or hand in."""
        week = self.course.file.weeks[number]
        return bool(
            week.read
            or week.papers
            or week.labs
            or week.optional_labs
            or week.modules
            or week.kits
            or week.drills
            or self.due(number)
        )

    # --- lookups ---

    @property
    def offering(self) -> Offering:
        return self.course.offering

    @property
    def weeks(self) -> list[tuple[int, Week]]:
        return list(self.course.file.weeks.items())

    def chapters(self, week: Week) -> list[Chapter]:
        return [self.course.registry.chapters[c] for c in week.read]

    def labs(self, week: Week) -> list[Lab]:
        return [self.course.registry.labs[x] for x in week.labs]

    def optional_labs(self, week: Week) -> list[Lab]:
        return [self.course.registry.labs[x] for x in week.optional_labs]

    def modules(self, week: Week) -> list[Module]:
        return [self.course.registry.modules[m] for m in week.modules]

    def kits(self, week: Week) -> list[Kit]:
        return [self.course.registry.kits[k] for k in week.kits]

    def drills(self, week: Week) -> list[Drill]:
        return [self.course.registry.drills[d] for d in week.drills]

    def papers(self, week: Week) -> list[Paper]:
        return [self.course.registry.papers[p] for p in week.papers]

    def url(self, kind: str, item: object = None) -> str:
        """The address of a thing the course links, such as a chapter; empty where the course gives none."""
        return self.course.link(kind, item)

    def rubric(self, assignment: Assignment) -> tuple[str, Rubric] | None:
        """The rubric an assignment is marked with, and its id."""
        key = self.course.rubric_of(assignment)
        return (key, self.course.rubrics[key]) if key in self.course.rubrics and key else None

    # --- dates ---

    def monday(self, week: int) -> date:
        return self.schedule.mondays[week]

    def sunday(self, week: int) -> date:
        return self.monday(week) + timedelta(days=6)

    def classes(self, week: int) -> tuple[ClassMeeting, ...]:
        return self.schedule.classes_in(week)

    def sections(self, week: int) -> tuple[SectionMeeting, ...]:
        return self.schedule.sections_in(week)

    def due(self, week: int) -> tuple[Deadline, ...]:
        """The deadlines from Monday to Sunday of a week, in time order, whatever week they belong to."""
        return tuple(d for d in self.schedule.deadlines if self.monday(week) <= d.due.date() <= self.sunday(week))

    def released(self, week: int) -> tuple[Deadline, ...]:
        """The deadlines of work that is handed out in a week."""
        return self.schedule.released_in(week)

    def deadline(self, key: str) -> Deadline:
        return next(d for d in self.schedule.deadlines if d.assignment_id == key)

    def breaks_in(self, week: int) -> list[Break]:
        """Breaks that touch a week."""
        return [
            b for b in self.offering.breaks.values() if b.first <= self.sunday(week) and b.until >= self.monday(week)
        ]

    def break_on(self, day: date) -> Break | None:
        return break_on(self.offering, day)

    def replacement(self, missed: SectionMeeting) -> SectionMeeting | None:
        """Another section students can join in a week in which theirs is not held."""
        return next((s for s in self.sections(missed.week) if s.break_ is None), None)

    def day_name(self, meeting: Meeting) -> str:
        return self.weekday(meeting.day)

    def weekday(self, key: Day) -> str:
        """The name of a day such as `mon`."""
        return self.locale.weekday(DAYS.index(key))

    # --- people ---

    def person(self, key: str) -> Person:
        return self.offering.staff[key]

    def contact(self, key: str) -> Person | Contact:
        """The person or office that a handbook names by a role, a person's id or a contact's id."""
        return somebody(self.offering, key) or self.offering.contacts[key]

    def escalation(self) -> list[tuple[Person | Contact, list[Markdown]]]:
        """The people and offices to call, each with the matters that are theirs, in the handbook's order."""
        handbook = self.course.handbook
        by_name: dict[str, tuple[Person | Contact, list[Markdown]]] = {}
        for entry in handbook.escalation if handbook else ():
            who = self.contact(entry.contact)
            by_name.setdefault(who.name, (who, []))[1].append(entry.matter)
        return list(by_name.values())

    def quick_reach(self, someone: Person | Contact) -> str:
        """The fastest way to reach somebody: telephone, else e-mail."""
        return getattr(someone, "phone", "") or someone.email or ""

    def reach(self, someone: Person | Contact) -> str:
        """E-mail and telephone of a person or office, as far as known."""
        return ", ".join(x for x in (someone.email, getattr(someone, "phone", ""), getattr(someone, "office", "")) if x)

    def role(self, someone: Person) -> str:
        """What a person is to the course, in the course's words."""
        return self.locale.word(self.offering.role_of(someone).label)

    def kind(self, session: Session) -> str:
        """What a session is, in the course's words."""
        return self.locale.word(self.course.kind_of(session).label)

    def policy_title(self, key: str, policy: Policy) -> Markdown:
        """The heading of a policy."""
        return Markdown(self.locale.word(policy_title(key, policy)))

    def without_meeting(self, week: int) -> list[Session]:
        """The sessions of a week for which nobody meets."""
        return [session for number, _, session in self.schedule.without_meeting if number == week]

    # --- teaching ---

    def section_week(self, week: int) -> SectionWeek | None:
        """The handbook's page on sections in a week, if there is one."""
        handbook = self.course.handbook
        return handbook.weeks.get(week) if handbook else None

    def section_plan(self, week: int) -> tuple[PlanStep, ...]:
        """A week's own section plan, or the shared one."""
        handbook = self.course.handbook
        if handbook is None:
            return ()
        of_week = handbook.weeks.get(week)
        return of_week.plan if of_week and of_week.plan else handbook.plan

    def clocked(self, plan: tuple[PlanStep, ...]) -> Iterator[tuple[int, int, PlanStep]]:
        """Each step with the minute it begins and ends."""
        start = 0
        for step in plan:
            yield start, start + step.minutes, step
            start += step.minutes

    # --- grades ---

    def larger_work(self) -> list[Deadline]:
        """The deadlines of work that has a task of its own to read and of which its component has few pieces, in time order."""
        components, few = self.course.file.grading.components, len(self.course.file.parts)
        return [
            d for d in self.schedule.deadlines if d.assignment.text and components[d.assignment.component].count <= few
        ]

    def share(self, component: str) -> Decimal:
        """The worth of one piece that counts, in percent of the course: exact, or to two digits if it has more than three."""
        c = self.course.file.grading.components[component]
        share = c.weight / max(c.count - c.drop_lowest, 1)
        exact = share.quantize(Decimal("0.001"))
        return exact if exact == share else share.quantize(Decimal("0.01"), ROUND_HALF_UP)

    def is_unusual(self, due: datetime) -> bool:
        """True if work is not due at the time at which most is, so that its time must stand beside it."""
        return due.time() != self.schedule.usual_due_time

    def letter_ranges(self) -> list[tuple[str, Decimal, Decimal | None]]:
        """Each letter grade with the percentages from which on and below which it is given; the best has no upper end."""
        letters = list(self.course.file.grading.letters.items())
        highs = [None, *(low for _, low in letters)]
        return [(name, low, high) for (name, low), high in zip(letters, highs, strict=False)]

    def grading_hours(self, week: int, students: int) -> dict[str, Span]:
        """Hours a grader needs for the work due in a week, from and to, by component title."""
        hours: dict[str, Span] = {}
        for deadline in self.due(week):
            component = self.course.file.grading.components[deadline.assignment.component]
            if deadline.assignment.points == 0 or component.grading_minutes.high == 0:
                continue
            pieces = ceil(students / self.course.team_of(deadline.assignment))
            _add(hours, component, pieces)
        for key in self._sittings(week):
            _add(hours, self.course.file.grading.components[key], students)
        return hours

    def _sittings(self, week: int) -> Iterator[str]:
        """The component of each marked sitting of a week, in class and outside."""
        for sitting in self.schedule.exams:
            held = self.monday(week) <= sitting.exam.date <= self.sunday(week)
            if held and sitting.exam.component and sitting.exam.points:
                yield sitting.exam.component
        for meeting in self.schedule.classes:
            if self.monday(week) <= meeting.start.date() <= self.sunday(week) and meeting.session.component:
                yield meeting.session.component

    def grading_total(self, week: int, students: int) -> Span:
        """Hours a grader needs for all work due in a week, from and to."""
        hours = self.grading_hours(week, students).values()
        return Span(sum((h.low for h in hours), Decimal(0)), sum((h.high for h in hours), Decimal(0)))

    def hours(self, value: Span) -> str:
        """A span of hours in words: `1.7–2.8 h`; under an hour in minutes."""
        low, high = (x.quantize(Decimal("0.1"), ROUND_HALF_UP).normalize() for x in (value.low, value.high))
        if high == 0:
            return self.locale.label("none")
        if value.high < 1:
            return self.locale.label(
                "{from_}–{to} min",
                from_=self.locale.number(round(value.low * 60)),
                to=self.locale.number(round(value.high * 60)),
            )
        shown = [self.locale.number(x) for x in dict.fromkeys((low, high))]
        return self.locale.label("{hours} h", hours="–".join(shown))

    # --- titles ---

    @property
    def code_and_title(self) -> str:
        code, title = self.offering.code, str(self.course.file.title)
        return f"{code}: {title}" if code else title

    def module_title(self, module: Module) -> Markdown:
        return Markdown(
            self.locale.label("Module {number}: {title}", number=f"{module.number:02d}", title=module.title)
        )

    def lab_title(self, lab: Lab) -> Markdown:
        return Markdown(self.locale.label("Lab {number}: {title}", number=f"{lab.number:02d}", title=lab.title))


def _add(hours: dict[str, Span], component: Component, pieces: int) -> None:
    """Add what so many pieces of a component take to grade."""
    minutes = component.grading_minutes
    if minutes.high:
        before = hours.get(str(component.title), NO_TIME)
        hours[str(component.title)] = Span(
            before.low + minutes.low * pieces / 60, before.high + minutes.high * pieces / 60
        )
