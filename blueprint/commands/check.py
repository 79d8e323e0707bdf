"""`blueprint check`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from blueprint.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from blueprint.paths import CoursePaths
    from blueprint.problems import Problem


@click.command()
@click.argument("course", required=False)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved, until Ctrl-C.")
def check(course: str | None, strict: bool, as_json: bool, watch: bool) -> int:
    """Name every problem of a course; write nothing.

    \b
    Example:
      blueprint check fall26.yaml
    """
    from blueprint.commands.checking import course_problems, exit_code, tell_problems
    from blueprint.paths import CoursePaths

    paths = CoursePaths.find()
    path, why = paths.choose(course)
    if watch and as_json:
        raise click.UsageError("--watch prints for people; leave --json away")
    if watch:
        return _watch(path, paths, why)
    problems, files, _ = course_problems(path, paths)
    if as_json:
        click.echo(_as_json(problems))
    else:
        tell_problems(problems, files, path, why)
    return exit_code(problems, strict)


def _watch(path: Path, paths: CoursePaths, why: str) -> int:
    """Check a course now, and again after each change, until somebody ends it."""
    from blueprint.commands.checking import course_problems, tell_problems
    from blueprint.paths import shown
    from blueprint.watch import stamps, wait_for_change

    watched: tuple[Path, ...] = (path,)
    with suppress(KeyboardInterrupt):
        while True:
            click.echo(f"checking {shown(path)}")
            before = stamps(watched)  # what is saved while it is checked is a change, too
            problems, files, watched = course_problems(path, paths)
            tell_problems(problems, files, path, why)
            click.echo(f"watching {len(watched)} files; Ctrl-C ends\n")
            changed = wait_for_change(stamps(watched) | before)
            click.echo(f"{', '.join(shown(file) for file in changed)} changed")
    return Exit.FINE


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
