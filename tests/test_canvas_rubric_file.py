"""The file of rubrics that Canvas imports, as Canvas reads it: what we write of a course's rubrics comes out whole."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from autograder.exchange.canvas_rubric import RubricFile, read
from autograder.exchange.delimited import parse
from blueprint.load import load
from blueprint.paths import CoursePaths
from generator.documents.canvas_rubrics import rubrics_csv

PATHS = CoursePaths.find(Path(__file__).parent)
EXAMPLE = """Rubric Name,Criteria Name,Criteria Description,Criteria Enable Range,Rating Name,Rating Description,Rating Points,Rating Name,Rating Description,Rating Points
Module 3 review,Clarity,Names and docstrings,false,Full,Easy to follow,4,None,Hard to follow,0
Module 3 review,Vectorised,No Python loop over elements,true,Full,Whole array at once,6
,Lost,No rubric has this,false,Full,,1
Module 3 review,Without ratings,Nothing to choose,false
"""


def rubrics_in(text: str) -> RubricFile:
    return read(parse("rubrics.csv", text.encode(), ragged=True))


def test_rows_are_as_long_as_they_need_to_be() -> None:
    """Ratings go by position, a row may be shorter than the headings, and what Canvas would leave out is told with its line."""
    found = rubrics_in(EXAMPLE)
    clarity, vectorised = found.rubrics["Module 3 review"]
    assert [(one.name, one.points) for one in clarity.ratings] == [("Full", Fraction(4)), ("None", Fraction(0))]
    assert (vectorised.ranged, len(vectorised.ratings)) == (True, 1)
    assert [problem.mark.line for problem in found.left_out] == [4, 5]
    assert "has no rubric name" in found.left_out[0].message
    assert "has no ratings" in found.left_out[1].message


def test_our_rubrics_come_out_whole() -> None:
    """Of the file that a course is built with Canvas leaves out nothing, and finds each criterion with all its levels."""
    rubrics = load(PATHS.root / "syllabi" / "fall26.yaml", PATHS).course.rubrics
    found = rubrics_in(rubrics_csv(rubrics))
    assert found.left_out == ()
    assert [[len(one.ratings) for one in criteria] for criteria in found.rubrics.values()] == [
        [len(one.levels) for one in rubric.criteria.values()] for rubric in rubrics.values()
    ]
    highest = [criteria[0].ratings[0].points for criteria in found.rubrics.values()]
    first = [next(iter(rubric.criteria.values())) for rubric in rubrics.values()]
    assert highest == [Fraction(max(level.points.high for level in one.levels)) for one in first]
