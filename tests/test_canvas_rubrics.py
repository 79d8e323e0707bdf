"""Rubrics for Canvas."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from blueprint.load import load
from blueprint.model import Criterion, Level, Markdown, Points, Rubric
from blueprint.paths import CoursePaths
from generator.documents.canvas_rubrics import rubrics_csv

PATHS = CoursePaths.find(Path(__file__).parent)
FALL = load(PATHS.root / "syllabi" / "fall26.yaml", PATHS).course
FIXED = ["Rubric Name", "Criteria Name", "Criteria Description", "Criteria Enable Range"]
RATING = ["Rating Name", "Rating Description", "Rating Points"]


def level(title: str, low: str, high: str | None = None, text: str = "Some text.") -> Level:
    return Level(title=title, points=Points(Decimal(low), Decimal(high or low)), text=Markdown(text))


def rubric(title: str = "Review", **criteria: tuple[Level, ...]) -> Rubric:
    made = {
        key: Criterion(
            title=key.title(),
            points=max(lv.points.high for lv in levels),
            asks=Markdown("Does it *hold*?"),
            levels=levels,
        )
        for key, levels in criteria.items()
    }
    return Rubric(
        schema=1,
        title=Markdown(title),
        points=sum((c.points for c in made.values()), Decimal(0)),
        artifact=Markdown("A page."),
        criteria=made,
        nothing_handed_in=Markdown("Nothing."),
    )


def table(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


def changed(criterion: Criterion, **changes: object) -> dict[str, Rubric]:
    return {"r1": replace(rubric(), criteria={"c1": replace(criterion, **changes)})}  # type: ignore[arg-type]


CRITERION = rubric(c=(level("Full", "4"), level("None", "0"))).criteria["c"]


def test_a_row_for_each_criterion_and_three_columns_for_each_rating() -> None:
    """A criterion is one row as long as its own ratings; the header is as long as the longest row."""
    text = rubrics_csv(
        {
            "r": rubric(
                clarity=(level("Full", "4"), level("None", "0")),
                speed=(level("Fast", "6"), level("Fair", "3"), level("Slow", "0")),
            )
        }
    )
    assert table(text) == [
        FIXED + RATING * 3,
        ["Review", "Clarity", "Does it hold?", "false", "Full", "Some text.", "4", "None", "Some text.", "0"],
        [
            "Review",
            "Speed",
            "Does it hold?",
            "false",
            "Fast",
            "Some text.",
            "6",
            "Fair",
            "Some text.",
            "3",
            "Slow",
            "Some text.",
            "0",
        ],
    ]


def test_the_best_rating_comes_first() -> None:
    """Ratings go from many points to few, also where a file lists them otherwise."""
    [_, row] = table(
        rubrics_csv({"r": rubric(c=(level("Low", "1", "3"), level("High", "8", "10"), level("Mid", "4", "7")))})
    )
    assert row[4::3] == ["High", "Mid", "Low"]


def test_a_range_is_its_maximum() -> None:
    """A rating of 8-10 points is written as 10, and its criterion says that it has ranges; other criteria say that they have none."""
    rows = table(
        rubrics_csv(
            {
                "r": rubric(
                    a=(level("High", "8", "12.5"), level("Low", "0")), b=(level("High", "10.0"), level("Low", "0"))
                )
            }
        )
    )[1:]
    assert [row[3] for row in rows] == ["true", "false"]
    assert [row[6::3] for row in rows] == [["12.5", "0"], ["10", "0"]]


def test_text_is_plain() -> None:
    """Canvas shows text as it is, so emphasis, links and math marks are gone."""
    text = Markdown('**Names** the [term](https://x.example) $D_{vol}$, with `unit`\nand a, "b".')
    [_, row] = table(rubrics_csv(changed(CRITERION, levels=(level("Full", "4", text=text),))))
    assert row[5] == 'Names the term D_vol, with unit and a, "b".'


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_text_that_begins_like_a_formula_is_refused(start: str) -> None:
    """Nothing is put before such a text, since Canvas would import that too; the error names rubric and criterion."""
    formula = f"{start}1 for each slip"
    broken = [
        changed(CRITERION, title=formula),
        changed(CRITERION, asks=Markdown(formula)),
        changed(CRITERION, levels=(level(formula, "4"),)),
        changed(CRITERION, levels=(level("Full", "4", text=formula),)),
        {"r1": replace(rubric(formula), criteria={"c1": CRITERION})},
    ]
    for rubrics in broken:
        with pytest.raises(ValueError, match=r"rubric `r1`, criterion `c1`.*begins with"):
            rubrics_csv(rubrics)


def test_a_list_is_no_formula() -> None:
    """A text that is a Markdown list begins with a bullet, not with the hyphen of its source."""
    [_, row] = table(rubrics_csv(changed(CRITERION, levels=(level("Full", "4", text="- one\n- two"),))))
    assert row[5] == "• one\n• two"


@pytest.mark.parametrize("changes", [{"title": " "}, {"levels": ()}, {"levels": (level("", "4"),)}])
def test_what_canvas_would_skip_is_refused(changes: dict[str, object]) -> None:
    """A criterion without a name or a rating is an error here, not a row that Canvas leaves out."""
    with pytest.raises(ValueError, match="rubric `r1`, criterion `c1`"):
        rubrics_csv(changed(CRITERION, **changes))


def test_two_rubrics_of_one_title_are_refused() -> None:
    """Canvas makes one rubric of rows with the same name, so two rubrics need two titles."""
    with pytest.raises(ValueError, match="`a` and `b`"):
        rubrics_csv(
            {"a": rubric("Lab *log*", c=(level("Full", "4"),)), "b": rubric("Lab log", c=(level("Full", "4"),))}
        )


def test_no_rubrics_is_a_header() -> None:
    """A course without rubrics gives a file that Canvas reads as empty."""
    assert rubrics_csv({}) == ",".join(FIXED + RATING) + "\r\n"


def test_the_rubrics_that_ship_can_be_imported() -> None:
    """Every criterion of the course's rubrics is a row whose ratings fall from the criterion's points, in order and without ties."""
    text = rubrics_csv(FALL.rubrics)
    rows = table(text)[1:]
    criteria = [(r, c) for r in FALL.rubrics.values() for c in r.criteria.values()]
    assert len(rows) == len(criteria)
    for row, (owner, criterion) in zip(rows, criteria, strict=True):
        points = [Decimal(cell) for cell in row[6::3]]
        assert row[:2] == [owner.title, criterion.title]
        assert points[0] == criterion.points
        assert points == sorted(set(points), reverse=True)
    assert text == rubrics_csv(FALL.rubrics)
