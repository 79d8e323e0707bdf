"""The shapes of one slide, in reading order: each method adds what it is named for and returns its id."""

from __future__ import annotations

from collections.abc import Mapping
from math import dist

from blueprint.deck import Code, Diagram, Equation, Table
from generator.decks.highlight import highlighted
from generator.decks.layout.block_text import callout_text, diagram_lines, legend_tab, meaning, program
from generator.decks.layout.diagram import lay_out_diagram
from generator.decks.layout.diagram_drawing import RoutedArrow
from generator.decks.layout.geometry import Rect
from generator.decks.layout.page import ANSWER, CALLOUT, CELL, CODE, CODE_LINE, DIAGRAM_SCALE, SlideBox
from generator.decks.powerpoint.connector import SITES, bends_in_the_middle, freeform, geometry
from generator.decks.powerpoint.empty_presentation import Placeholder
from generator.decks.powerpoint.text import Writer, attribute, is_right_to_left, sized, text_of
from generator.decks.powerpoint.theme_colors import ROLE_COLORS, TINT, fill, line
from generator.decks.powerpoint.theme_template import emu, frame
from generator.text.formula import Formula
from generator.text.inline import Run, plain, runs
from generator.text.omml import NAMESPACE, PREFIX

MARKED = 10
"""The opacity of the tint below a line of a program that is pointed at, in percent."""
_INK = {"keyword": "accent2", "string": "accent1", "comment": "tx2"}
_RECTANGLE = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
_ROUNDED = '<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val {}"/></a:avLst></a:prstGeom>'
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
_TABLE = "http://schemas.openxmlformats.org/drawingml/2006/table"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


class SlideShapes:
    """Collects a slide's shapes; ids count up in the order in which they are added."""

    def __init__(self, writer: Writer, font: str, ink: str = "tx1") -> None:
        self.writer, self.font = writer, font
        self.ink = ink
        """The theme color of running text."""
        self.ground = "bg1"
        """The theme color that text stands on."""
        self.xml: list[str] = []
        self.texts: set[int] = set()
        """The ids of shapes that hold text."""
        self._last = 1

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _named(self, name: str, alt: str = "", *, decorative: bool = False) -> tuple[int, str]:
        """A new id and the p:cNvPr that holds it."""
        number = self._next()
        described = f' descr="{attribute(alt)}"' if alt else ""
        inner = f">{_DECORATIVE}</p:cNvPr>" if decorative else "/>"
        return number, f'<p:cNvPr id="{number}" name="{attribute(name)} {number}"{described}{inner}'

    # --- text ---

    def placeholder(
        self,
        name: str,
        placeholder: Placeholder,
        paragraphs: str,
        *,
        rect: Rect | None = None,
        style: str = "",
        tight: bool = False,
    ) -> int:
        """Text in a placeholder of the layout, at its place unless another is given."""
        number, named = self._named(name)
        self.texts.add(number)
        place = frame(rect) if rect else ""
        # Where the layout decided how much fits, nothing of a template may take away from it.
        body = '<a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0"><a:noAutofit/></a:bodyPr>' if tight else "<a:bodyPr/>"
        self.xml.append(
            f'<p:sp><p:nvSpPr>{named}<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>{placeholder.xml}</p:nvPr></p:nvSpPr>'
            f"<p:spPr>{place}</p:spPr><p:txBody>{body}<a:lstStyle>{style}</a:lstStyle>{paragraphs}</p:txBody></p:sp>"
        )
        return number

    def text_box(
        self,
        name: str,
        rect: Rect,
        paragraphs: str,
        style: str,
        *,
        fill_and_line: str = "",
        insets: tuple[float, float] = (0, 0),
        anchor: str = "t",
        shape: str = _RECTANGLE,
    ) -> int:
        """Text in a shape of its own; `fill_and_line` is its fill and outline as XML."""
        number, named = self._named(name)
        self.texts.add(number)
        side, edge = map(emu, insets)
        kind = "" if fill_and_line else ' txBox="1"'
        self.xml.append(
            f"<p:sp><p:nvSpPr>{named}<p:cNvSpPr{kind}/><p:nvPr/></p:nvSpPr>"
            f"<p:spPr>{frame(rect)}{shape}{fill_and_line or '<a:noFill/>'}</p:spPr>"
            f'<p:txBody><a:bodyPr wrap="square" lIns="{side}" tIns="{edge}" rIns="{side}" bIns="{edge}" anchor="{anchor}">'
            f"<a:noAutofit/></a:bodyPr><a:lstStyle>{style}</a:lstStyle>{paragraphs}</p:txBody></p:sp>"
        )
        return number

    def text(self, box: SlideBox, markdown: str, placeholder: Placeholder | None) -> int:
        """A text block, in the layout's text placeholder as long as that is free."""
        paragraphs = self.writer.paragraphs(markdown, box.points, box.space)
        if placeholder is not None:
            return self.placeholder(
                "Text", placeholder, paragraphs, rect=box.rect, style=sized(box.points, self.ink), tight=True
            )
        return self.text_box("Text", box.rect, paragraphs, sized(box.points, self.ink))

    def heading(self, box: SlideBox) -> int:
        """The heading of a column."""
        return self.text_box("Heading", box.rect, self.writer.line(box.text), sized(box.points, "accent1", bold=True))

    def caption(self, box: SlideBox) -> int:
        """The caption below a picture or a table."""
        return self.text_box("Caption", box.rect, self.writer.line(box.text), sized(box.points, "tx2", align="ctr"))

    def callout(self, box: SlideBox) -> list[int]:
        """A tinted box with a bar in its role's color; its label says in a word what the color means."""
        assert box.block is not None
        assert box.block.callout is not None
        callout = box.block.callout
        color = ROLE_COLORS[callout.role]
        text = self.text_box(
            "Callout",
            box.rect,
            self.writer.paragraphs(callout_text(callout), box.points, box.space),
            sized(box.points),
            fill_and_line=fill(color, TINT) + line(""),
            insets=CALLOUT,
        )
        bar = self.panel("Bar", Rect(box.rect.x, box.rect.y, 5, box.rect.height), fill(color))
        return [text, bar]

    def panel(self, name: str, rect: Rect, fill_and_line: str) -> int:
        """A shape that says nothing; screen readers pass it by."""
        number, named = self._named(name, decorative=True)
        self.xml.append(
            f"<p:sp><p:nvSpPr>{named}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>{frame(rect)}{_RECTANGLE}{fill_and_line}"
            "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
        )
        return number

    def answer_panel(self, box: SlideBox) -> int:
        """The panel behind an answer, with the word Answer at its top."""
        return self.text_box(
            "Answer",
            box.rect,
            self.writer.line(box.text),
            sized(box.points, "accent1", bold=True),
            fill_and_line=fill("bg2") + line("tx2", 0.75, alpha=30),
            insets=ANSWER,
        )

    # --- code ---

    def code(self, box: SlideBox) -> list[int]:
        """A program: its text in one shape, a tint below the lines that are pointed at."""
        assert box.block is not None
        assert box.block.code is not None
        code = box.block.code
        side, edge = CODE
        ids = [self.panel("Program", box.rect, fill("bg2" if self.ground == "bg1" else "bg1"))]
        high = (box.rect.height - 2 * edge) / max(box.lines, 1)
        for number in code.highlight:
            if number <= box.lines:
                rect = Rect(box.rect.x, box.rect.y + edge + high * (number - 1), box.rect.width, high)
                ids.append(self.panel(f"Line {number}", rect, fill("accent1", MARKED)))
                ids.append(self.panel(f"Mark {number}", Rect(rect.x, rect.y, 4, high), fill("accent1")))
        style = sized(box.points, self.ink, font=self.writer.code_font, pitch=box.points * CODE_LINE)
        ids.append(self.text_box("Code", box.rect, self._program(code), style, insets=(side, edge)))
        return ids

    def _program(self, code: Code) -> str:
        return "".join(
            "<a:p>"
            + ("".join(self._piece(*piece, bold=number in code.highlight) for piece in pieces) or "<a:endParaRPr/>")
            + "</a:p>"
            for number, pieces in enumerate(highlighted(program(code), code.language), 1)
        )

    def _piece(self, text: str, kind: str, *, bold: bool) -> str:
        weight = ' b="1"' if bold or kind == "keyword" else ""
        slant = ' i="1"' if kind == "comment" else ""
        inner = fill(_INK[kind]) if kind else ""
        # A program's words are English whatever the course's language, and no spelling is checked.
        return f'<a:r><a:rPr lang="en-US"{weight}{slant} noProof="1">{inner}</a:rPr><a:t>{text_of(text)}</a:t></a:r>'

    # --- tables ---

    def table(self, box: SlideBox) -> int:
        """A native table whose first row is flagged as its header."""
        assert box.block is not None
        assert box.block.table is not None
        assert box.grid is not None
        table, grid = box.block.table, box.grid
        number, named = self._named("Table", f"Table with the columns {', '.join(map(plain, table.columns))}")
        columns = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in grid.widths)
        rows = "".join(
            f'<a:tr h="{emu(height)}">'
            + "".join(self._cell(table, row, column, cell, box.points) for column, cell in enumerate(cells))
            + "</a:tr>"
            for row, (cells, height) in enumerate(zip((table.columns, *table.rows), grid.heights, strict=True))
        )
        self.xml.append(
            f"<p:graphicFrame><p:nvGraphicFramePr>{named}<p:cNvGraphicFramePr>"
            '<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
            f'{_graphic_frame(box.rect)}<a:graphic><a:graphicData uri="{_TABLE}"><a:tbl>'
            f'<a:tblPr firstRow="1"><a:tableStyleId>{_NO_STYLE}</a:tableStyleId></a:tblPr>'
            f"<a:tblGrid>{columns}</a:tblGrid>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
        )
        return number

    def _cell(self, table: Table, row: int, column: int, text: str, points: float) -> str:
        header, pointed = row == 0, row in table.highlight
        last = row == len(table.rows)
        side, edge = map(emu, CELL)
        color = "accent1" if header else self.ink
        align = ' algn="r"' if column + 1 in table.numbers else ' algn="l"'
        if is_right_to_left(plain(text)):
            align = ' algn="r" rtl="1"'
        content = "".join(
            self._cell_run(run, points, color, bold=header or (pointed and column == 0)) for run in runs(text)
        )
        below = ("accent1", 1.5, 100) if header or last else ("tx2", 0.5, 45)
        rules = "".join(f'<a:{edge_} w="0"><a:noFill/></a:{edge_}>' for edge_ in ("lnL", "lnR"))
        top = _rule("lnT", "accent1", 1.5, 100) if header else ""
        return (
            f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr{align}/>{content or '<a:endParaRPr/>'}</a:p></a:txBody>"
            f'<a:tcPr marL="{side}" marR="{side}" marT="{edge}" marB="{edge}" anchor="ctr">'
            f"{rules}{top}{_rule('lnB', *below)}"
            f"{fill('accent1', TINT) if pointed else '<a:noFill/>'}</a:tcPr></a:tc>"
        )

    def _cell_run(self, run: Run, points: float, color: str, *, bold: bool) -> str:
        """A run with its size: cells of a table have no list style of their own."""
        return self.writer.run(run, bold=bold, color=color).replace("<a:rPr", f'<a:rPr sz="{round(points * 100)}"', 1)

    # --- equations ---

    def equation(self, box: SlideBox, formula: Formula, picture: str) -> int:
        """A formula that can be edited, with a picture for programs that cannot show it."""
        number, named = self._named("Equation", formula.spoken)
        self.texts.add(number)
        points = min(box.points, box.rect.width / formula.width)  # the layout only estimates how wide it is
        wide, high = formula.width * points, formula.height * points
        place = Rect(box.rect.x + (box.rect.width - wide) / 2, box.rect.y + (box.rect.height - high) / 2, wide, high)
        size = round(points * 100)
        native = (
            f'<p:sp><p:nvSpPr>{named}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>{frame(box.rect)}{_RECTANGLE}'
            '<a:noFill/></p:spPr><p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr">'
            f"<a:noAutofit/></a:bodyPr><a:lstStyle>{sized(points, self.ink, align='ctr')}</a:lstStyle><a:p>"
            f'<a:pPr algn="ctr"/><{PREFIX}:m>{formula.at(points)}</{PREFIX}:m>'
            f'<a:endParaRPr lang="{self.writer.language}" sz="{size}"/></a:p></p:txBody></p:sp>'
        )
        drawn = (
            f"<p:pic><p:nvPicPr>{named}<p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill>"
            f'<a:blip r:embed="{picture}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
            f"<p:spPr>{frame(place)}{_RECTANGLE}</p:spPr></p:pic>"
        )
        self.xml.append(_alternative(native, drawn))
        return number

    def legend(self, box: SlideBox, equation: Equation) -> int:
        """A formula's symbols and what they mean."""
        tab = emu(legend_tab(equation, box.points, self.font))
        properties = f'<a:pPr marL="{tab}" indent="{-tab}"><a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/></a:pPr>'
        gap = Run("\t")
        paragraphs = "".join(
            f"<a:p>{properties}"
            + "".join(
                self.writer.run(run) for run in (*runs(f"${term.tex}$"), gap, *runs(meaning(term.meaning, term.unit)))
            )
            + "</a:p>"
            for term in equation.legend
        )
        return self.text_box("Symbols", box.rect, paragraphs, sized(box.points, self.ink))

    # --- pictures ---

    def chart(self, box: SlideBox, alt: str, relation: str) -> int:
        """A native chart, whose data “Edit data” opens."""
        number, named = self._named("Chart", plain(alt))
        self.xml.append(
            f"<p:graphicFrame><p:nvGraphicFramePr>{named}<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>"
            f'{_graphic_frame(box.rect)}<a:graphic><a:graphicData uri="{_CHART}">'
            f'<c:chart xmlns:c="{_CHART}" r:id="{relation}"/></a:graphicData></a:graphic></p:graphicFrame>'
        )
        return number

    def picture(self, box: SlideBox, alt: str, relation: str, vector: str = "") -> int:
        """A picture; `vector` is the relation of its SVG, for programs that show it."""
        number, named = self._named("Figure", plain(alt))
        svg = (
            '<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip '
            'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
            f'r:embed="{vector}"/></a:ext></a:extLst>'
            if vector
            else ""
        )
        self.xml.append(
            f'<p:pic><p:nvPicPr>{named}<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
            f'<p:blipFill><a:blip r:embed="{relation}">{svg}</a:blip><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
            f"<p:spPr>{frame(box.rect)}{_RECTANGLE}</p:spPr></p:pic>"
        )
        return number

    def diagram(self, box: SlideBox, diagram: Diagram) -> int:
        """Boxes and connectors as one group, with one alternative text."""
        layout = lay_out_diagram(
            diagram, box.rect.width, box.rect.height, scale=DIAGRAM_SCALE, lines=diagram_lines(self.font)
        )
        left = box.rect.x + max(box.rect.width - layout.width, 0) / 2
        top = box.rect.y + max(box.rect.height - layout.height, 0) / 2
        number, named = self._named("Diagram", plain(diagram.alt))
        ids: dict[str, int] = {}
        shapes = []
        for name, rect in layout.boxes.items():
            ids[name], xml = self._node(diagram, name, _moved(rect, left, top), layout.points)
            shapes.append(xml)
        for routed in layout.arrows:
            shapes.append(self._arrow(routed, ids, layout.boxes, (left, top)))
            if routed.label is not None:
                shapes.append(self._arrow_label(routed, _moved(routed.label, left, top), layout.label_points))
        place = frame(Rect(left, top, layout.width, layout.height))
        inner = place.replace("<a:xfrm>", "").replace("</a:xfrm>", "")
        child = inner.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
        self.xml.append(
            f"<p:grpSp><p:nvGrpSpPr>{named}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
            f"<p:grpSpPr><a:xfrm>{inner}{child}</a:xfrm></p:grpSpPr>{''.join(shapes)}</p:grpSp>"
        )
        return number

    def _node(self, diagram: Diagram, name: str, rect: Rect, points: float) -> tuple[int, str]:
        box = diagram.boxes[name]
        color = ROLE_COLORS[box.role]
        number, named = self._named(plain(box.text))
        round_ = _ROUNDED.format(round(6 / max(min(rect.width, rect.height), 1) * 100000))
        # The layout keeps 8 points free at each side; the rounding (0.29 of its radius) takes nearly two of them.
        return number, (
            f"<p:sp><p:nvSpPr>{named}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>{frame(rect)}{round_}"
            f"{fill(color, TINT)}{line(color, 1.5)}</p:spPr>"
            f'<p:txBody><a:bodyPr wrap="square" lIns="{emu(6)}" tIns="0" rIns="{emu(6)}" bIns="0" anchor="ctr"><a:noAutofit/>'
            f"</a:bodyPr><a:lstStyle>{sized(points, align='ctr')}</a:lstStyle>{self.writer.line(box.text)}</p:txBody></p:sp>"
        )

    def _arrow(
        self, routed: RoutedArrow, ids: Mapping[str, int], boxes: Mapping[str, Rect], corner: tuple[float, float]
    ) -> str:
        """A connector; LibreOffice, which would bend or attach some in another place, gets those as drawn lines."""
        arrow, (left, top) = routed.arrow, corner
        _, named = self._named("Arrow", decorative=True)
        route = [(x + left, y + top) for x, y in routed.points]
        fill_and_line = line(ROLE_COLORS[arrow.role], 1.75, dash="dash" if arrow.dashed else "", arrow=True)
        start, end = SITES[routed.start_side], SITES[routed.end_side]
        place, shape = geometry(route)
        connector = (
            f'<p:cxnSp><p:nvCxnSpPr>{named}<p:cNvCxnSpPr><a:stCxn id="{ids[arrow.start]}" idx="{start}"/>'
            f'<a:endCxn id="{ids[arrow.end]}" idx="{end}"/></p:cNvCxnSpPr><p:nvPr/></p:nvCxnSpPr>'
            f"<p:spPr>{place}{shape}{fill_and_line}</p:spPr></p:cxnSp>"
        )
        ends = (
            (boxes[arrow.start].side(routed.start_side), routed.points[0]),
            (boxes[arrow.end].side(routed.end_side), routed.points[-1]),
        )
        if bends_in_the_middle(route) and all(dist(middle, end) < 1 for middle, end in ends):
            return connector
        place, shape = freeform(route)
        drawn = (
            f"<p:sp><p:nvSpPr>{named}<p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
            f"<p:spPr>{place}{shape}<a:noFill/>{fill_and_line}</p:spPr></p:sp>"
        )
        return _alternative(connector, drawn)

    def _arrow_label(self, routed: RoutedArrow, rect: Rect, points: float) -> str:
        _, named = self._named("Label")
        return (
            f'<p:sp><p:nvSpPr>{named}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>{frame(rect)}{_RECTANGLE}'
            f"{fill(self.ground)}</p:spPr>"
            '<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/></a:bodyPr>'
            f"<a:lstStyle>{sized(points, align='ctr')}</a:lstStyle>{self.writer.line(routed.arrow.text)}</p:txBody></p:sp>"
        )


def _alternative(native: str, drawn: str) -> str:
    """Two drawings as one shape: what PowerPoint shows, and what LibreOffice shows in its place (see text/omml.py)."""
    return (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice xmlns:{PREFIX}="{NAMESPACE}" Requires="{PREFIX}">{native}</mc:Choice>'
        f"<mc:Fallback>{drawn}</mc:Fallback></mc:AlternateContent>"
    )


def _rule(edge: str, color: str, points: float, alpha: int) -> str:
    return f'<a:{edge} w="{emu(points)}">{fill(color, alpha)}</a:{edge}>'


def _graphic_frame(rect: Rect) -> str:
    return frame(rect).replace("a:xfrm", "p:xfrm")


def _moved(rect: Rect, left: float, top: float) -> Rect:
    return Rect(rect.x + left, rect.y + top, rect.width, rect.height)
