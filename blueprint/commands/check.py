"""`blueprint check`."""

from __future__ import annotations

import click

from blueprint.exits import Exit


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
    from blueprint.paths import CoursePaths, shown
    from blueprint.problems import CourseError, render, summary
    from generator.decks.lectures import checked_course

    paths = CoursePaths.find()
    path, why = paths.choose(course)
    try:
        loaded, lectures, problems = checked_course(path, paths)
        files = len(loaded.files) + len({deck for decks in lectures.weeks.values() for deck in decks})
    except CourseError as error:
        problems, files = list(error.problems), 1
    if as_json:
        import json

        click.echo(
            json.dumps(
                [
                    {
                        "file": p.mark.file,
                        "line": p.mark.line,
                        "column": p.mark.column,
                        "severity": p.severity,
                        "message": p.message,
                        "hint": p.hint,
                    }
                    for p in problems
                ],
                indent=2,
                ensure_ascii=False,
            )
        )
    else:
        if problems:
            click.echo(render(problems) + "\n")
        click.echo(
            f"{shown(path)}{f' ({why})' if why else ''}: {summary(problems)} in {files} file{'s' * (files != 1)}"
        )
    return Exit.TO_MEND if any(strict or p.severity == "error" for p in problems) else Exit.FINE
