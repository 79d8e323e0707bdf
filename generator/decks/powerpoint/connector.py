"""The routes of arrows as PowerPoint's connectors, which stay attached when a box is moved."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from generator.decks.layout.geometry import Point, Side

SITES: dict[Side, int] = {"north": 0, "west": 1, "south": 2, "east": 3}
"""The connection sites of a rectangle."""
_THIN = 0.1
"""A connector without extent in a direction still needs one to bend in it, in points."""


def geometry(points: Sequence[Point]) -> tuple[str, str]:
    """The a:xfrm and a:prstGeom of a connector along a route of two to six points.

    Routes with corners alternate between level and upright pieces; `ValueError` for a route that does not.
    """
    (sx, sy), (ex, ey) = points[0], points[-1]
    if len(points) == 2:
        flips = (' flipH="1"' if ex < sx else "") + (' flipV="1"' if ey < sy else "")
        return _frame(min(sx, ex), min(sy, ey), abs(ex - sx), abs(ey - sy), flips), _preset("straightConnector1", ())
    upright = abs(points[1][0] - sx) < abs(points[1][1] - sy)
    _alternating(points, upright)
    along, across = (ey - sy, ex - sx) if upright else (ex - sx, ey - sy)
    w, h = max(abs(along), _THIN), max(abs(across), _THIN)
    # A connector is drawn from its left to the right; one that leaves upright is turned by a quarter.
    backward, other = along < 0, (across > 0 if upright else across < 0)
    flips = (' flipH="1"' if backward else "") + (' flipV="1"' if other else "")
    turn = ' rot="5400000"' if upright else ""
    middle = ((sx + ex) / 2, (sy + ey) / 2)
    signed_w = -w if backward else w
    signed_h = (h if other else -h) if upright else (-h if other else h)
    start = (sy, sx) if upright else (sx, sy)
    adjusts = []
    for number, point in enumerate(points[1:-2]):
        first, second = (point[1], point[0]) if upright else point
        if number % 2 == 0:
            adjusts.append((first - start[0]) / signed_w)
        else:
            adjusts.append((second - start[1]) / signed_h)
    # The corners after the first fix one coordinate each; the last two pieces are fixed by the end.
    name = f"bentConnector{len(points) - 1}"
    return _frame(middle[0] - w / 2, middle[1] - h / 2, w, h, turn + flips), _preset(name, adjusts)


def bends_in_the_middle(points: Sequence[Point]) -> bool:
    """True if a connector of these corners needs no adjusting, which LibreOffice (7.4) does not do."""
    if len(points) != 4:
        return len(points) < 4
    axis = 0 if abs(points[1][0] - points[0][0]) > abs(points[1][1] - points[0][1]) else 1
    start, bend, end = (points[n][axis] for n in (0, 1, 3))
    return abs(end - start) > 1 and abs((bend - start) / (end - start) - 0.5) < 0.05


def freeform(points: Sequence[Point]) -> tuple[str, str]:
    """The a:xfrm and a:custGeom of a route as a drawn line, attached to nothing."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top, width, height = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    marks = "".join(
        f'<a:{"lnTo" if number else "moveTo"}><a:pt x="{round((x - left) * 12700)}" y="{round((y - top) * 12700)}"/>'
        f"</a:{'lnTo' if number else 'moveTo'}>"
        for number, (x, y) in enumerate(points)
    )
    path = f'<a:path w="{round(width * 12700)}" h="{round(height * 12700)}" fill="none">{marks}</a:path>'
    shape = (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f"<a:pathLst>{path}</a:pathLst></a:custGeom>"
    )
    return _frame(left, top, width, height, ""), shape


def _alternating(points: Sequence[Point], upright: bool) -> None:
    for (ax, ay), (bx, by) in pairwise(points):
        if (abs(ax - bx) if upright else abs(ay - by)) > 0.5:
            raise ValueError(f"a way turns at no right angle: {list(points)}")
        upright = not upright


def _frame(x: float, y: float, width: float, height: float, attributes: str) -> str:
    off = f'<a:off x="{round(x * 12700)}" y="{round(y * 12700)}"/>'
    return f'<a:xfrm{attributes}>{off}<a:ext cx="{round(width * 12700)}" cy="{round(height * 12700)}"/></a:xfrm>'


def _preset(name: str, adjusts: Sequence[float]) -> str:
    guides = "".join(
        f'<a:gd name="adj{number}" fmla="val {round(value * 100000)}"/>' for number, value in enumerate(adjusts, 1)
    )
    return f'<a:prstGeom prst="{name}"><a:avLst>{guides}</a:avLst></a:prstGeom>'
