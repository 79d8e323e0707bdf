"""Rules about the weeks: readings, labs, modules, sessions, load, links."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import get_args

from blueprint.check.people import near_miss
from blueprint.load import Loaded
from blueprint.model import OWN_DECKS, SESSION_KINDS, Chapter, Course, Drill, Kit, Lab, Module, ThemeName, Week, plain
from blueprint.problems import Mark, Problem, close_match, quoted, suggestion


def weeks_are_consecutive(loaded: Loaded) -> Iterator[Problem]:
    """Weeks are numbered 1, 2, 3, … without a gap."""
    if loaded.at.lacks("weeks"):
        return
    for before, after in pairwise([0, *loaded.course.file.weeks]):
        if after != before + 1:
            yield Problem(
                loaded.at.key("weeks", after),
                f"week {after} follows {f'week {before}' if before else 'nothing'}",
                f"number the weeks 1, 2, 3, …; week {before + 1} is missing",
            )


def every_chapter_is_read(loaded: Loaded) -> Iterator[Problem]:
    """Each chapter is read in some week, or left out on purpose (`unread`)."""
    course = loaded.course
    if loaded.at.is_broken("weeks", "*", "read") or loaded.at.is_broken("unread"):
        return
    read = {chapter: number for number, week in course.file.weeks.items() for chapter in week.read}
    for index, key in enumerate(course.file.unread):
        if key in read:
            yield Problem(
                loaded.at.value("unread", index),
                f"week {read[key]} reads chapter `{key}`, which `unread` leaves out",
                "remove one of the two",
                "warning",
            )
    for key, chapter in course.registry.chapters.items():
        if key not in read and key not in course.file.unread and not loaded.registry_at.is_broken("chapters", key):
            yield Problem(
                loaded.at.key("weeks"),
                f"no week reads chapter {chapter.number}, {chapter.title} (`{key}`)",
                f"add it to a week's `read`, or to `unread: [{key}]` if it is left out on purpose",
                "warning",
            )


def labs_and_modules_once(loaded: Loaded) -> Iterator[Problem]:
    """A lab runs in one week; a module in one week or in weeks that follow each other."""
    weeks = loaded.course.file.weeks
    seen: dict[str, int] = {}
    for number, week in weeks.items():
        for field in ("labs", "optional_labs"):
            for index, lab in enumerate(getattr(week, field)):
                if lab in seen:
                    yield Problem(
                        loaded.at.value("weeks", number, field, index),
                        f"lab `{lab}` is assigned twice: in week {seen[lab]} and in week {number}",
                        "a lab runs once; remove one of them",
                    )
                seen.setdefault(lab, number)
    last: dict[str, int] = {}
    for number, week in weeks.items():
        for index, module in enumerate(week.modules):
            if module in last and last[module] != number - 1:
                yield Problem(
                    loaded.at.value("weeks", number, "modules", index),
                    f"module `{module}` is assigned twice: in week {last[module]} and again in week {number}",
                    "a module may span weeks that follow each other, not come back later",
                )
            last[module] = number


def labs_follow_readings(loaded: Loaded) -> Iterator[Problem]:
    """A lab comes `lab_lag` weeks after the chapter it practises, and never before it is read."""
    course = loaded.course
    read_in = {c: number for number, week in reversed(list(course.file.weeks.items())) for c in week.read}
    for number, week in course.file.weeks.items():
        for field in ("labs", "optional_labs"):
            for index, lab_id in enumerate(getattr(week, field)):
                lab = course.registry.labs.get(lab_id)
                if lab is not None and lab.chapter:
                    place = loaded.at.value("weeks", number, field, index)
                    yield from _lab_in_time(loaded, lab, number, read_in.get(lab.chapter), place, exact=field == "labs")


def _lab_in_time(loaded: Loaded, lab: Lab, week: int, read: int | None, place: Mark, exact: bool) -> Iterator[Problem]:
    """A lab of a week against the week its chapter is read in, if any; with `exact` it comes `lab_lag` weeks after that."""
    lag, chapter = loaded.course.file.lab_lag, f"its chapter `{lab.chapter}`"
    title = f"lab {lab.number} ({lab.title}) is in week {week}"
    if read is None:
        if lab.chapter in loaded.course.file.unread:  # else it is told that no week reads the chapter
            yield Problem(
                place, f"{title}, but no week reads {chapter}", "drop the lab, or read the chapter after all", "warning"
            )
    elif week < read:
        yield Problem(place, f"{title}, before week {read} reads {chapter}", f"move the lab to week {read + lag}")
    elif exact and week - read != lag and not loaded.at.is_broken("lab_lag"):
        when = f"{_weeks(week - read)} after week {read} reads" if week > read else "which also reads"
        yield Problem(
            place,
            f"{title}, {when} {chapter}, but `lab_lag` is {lag}",
            f"move the lab to week {read + lag}, or change `lab_lag`",
        )


def _weeks(count: int) -> str:
    """`1 week`, `2 weeks`."""
    return f"{count} week{'s' * (count != 1)}"


def milestones_follow_modules(loaded: Loaded) -> Iterator[Problem]:
    """A milestone comes no earlier than the module that unlocks it."""
    course, at = loaded.course, loaded.at
    for key, milestone in course.file.milestones.items():
        if at.is_broken("milestones", key) or at.is_broken("weeks", "*", "modules"):
            continue
        weeks = course.weeks_of_module(milestone.after)
        if not weeks:
            yield Problem(
                at.value("milestones", key, "after"),
                f"milestone {milestone.title} comes after module `{milestone.after}`, which no week has",
                f"add `{milestone.after}` to a week's `modules`",
            )
        elif milestone.week < weeks[0]:
            yield Problem(
                at.value("milestones", key, "week"),
                f"milestone {milestone.title} is in week {milestone.week}, before its module `{milestone.after}` in week {weeks[0]}",
                f"move it to week {weeks[-1]} or later",
            )


def plans_fill_sessions(loaded: Loaded) -> Iterator[Problem]:
    """A session's plan takes exactly the minutes a session has."""
    minutes = loaded.course.file.session_minutes
    if loaded.at.is_broken("session_minutes"):
        return
    for number, week in loaded.course.file.weeks.items():
        for index, session in week.sessions.items():
            total = sum(step.minutes for step in session.plan)
            if session.plan and total != minutes and not loaded.at.is_broken("weeks", number, "sessions", index):
                yield Problem(
                    loaded.at.key("weeks", number, "sessions", index, "plan"),
                    f"the plan of week {number} ({week.title}), session {index} takes {total} minutes, a session has {minutes}",
                    "change the minutes of its steps",
                    "warning",
                )


def weeks_have_sessions(loaded: Loaded) -> Iterator[Problem]:
    """Every week meets."""
    if not loaded.course.file.weeks and not loaded.at.is_broken("weeks"):
        yield Problem(loaded.at.key("weeks"), "the course has no week", "add `1:` to `weeks`")
    for number, week in loaded.course.file.weeks.items():
        if not week.sessions and not loaded.at.is_broken("weeks", number, "sessions"):
            yield Problem(
                loaded.at.key("weeks", number),
                f"week {number} ({week.title}) has no session",
                "give it a session: `sessions: {1: {kind: lecture, title: …}}`",
            )


def kinds_are_words(loaded: Loaded) -> Iterator[Problem]:
    """A session may be of any kind, but not of one that is nearly a known one: that is a typing error."""
    known = (*SESSION_KINDS, *loaded.course.file.session_kinds)
    for number, week in loaded.course.file.weeks.items():
        for index, session in week.sessions.items():
            path = ("weeks", number, "sessions", index, "kind")
            if not loaded.at.is_broken(*path):
                yield from near_miss(session.kind, known, loaded.at.value(*path), "session_kinds")


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
    hours["modules"] = sum(
        (
            registry.modules[m].hours.middle / len(course.weeks_of_module(m))
            for m in week.modules
            if m in registry.modules
        ),
        Decimal(0),
    )
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
    at = loaded.at
    if (
        course.file.load is None
        or at.is_broken("load")
        or at.is_broken("assignments")
        or at.is_broken("weeks", "*", "modules")
    ):
        return
    limit = course.file.load.hours_per_week
    for number, week in course.file.weeks.items():
        hours = student_hours(course, number, week)
        total = sum(hours.values(), Decimal(0))
        if total > limit:
            detail = ", ".join(f"{name} {plain(round(value, 1))}" for name, value in hours.items() if value)
            yield Problem(
                at.key("weeks", number),
                f"week {number} ({week.title}) asks for {plain(round(total, 1))} hours, the course promises at most {plain(limit)}",
                f"{detail}; move or shorten something, or raise `load: hours_per_week`",
                "warning",
            )


def session_decks_are_there(loaded: Loaded) -> Iterator[Problem]:
    """The slides a session names are a deck's id, or a file that is there and is what its ending says."""
    files = loaded.own_decks()
    for number, week in loaded.course.file.weeks.items():
        for index, session in week.sessions.items():
            path = ("weeks", number, "sessions", index, "deck")
            if session.deck is None or loaded.at.is_broken(*path):
                continue
            trouble = (
                _own_deck(session.own_deck, files, loaded)
                if session.own_deck
                else _deck_id(session.deck, list(loaded.decks))
            )
            if trouble:
                yield Problem(loaded.at.value(*path), *trouble)


def _deck_id(name: str, ids: list[str]) -> tuple[str, str] | None:
    """The fault of a deck's id and what to do about it; None if there is such a deck."""
    if name in ids:
        return None
    suffix = Path(name).suffix.lower()
    if suffix and suffix != ".yaml":
        return f"{quoted(name)} is neither a deck's id nor a .pptx or .pdf", "save it as one of the two"
    return f"there is no deck {quoted(name)}", suggestion(name, ids, "decks")


def _own_deck(name: str, files: Mapping[str, Path], loaded: Loaded) -> tuple[str, str] | None:
    """The fault of an instructor's own deck and what to do about it; None if it can be used. `files` are those that are there."""
    if name not in files:
        beside = [p.relative_to(f.parent).as_posix() for f in loaded.files for p in _files_in((f.parent / name).parent)]
        match = close_match(name, beside)
        return (
            f"there is no file {quoted(name)}",
            f"did you mean `{match}`?" if match else "it is looked for beside this file",
        )
    if what := _broken_promise(files[name]):
        return f"{quoted(name)} is no {what} file", f"export it as {what} again"
    file_name = Path(name).name.lower()
    if _made_names(loaded).fullmatch(file_name):
        return f"{quoted(name)} has the name of a deck that Blueprint makes", "give the file another name"
    if other := next(
        (n for n, p in files.items() if Path(n).name.lower() == file_name and p != files[name] and n < name), None
    ):
        return f"{quoted(name)} has the name of {quoted(other)}; both go into one folder", "rename one of the two"
    return None


def _files_in(folder: Path) -> list[Path]:
    """The files of a folder that may be somebody's own deck; none where it cannot be read."""
    try:
        return sorted(p for p in folder.resolve().iterdir() if p.name.lower().endswith(OWN_DECKS))
    except OSError:
        return []


def _broken_promise(path: Path) -> str:
    """The format a file's ending promises, `PowerPoint` or `PDF`, where its content is something else; else ''."""
    from zipfile import BadZipFile, ZipFile

    try:
        if path.suffix.lower() == ".pdf":
            with path.open("rb") as file:
                return "" if b"%PDF-" in file.read(1024) else "PDF"
        with ZipFile(path) as package:
            return "" if "ppt/presentation.xml" in package.namelist() else "PowerPoint"
    except (BadZipFile, OSError, ValueError):
        return "PowerPoint"


def _made_names(loaded: Loaded) -> re.Pattern[str]:
    """A pattern of the names of all files that are made from decks and chapters."""
    ids = "|".join(map(re.escape, (*loaded.decks, *loaded.course.registry.chapters)))
    endings = "|".join((*get_args(ThemeName), "handout", "answers", "outline"))
    return re.compile(rf"({ids})(-\d+min)?(-student|-answers)?-({endings})(\.new)?\.(pptx|pdf)", re.IGNORECASE)


_LINKED: dict[str, type | None] = {
    "book": None,
    "chapter": Chapter,
    "lab": Lab,
    "module": Module,
    "kit": Kit,
    "drill": Drill,
    "slides": None,
}
"""Link pattern -> what its names are taken from."""


def link_patterns_fit(loaded: Loaded) -> Iterator[Problem]:
    """A link pattern uses only names that its items have."""
    for field, item in _LINKED.items():
        pattern = str(getattr(loaded.course.registry.links, field))
        place = loaded.registry_at.value("links", field)
        has = {f.name for f in dataclasses.fields(item)} if item else set()
        names = ["base", *(name for name in ("slug", "number", "volume") if name in has)]
        choice = ", ".join(f"{{{name}}}" for name in names)
        try:
            parts = [part for part in Formatter().parse(pattern) if part[1] is not None]
        except ValueError:
            yield Problem(place, f"the link pattern `{field}` has a brace without its partner", f"write {choice}")
            continue
        for _, name, form, conversion in parts:
            if name not in names:
                match = close_match(name or "", names)
                yield Problem(
                    place,
                    f"the link pattern `{field}` uses {{{name}}}, which has no value",
                    f"did you mean {{{match}}}?" if match else f"it may use {choice}",
                )
            elif form or conversion:
                yield Problem(place, f"the link pattern `{field}` gives {{{name}}} a format", f"write {{{name}}} alone")


RULES = (
    weeks_are_consecutive,
    every_chapter_is_read,
    labs_and_modules_once,
    labs_follow_readings,
    milestones_follow_modules,
    plans_fill_sessions,
    weeks_have_sessions,
    kinds_are_words,
    load_is_bearable,
    session_decks_are_there,
    link_patterns_fit,
)
