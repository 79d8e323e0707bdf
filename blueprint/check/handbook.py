"""Rules about the TA handbook: it covers the weeks, its plans fill a section, its contacts exist."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.load import Loaded
from blueprint.model import HEAD_TA, Course, Offering, Person, PlanStep
from blueprint.problems import Problem, quoted, suggestion

_BY_ROLE = ("instructor", HEAD_TA)
"""Roles by which a handbook may call somebody; whoever leads the course is its instructor."""


def handbook_covers_weeks(loaded: Loaded) -> Iterator[Problem]:
    """Where weeks have pages of their own, each week of the course has one, and each page a week."""
    handbook, weeks, at = loaded.course.handbook, loaded.course.file.weeks, loaded.handbook_at
    if handbook is None or not handbook.weeks or at.lacks("weeks") or loaded.at.lacks("weeks"):
        return
    for number in weeks.keys() - handbook.weeks.keys():
        yield Problem(
            at.key("weeks"),
            f"the handbook has nothing for week {number} ({weeks[number].title})",
            f"add `{number}:` to its weeks",
            "warning",
        )
    for number in handbook.weeks.keys() - weeks.keys():
        yield Problem(
            at.key("weeks", number),
            f"the handbook plans week {number}, which the course does not have",
            "remove it",
            "warning",
        )


def section_plans_fill(loaded: Loaded) -> Iterator[Problem]:
    """A section plan takes exactly the minutes a section has."""
    handbook, at = loaded.course.handbook, loaded.handbook_at
    if handbook is None:
        return
    plans: list[tuple[tuple[str, ...], str, tuple[PlanStep, ...]]] = [((), "the shared plan", handbook.plan)]
    plans += [
        (("weeks", str(number)), f"the plan of week {number}", week.plan)
        for number, week in handbook.weeks.items()
        if week.plan
    ]
    for path, what, plan in plans:
        total = sum(step.minutes for step in plan)
        if (
            total != handbook.section_minutes
            and not at.is_broken(*path, "plan")
            and not at.is_broken("section_minutes")
        ):
            yield Problem(
                at.key(*path, "plan"),
                f"{what} takes {total} minutes, a section has {handbook.section_minutes}",
                "change the minutes of its steps",
                "warning",
            )
    for number, week in handbook.weeks.items():
        if len(week.struggles) != 3 and not at.is_broken("weeks", number):
            yield Problem(
                at.key("weeks", number, "struggles"),
                f"week {number} lists {len(week.struggles)} struggle{'s' * (len(week.struggles) != 1)}",
                "the week sheet has room for three",
                "warning",
            )


def somebody(offering: Offering, name: str) -> Person | None:
    """The first person of a role by which a handbook may call them, or of an id; None where there is nobody."""
    if name not in _BY_ROLE:
        return offering.staff.get(name)
    has = (p for p in offering.staff.values() if p.role.lower() == name.lower())
    leads = (p for p in offering.staff.values() if name != HEAD_TA and offering.role_of(p).leads)
    return next(has, next(leads, None))


def known_contacts(course: Course) -> dict[str, str]:
    """Whom an escalation may name: a role, a person's id, a contact's id; each with a name."""
    offering = course.file.offering
    if offering is None:
        return {}
    by_role = {role: person.name for role in _BY_ROLE if (person := somebody(offering, role))}
    return (
        by_role
        | {key: p.name for key, p in offering.staff.items()}
        | {key: c.name for key, c in offering.contacts.items()}
    )


def contacts_exist(loaded: Loaded) -> Iterator[Problem]:
    """Each matter that leaves a TA's hands goes to somebody this offering has."""
    handbook, at = loaded.course.handbook, loaded.handbook_at
    if handbook is None or loaded.course.file.offering is None or loaded.at.is_broken("offering"):
        return
    known = known_contacts(loaded.course)
    for index, matter in enumerate(handbook.escalation):
        if matter.contact not in known and not at.is_broken("escalation", index):
            role = (
                f"give somebody `role: {matter.contact}`, or name another contact" if matter.contact in _BY_ROLE else ""
            )
            yield Problem(
                at.value("escalation", index, "contact"),
                f"there is no person or contact {quoted(matter.contact)} in this offering",
                role or suggestion(matter.contact, list(known), "people and contacts"),
            )


RULES = (handbook_covers_weeks, section_plans_fill, contacts_exist)
