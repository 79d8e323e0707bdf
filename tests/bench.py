"""How long the build and the command line take, as ratios of things measured beside them in the same run.

Each figure is the median of several runs that take turns, so that a busy machine slows both sides. Start-up is
included unless a line says that it is taken off.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter

# Everything measured keeps its compiled modules, as what pip installs has them, on whichever machine.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

PROJECT = Path(__file__).resolve().parent.parent
ROUNDS = 5
"""How often a course is built from nothing."""
PYTHON = sys.executable
SCRIPT = Path(PYTHON).with_name("blueprint")
BLUEPRINT = [str(SCRIPT)] if SCRIPT.is_file() else [PYTHON, "-m", "blueprint"]

IMPORTS = "import blueprint.cli, generator.decks.lectures, yaml"
COMPOSE = """
import sys, time, yaml
texts = [open(name, "rb").read() for name in sys.argv[1:]]
start = time.perf_counter()
for _ in range(10):
    for text in texts:
        yaml.compose(text, Loader=yaml.CSafeLoader)
print(time.perf_counter() - start)
"""
FILES = """
from pathlib import Path
from blueprint.paths import CoursePaths
from generator.decks.lectures import checked_course
loaded, lectures, _ = checked_course(Path("syllabi/fall26.yaml"), CoursePaths.find())
print("\\n".join(map(str, [*loaded.files, *(read.path for read in lectures.decks.values())])))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for kind in ("syllabi", "rubrics"):
            shutil.copytree(PROJECT / kind, root / kind)
        print(f"{'measured':<40}{'against':<32}{'ratio':>8}  {'target':<14}")
        bench_build(root)
        bench_serve(root)
        bench_help(root)
        bench_check(root)
        bench_slides(root)
        bench_powerpoint()
        bench_fit(root)
        bench_lines(root)
    from bench_exchange import main as bench_exchange
    from bench_gradebook import main as bench_gradebook
    from bench_grading import main as bench_grading
    from bench_report_page import main as bench_report_page

    bench_gradebook()
    bench_exchange(tell)
    bench_report_page(tell)
    bench_grading()


def bench_build(root: Path) -> None:
    """A build with nothing changed, and one with another title of one week, against a build from nothing."""
    said: list[str] = []
    titles = iter(["Work that flows", "Workflows"] * ROUNDS)

    def whole() -> float:
        shutil.rmtree(root / "build", ignore_errors=True)
        return timed(root, BLUEPRINT, "build-course", "fall26")

    def one_title() -> float:
        rename_week_3(root, next(titles))
        start = perf_counter()
        said.append(run(root, BLUEPRINT, "build-course", "fall26"))
        return perf_counter() - start

    def same() -> float:
        return timed(root, BLUEPRINT, "build-course", "fall26")

    cold, changed, unchanged = medians([whole, one_title, same], ROUNDS)
    tell("build-course, nothing changed", "the same build from nothing", unchanged / cold, 1 / 20)
    count = re.search(r"(\d+) files, (\d+) made now", said[-1])
    assert count is not None
    tell(
        "build-course, one week's title changed",
        "the same build from nothing",
        changed / cold,
        note=f"{count[2]} of {count[1]} files made",
    )


def bench_serve(root: Path) -> None:
    """From another title of one week being saved to the open page being told to load again."""
    titles = iter(["Work that flows", "Workflows"] * ROUNDS)
    command = [*BLUEPRINT, "serve", "fall26", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as serving:
        assert serving.stdout is not None
        address = next(line for line in serving.stdout if line.startswith("http://"))
        page = HTTPConnection("127.0.0.1", int(address.split("/")[2].split(":")[1]))
        page.request("GET", "/-/events")
        events = page.getresponse()

        def told() -> None:
            while b"reload" not in events.readline():
                pass

        def one_title() -> float:
            start = perf_counter()
            rename_week_3(root, next(titles))
            told()  # the pages of the site
            seconds = perf_counter() - start
            told()  # everything else
            return seconds

        (seconds,) = medians([one_title], ROUNDS)
        serving.send_signal(signal.SIGINT)
    tell("serve, one week's title changed, seconds", "1 s on an idle machine", seconds, 1)


def bench_help(root: Path) -> None:
    """The first command people run, against the interpreter alone."""
    page, bare = medians([lambda: timed(root, BLUEPRINT, "--help"), lambda: timed(root, [PYTHON], "-c", "pass")], 21)
    tell("blueprint --help", "python -c pass", page / bare, 3)


def bench_check(root: Path) -> None:
    """The work of a check against composing the bare YAML of its files ten times.

    Taken off is a process that imports the modules of the check and does nothing else.
    """
    files = run(root, [PYTHON], "-c", FILES).splitlines()
    check, imports, compose = medians(
        [
            lambda: timed(root, [PYTHON, "-m", "blueprint"], "check", "fall26"),
            lambda: timed(root, [PYTHON], "-c", IMPORTS),
            lambda: float(run(root, [PYTHON], "-c", COMPOSE, *files)),
        ],
        9,
    )
    tell("blueprint check, start-up taken off", "ten yaml.compose of its files", (check - imports) / compose, 1)


def bench_slides(root: Path) -> None:
    """The slides of all shipped lectures, from YAML to PDF, against LaTeX alone run twice over the same sources.

    Both use all cores; the cache is thrown away before each run.
    """
    if shutil.which("pdflatex") is None:
        print("blueprint slides --to pdf: not measured, pdflatex is not installed")
        return
    built = root / "build" / "fall26" / "staff" / "slides"

    def ours() -> float:
        shutil.rmtree(root / "build", ignore_errors=True)
        return timed(root, BLUEPRINT, "slides", "--course", "fall26", "--to", "pdf")

    def twice(source: Path) -> None:
        for _ in range(2):
            run(source.parent, ["pdflatex", "-interaction=batchmode", source.name])

    def theirs() -> float:
        with tempfile.TemporaryDirectory() as folder:
            copies = [shutil.copytree(built, Path(folder, str(n))) for n in range(len(decks))]
            start = perf_counter()
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                list(pool.map(twice, [copy / deck for copy, deck in zip(copies, decks, strict=True)]))
            return perf_counter() - start

    ours()
    decks = [path.with_suffix(".tex").name for path in sorted(built.glob("*.pdf"))]
    made, plain = medians([ours, theirs], 3)
    tell(f"slides --to pdf, {len(decks)} lectures", "pdflatex twice a lecture", made / plain, 1)


TEXTS = """
import sys
from pathlib import Path
from blueprint.paths import CoursePaths
from generator.decks.read import read_deck
from generator.decks.as_text import outline
from generator.decks.timing import timed_deck
for name, path in CoursePaths.find().decks().items():
    deck = read_deck(path).deck
    Path(sys.argv[1], f"{name}.md").write_text(outline(deck, timed_deck(deck, deck.minutes)), "utf-8")
"""


def bench_powerpoint() -> None:
    """All shipped lectures as PowerPoint against pandoc's writer on the same texts, a run a lecture; time and memory.

    Both write the same number of slides, so the ratio is that of a slide. Ours also draws charts and diagrams.
    """
    with tempfile.TemporaryDirectory() as alone:  # without an offering, so that nothing but decks is read
        _bench_powerpoint(Path(alone))


def _bench_powerpoint(folder: Path) -> None:
    (folder / "texts").mkdir()
    shutil.copytree(PROJECT / "slides", folder / "slides")
    run(folder, [PYTHON], "-c", TEXTS, "texts")
    texts = sorted((folder / "texts").glob("*.md"))
    pandoc = run(folder, [PYTHON], "-c", "from generator.text.pandoc import binary; print(binary())").strip()
    held: dict[str, int] = {"ours": 0, "theirs": 0}

    def ours() -> float:
        shutil.rmtree(folder / "build", ignore_errors=True)
        start = perf_counter()
        held["ours"] = max(held["ours"], memory(folder, [*BLUEPRINT, "slides", "--to", "pptx"]))
        return perf_counter() - start

    def theirs() -> float:
        start = perf_counter()
        for text in texts:
            held["theirs"] = max(held["theirs"], memory(folder, [pandoc, str(text), "-o", f"{text}.pptx"]))
        return perf_counter() - start

    made, plain = medians([ours, theirs], 7)
    tell(f"slides --to pptx, {len(texts)} lectures, time", "pandoc -t pptx, a run a lecture", made / plain, 1)
    tell("the same, peak memory", "the same", held["ours"] / held["theirs"], 1)
    first = {path.name: path.read_bytes() for path in sorted((folder / "build").glob("**/*.pptx"))}
    ours()
    again = {path.name: path.read_bytes() for path in sorted((folder / "build").glob("**/*.pptx"))}
    different = sum(first[name] != again.get(name) for name in first)
    tell("PowerPoint files that differ in a second build", "of all", different / len(first), 0)
    said = run(folder, BLUEPRINT, "slides", "--to", "pptx")
    tell("files written again, nothing changed", "of all", float("nothing to make" not in said), 0)


FIT = """
import time
from blueprint.paths import CoursePaths
from generator.decks.layout.slide import lay_out_slide
from generator.decks.plan import plan_slides
from generator.decks.powerpoint.empty_presentation import empty_presentation
from generator.decks.read import read_deck
from generator.decks.timing import timed_deck
page = empty_presentation("light").page
decks = [read_deck(path).deck for path in CoursePaths.find().decks().values()]
slides = [slide for deck in decks for slide in plan_slides(deck, timed_deck(deck, deck.minutes))]
start = time.perf_counter()
for slide in slides:
    lay_out_slide(slide, page)
print((time.perf_counter() - start) * 1000 / len(slides))
"""


def bench_fit(root: Path) -> None:
    """How long it takes to find out whether a slide fits, with nothing measured before."""
    (milliseconds,) = medians([lambda: float(run(root, [PYTHON], "-c", FIT))], 7)
    tell("fit of a slide, milliseconds", "1 ms", milliseconds, 0.5)


def bench_lines(root: Path) -> None:
    """Texts of the shipped lectures that LibreOffice breaks into another number of lines than was expected."""
    if shutil.which("soffice") is None or shutil.which("pdftotext") is None:
        print("lines as LibreOffice breaks them: not measured, LibreOffice or pdftotext is not installed")
        return
    from lines import expected_and_drawn

    counted = list(expected_and_drawn(root))
    off = [abs(expected - drawn) for expected, drawn in counted]
    tell("texts with another line count", f"{len(off)} texts in LibreOffice", sum(map(bool, off)) / len(off), 0.05)
    tell("texts more than a line off", "the same", sum(n > 1 for n in off) / len(off), 0)


def memory(root: Path, command: Sequence[str]) -> int:
    """The peak memory of a command, in the unit of the operating system."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return used.ru_maxrss


def rename_week_3(root: Path, title: str) -> None:
    place = root / "syllabi" / "foundations.yaml"
    text, count = re.subn(r"(?m)^(  3:\n    title: ).*$", rf"\g<1>{title}", place.read_text("utf-8"))
    assert count == 1
    place.write_text(text, "utf-8")


def medians(measures: Sequence[Callable[[], float]], rounds: int) -> list[float]:
    """The median of each of several measures, which take turns."""
    return [median(times) for times in zip(*([measure() for measure in measures] for _ in range(rounds)), strict=True)]


def timed(root: Path, command: Sequence[str], *arguments: str) -> float:
    """Seconds a command takes, start-up included."""
    start = perf_counter()
    run(root, command, *arguments)
    return perf_counter() - start


def run(root: Path, command: Sequence[str], *arguments: str) -> str:
    """What a command prints."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [*command, *arguments],
        cwd=root,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ).stdout


def tell(measured: str, against: str, ratio: float, target: float | None = None, note: str = "") -> None:
    """One line of the table."""
    verdict = note if target is None else f"at most {target:<6.3g} {'PASS' if ratio <= target else 'miss'}"
    print(f"{measured:<40}{against:<32}{ratio:>8.3f}  {verdict}", flush=True)


if __name__ == "__main__":
    main()
