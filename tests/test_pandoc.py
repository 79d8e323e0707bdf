"""Pandoc's processes stay and convert one text after another; what comes out is what one process a text would make."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from blueprint.build import TaskError
from generator.text import pandoc

TEXTS = {
    "tabs": "a\tb\n\n```\n\tx\ty\n```",
    "line ends": "\ufeff# x\r\nb\r\n\r\nc\rd",
    "nothing": "",
    "abbreviations": "Amershi et al. saw it, e.g. Prof. Reddi",
    "program": "```python\nx = 1\n```",
    "formulas": "$$x^2$$ and $a_b$",
    "note": "[^1]\n\n[^1]: At its foot.",
    "same headings": "# A\n\n# A\n\n## B",
    "picture": "![what it shows](none.png)",
    "letters": "日本\tx – „so“",
}
FORMATS: dict[str, tuple[tuple[str, ...], dict[str, object]]] = {
    "json": ((), {}),
    "html5": (("--mathml", "--wrap=none"), dict(pandoc.MATHML)),
    "plain": (("--wrap=none",), dict(pandoc.ONE_LINE)),
    "typst": ((), {}),
    "docx": (("--toc", "--toc-depth=1"), {"table_of_contents": True, "toc_depth": 1}),
}


def by_command_line(text: str, target: str, *options: str, source: str = pandoc.READER) -> bytes:
    """What a process of pandoc makes of this text alone."""
    return subprocess.run(
        [pandoc.binary(), "--from", source, "--to", target, *options],
        input=text.encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": pandoc.FIXED_TIME},
    ).stdout


@pytest.mark.parametrize("target", FORMATS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_the_command_line_makes_the_same(text: str, target: str) -> None:
    """Whatever was converted before, a text comes out byte for byte as pandoc's command line writes it."""
    options, named = FORMATS[target]
    assert pandoc.convert(text, source=pandoc.READER, target=target, options=named) == by_command_line(
        text, target, *options
    )


def test_a_template_lower_headings_and_plain_code(tmp_path: Path) -> None:
    """What the command line is told by its flags, a conversion is told by arguments."""
    text = "# A\n\n## B\n\n```python\nx = 1\n```"
    template = "$lang$\n$toc$\n$body$\n"
    (tmp_path / "template").write_text(template, "utf-8")
    flags = f"--template={tmp_path}/template --variable=lang:de --toc --toc-depth=2 --section-divs --no-highlight"
    told = {"template": template, "variables": {"lang": "de"}, "table_of_contents": True, "toc_depth": 2}
    made = pandoc.convert(
        text, source=pandoc.READER, target="html5", options={"section_divs": True, **told}, lower=1, plain_code=True
    )
    assert made == by_command_line(text, "html5", *flags.split(), "--shift-heading-level-by=1")


def test_a_picture_is_read_anew(tmp_path: Path) -> None:
    """A picture that a text names is looked for with each conversion: one that is there only now stands in the Word file."""
    picture = tmp_path / "a.svg"
    text = f"![what it shows]({picture})"
    for drawn in ("", "<svg xmlns='http://www.w3.org/2000/svg'/>", "<svg xmlns='http://www.w3.org/2000/svg'></svg>"):
        if drawn:
            picture.write_text(drawn, "utf-8")
        made = pandoc.convert(text, source="markdown", target="docx")
        assert made == by_command_line(text, "docx", source="markdown")


@pytest.mark.parametrize(
    ("text", "target", "options", "said"),
    [
        (r"$\foo{x$, and $a^^$", "html5", pandoc.MATHML, r"TeX math \\foo\{x.*\n(.*\n)*.*TeX math a\^\^"),
        ("x", "nonsense", {}, "nonsense"),
        ("x", "html5", {"template": "$if(x)$"}, "line 1"),
        ("x", "docx", {"reference_doc": "/nowhere.docx"}, "/nowhere.docx"),
    ],
    ids=["formulas", "format", "template", "no Word template"],
)
def test_what_is_refused_leaves_nothing_behind(text: str, target: str, options: dict[str, object], said: str) -> None:
    """A text that pandoc refuses is told in pandoc's words, all complaints in their order, and the next one is converted."""
    with pytest.raises(TaskError, match=said):
        pandoc.convert(text, source=pandoc.READER, target=target, options=options)
    assert pandoc.convert("*next*", source=pandoc.READER, target="html5") == b"<p><em>next</em></p>\n"


def test_many_at_once_are_not_mixed_up() -> None:
    """Each of many threads gets what became of its own text, and a few processes do it all."""
    texts = [f"text {n} " + "and so on " * n for n in range(40)]
    before = len(pandoc._free)  # of other tests
    with ThreadPoolExecutor(3) as threads:
        made = list(
            threads.map(lambda t: pandoc.convert(t, source="markdown", target="plain", options=pandoc.ONE_LINE), texts)
        )
    assert [one.decode().strip() for one in made] == [text.strip() for text in texts]
    assert len(pandoc._free) <= max(3, before)


def test_a_process_that_has_ended_is_replaced() -> None:
    """Pandoc may be ended from outside, by a lack of memory say: the next text has a new process."""
    pandoc.convert("a", source="markdown", target="html5")
    for worker in pandoc._free:
        worker._process.kill()
        worker._process.wait()
    assert pandoc.convert("b", source="markdown", target="html5") == b"<p>b</p>\n"


def test_a_process_that_ends_over_a_text_is_told() -> None:
    """A text over which pandoc ends fails, and is not waited for."""
    worker = pandoc._Worker()
    worker._process.send_signal(signal.SIGSTOP)
    worker._process.kill()
    with pytest.raises(TaskError, match=r"pandoc: exit code -9"):
        worker.ask({"from": "markdown"}, b"x")


def test_processes_end_with_the_program() -> None:
    """When the program that asked has ended, no process of pandoc is left."""
    program = (
        "from generator.text import pandoc\n"
        "pandoc.convert('a', source='markdown', target='html5')\n"
        "print(pandoc._free[0]._process.pid)\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
