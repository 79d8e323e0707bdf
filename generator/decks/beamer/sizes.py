"""The measures of a Beamer frame, in TeX points, and of Latin Modern against the typeface that `measure` knows."""

from __future__ import annotations

from generator.decks.layout.page import OWN

WIDTH, PAGE = 410.0, 256.0
"""The width of the text and the height of the page, 16:9."""
SIZES: tuple[tuple[str, float], ...] = (
    (r"\large", 12.0),
    (r"\normalsize", 10.95),
    (r"\small", 10.0),
    (r"\footnotesize", 9.0),
    (r"\scriptsize", 8.0),
    (r"\fontsize{7}{8.4}\selectfont", 7.0),
)
LINE = 1.22
"""The height of a line, in font sizes."""
REGULAR, BOLD = 1.09, 1.13
"""The factor by which Latin Modern Sans is wider than the typeface that `measure` knows."""
SERIF = 1.2
"""The factor by which Latin Modern Roman, bold, is wider than the typeface that `measure` knows."""
TOGETHER = 8.0
"""The smallest type in which a task and its answer share a frame."""
SMALL = 9.0
"""Type smaller than this is avoided by setting an answer elsewhere than PowerPoint has it."""
TITLE = (12.0, 14.0)
"""The size of a frame's title and the height of its lines."""
BESIDE_PICTURES = 1
"""The number of the largest size of text on a slide with something to look at."""
CELL = 4.0
"""The space at each side of a cell."""
ABOVE = 6.0
"""The space Beamer leaves above columns."""
GAP = 14.0
"""The space between columns, in TeX points."""
OPEN = 1.1
"""The most that is added between paragraphs where a slide has room, in font sizes."""
SCALE = PAGE / OWN.height
"""A point of a PowerPoint slide, on ours."""
SMALLEST_CELL = 6.5
SMALLER_TYPE = 1.14
"""The factor for Latin Modern Sans at 7 points, where it runs widest; the words of a diagram must not break anew."""
