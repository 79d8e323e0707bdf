"""What a person gets: pages, PDFs and Word files of the shipped course, opened with other people's programs."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.load import load
from blueprint.model import ENGLISH, Course, PaperSize
from blueprint.paths import CoursePaths
from generator.documents import document, templating
from generator.documents.template_context import TemplateContext
from generator.text import pandoc

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

needs_browser = pytest.mark.skipif(
    not (CHROMIUM and shutil.which("node") and (HERE / "node_modules" / "axe-core").is_dir()),
    reason="needs Chromium, node and axe-core",
)
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext")


@pytest.fixture(scope="module")
def course() -> Course:
    return load(ROOT / "syllabi" / "fall26.yaml", CoursePaths.find(ROOT)).course


@pytest.fixture(scope="module")
def built(built_root: Path) -> Path:
    """The folder of the shipped course, built once."""
    return built_root / "build" / "fall26"


# --- pages -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seen(built: Path) -> list[dict[str, Any]]:
    """What a real browser says of the pages, wide and on a phone."""
    names = [
        "index.html",
        "site/course-map.html",
        "staff/ta-handbook.html",
        "staff/ta/week-03.html",
        "staff/ta/week-08.html",
        *(str(p.relative_to(built)) for p in sorted((built / "staff/rubrics").glob("*.html"))),
    ]
    command = ["node", str(HERE / "pages.mjs"), str(CHROMIUM), *(str(built / name) for name in names)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=600)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(found) == 2 * len(names)
    return found


@pytest.mark.node
@pytest.mark.chromium
@needs_browser
def test_no_page_breaks_an_accessibility_rule(seen: list[dict[str, Any]]) -> None:
    """axe-core finds no violation on any page, wide or narrow."""
    assert [(Path(s["page"]).name, s["width"], s["violations"]) for s in seen if s["violations"]] == []


@pytest.mark.node
@pytest.mark.chromium
@needs_browser
def test_no_page_scrolls_sideways(seen: list[dict[str, Any]]) -> None:
    """A page fits the width of a phone; what is wider scrolls within itself."""
    assert [(Path(s["page"]).name, s["overflow"]) for s in seen if s["overflow"] > 0] == []


@pytest.mark.node
@pytest.mark.chromium
@needs_browser
def test_a_page_is_one_file(seen: list[dict[str, Any]]) -> None:
    """Opening a page asks for nothing but the page."""
    assert [(Path(s["page"]).name, s["requests"]) for s in seen if s["requests"]] == []


def test_links_between_outputs_resolve(built: Path) -> None:
    """Every relative link of a page points to a file that was built, and every fragment to an id on its page."""
    for page in built.rglob("*.html"):
        text = page.read_text("utf-8")
        ids = set(re.findall(r'\bid="([^"]+)"', text))
        for target in re.findall(r'\bhref="([^"]+)"', text):
            if target.startswith("#"):
                assert target[1:] in ids, f"{page.name}: {target}"
            elif "://" not in target and not target.startswith("mailto:"):
                place = page.parent / target.partition("#")[0]
                assert place.is_file() or target == "manifest.json", f"{page.name}: {target}"


def test_index_leads_to_every_file(built: Path) -> None:
    """Whoever opens index.html can reach everything that was built, from page to page."""
    reached, pages = {built / "index.html"}, [built / "index.html"]
    while pages:
        page = pages.pop()
        links = re.findall(r'\bhref="([^"#:]+)(?:#[^"]*)?"', page.read_text("utf-8"))
        found = {(page.parent / link).resolve() for link in links} - reached
        reached |= found
        pages += [place for place in found if place.suffix == ".html"]
    made = {p for p in built.rglob("*") if p.is_file() and ".cache" not in p.parts}
    assert {p.relative_to(built).as_posix() for p in made - reached} == set()


def test_contents_link_every_section(built: Path) -> None:
    """A long page begins with links to its sections, down to the parts of the course."""
    text = (built / "staff/ta-handbook.html").read_text("utf-8")
    contents = text[text.index("<nav") : text.index("</nav>")]
    sections = re.findall(r'<section[^>]* id="([^"]+)"', text)
    assert len(sections) > 20
    assert contents.count("href=") > 15
    assert all(f'href="#{name}"' in contents for name in sections if not name.startswith(("week-", "log-")))


# --- Word files, and what travels ------------------------------------------------------------------------------


@pytest.mark.parametrize(("paper", "width"), [("us-letter", 8.5), ("a4", 8.27)])
def test_a_word_file_has_paper_header_page_numbers_and_contents(paper: PaperSize, width: float) -> None:
    """A Word file is printed like the PDF: paper, the course above each page, its number below, contents as links."""
    from docx import Document as read

    parts = "".join(f"# Part {number}\n\nWords.\n\n" for number in range(1, 11))
    made = document.Document(
        "Rules", "", ENGLISH, date(2026, 9, 7), parts, paper=paper, author="Ada", course="CS 1, Fall"
    )
    word = read(io.BytesIO(document.docx(made, document.tree_bytes(parts), document.default_reference())))
    [section] = word.sections
    page, left, right = section.page_width, section.left_margin, section.right_margin
    assert page is not None
    assert left is not None
    assert right is not None
    assert round(page.inches, 2) == width
    assert section.header.paragraphs[0].text == word.core_properties.title == "Rules · CS 1, Fall"
    footer = section.footer.paragraphs[0]
    assert footer.text.startswith("Ada\t")
    assert re.findall(r"<w:instrText[^>]*> (\w+) <", footer._p.xml) == ["PAGE", "NUMPAGES"]
    text_width = round((page - left - right) / 635)
    assert f'w:val="right" w:pos="{text_width}"' in footer._p.xml
    body = word.element.xml
    anchors = re.findall(r'<w:hyperlink w:anchor="([^"]+)"', body)
    assert len(anchors) == 10
    assert set(anchors) <= set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', body))


def test_a_university_s_word_template_keeps_its_own_frame() -> None:
    """Where a template brings a header and paper, those of Blueprint stay away."""
    from docx import Document as read

    theirs = read(io.BytesIO(document.default_reference()))
    theirs.sections[0].header.paragraphs[0].text = "Harbor State"
    kept = io.BytesIO()
    theirs.save(kept)
    made = document.Document("Rules", "", ENGLISH, date(2026, 9, 7), "Words.")
    word = read(io.BytesIO(document.docx(made, document.tree_bytes("Words."), kept.getvalue())))
    assert word.sections[0].header.paragraphs[0].text == "Harbor State"


@pytest.mark.parametrize(
    ("website", "led"),
    [("", []), *((f"https://a.example/cs1{end}", ["https://a.example/cs1/rubrics/log.html"]) for end in ("", "/"))],
)
def test_a_file_that_travels_links_to_no_page_beside_it(website: str, led: list[str]) -> None:
    """A link to a page of the build leads to the published site where there is one, and is plain words where there is none."""
    import pikepdf

    text = "See [the rubric](rubrics/log.html)."
    made = document.Document("Rules", "", ENGLISH, date(2026, 9, 7), text, website=website)
    tree = document.tree_bytes(text)
    with zipfile.ZipFile(io.BytesIO(document.docx(made, tree, document.default_reference()))) as word:
        told = re.findall(r'Target="([^"]*log\.html)"', word.read("word/_rels/document.xml.rels").decode())
    assert told == led
    with pikepdf.open(io.BytesIO(document.pdf(made, document.typst_source(made, tree)))) as pdf:
        links = [str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", [])]
    assert links == led


def test_a_part_that_a_course_does_not_have_is_not_printed() -> None:
    """Headings below which nothing stands go, and so do tables without a row; what is below another heading stays."""
    text = "# Empty\n\n# Full\n\n## Empty, too\n\n## Told\n\nWords.\n\n# Last\n\n## Nothing\n"
    empty = str(templating.table("A", "B", caller=lambda: ""))
    blocks = document.parse(text + empty)["blocks"]
    assert [document._text(block["c"]) for block in blocks if block["t"] == "Header"] == ["Full", "Told"]
    assert [block["t"] for block in blocks] == ["Header", "Header", "Para"]


# --- equations -------------------------------------------------------------------------------------------------


def test_equations_are_mathml_omml_and_spoken(built: Path) -> None:
    """The Iron Law is MathML in the page, an equation in Word, and has words in the PDF."""
    import pikepdf
    from docx import Document

    assert "<mfrac>" in (built / "site/weeks.html").read_text("utf-8")
    body = Document(str(built / "site/weeks.docx")).element.xml
    assert "<m:oMath" in body
    with pikepdf.open(built / "site/weeks.pdf") as pdf:
        spoken = [str(e.Alt) for e in structure(pdf.Root.StructTreeRoot) if e.get("/S") == "/Formula"]
    assert any("D sub vol" in words and "over" in words for words in spoken)


def structure(element: Any) -> list[Any]:
    """Every element of a PDF's structure tree."""
    found = [element]
    children = element.get("/K", [])
    for child in (
        children if type(children).__name__ == "Array" or children.__class__.__name__ == "Array" else _as_list(children)
    ):
        if hasattr(child, "keys") and ("/S" in child or "/K" in child):
            found += structure(child)
    return found


def _as_list(children: Any) -> list[Any]:
    import pikepdf

    return list(children) if isinstance(children, pikepdf.Array) else [children]


# --- PDF -------------------------------------------------------------------------------------------------------


def test_every_pdf_is_tagged_and_titled(built: Path) -> None:
    """Each PDF says PDF/UA-1, carries a structure tree, a language and a title of its own."""
    import pikepdf

    titles = []
    for path in sorted(built.rglob("*.pdf")):
        with pikepdf.open(path) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert "/StructTreeRoot" in pdf.Root
            assert str(pdf.Root.Lang) == "en-US"
            with pdf.open_metadata() as meta:
                assert meta["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
                titles.append(meta["dc:title"])
    assert len(titles) == len(set(titles)) > 20


def test_the_syllabus_is_at_most_eight_pages(built: Path) -> None:
    """What a student is given to read, schedule and rules included, fits on eight pages of the shipped course."""
    import pikepdf

    with pikepdf.open(built / "site" / "syllabus.pdf") as pdf:
        assert len(pdf.pages) <= 8


def test_tables_in_pdfs_have_header_cells(built: Path) -> None:
    """A screen reader can name the column of each cell of the schedule."""
    import pikepdf

    with pikepdf.open(built / "site/syllabus.pdf") as pdf:
        kinds = [str(e.get("/S", "")) for e in structure(pdf.Root.StructTreeRoot)]
    assert kinds.count("/TH") > 10
    assert kinds.count("/TD") > 100


def test_a_week_sheet_is_one_page(built: Path) -> None:
    """What a TA carries into Tuesday's section is one sheet of paper."""
    import pikepdf

    sheets = sorted((built / "staff/ta").glob("*.pdf"))
    assert len(sheets) == 16
    for sheet in sheets:
        with pikepdf.open(sheet) as pdf:
            assert len(pdf.pages) == 1, sheet.name


def test_a_sheet_that_cannot_fit_is_refused() -> None:
    """Texts too long for one page are an error that says so, not a second page."""
    from datetime import date

    from blueprint.build import TaskError

    made = document.Document("Week 1", "", ENGLISH, date(2026, 8, 10), "word " * 6000, style="sheet")
    tree = document.tree_bytes(made.markdown)
    with pytest.raises(TaskError, match="does not fit one page"):
        document.pdf(made, document.typst_source(made, tree))


def test_every_question_to_typst_has_a_compiler_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler made from bytes answers once and then has no text any more; which calls count differs by version."""
    from datetime import date

    import typst

    compilers: list[_Once] = []

    class Counted(_Once):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(compiler(*arguments, **options))
            compilers.append(self)

    compiler = typst.Compiler
    monkeypatch.setattr(typst, "Compiler", Counted)
    made = document.Document("Week 1", "", ENGLISH, date(2026, 8, 10), "word " * 900, style="sheet")
    assert document.pdf(made, document.typst_source(made, document.tree_bytes(made.markdown))).startswith(b"%PDF")
    assert len(compilers) > 1
    assert {each.asked for each in compilers} == {1}


class _Once:
    """A compiler that refuses a second question, as the strictest version of Typst does."""

    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        assert not self.asked, f"{name}: this compiler has been asked before"
        self.asked += 1
        return getattr(self.compiler, name)


@needs_poppler
@pytest.mark.poppler
def test_a_week_sheet_says_what_tuesday_needs(built: Path, course: Course) -> None:
    """The sheet holds what is due, every minute, the opening question, three struggles and whom to call."""
    handbook = course.handbook
    assert handbook is not None
    for number in (1, 8, 16):
        text = _squeezed(
            subprocess.run(
                ["pdftotext", "-raw", str(built / f"staff/ta/week-{number:02d}.pdf"), "-"],
                capture_output=True,
                check=True,
            ).stdout.decode()
        )
        week = handbook.weeks[number]
        assert _squeezed(markdown_text(week.opening))[:60] in text
        assert all(_squeezed(markdown_text(s.say))[:40] in text for s in week.struggles)
        assert f"{handbook.section_minutes - week.plan[-1].minutes}–{handbook.section_minutes}" in text
        assert "erivera@harbor.example.edu" in text


def markdown_text(text: str) -> str:
    return pandoc.convert(text, source=pandoc.READER, target="plain", options=pandoc.ONE_LINE).decode().strip()


def _squeezed(text: str) -> str:
    """Text without spaces and hyphens, which line breaking moves."""
    return re.sub(r"[\s\u00ad-]+", "", text.replace("\u2011", ""))


# --- Word ------------------------------------------------------------------------------------------------------


def test_word_files_have_structure(built: Path) -> None:
    """Headings are heading styles, the first row of a headed table repeats, and the language is set."""
    from docx import Document

    for name in ("site/syllabus.docx", "staff/ta-handbook.docx"):
        made = Document(str(built / name))
        headings = [p.style.name for p in made.paragraphs if p.style and p.style.name.startswith("Heading")]
        assert {"Heading 1", "Heading 2"} <= set(headings)
        flagged = sum("w:tblHeader" in table.rows[0]._tr.xml for table in made.tables)
        assert flagged >= len(made.tables) - 1  # the first table of the syllabus has row heads only
        assert 'w:val="en-US"' in made.styles.element.xml
        assert made.core_properties.title


def test_a_university_template_is_used(course: Course) -> None:
    """With a reference document the DOCX takes its styles."""
    from datetime import date

    from docx import Document
    from docx.shared import Pt

    template = Document(io.BytesIO(document.default_reference()))
    template.styles["Heading 1"].font.name = "Papyrus"
    template.styles["Heading 1"].font.size = Pt(31)
    reference = io.BytesIO()
    template.save(reference)
    made = document.Document("T", "", ENGLISH, date(2026, 8, 10), "# A heading\n\nText.\n")
    result = Document(io.BytesIO(document.docx(made, document.tree_bytes(made.markdown), reference.getvalue())))
    assert result.styles["Heading 1"].font.name == "Papyrus"
    assert result.styles["Heading 1"].font.size == Pt(31)


# --- text ------------------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(
    st.lists(
        st.text(
            st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=("Cc", "Zs"))
            | st.sampled_from(" *_`$\\<>#[](){}!@~^|&-+.='\"")
        ).filter(str.strip),
        min_size=1,
        max_size=40,
    )
)
def test_literal_text_reads_back_as_itself(texts: list[str]) -> None:
    """A room, a name or a title comes out of a document as it was typed, whatever characters it holds."""
    tree = json.loads(
        pandoc.convert("\n\n".join(f"x{templating.escape(t)}x" for t in texts), source=pandoc.READER, target="json")
    )
    read = [document._text(block) for block in tree["blocks"]]
    assert [re.sub(r"\s+", " ", r) for r in read] == [re.sub(r"\s+", " ", f"x{t}x") for t in texts]


def test_a_cell_may_hold_anything() -> None:
    """A table cell keeps lists, several paragraphs, bars and formulas."""
    text = (
        templating.environment()
        .from_string('{% call table("A", "B", widths="1 2") %}{{ row("x | y", cell) }}{% endcall %}')
        .render(cell=templating._markup("- one\n- two\n\n$a|b$"))
    )
    tree = document.parse(text)
    tables = [b for b in tree["blocks"] if b["t"] == "Table"]
    assert len(tables) == 1
    cells = tables[0]["c"][4][0][3][0][1]
    assert document._text(cells[0]) == "x | y"
    assert [b["t"] for b in cells[1][4]] == ["BulletList", "Para"]


def test_a_bad_formula_is_an_error() -> None:
    """A formula pandoc cannot read stops its document instead of coming out raw."""
    from blueprint.build import TaskError

    with pytest.raises(TaskError, match="math"):
        document.parse(r"Time is $\frac{a}{$ today.")


def test_announcements_are_plain_markdown(built: Path, course: Course) -> None:
    """An announcement names its classes and due dates and holds no HTML and no template residue."""
    for number in course.file.weeks:
        text = (built / f"staff/announcements/week-{number:02d}.md").read_text("utf-8")
        assert text.startswith(f"# Week {number}: ")
        assert not re.search(r"<[a-z/]|:::|\{\{|\{%", text)
        assert "11:59\N{NO-BREAK SPACE}PM" in text or number == 14


def test_no_document_shows_template_residue(built: Path) -> None:
    """No page shows fence marks, placeholders, Python values or doubled punctuation."""
    for page in built.rglob("*.html"):
        words = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", page.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(
            r":::|\{\{|\{%|\bNone\b(?! [a-z])|Decimal\(|Markup\(|\[\]\(|\.\.(?!\.)|;\s*;|,\s*,", words
        ), page.name


def test_grading_hours_follow_students(course: Course) -> None:
    """Hours of grading grow in proportion to the students, and a week without due work takes none."""
    from blueprint.schedule import make_schedule

    view = TemplateContext(course, make_schedule(course))
    for number in course.file.weeks:
        few, many = view.grading_total(number, 3), view.grading_total(number, 300)  # whole teams
        assert [round(many.low, 9), round(many.high, 9)] == [round(few.low * 100, 9), round(few.high * 100, 9)]
        if not view.due(number):
            assert many.high == 0


def test_rubric_sheets_do_not_give_away_the_calibration(built: Path, course: Course) -> None:
    """Students see criteria and levels; sample logs and their marks stay in the TA handbook."""
    sample = next(iter(course.rubrics["decision-log"].samples.values()))
    assert sample.title.split(",")[0] not in (built / "site/rubrics/decision-log.html").read_text("utf-8")
    assert sample.title.split(",")[0] in (built / "staff/ta-handbook.html").read_text("utf-8")


def test_the_course_map_holds_its_lanes(built: Path) -> None:
    """Nothing is drawn outside the picture."""
    (picture,) = [
        found
        for page in built.rglob("*.html")
        for found in re.findall(
            r'<svg viewBox="0 0 \d+ \d+" role="img" aria-labelledby="map.*?</svg>', page.read_text("utf-8"), re.DOTALL
        )
    ]
    (size,) = re.findall(r'viewBox="0 0 (\d+) (\d+)"', picture)
    for side, axis in zip(size, "xy", strict=True):
        assert all(float(place) <= float(side) for place in re.findall(rf' {axis}[12]?="([-0-9.]+)"', picture))
