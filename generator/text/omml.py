"""Office's own formulas (OMML): from Word's, as pandoc writes them, to PowerPoint's.

PowerPoint shows OMML in the size and color of its runs. What LibreOffice makes of it was tried out: version 7.4 draws it
as a Math object stretched over the whole shape, black on any background, whatever size and color say, and shows the `&`
of aligned lines as a wedge and a question mark. It believes that it knows a `mc:Choice` by the prefix named in
`Requires`, not by the namespace behind it; `PREFIX` is one that it does not know, so it takes the fallback, which is the
picture. PowerPoint goes by the namespace.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

PREFIX = "math"
"""The prefix to bind to `NAMESPACE` in a slide: `<mc:Choice Requires="math">`, `<math:m>` around the OMML."""
NAMESPACE = "http://schemas.microsoft.com/office/drawing/2010/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_CONTROLLED = frozenset(
    [
        "acc",
        "bar",
        "borderBox",
        "box",
        "d",
        "eqArr",
        "f",
        "func",
        "groupChr",
        "limLow",
        "limUpp",
        "m",
        "nary",
        "phant",
        "rad",
        "sPre",
        "sSub",
        "sSubSup",
        "sSup",
    ]
)
"""The elements whose own signs (bars, brackets, roots) take their looks from an `m:ctrlPr`."""


def omml(docx: bytes) -> list[str]:
    """The displayed formulas of a DOCX in order, each an `m:oMathPara` as DrawingML has it."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        body = etree.fromstring(package.read("word/document.xml"))
    formulas = []
    for paragraph in body.iter(f"{{{_M}}}oMathPara"):
        alone = etree.Element(f"{{{_M}}}oMathPara", nsmap={"m": _M, "a": _A})
        alone.extend(list(paragraph))
        _as_drawing(alone)
        etree.cleanup_namespaces(alone, keep_ns_prefixes=["m", "a"])
        formulas.append(etree.tostring(alone, encoding="unicode"))
    return formulas


def _as_drawing(math: Any) -> None:
    """Word's math as PowerPoint's: `a:rPr` for `w:rPr`, and the order of elements the schema wants."""
    for word in [e for e in math.iter() if not e.tag.startswith(f"{{{_M}}}")]:
        word.getparent().remove(word)
    for count in list(math.iter(f"{{{_M}}}count")):  # pandoc writes it second, the schema wants it first
        count.getparent().insert(0, count)
    for justified in math.iter(f"{{{_M}}}jc"):
        justified.set(f"{{{_M}}}val", "centerGroup")
    for stack in list(math.iter(f"{{{_M}}}limLow", f"{{{_M}}}limUpp")):
        _brace(stack)
    for accent in math.iter(f"{{{_M}}}accPr"):
        for sign in accent.findall(f"{{{_M}}}chr[@m:val='‾']", {"m": _M}):
            sign.set(f"{{{_M}}}val", "\u0305")  # the bar that PowerPoint knows as an accent
    for run in list(math.iter(f"{{{_M}}}r")):
        _run(run)
    for element in list(math.iter(*(f"{{{_M}}}{name}" for name in _CONTROLLED))):
        _control(element)


def _brace(stack: Any) -> None:
    """A brace that pandoc sets as a limit, which does not stretch, as what stretches."""
    limit = stack.find(f"{{{_M}}}lim")
    sign = "".join(limit.itertext())
    if sign not in ("⏞", "⏟"):
        return
    stack.remove(limit)
    stack.tag = f"{{{_M}}}groupChr"
    properties = stack.makeelement(f"{{{_M}}}groupChrPr")
    for name, value in (
        ("chr", sign),
        ("pos", "top" if sign == "⏞" else "bot"),
        ("vertJc", "bot" if sign == "⏞" else "top"),
    ):
        properties.append(properties.makeelement(f"{{{_M}}}{name}", {f"{{{_M}}}val": value}))
    for old in stack.findall(f"{{{_M}}}limLowPr") + stack.findall(f"{{{_M}}}limUppPr"):
        stack.remove(old)
    stack.insert(0, properties)


def _run(run: Any) -> None:
    if "".join(run.itertext()) == "\u200b":  # pandoc's way to write an empty limit
        run.getparent().remove(run)
        return
    properties = run.find(f"{{{_M}}}rPr")
    style = ""
    if properties is not None:
        sty = properties.find(f"{{{_M}}}sty")
        style = sty.get(f"{{{_M}}}val") if sty is not None else ""
        if properties.find(f"{{{_M}}}nor") is not None and sty is not None:
            properties.remove(sty)  # the schema wants either
    run.insert(0 if properties is None else 1, _run_properties(run, style))


def _control(element: Any) -> None:
    name = f"{element.tag}Pr"
    properties = element.find(name)
    if properties is None:
        properties = element.makeelement(name)
        element.insert(0, properties)
    for old in properties.findall(f"{{{_M}}}ctrlPr"):
        properties.remove(old)
    control = properties.makeelement(f"{{{_M}}}ctrlPr")
    control.append(_run_properties(element, "i"))
    properties.append(control)


def _run_properties(near: Any, style: str) -> Any:
    """`a:rPr` in the text color, in the one font whose math PowerPoint sets."""
    italic, bold = style in ("", "i", "bi"), style in ("b", "bi")
    looks = near.makeelement(f"{{{_A}}}rPr", {"b": str(int(bold)), "i": str(int(italic))})
    fill = looks.makeelement(f"{{{_A}}}solidFill")
    fill.append(fill.makeelement(f"{{{_A}}}schemeClr", {"val": "tx1"}))
    looks.append(fill)
    looks.append(looks.makeelement(f"{{{_A}}}latin", {"typeface": "Cambria Math"}))
    return looks
