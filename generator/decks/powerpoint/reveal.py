"""PowerPoint's animation of a slide (its "timing tree"), by which shapes appear on a click."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count


def appearing(shapes: Sequence[int], built: Sequence[int]) -> str:
    """The animation of a slide on which shapes, by id, appear together at the first click; empty for none.

    `built` are those of them that hold text, which PowerPoint also lists apart.
    """
    if not shapes:
        return ""
    number = count(5)
    effects = "".join(
        _effect(shape, shape in built, "clickEffect" if first else "withEffect", next(number), next(number))
        for first, shape in ((shape == shapes[0], shape) for shape in shapes)
    )
    begin = '<p:stCondLst><p:cond delay="{}"/></p:stCondLst>'
    step = (
        f'<p:par><p:cTn id="3" fill="hold">{begin.format("indefinite")}<p:childTnLst>'
        f'<p:par><p:cTn id="4" fill="hold">{begin.format(0)}<p:childTnLst>{effects}</p:childTnLst></p:cTn></p:par>'
        "</p:childTnLst></p:cTn></p:par>"
    )
    slide = '<p:cond evt="{}" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond>'
    builds = "".join(f'<p:bldP spid="{shape}" grpId="0" animBg="1"/>' for shape in built)
    return (
        '<p:timing><p:tnLst><p:par><p:cTn id="1" dur="indefinite" restart="never" nodeType="tmRoot"><p:childTnLst>'
        '<p:seq concurrent="1" nextAc="seek"><p:cTn id="2" dur="indefinite" nodeType="mainSeq">'
        f"<p:childTnLst>{step}</p:childTnLst></p:cTn>"
        f"<p:prevCondLst>{slide.format('onPrev')}</p:prevCondLst>"
        f"<p:nextCondLst>{slide.format('onNext')}</p:nextCondLst></p:seq>"
        "</p:childTnLst></p:cTn></p:par></p:tnLst>"
        f"{f'<p:bldLst>{builds}</p:bldLst>' if builds else ''}</p:timing>"
    )


def _effect(shape: int, built: bool, node: str, first: int, second: int) -> str:
    group = ' grpId="0"' if built else ""
    return (
        f'<p:par><p:cTn id="{first}" presetID="1" presetClass="entr" presetSubtype="0" fill="hold"{group} '
        f'nodeType="{node}"><p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>'
        f'<p:set><p:cBhvr><p:cTn id="{second}" dur="1" fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst></p:cTn>'
        f'<p:tgtEl><p:spTgt spid="{shape}"/></p:tgtEl><p:attrNameLst><p:attrName>style.visibility</p:attrName>'
        '</p:attrNameLst></p:cBhvr><p:to><p:strVal val="visible"/></p:to></p:set></p:childTnLst></p:cTn></p:par>'
    )
