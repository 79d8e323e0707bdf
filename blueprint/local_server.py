"""A web server for the person at this machine: serves a built course, and has each open page load again after a change.

How it works. The server listens on 127.0.0.1 alone and answers only requests that name it so: another site that leads
the reader's browser here by a name of its own gets nothing. Into each page it puts a short script, allowed by its hash
in the page's own policy, which keeps one connection open (`EVENTS`). Through that come two kinds of messages: `reload`,
and `problems` with the text to be shown over the page until it is mended.
"""

from __future__ import annotations

import json
import re
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from threading import Lock
from typing import Any

from blueprint import pages

EVENTS = "/-/events"
_ALIVE = 15
"""Seconds after which something is sent to a page that waits, to find out whether it is still there."""
SCRIPT = """"use strict";
{
  const events = new EventSource("/-/events");
  let lost = false;
  events.addEventListener("reload", () => location.reload());
  events.addEventListener("problems", (event) => {
    let box = document.getElementById("blueprint-problems");
    const text = JSON.parse(event.data);
    if (!text) return box?.remove();
    if (!box) {
      box = document.createElement("div");
      box.id = "blueprint-problems";
      box.setAttribute("role", "alert");
      box.style.cssText = "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;margin:0;padding:1rem 1.5rem;background:#fff;color:#1c2733;border-top:4px solid #a11622;box-shadow:0 -4px 24px rgb(0 0 0/.25);font:.9rem/1.5 ui-monospace,monospace;white-space:pre-wrap;z-index:99";
      document.body.append(box);
    }
    box.textContent = text;
  });
  events.onerror = () => { lost = true; };
  events.onopen = () => { if (lost) location.reload(); };
}
"""
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)')


class LocalServer(ThreadingHTTPServer):
    """Serves a folder to this machine; `tell` speaks to every page that is open."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
        self._listeners: set[Queue[tuple[str, str]]] = set()
        self._lock = Lock()
        self.problems = ""

    @property
    def address(self) -> str:
        """The address of the first page."""
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def reload(self) -> None:
        """Have every open page load again."""
        self._tell("reload", "")

    def show_problems(self, text: str) -> None:
        """Show a text over every page, also those opened later; '' takes it away."""
        self.problems = text
        self._tell("problems", text)

    def listen(self) -> Queue[tuple[str, str]]:
        """A queue of the messages from now on."""
        queue: Queue[tuple[str, str]] = Queue()
        with self._lock:
            self._listeners.add(queue)
        return queue

    def leave(self, queue: Queue[tuple[str, str]]) -> None:
        with self._lock:
            self._listeners.discard(queue)

    def _tell(self, event: str, text: str) -> None:
        with self._lock:
            for queue in self._listeners:
                queue.put((event, text))


def with_script(page: str) -> str:
    """A page with the script that listens, and a policy that lets this script run and ask the server."""
    name = pages.script_hash(SCRIPT)

    def opened(match: re.Match[str]) -> str:
        rules = match[2]
        rules = (
            rules.replace("script-src ", f"script-src '{name}' ")
            if "script-src " in rules
            else f"{rules}; script-src '{name}'"
        )
        return f"{match[1]}{rules}; connect-src 'self'{match[3]}"

    head, end, tail = _POLICY.sub(opened, page, count=1).rpartition("</body>")
    return f"{head}<script>{SCRIPT}</script>\n{end}{tail}" if end else page


class _Handler(SimpleHTTPRequestHandler):
    server: LocalServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if not self._is_ours():
            self.send_error(HTTPStatus.FORBIDDEN, "this server answers on this machine only")
        elif self.path == EVENTS:
            self._events()
        elif any(part.startswith(".") for part in self.path.split("/")):
            self.send_error(HTTPStatus.NOT_FOUND)
        elif (page := self._page()) is not None:
            self._send(page)
        else:
            super().do_GET()

    def do_HEAD(self) -> None:
        if self._is_ours():
            super().do_HEAD()
        else:
            self.send_error(HTTPStatus.FORBIDDEN)

    def _is_ours(self) -> bool:
        """True if the request names this server as one on this machine."""
        host = self.headers.get("Host", "").rpartition(":")[0]
        return host in ("127.0.0.1", "localhost")

    def _page(self) -> bytes | None:
        """The page asked for, with the script; None for what is no page."""
        place = Path(self.translate_path(self.path))
        if self.path.partition("?")[0].endswith("/"):
            place /= "index.html"
        if place.suffix != ".html" or not place.is_file():
            return None
        try:
            return with_script(place.read_text("utf-8")).encode()
        except (OSError, UnicodeDecodeError):
            return None

    def _send(self, page: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def _events(self) -> None:
        """Keep the connection open and pass on messages until the page is gone."""
        queue = self.server.listen()
        try:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self._message("problems", self.server.problems)
            while True:
                try:
                    self._message(*queue.get(timeout=_ALIVE))
                except Empty:
                    self.wfile.write(b": still here\n\n")
        except OSError:
            pass
        finally:
            self.server.leave(queue)
            self.close_connection = True

    def _message(self, event: str, text: str) -> None:
        self.wfile.write(f"event: {event}\ndata: {json.dumps(text)}\n\n".encode())

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what a person wants to read is what was built."""
