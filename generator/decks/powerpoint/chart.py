"""A chart as PowerPoint keeps it: DrawingML with the numbers in it, and the workbook that “Edit data” opens.

The numbers are laid out as columns of one sheet; the drawing refers to the cells and repeats their values, so that both
say the same. Colors are those of the theme, by name, never values. PowerPoint refuses a file whose elements are out of order:
every function here writes its element's children in the order of the schema. Lengths are points.
"""

from __future__ import annotations

from dataclasses import dataclass

from blueprint.deck import Chart
from blueprint.model import ENGLISH, Language
from generator.decks.layout.chart_values import with_value_axis
from generator.decks.layout.page import OWN
from generator.decks.powerpoint.chart_axes import Plot
from generator.decks.powerpoint.chart_bars import bar_plot
from generator.decks.powerpoint.chart_points import category_lines, point_plot
from generator.decks.powerpoint.chart_style import NO_LINE, TEXT, ChartFrame, text_properties
from generator.decks.powerpoint.chart_workbook import RELATIONSHIPS, XML_DECLARATION, Sheet


@dataclass(frozen=True, slots=True)
class ChartFiles:
    """The two parts of a chart: `chartN.xml`, and the workbook it refers to as `rId1`."""

    xml: bytes
    workbook: bytes


def chart_files(
    chart: Chart, width: float, height: float, points: float, language: Language = ENGLISH, font: str = OWN.body_font
) -> ChartFiles:
    """A chart for a graphic frame of a size, its text `points` high in the typeface `font`; equal input gives equal bytes.

    That its numbers are illustrative is for the caption to say, which stands outside the frame.
    """
    chart = with_value_axis(chart)
    frame, sheet = ChartFrame(width, height, points, language, font), Sheet()
    if chart.kind in ("bar", "stacked"):
        plot = bar_plot(chart, frame, sheet)
    elif chart.kind == "line" and chart.categories and not any(s.points for s in chart.series):
        plot = category_lines(chart, frame, sheet)
    else:
        plot = point_plot(chart, frame, sheet)
    return ChartFiles(_chart_space(plot, frame).encode(), sheet.workbook())


def _chart_space(plot: Plot, frame: ChartFrame) -> str:
    """The chart as a whole: the plot, and a legend where there is more than one series."""
    hidden = "".join(
        f'<c:legendEntry><c:idx val="{i}"/><c:delete val="1"/></c:legendEntry>' for i in range(plot.unlisted)
    )
    legend = (
        f'<c:legend><c:legendPos val="t"/>{hidden}<c:overlay val="0"/>{text_properties(frame.points, TEXT)}</c:legend>'
        if plot.listed > 1
        else ""
    )
    return (
        f'{XML_DECLARATION}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{RELATIONSHIPS}">'
        f'<c:date1904 val="0"/><c:lang val="{frame.language}"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        f"<c:plotArea>{plot.layout}{plot.drawn}<c:spPr><a:noFill/>{NO_LINE}</c:spPr></c:plotArea>{legend}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/>{NO_LINE}</c:spPr>{text_properties(frame.points, TEXT)}"
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )
