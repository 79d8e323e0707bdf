"""Displayed formulas for PowerPoint: LaTeX -> OMML, a picture, its size, and its words.

Pandoc reads all formulas of a build at once, a paragraph each, and writes them twice: as DOCX, whose OMML is made fit
for DrawingML (`omml`), and as HTML, whose MathML is read aloud (`speech`) and set by Typst (`formula_picture`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from blueprint.build import TaskError
from generator.text import formula_picture, pandoc
from generator.text.omml import omml
from generator.text.speech import spoken


@dataclass(frozen=True, slots=True)
class Formula:
    """A displayed formula in all the forms a slide needs; sizes in em of its text size."""

    omml: str
    """An `m:oMathPara` whose runs have the text color `tx1`, and no size yet."""
    png: bytes
    """A picture in one color on nothing, 100 pixels an em."""
    width: float
    height: float
    spoken: str
    """The formula in words."""

    def at(self, points: float) -> str:
        """The OMML with the text size written into every run, from which PowerPoint takes it."""
        return self.omml.replace("<a:rPr ", f'<a:rPr sz="{round(points * 100)}" ')


def formulas(tex: Sequence[str], color: str) -> dict[str, Formula]:
    """Each formula by its TeX, its picture in `color` (six hex digits) on nothing.

    Raises `ValueError` that names every formula pandoc or Typst refuses.
    """
    wanted = list(dict.fromkeys(tex))
    if not wanted:
        return {}
    _refuse({formula: "it is empty" for formula in wanted if not _clean(formula)})
    try:
        with ThreadPoolExecutor(1) as aside:  # two processes of pandoc, side by side
            docx = aside.submit(_convert, wanted, "docx")
            mathml, math = _mathml(wanted), omml(docx.result())
    except TaskError:
        _refuse(unreadable(wanted))
        raise
    pictures = _pictures(wanted, mathml, color)
    return {
        name: Formula(drawing, png, *formula_picture.size(png), spoken(read))
        for name, drawing, png, read in zip(wanted, math, pictures, mathml, strict=True)
    }


def _pictures(tex: Sequence[str], mathml: Sequence[str], color: str) -> list[bytes]:
    """A PNG for each formula; what Typst cannot set is refused by its TeX."""
    try:
        return formula_picture.pictures(mathml, color)
    except formula_picture.Refused as refused:
        _refuse({tex[place]: reason for place, reason in refused.reasons.items()})
        raise


def _refuse(reasons: Mapping[str, str]) -> None:
    if reasons:
        raise ValueError(
            "; ".join(f"the formula `{name}` cannot be read: {reason}" for name, reason in reasons.items())
        )


def _convert(tex: Sequence[str], target: str) -> bytes:
    """The formulas, a paragraph each, in pandoc's `target` format."""
    quoted = (_clean(formula).replace("\\", "\\\\").replace('"', '\\"') for formula in tex)
    tree = ",".join(f'Para [Math DisplayMath "{formula}"]' for formula in quoted)
    return pandoc.convert(f"[{tree}]", source="native", target=target, options=pandoc.MATHML)


def _clean(tex: str) -> str:
    r"""The formula in one line, without what pandoc misreads: `\!` as a blank of no width, `\mathbf` as slanted."""
    upright = re.sub(r"\\mathbf(?:\{([A-Za-z0-9]+)\}|\s*([A-Za-z0-9]))", r"\\textbf{\1\2}", " ".join(tex.split()))
    return re.sub(r"(\\\\)|\\!", lambda match: match[1] or " ", upright)


_COMPLAINT = "Could not convert TeX math "


def unreadable(tex: Sequence[str]) -> dict[str, str]:
    """The formulas pandoc cannot parse, each with the reason in a few words."""
    wanted = {formula: _clean(formula) for formula in tex}
    reasons = {formula: "it is empty" for formula, clean in wanted.items() if not clean}
    complaints = ""
    try:
        _convert(list(wanted), "html5")
    except TaskError as error:
        complaints = str(error)
        if _COMPLAINT not in complaints:
            raise
    for complaint in complaints.split(_COMPLAINT)[1:]:
        for formula, clean in wanted.items():
            if complaint.startswith(f"{clean}, rendering as TeX:"):
                reasons[formula] = _reason(complaint, clean)
    return reasons


def _reason(complaint: str, tex: str) -> str:
    """Pandoc's complaint without its list of all it would have taken."""
    unexpected = re.search(r"^ *unexpected (.+)$", complaint, re.MULTILINE)
    if unexpected is None:
        return "pandoc cannot parse it"
    if unexpected[1] == "eof":
        return "it ends too early"
    if unexpected[1].startswith("control sequence"):
        return f"`{unexpected[1].split()[-1]}` is not known here"
    caret = re.search(r"^ *\^$", complaint, re.MULTILINE)
    place = f" after `{tex[: len(caret[0]) - 3][-12:]}`" if caret and len(caret[0]) > 3 else ""
    sign = re.sub(r"^(['\"])(.*)\1$", r"\2", unexpected[1])
    return f"`{sign}` is not expected{place}"


def _mathml(tex: Sequence[str]) -> list[str]:
    return re.findall(r"<math\b.*?</math>", _convert(tex, "html5").decode(), re.DOTALL)
