"""How far the work is, told where there is no terminal."""

from __future__ import annotations

import sys

import click
import pytest

from blueprint.progress import Step, aside, progress

ERASED = "\x1b[1A\x1b[2K"
"""What a terminal is sent to go up a line and clear it."""


def told(steps: list[Step], capsys: pytest.CaptureFixture[str]) -> list[str]:
    with progress("working") as show:
        for step in steps:
            show(step)
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


@pytest.mark.parametrize("total", [1, 9, 10, 1000])
def test_a_line_for_each_tenth(total: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A log gets a line when another tenth of the work is done, the last one at its end."""
    steps = [Step(done, total, "working", f"{done} of {total}") for done in range(total + 1)]
    lines = told(steps, capsys)
    assert len(lines) == min(total, 10)
    assert lines[-1] == f"  {total} of {total}"


def test_a_step_without_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A step that has nothing to say does not use up the line of its tenth."""
    assert told([Step(5, 10, "working"), Step(5, 10, "working", "half")], capsys) == ["  half"]


def test_what_is_always_said(capsys: pytest.CaptureFixture[str]) -> None:
    """What keeps the work from beginning is said at once."""
    assert told([Step(0, 0, "working", "waiting", always=True)], capsys) == ["  waiting"]


def test_nobody_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what is said beside the work can no longer be written, the work goes on."""

    def closed(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(click, "secho", closed)
    aside("nobody hears this")


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A terminal gets a bar and no lines."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    steps = [Step(done, 20, "proving", f"{done} of 20", note="3 failed") for done in range(21)]
    shown = "\n".join(told(steps, capsys))
    assert "20/20" in shown
    assert "3 failed" in shown
    assert "20 of 20" not in shown


def test_a_bar_makes_way(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A bar without words of its own is not there before the first step, nor while what a pause is for is printed."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with progress(left=True, forks=True) as show:
        assert capsys.readouterr().err == ""
        show(Step(1, 2, "layers"))
        assert "layers" in capsys.readouterr().err
        show(Step(2, 2, "layers", pause=True))
        assert capsys.readouterr().err.endswith(ERASED)
        click.echo("the table")
        assert capsys.readouterr() == ("the table\n", "")
        show(Step(1, 3, "losses"))
        assert "1/3" in capsys.readouterr().err


def test_a_pause_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no terminal, work that prints its own results says nothing beside them."""
    assert told([Step(1, 2, "layers"), Step(2, 2, "layers", pause=True)], capsys) == []
