"""Work that is known to be right, graded as students' is: every point it loses is a mistake of the suite, or has a reason.

The folders go through `run.grading`, as those of a class do, once for each draw of inputs. What is lost is then asked once
more, so that an author sees the inputs. A loss that `known_defects.yaml` names is the work's own; every other is a finding.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from autograder.authoring.case import Case, Suite
from autograder.authoring.conventions import conventions_of
from autograder.intake.contents import Refused, printable
from autograder.intake.listing import list_download
from autograder.judging.grade import Grade
from autograder.judging.judge import Fault, Judge
from autograder.judging.points import number as text
from autograder.judging.policy import Policy
from autograder.judging.prepared import import_names, prepare
from autograder.judging.replay import replay
from autograder.proving.known import DIGITS, Known, defect_entry, defects_file, known_defects, unused
from autograder.proving.prover import draw_seed
from autograder.reports.explain import read_again, value_lines
from autograder.run.class_edition import own_editions
from autograder.run.grading import Progress, RunOptions, grade_all
from autograder.run.journal import Journal
from autograder.sandbox.fault import SandboxError
from blueprint.problems import UsageError


@dataclass(slots=True)
class GradedWork:
    """One work's module on all draws: the grades, draw by draw. `content` is the hash it is known by."""

    work: str
    content: str
    module: int
    grades: dict[int, Grade] = field(default_factory=dict)

    @property
    def least(self) -> Fraction | None:
        """The fewest points on a draw; None if some draw gave no grade."""
        points = [grade.points for grade in self.grades.values()]
        return min((one for one in points if one is not None), default=None) if None not in points else None

    @property
    def not_run(self) -> str:
        """Why it has no grade, or no case of it was run; empty if all is as it should be."""
        return next((grade.reason for grade in self.grades.values() if grade.outcome != "graded"), "")


@dataclass(frozen=True, slots=True)
class Loss:
    """A case that a work lost: on which draws, what differed on the first of these, and the values there."""

    graded: GradedWork
    case: Case
    draws: tuple[int, ...]
    words: str
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """What the loss is known by: the hash of the work and the case."""
        return self.graded.content, self.case.id


@dataclass(frozen=True, slots=True)
class RightWork:
    """What became of work that is known to be right.

    `losses` have no reason yet, `explained` have one, and `settled` are reasons without a loss. `unread` are hand-ins and
    folders that could not be used, and faults of ours, each with the reason.
    """

    suite: Suite
    seeds: int
    graded: tuple[GradedWork, ...]
    losses: tuple[Loss, ...]
    explained: tuple[tuple[Loss, Known], ...]
    settled: tuple[Known, ...]
    unread: tuple[tuple[str, str], ...]

    @property
    def sound(self) -> bool:
        """True if everything was graded and every loss has a reason."""
        return not (self.losses or self.unread or any(one.not_run for one in self.graded))


def check_right_work(
    suite: Suite,
    folders: Sequence[Path],
    numbers: Sequence[int],
    seeds: int,
    jobs: int,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> RightWork:
    """Grades the hand-ins of folders on so many draws; raises SandboxError, and CourseError for the file of defects.

    A folder is a class of its own. `tell` hears how many hand-ins of all draws are done, of how many.
    """
    known = known_defects(suite)
    works: dict[tuple[Path, str, str, int], GradedWork] = {}
    hand_ins = [list_download(folder, conventions_of(suite)).hand_ins for folder in folders]
    # Each work is right by its own edition: no class decides here.
    policies = [Policy(confirmed=own_editions(suite, works_of_folder)) for works_of_folder in hand_ins]
    done, total = 0, seeds * sum(map(len, hand_ins))

    def hear(progress: Progress) -> None:
        if not progress.confirming:
            tell(done + progress.done, total)

    unread: dict[tuple[str, str], None] = {}
    with tempfile.TemporaryDirectory(prefix="blueprint-") as kept:
        for draw in range(seeds):
            for place, folder in enumerate(folders):
                options = RunOptions(suite, (folder,), policies[place], draw_seed(draw), tuple(numbers), (), jobs)
                with Journal(Path(kept, f"{draw}-{place}"), suite.name) as journal:
                    result = grade_all(options, journal, hear)
                    for grade in _grades(journal):
                        name = f"{folder.name}/{grade.student}" if len(folders) > 1 else grade.student
                        key = (folder, grade.student, grade.attempt, grade.module)
                        work = works.setdefault(key, GradedWork(name, grade.attempt[:DIGITS], grade.module))
                        work.grades[draw] = grade
                done += len(hand_ins[place])
                unread |= dict.fromkeys([*result.refused, *result.faults])
    graded = sorted(works.values(), key=lambda one: (one.work, one.module))
    losses = [loss for one in graded if not one.not_run for loss in _losses(suite, one)]
    asked = {(one.content, result.case) for one in graded for grade in one.grades.values() for result in grade.results}
    settled = unused(known, asked, {loss.key for loss in losses})
    unexplained = _with_values(suite, [loss for loss in losses if loss.key not in known])
    explained = tuple((loss, known[loss.key]) for loss in losses if loss.key in known)
    return RightWork(suite, seeds, tuple(graded), unexplained, explained, tuple(settled), tuple(unread))


def _grades(journal: Journal) -> Iterator[Grade]:
    """All grades that could be made of files; what could not be read is told by the run."""
    grades = (journal.grade(entry) for entries in journal.entries.values() for entry in entries)
    return (grade for grade in grades if grade.file)


def _losses(suite: Suite, one: GradedWork) -> Iterator[Loss]:
    """Each case that a work's module lost on some draw."""
    lost: dict[str, dict[int, str]] = {}
    for draw, grade in sorted(one.grades.items()):
        for result in grade.results:
            if result.status != "passed":
                lost.setdefault(result.case, {})[draw] = result.shown
    for case in suite.cases(one.module):
        if draws := lost.get(case.id):
            yield Loss(one, case, tuple(draws), printable(next(iter(draws.values()))))


def _with_values(suite: Suite, losses: Sequence[Loss]) -> tuple[Loss, ...]:
    """Losses with the values of their first draw, for the first work of those that differ in the same way."""
    first: dict[tuple[str, str], Loss] = {}
    for loss in losses:
        first.setdefault((loss.case.id, re.sub(r"[\d.]+", "#", loss.words)), loss)
    values: dict[int, Mapping[str, Sequence[str]]] = {}
    for number, draw in sorted({(loss.graded.module, loss.draws[0]) for loss in first.values()}):
        wanted = [loss for loss in first.values() if (loss.graded.module, loss.draws[0]) == (number, draw)]
        values |= {id(loss): shown for loss, shown in _replayed(suite, number, draw, wanted)}
    return tuple(Loss(o.graded, o.case, o.draws, o.words, values.get(id(o), {})) for o in losses)


def _replayed(
    suite: Suite, number: int, draw: int, losses: Sequence[Loss]
) -> Iterator[tuple[Loss, Mapping[str, Sequence[str]]]]:
    """The values of some cases of a module on one draw, asked once more in one jail."""
    policy = Policy()
    prepared = prepare(suite, number, draw_seed(draw), policy.limits, {loss.case.id for loss in losses})
    judge = Judge(prepared, policy, import_names(suite, conventions_of(suite).words))
    try:
        for loss in losses:
            try:
                grade = loss.graded.grades[draw]
                replayed = replay(judge, read_again(grade, suite), loss.case.id, grade.prerequisites)
                yield loss, value_lines(replayed)
            except (SandboxError, Fault, Refused, UsageError) as error:
                yield loss, {"cannot be run again": [f"  {error}"]}
    finally:
        judge.close()


# ---------------------------------------------------------------------------------------------------- as text


def lines(found: RightWork) -> Iterator[str]:
    """What was found, for a terminal: losses by case, what to copy, and one table of works and modules."""
    yield from _by_case(found)
    yield from (f"{printable(one)}: {printable(why)}" for one, why in found.unread)
    for one in found.graded:
        if one.not_run:
            yield f"{one.work}, module {one.module:02} [{one.content}]: could not be run: {printable(one.not_run)}"
    for loss, known in found.explained:
        yield f"{loss.graded.work} loses {loss.case.id}, a known defect: {known.reason}"
    for known in found.settled:
        yield f"{known.mark}: {known.content} no longer loses {known.case}: remove it"
    yield from _to_copy(found)
    yield from _table(found)


def _by_case(found: RightWork) -> Iterator[str]:
    """Each case with the works that lost it, and the values once for all that differ in the same way."""
    by_case: dict[str, list[Loss]] = {}
    for loss in found.losses:
        by_case.setdefault(loss.case.id, []).append(loss)
    for losses in by_case.values():
        case = losses[0].case
        yield f"{case.id}: {case.name} ({'visible' if case.visible else 'hidden'}, {text(case.points)} points, {case.skill})"
        for loss in losses:
            draws = f"{len(loss.draws)} of {len(loss.graded.grades)} draws"
            yield f"  {loss.graded.work} [{loss.graded.content}] on {draws}: {loss.words}"
            for title, values in loss.values.items():
                yield f"    {title}"
                yield from (f"    {line}" for line in values)
        yield ""


def _to_copy(found: RightWork) -> Iterator[str]:
    """The entries for losses that turn out to be a work's own."""
    by_work: dict[tuple[str, int], list[str]] = {}
    for loss in found.losses:
        cases = by_work.setdefault((loss.graded.content, loss.graded.module), [])
        cases += [loss.case.id] if loss.case.id not in cases else []
    if not by_work:
        return
    place = defects_file(found.suite)
    yield f"A loss that is a mistake of the work stands in {place}, with a reason:"
    if not place.is_file():
        yield "defects:"
    for (content, _), cases in by_work.items():
        yield from defect_entry(content, cases)
    yield ""


def _table(found: RightWork) -> Iterator[str]:
    """Works by modules, with the fewest points on a draw."""
    if not found.graded:
        return
    numbers = sorted({one.module for one in found.graded})
    points: dict[str, dict[int, str]] = {}
    for one in found.graded:
        least = text(one.least) or "none"
        row = points.setdefault(one.work, {})
        row[one.module] = f"{row[one.module]}, {least}" if one.module in row else least
    wide = max(map(len, points))
    yield f"{'points':<{wide}}" + "".join(f"{number:>7}" for number in (f"{one:02}" for one in numbers))
    for work, row in points.items():
        yield f"{work:<{wide}}" + "".join(f"{row.get(number, '-'):>7}" for number in numbers)
    few = "" if found.seeds == 1 else f", the fewest on {found.seeds} draws of inputs"
    count = len(found.losses)
    end = "sound" if found.sound else "NOT SOUND: mend the cases, or give each loss above its reason"
    yield f"of {found.suite.points} for each module{few}; {count} loss{'es' * (count != 1)} without a reason: {end}"
