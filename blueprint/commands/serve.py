"""`blueprint serve`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blueprint.build import Task
    from blueprint.load import Loaded
    from blueprint.local_server import LocalServer
    from blueprint.paths import CoursePaths
    from generator.decks.lectures import Lectures

FIRST = ("site",)
"""The group that is built first after a change: the pages of the site, which are looked at, and are made at once."""


@click.command()
@click.argument("course", required=False)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free."
)
def serve(course: str | None, port: int) -> int:
    """Show a course in your browser, and again after each change.

    Builds the course, serves it to this machine only, and watches its files. When you save one, what it changes is
    built, and the open page loads again; what is wrong with the course is shown in the page. Ctrl-C ends it.

    \b
    Example:
      blueprint serve fall26
    """
    from threading import Thread

    from blueprint.local_server import LocalServer
    from blueprint.paths import CoursePaths, shown
    from blueprint.problems import UsageError

    paths = CoursePaths.find()
    path, why = paths.choose(course)
    if why:
        click.echo(f"course: {shown(path)} ({why})")
    folder = paths.build(path.stem)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        server = LocalServer(folder, port)
    except OSError as error:
        raise UsageError(f"port {port} cannot be used: {error.strerror}; name another with --port") from None
    with server:
        Thread(target=server.serve_forever, daemon=True).start()
        desk = _Desk(path, server)
        desk.build()
        click.echo(f"{server.address} shows {shown(folder)}, {server.address}site/ what students see; Ctrl-C ends this")
        for changed in _changes(desk):
            if changed:
                click.echo(f"changed: {', '.join(changed)}")
            desk.build()
        server.shutdown()
    return Exit.FINE


@dataclass
class _Desk:
    """Builds a course again and again, and tells the open pages."""

    path: Path
    server: LocalServer
    watched: set[Path] = field(default_factory=set)
    """The folders in which a change may change the course."""
    _lectures: tuple[object, list[Task]] = (None, [])
    """What the tasks of the lectures were made from, and these tasks: most changes are none of a lecture's."""

    def build(self) -> None:
        """Build what has changed, first the pages; an error leaves what was built and is shown in it."""
        from blueprint.problems import CourseError, UsageError, render

        try:
            problems = self._build()
        except CourseError as error:
            problems = render(error.problems)
        except UsageError as error:
            problems = f"blueprint: {error}"
        if problems:
            click.echo(problems, err=True)
        if problems or self.server.problems:
            self.server.show_problems(problems)

    def _build(self) -> str:
        """The text of what could not be built, or ''."""
        from blueprint.build import build
        from blueprint.build_report import failures
        from blueprint.load import require_dates
        from blueprint.paths import CoursePaths, shown
        from blueprint.problems import CourseError
        from generator.course import tasks
        from generator.decks.lectures import checked_course

        paths = CoursePaths.find(self.path.parent)
        self.watched |= {self.path.parent, *(paths.root / kind for kind in ("syllabi", "rubrics", "slides"))}
        loaded, lectures, problems = checked_course(self.path, paths)
        self.watched |= {file.parent for file in (*loaded.files, *lectures.read)}
        if any(problem.severity == "error" for problem in problems):
            raise CourseError(problems)
        require_dates(loaded)
        every = tasks(loaded, lectures, paths, decks=self._lecture_tasks(loaded, lectures, paths))
        folder = paths.build(self.path.stem)
        failed: list[str] = []
        for only in (FIRST, ()):
            result = build(every, folder, loaded.course.id, only=only)
            failed = list(failures(result, every))
            if result.made:
                click.echo(f"{shown(folder)}: {len(result.made)} made")
                self.server.reload()
        return "\n".join(failed)

    def _lecture_tasks(self, loaded: Loaded, lectures: Lectures, paths: CoursePaths) -> list[Task]:
        """The tasks of the lectures, those of the last time where nothing they are made from has changed."""
        from blueprint.build_folder import digest
        from generator.course import lecture_tasks
        from generator.decks.tasks import options_of

        made_from = (options_of(loaded), list(lectures.decks), [digest(file.read_bytes()) for file in lectures.read])
        if made_from != self._lectures[0]:
            self._lectures = (made_from, lecture_tasks(loaded, lectures, paths))
        return self._lectures[1]


def _changes(desk: _Desk) -> Iterator[list[str]]:
    """The names of the files that have changed, each time that some may have, until Ctrl-C."""
    from watchfiles import watch

    renewed = True  # something may have been saved before the first watch began
    while True:
        watched = set(desk.watched)
        folders = {folder for folder in watched if folder.is_dir()}
        top = {folder for folder in folders if not any(other in folder.parents for other in folders)}
        for changes in watch(
            *top, debounce=50, step=20, rust_timeout=1000, yield_on_timeout=True, raise_interrupt=False
        ):
            if changes or renewed:
                yield sorted({Path(name).name for _, name in changes})
                renewed = desk.watched != watched
            if renewed and changes:
                break  # a file elsewhere has become part of the course; what the old watch still held is looked at again
        else:
            return
