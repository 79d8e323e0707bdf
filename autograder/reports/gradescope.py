"""What Gradescope shows of one submission: the same that the pages of feedback say, case by case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from autograder.exchange.gradescope_results import CaseResult, Results
from autograder.judging.grade import Grade
from autograder.reports import feedback
from autograder.reports.gradebook import Gradebook


class NoGrade(Exception):
    """Raised where a module is lost to a fault of ours: then there are no results, for any would be somebody's zero."""


def results(gradebook: Gradebook, modules: Sequence[int], remark: str = "") -> Results:
    """The results of the only hand-in of a gradebook in the modules that are asked for; raises NoGrade.

    A module that was not handed in is a test without points. `remark` is told before everything else.
    """
    graded = {grade.module: grade for grade in gradebook.grades()}
    tests: list[CaseResult] = []
    texts = [remark] if remark else []
    score = Fraction(0)
    for number in modules:
        module = gradebook.suite.module(number)
        if (grade := graded.get(number)) is None:
            texts.append(f"{module.id}: no file is recognized as this module")
            tests.append(
                CaseResult(f"{module.id} ({module.name})", Fraction(0), Fraction(gradebook.suite.points), False)
            )
            continue
        if grade.points is None:
            raise NoGrade(f"{module.id}: {grade.reason}")
        score += grade.points
        composed = feedback.compose(grade, module, gradebook.cases(number))
        texts += filter(None, (grade.reason, composed.remedy, *composed.causes, *composed.notes))
        tests += _tests(gradebook, grade, composed)
    return Results(score, "\n\n".join(texts), tuple(tests))


def _tests(gradebook: Gradebook, grade: Grade, composed: feedback.Feedback) -> Iterator[CaseResult]:
    """A test a case, in the suite's order; of a hidden one no more is told than the feedback tells."""
    cases = gradebook.cases(grade.module)
    worth = sum((result.worth for result in grade.results), Fraction(0))
    factor = grade.scale / worth if worth else Fraction(1)
    lost = {one.name: one for one in composed.lost}
    for place, result in enumerate(grade.results, 1):
        case = cases.get(result.case)
        name = case.name if case is not None else result.case
        passed = result.status == "passed"
        told = "" if passed or name not in lost else _told(lost[name])
        points = result.points * factor
        yield CaseResult(name, points, result.worth * factor, passed, f"{grade.module}.{place}", told)


def _told(lost: feedback.LostCase) -> str:
    """What the student is told of a lost case."""
    happened = lost.happened if lost.visible else feedback.HIDDEN
    return "\n".join(filter(None, (happened, lost.hint, lost.related)))
