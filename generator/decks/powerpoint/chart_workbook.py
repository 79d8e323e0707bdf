"""The workbook behind a PowerPoint chart: its numbers as columns of one sheet, and the references of the drawing to them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from generator.text.inline import plain


class Sheet:
    """The numbers behind a chart, column by column, each with a heading."""

    def __init__(self) -> None:
        self.columns: list[tuple[str, Sequence[str] | Sequence[Decimal]]] = []

    def add(self, head: str, cells: Sequence[str] | Sequence[Decimal]) -> int:
        """Adds a column and returns its number, from 0."""
        self.columns.append((head, cells))
        return len(self.columns) - 1

    def heading(self, column: int) -> str:
        """A reference to the heading of a column, its text repeated."""
        cache = _cache([xml_text(self.columns[column][0])])
        return f"<c:strRef><c:f>Sheet1!${_column_letters(column)}$1</c:f><c:strCache>{cache}</c:strCache></c:strRef>"

    def data(self, column: int) -> str:
        """A reference to the cells of a column, their values repeated."""
        cells = self.columns[column][1]
        letters = _column_letters(column)
        cache = _cache([_cell_text(cell) for cell in cells])
        place = f"<c:f>Sheet1!${letters}$2:${letters}${max(len(cells), 1) + 1}</c:f>"
        if cells and isinstance(cells[0], str):
            return f"<c:strRef>{place}<c:strCache>{cache}</c:strCache></c:strRef>"
        return f"<c:numRef>{place}<c:numCache><c:formatCode>General</c:formatCode>{cache}</c:numCache></c:numRef>"

    def workbook(self) -> bytes:
        """The sheet as an .xlsx file."""
        longest = max((len(cells) for _, cells in self.columns), default=0)
        lines = [_row(1, enumerate(head for head, _ in self.columns))]
        for number in range(longest):
            cells = [(i, column[number]) for i, (_, column) in enumerate(self.columns) if number < len(column)]
            lines.append(_row(number + 2, cells))
        sheet = (
            f'{XML_DECLARATION}<worksheet xmlns="{_SPREADSHEET}"><cols><col min="1" max="{max(len(self.columns), 1)}" width="18" '
            f'customWidth="1"/></cols><sheetData>{"".join(lines)}</sheetData></worksheet>'
        )
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as book:
            for name, text in (*_BOOK, ("xl/worksheets/sheet1.xml", sheet)):
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
                book.writestr(info, text)
        return data.getvalue()


XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BOOK = (
    (
        "[Content_Types].xml",
        f'{XML_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MEDIA}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MEDIA}.worksheet+xml"/></Types>',
    ),
    (
        "_rels/.rels",
        f'{XML_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    ),
    (
        "xl/workbook.xml",
        f'{XML_DECLARATION}<workbook xmlns="{_SPREADSHEET}" xmlns:r="{RELATIONSHIPS}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    ),
    (
        "xl/_rels/workbook.xml.rels",
        f'{XML_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
)


def _row(number: int, cells: Iterable[tuple[int, str | Decimal]]) -> str:
    return f'<row r="{number}">{"".join(_cell(number, column, cell) for column, cell in cells)}</row>'


def _cell(row: int, column: int, cell: str | Decimal) -> str:
    place, text = f"{_column_letters(column)}{row}", _cell_text(cell)
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' if text else ""
    return f'<c r="{place}"><v>{text}</v></c>'


def _cell_text(cell: str | Decimal) -> str:
    return xml_text(cell) if isinstance(cell, str) else f"{cell:f}"


def _cache(values: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{i}"><c:v>{value}</c:v></c:pt>' for i, value in enumerate(values))
    return f'<c:ptCount val="{len(values)}"/>{points}'


def _column_letters(column: int) -> str:
    """The name of a column in a spreadsheet, from its number: 0 -> A, 26 -> AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def xml_text(text: str) -> str:
    """A text of the deck as XML text, without its Markdown marks."""
    return escape(plain(text), quote=False)


def decimal_of(value: float) -> Decimal:
    """A number with at most ten significant digits, so that none of a float's noise is written."""
    return Decimal(f"{value:.10g}")
