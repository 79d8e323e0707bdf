"""`blueprint serve`: who is answered, what a page gets, and that a change is seen."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from processes import started

from blueprint import pages
from blueprint.local_server import EVENTS, SCRIPT, LocalServer, with_script

ROOT = Path(__file__).resolve().parent.parent
TINY = Path(__file__).parent / "cases" / "tiny"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    """A server of a folder with a page, a calendar and a hidden file."""
    (tmp_path / "index.html").write_text("<html><body><h1>Course</h1></body></html>", "utf-8")
    (tmp_path / "schedule.ics").write_text("BEGIN:VCALENDAR", "utf-8")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache/stamp").write_text("secret", "utf-8")
    with LocalServer(tmp_path, 0) as made:
        Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def ask(server: LocalServer, path: str, host: str = "") -> tuple[int, str]:
    """The status of an answer, and its text."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=60)) as line:
        line.request("GET", path, headers={"Host": host} if host else {})
        with line.getresponse() as answer:
            return answer.status, answer.read().decode("utf-8", "replace")


def test_a_page_listens_and_a_file_is_as_it_is(server: LocalServer) -> None:
    """Pages get the script, whatever else is served goes out byte for byte."""
    assert ask(server, "/") == (200, f"<html><body><h1>Course</h1><script>{SCRIPT}</script>\n</body></html>")
    assert ask(server, "/schedule.ics") == (200, "BEGIN:VCALENDAR")


def test_only_this_machine_is_answered(server: LocalServer) -> None:
    """The server has no address but this machine's, and a request by another name gets nothing."""
    assert server.server_address[0] == "127.0.0.1"
    assert ask(server, "/", "evil.example:80")[0] == 403
    assert ask(server, "/", f"localhost:{server.server_address[1]}")[0] == 200


@pytest.mark.parametrize("path", ["/.cache/stamp", "/../secret", "/%2e%2e/secret", "/.git/config", "/none.html"])
def test_hidden_files_and_other_folders_are_not_served(path: str, server: LocalServer) -> None:
    """What begins with a dot, and what lies outside the folder, is not there."""
    assert ask(server, path)[0] == 404


def test_open_pages_are_told(server: LocalServer) -> None:
    """A page that is open hears of a new version and of problems; one opened later hears of problems that last."""
    listener = server.listen()
    server.reload()
    server.show_problems("week 3: oh")
    assert [listener.get(timeout=5) for _ in range(2)] == [("reload", ""), ("problems", "week 3: oh")]
    with closing(http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=60)) as line:
        line.request("GET", EVENTS)
        with line.getresponse() as stream:
            assert [stream.readline() for _ in range(2)] == [b"event: problems\n", b'data: "week 3: oh"\n']


def test_the_policy_of_a_page_lets_the_script_in_and_nobody_else() -> None:
    """The page's own policy stays; only this script is added to it, and that it may ask the server."""
    head = pages.head("T", "p {}", policy=pages.policy(script="own()"))
    page = with_script(f"{head}<body></body></html>")
    rules = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    own, ours = pages.script_hash("own()"), pages.script_hash(SCRIPT)
    assert rules == [
        f"default-src 'none'; style-src 'unsafe-inline'; script-src '{ours}' '{own}'; base-uri 'none'; "
        "form-action 'none'; connect-src 'self'"
    ]


def heard(events: http.client.HTTPResponse, word: bytes) -> bool:
    """True if a word is among the next lines of a stream; a page that waits hears a line every few seconds."""
    return any(word in events.readline() for _ in range(60))


@pytest.mark.slow
def test_a_change_is_on_the_page(tmp_path: Path) -> None:
    """A title that is changed on disk is served, a mistake is told in the page, and Ctrl-C ends it in order."""
    for kind in ("syllabi", "rubrics"):
        shutil.copytree(TINY / kind, tmp_path / kind)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    environment.pop("BLUEPRINT_COURSE", None)
    command = [sys.executable, "-m", "blueprint", "serve", "tiny", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with started(command, cwd=tmp_path, env=environment, text=True, **pipes) as serving:
        try:
            assert serving.stdout is not None
            said = next(line for line in serving.stdout if line.startswith("http://"))
            with closing(http.client.HTTPConnection("127.0.0.1", int(re.findall(r":(\d+)/", said)[0]))) as line:
                line.request("GET", EVENTS)
                with line.getresponse() as events:
                    place = tmp_path / "syllabi/tiny.yaml"
                    text = place.read_text("utf-8")
                    place.write_text(text.replace("What a byte costs", "What a byte weighs"), "utf-8")
                    assert heard(events, b"reload")
                    assert "What a byte weighs" in (tmp_path / "build/tiny/site/lectures.html").read_text("utf-8")
                    place.write_text(text.replace("weight: 40", "weight: 41"), "utf-8")
                    assert heard(events, b"41")
        finally:
            serving.send_signal(signal.SIGINT)
        assert serving.wait(timeout=60) in (0, 130)
