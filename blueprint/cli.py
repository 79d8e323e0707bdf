"""The command line: one group, one thin module per command, one place where errors become text and exit codes.

What an exit code means stands in `exits`.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from blueprint import __version__
from blueprint.commands import (
    build_course,
    check,
    doctor,
    explain,
    export,
    grade,
    gradebook,
    gradescope,
    new,
    regrade,
    review,
    roster,
    schema,
    serve,
    similarity,
    site,
    slides,
    status,
    suite,
)
from blueprint.exits import Exit

EPILOG = "Start with `blueprint build-course fall26.yaml`. Each command has an example in its own --help."


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80}, epilog=EPILOG)
@click.version_option(__version__, prog_name="blueprint")
def cli() -> None:
    """Run a whole machine-learning-systems course from one YAML file."""


for command in (
    build_course.build_course,
    serve.serve,
    site.site,
    check.check,
    slides.slides,
    roster.roster,
    grade.grade,
    status.status,
    gradebook.gradebook,
    explain.explain,
    review.review,
    regrade.regrade,
    similarity.similarity,
    export.export,
    gradescope.gradescope,
    suite.suite,
    new.new,
    schema.schema,
    doctor.doctor,
):
    cli.add_command(command)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; never shows a traceback for a user's mistake."""
    from blueprint.problems import CourseError, UsageError

    # A command makes many objects and keeps most; looking through them for rings all the time is a tenth of its time.
    gc.set_threshold(50_000, 20, 50)
    try:
        result = cli.main(list(arguments), prog_name="blueprint", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else Exit.FINE
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return Exit.CANNOT
    except UsageError as error:
        click.echo(f"blueprint: {error}", err=True)
        return Exit.CANNOT
    except CourseError as error:
        from blueprint.problems import render, summary

        click.echo(render(error.problems), err=True)
        click.echo(f"\n{summary(error.problems)}; nothing was written", err=True)
        return Exit.TO_MEND
    except (KeyboardInterrupt, click.Abort):
        click.echo("\ninterrupted; what was finished is kept, nothing is half written", err=True)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        _print_no_more()
        return Exit.FINE
    except OSError as error:
        return _nowhere_to_write(error) if error.errno in _FULL else _our_bug()
    except Exception as error:
        from blueprint.build import TaskError

        if isinstance(error, TaskError):
            click.echo(f"blueprint: {error}", err=True)
            return Exit.TO_MEND
        return _our_bug()


def _print_no_more() -> None:
    """Let go of what could not be printed; else Python tries once more when it ends, and complains."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
"""What the system says where nothing more can be written: a disk or a quota is full, or the disk is ill."""


def _nowhere_to_write(error: OSError) -> Exit:
    """Tell that what was asked for cannot be written."""
    if error.filename is None:  # the terminal, or the file it was sent to
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # else Python tries again when it ends, and complains
    what = error.filename or "what this command prints"
    click.echo(f"blueprint: {what} cannot be written: {error.strerror}; make room, or write it elsewhere", err=True)
    return Exit.CANNOT


def _our_bug() -> int:
    import platform
    import traceback

    traceback.print_exc()
    click.echo(
        f"\nThis is a bug in Blueprint {__version__} (Python {platform.python_version()}, {platform.system()}), "
        "not in your course. Please report it with the lines above.",
        err=True,
    )
    return Exit.BUG


def help_page() -> str:
    """The page `blueprint --help` shows, at the width it is stored with."""
    with click.Context(cli, info_name="blueprint", terminal_width=78, **cli.context_settings) as context:
        return cli.get_help(context) + "\n"


def write_help_page() -> None:
    """Store the page where the entry point finds it."""
    from pathlib import Path

    Path(__file__).with_name("help.txt").write_text(help_page(), "utf-8")
