"""The README's commands are run, in order, and must print what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def session(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with the output shown below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def played(folder: Path, command: str) -> str:
    """What a command prints in a copy of the course; set-up lines of other programs are not run."""
    if command.startswith(("make", "pip")):
        return ""
    tools = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}:{tools}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "120",
        "BLUEPRINT_SECRET": str(folder / "secret"),
    }
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=300,
    )
    # How far a build is depends on which task ends first; the README leaves those lines out.
    said = re.sub(r"^ +\d+ of \d+ (?:steps, .*|hand-ins)\n", "", done.stdout.decode(), flags=re.MULTILINE)
    return re.sub(r"sandbox: [^;\n]*", "sandbox: bubblewrap, namespaces per case, seccomp, limits, Landlock 7", said)


LATER = ("0[4-8]_*", "losses.py", "dataloader.py", "autograd.py", "optimizers.py", "training.py")
"""The files of the modules that the class has not come to."""


def _hand_in(folder: Path) -> None:
    """Three students' work on modules 1 to 3, and a secret, so that the same inputs are drawn here as anywhere."""
    for student, work in (
        ("aokoye", "current-right"),
        ("bnguyen", "current-partial"),
        ("lindqvist", "submitted-right"),
    ):
        shutil.copytree(
            ROOT / "tests" / "cases" / "coursework" / work / "work",
            folder / "submissions" / student,
            ignore=shutil.ignore_patterns(*LATER),
        )
    (folder / "secret").write_bytes(b"the same draws wherever the README is read")
    (folder / "secret").chmod(0o600)


def test_the_readme_tells_the_truth(tmp_path: Path, request: pytest.FixtureRequest, sandbox: None) -> None:
    """Each command of the README prints exactly the lines shown below it."""
    for name in ("syllabi", "rubrics"):
        shutil.copytree(ROOT / name, tmp_path / name)
    _hand_in(tmp_path)
    (tmp_path / "bin").mkdir()
    launcher = tmp_path / "bin" / "blueprint"
    launcher.write_text(f'#!/bin/sh\nexec {sys.executable} -m blueprint "$@"\n')
    launcher.chmod(0o755)
    text = README.read_text("utf-8")
    fresh = text
    for block in _BLOCK.findall(text):
        new = "".join(f"$ {command}\n{played(tmp_path, command)}" for command, _ in session(block))
        fresh = fresh.replace(f"```console\n{block}```", f"```console\n{new}```")
    if request.config.getoption("--rewrite-cases"):
        README.write_text(fresh, "utf-8")
    assert fresh == text


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose environment is made already, with a `blueprint` that only says it was called."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    launcher = tmp_path / ".venv" / "bin" / "blueprint"
    launcher.parent.mkdir(parents=True)
    launcher.write_text("#!/bin/sh\necho called: blueprint $*\n")
    launcher.chmod(0o755)
    (tmp_path / ".venv" / ".run").touch()
    return tmp_path


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_what_make_course_says_to_type_works(checkout: Path, shell: str) -> None:
    """In a new terminal the line that `make course` prints, which is the README's, makes `blueprint` a command."""
    # These tests may have been started by make, which would then say which folder it enters and leaves.
    alone = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    make = subprocess.run(["make", "course"], cwd=checkout, env=alone, capture_output=True, check=True, text=True)
    said = make.stdout
    *_, line = said.splitlines()
    assert "called: blueprint build-course fall26" in said
    assert line.startswith("  export ")
    assert f"$ {line.strip()}\n" in README.read_text("utf-8").partition("$ blueprint")[0]
    typed = [shell, "-c", f"{line}\nblueprint --version"]
    bare = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(checkout)}
    done = subprocess.run(typed, cwd=checkout, env=bare, capture_output=True, check=True, text=True)
    assert done.stdout == "called: blueprint --version\n"


def test_the_readme_names_every_command() -> None:
    """Whoever reads the README has seen every command."""
    from blueprint.cli import cli

    text = README.read_text("utf-8")
    assert [name for name in cli.commands if f"  {name} " not in text] == []


def test_the_stored_help_page_is_the_real_one() -> None:
    """The page printed without importing click is the one click would print."""
    from click.testing import CliRunner

    from blueprint.cli import cli

    real = CliRunner().invoke(cli, ["--help"], prog_name="blueprint", terminal_width=78).output
    assert (ROOT / "blueprint" / "help.txt").read_text("utf-8") == real


def test_help_imports_nothing_heavy() -> None:
    """`blueprint --help` loads neither click nor any library, and a command's help no heavy one."""
    heavy = {
        "click",
        "yaml",
        "jinja2",
        "pypandoc",
        "typst",
        "pptx",
        "icalendar",
        "lxml",
        "rich",
        "pandas",
        "numpy",
        "nbconvert",
    }
    code = "import sys; sys.argv = ['blueprint', *{arguments}]; from blueprint.__main__ import main; main(); print(sorted(set(sys.modules) & {heavy}))"
    for arguments, allowed in (
        (["--help"], set()),
        (["build-course", "--help"], {"click"}),
        (["check", "--help"], {"click"}),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code.format(arguments=arguments, heavy=heavy)],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert set(eval(done.stdout.splitlines()[-1])) <= allowed
