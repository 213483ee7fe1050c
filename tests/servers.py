"""A publisher of files on 127.0.0.1, for tests of downloads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Publisher:
    """Serves `files`; for one in `cut` it hangs up after that many bytes, once. `asked` holds name and first byte."""

    files: dict[str, bytes] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    resumes: bool = True
    asked: list[tuple[str, int]] = field(default_factory=list)
    address: str = ""

    def url(self, name: str) -> str:
        return f"{self.address}/{name}"


@contextmanager
def publisher() -> Iterator[Publisher]:
    """A publisher that serves while the block runs."""
    served = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            span = self.headers.get("Range")
            first = int(span.removeprefix("bytes=").split("-")[0]) if span and served.resumes else 0
            served.asked.append((name, first))
            content = served.files.get(name)
            if content is None:
                self.send_error(404)
                return
            if first >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if first else 200)
            self.send_header("Content-Length", str(len(content) - first))
            if first:
                self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
            self.end_headers()
            with suppress(ConnectionError):  # who asked may hang up, as curl does where it cannot resume
                self.wfile.write(content[first : served.cut.pop(name, len(content))])

        def log_message(self, *words: object) -> None:
            """Nothing: tests read what the command says."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield served
        server.shutdown()
        thread.join()
