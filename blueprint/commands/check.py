"""`blueprint check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprint.problems import Problem


@click.command()
@click.argument("course", required=False)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def check(course: str | None, strict: bool, as_json: bool) -> int:
    """Name every problem of a course; write nothing.

    \b
    Example:
      blueprint check fall26.yaml
    """
    from blueprint.commands.checking import course_problems, exit_code, tell_problems
    from blueprint.paths import CoursePaths

    paths = CoursePaths.find()
    path, why = paths.choose(course)
    problems, files = course_problems(path, paths)
    if as_json:
        click.echo(_as_json(problems))
    else:
        tell_problems(problems, files, path, why)
    return exit_code(problems, strict)


def _as_json(problems: Sequence[Problem]) -> str:
    import json

    rows = [
        {
            "file": p.mark.file,
            "line": p.mark.line,
            "column": p.mark.column,
            "severity": p.severity,
            "message": p.message,
            "hint": p.hint,
        }
        for p in problems
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)
