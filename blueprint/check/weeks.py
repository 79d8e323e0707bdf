"""Rules about the weeks: readings, labs, modules, sessions, load, links."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from string import Formatter

from blueprint.load import Loaded
from blueprint.model import Course, Week, plain
from blueprint.problems import Problem, suggestion


def weeks_are_consecutive(loaded: Loaded) -> Iterator[Problem]:
    """Weeks are numbered 1, 2, 3, … without a gap."""
    numbers = list(loaded.course.file.weeks)
    if loaded.at.is_broken("weeks") and not numbers:
        return
    for before, after in pairwise([0, *numbers]):
        if after != before + 1 and not loaded.at.is_broken("weeks", str(before + 1)):
            yield Problem(loaded.at.key("weeks", after), f"week {after} follows {f'week {before}' if before else 'nothing'}",
                          f"number the weeks 1, 2, 3, …; week {before + 1} is missing")


def every_chapter_is_read(loaded: Loaded) -> Iterator[Problem]:
    """Each chapter is read in some week, or left out on purpose (`unread`)."""
    course = loaded.course
    read = {chapter for week in course.file.weeks.values() for chapter in week.read} | set(course.file.unread)
    for key, chapter in course.registry.chapters.items():
        if key not in read and ("chapter", key) not in loaded.unknown and not loaded.at.is_broken("weeks"):
            yield Problem(loaded.at.key("weeks"), f"no week reads chapter {chapter.number}, {chapter.title} (`{key}`)",
                          f"add it to a week's `read`, or to `unread: [{key}]` if it is left out on purpose", "warning")


def labs_and_modules_once(loaded: Loaded) -> Iterator[Problem]:
    """A lab runs in one week; a module in one week or in weeks that follow each other."""
    weeks = loaded.course.file.weeks
    seen: dict[str, int] = {}
    for number, week in weeks.items():
        for field in ("labs", "optional_labs"):
            for index, lab in enumerate(getattr(week, field)):
                if lab in seen:
                    yield Problem(loaded.at.value("weeks", number, field, index), f"lab `{lab}` is assigned twice: in week {seen[lab]} and in week {number}",
                                  "a lab runs once; remove one of them")
                seen.setdefault(lab, number)
    last: dict[str, int] = {}
    for number, week in weeks.items():
        for index, module in enumerate(week.modules):
            if module in last and last[module] != number - 1:
                yield Problem(loaded.at.value("weeks", number, "modules", index),
                              f"module `{module}` is assigned twice: in week {last[module]} and again in week {number}",
                              "a module may span weeks that follow each other, not come back later")
            last[module] = number


def labs_follow_readings(loaded: Loaded) -> Iterator[Problem]:
    """A lab comes `lab_lag` weeks after the chapter it practises, and never before it is read."""
    course = loaded.course
    read_in = {c: number for number, week in reversed(course.file.weeks.items()) for c in week.read}
    lag = course.file.lab_lag
    for number, week in course.file.weeks.items():
        for field, exact in (("labs", True), ("optional_labs", False)):
            for index, lab_id in enumerate(getattr(week, field)):
                lab = course.registry.labs.get(lab_id)
                if lab is None or lab.chapter is None or lab.chapter not in read_in:
                    continue
                gap = number - read_in[lab.chapter]
                place = loaded.at.value("weeks", number, field, index)
                about = f"lab {lab.number} ({lab.title}) practises chapter `{lab.chapter}`"
                if gap < 0:
                    yield Problem(place, f"week {number} does {about} before week {read_in[lab.chapter]} reads it", f"move the lab to week {read_in[lab.chapter] + lag}")
                elif exact and gap != lag:
                    yield Problem(place, f"week {number} does {about}, read in week {read_in[lab.chapter]}: {_weeks(gap)} apart, but `lab_lag` is {lag}",
                                  f"move the lab to week {read_in[lab.chapter] + lag}, or change `lab_lag`")


def _weeks(count: int) -> str:
    return f"{count} week{'s' * (count != 1)}"


def milestones_follow_modules(loaded: Loaded) -> Iterator[Problem]:
    """A milestone comes no earlier than the module that unlocks it."""
    course = loaded.course
    for key, milestone in course.file.milestones.items():
        weeks = course.weeks_of_module(milestone.after)
        if weeks and milestone.week < weeks[0] and not loaded.at.is_broken("milestones", key):
            yield Problem(loaded.at.value("milestones", key, "week"), f"milestone {milestone.title} is in week {milestone.week}, before module `{milestone.after}` in week {weeks[0]}",
                          f"move it to week {weeks[-1]} or later")


def plans_fill_sessions(loaded: Loaded) -> Iterator[Problem]:
    """A session's plan takes exactly the minutes a session has."""
    minutes = loaded.course.file.session_minutes
    for number, week in loaded.course.file.weeks.items():
        for index, session in week.sessions.items():
            total = sum(step.minutes for step in session.plan)
            if session.plan and total != minutes and not loaded.at.is_broken("weeks", number, "sessions", index):
                yield Problem(loaded.at.key("weeks", number, "sessions", index, "plan"),
                              f"the plan of week {number} ({week.title}), session {index} takes {total} minutes, a session has {minutes}",
                              "change the minutes of its steps", "warning")


def weeks_have_sessions(loaded: Loaded) -> Iterator[Problem]:
    """Every week meets."""
    for number, week in loaded.course.file.weeks.items():
        if not week.sessions and not loaded.at.is_broken("weeks", number, "sessions"):
            yield Problem(loaded.at.key("weeks", number), f"week {number} ({week.title}) has no session", "add `sessions: {1: …}`")


def student_hours(course: Course, number: int, week: Week) -> dict[str, Decimal]:
    """Hours a student spends outside class in a week, by kind of work.

    A module's hours (the middle of its span) are shared by the weeks it spans, an assignment's by the weeks from
    its release to its due week.
    """
    registry, hours = course.registry, {}
    minutes = sum(registry.chapters[c].minutes for c in week.read if c in registry.chapters)
    minutes_of_papers = sum(registry.papers[p].minutes for p in week.papers if p in registry.papers)
    hours["reading"] = Decimal(minutes + minutes_of_papers) / 60
    hours["drills"] = Decimal(sum(registry.drills[d].minutes for d in week.drills if d in registry.drills)) / 60
    hours["modules"] = sum((registry.modules[m].hours.middle / len(course.weeks_of_module(m)) for m in week.modules if m in registry.modules), Decimal(0))
    hours["assignments"] = Decimal(0)
    for assignment in course.file.assignments.values():
        component = course.file.grading.components.get(assignment.component)
        first = assignment.released or assignment.week
        if component is not None and first <= number <= assignment.week:
            minutes = assignment.minutes if assignment.minutes is not None else component.minutes
            hours["assignments"] += Decimal(minutes) / 60 / (assignment.week - first + 1)
    return hours


def load_is_bearable(loaded: Loaded) -> Iterator[Problem]:
    """No week asks for more hours than the course promises."""
    course = loaded.course
    if course.file.load is None or loaded.at.is_broken("load"):
        return
    limit = course.file.load.hours_per_week
    for number, week in course.file.weeks.items():
        hours = student_hours(course, number, week)
        total = sum(hours.values(), Decimal(0))
        if total > limit:
            detail = ", ".join(f"{name} {plain(round(value, 1))}" for name, value in hours.items() if value)
            yield Problem(loaded.at.key("weeks", number), f"week {number} ({week.title}) asks for {plain(round(total, 1))} hours, the course promises at most {plain(limit)}",
                          f"{detail}; move or shorten something, or raise `load: hours_per_week`", "warning")


def link_patterns_fit(loaded: Loaded) -> Iterator[Problem]:
    """A link pattern uses only names that its items have."""
    links = loaded.course.registry.links
    names = ["base", "slug", "number", "volume"]
    for field in ("book", "chapter", "lab", "module", "kit", "drill", "slides"):
        pattern = str(getattr(links, field))
        place = loaded.registry_at.value("links", field)
        try:
            used = [part for _, part, _, _ in Formatter().parse(pattern) if part is not None]
        except ValueError:
            yield Problem(place, f"the link pattern `{field}` has a brace without its partner", "write {base}, {slug}, {number} or {volume}")
            continue
        for part in used:
            if part not in names:
                yield Problem(place, f"the link pattern `{field}` uses {{{part}}}, which has no value", suggestion(part, names, "names"))


RULES = (weeks_are_consecutive, every_chapter_is_read, labs_and_modules_once, labs_follow_readings, milestones_follow_modules,
         plans_fill_sessions, weeks_have_sessions, load_is_bearable, link_patterns_fit)
