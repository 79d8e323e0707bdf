"""Rubrics as the CSV file that Canvas imports."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO

from blueprint.model import Criterion, Rubric, plain
from blueprint.spreadsheet import is_formula
from generator.text.plain import literal_text, plain_text

_CRITERION_COLUMNS = ("Rubric Name", "Criteria Name", "Criteria Description", "Criteria Enable Range")
_RATING_COLUMNS = ("Rating Name", "Rating Description", "Rating Points")


def rubrics_csv(rubrics: Mapping[str, Rubric]) -> str:
    """All rubrics in one file for Canvas, a row for each criterion, the best rating first.

    Canvas skips or merges rows without a word, so this refuses what it could not take: `ValueError` names the rubric and
    the criterion whose text is missing or begins like a formula, or the two rubrics that share a title.
    """
    rows = []
    owners: dict[str, str] = {}
    for rubric_id, rubric in rubrics.items():
        name = plain_text(rubric.title)
        if (owner := owners.setdefault(name, rubric_id)) != rubric_id:
            raise ValueError(
                f"rubrics `{owner}` and `{rubric_id}` are both titled “{name}”; Canvas would make one rubric of them"
            )
        rows += [_row(rubric_id, name, key, criterion) for key, criterion in rubric.criteria.items()]
    ratings = max(
        (len(criterion.levels) for rubric in rubrics.values() for criterion in rubric.criteria.values()), default=1
    )
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_CRITERION_COLUMNS + _RATING_COLUMNS * ratings)
    writer.writerows(rows)
    return text.getvalue()


def _row(rubric_id: str, name: str, key: str, criterion: Criterion) -> list[str]:
    """A criterion's row; `ValueError` when Canvas would not take it as it stands."""
    place = f"rubric `{rubric_id}`, criterion `{key}`"
    if not criterion.levels:
        raise ValueError(f"{place}: there is no level, and Canvas skips a criterion without ratings")
    ranged = any(level.points.is_range for level in criterion.levels)
    row = [
        _needed(name, "rubric's title", place),
        _needed(literal_text(criterion.title), "criterion's title", place),
        _safe(plain_text(criterion.asks), place),
        "true" if ranged else "false",
    ]
    for level in sorted(criterion.levels, key=lambda level: level.points.high, reverse=True):
        row += [
            _needed(literal_text(level.title), "title of a level", place),
            _safe(plain_text(level.text), place),
            plain(level.points.high),
        ]
    return row


def _needed(text: str, what: str, place: str) -> str:
    if not text:
        raise ValueError(f"{place}: the {what} is empty, and Canvas needs it")
    return _safe(text, place)


def _safe(text: str, place: str) -> str:
    if is_formula(text):
        raise ValueError(
            f"{place}: “{text[:40]}” begins with `{text[0]}`, which a spreadsheet takes for a formula; begin it with a word"
        )
    return text
