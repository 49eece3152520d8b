"""A chat that takes incoming webhooks, over real HTTP: it keeps what it was sent and answers what it is told to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Answer:
    """What it answers. `hang_up` closes the line after reading, without a word."""

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False


@dataclass
class Chat:
    """What arrived, in the order it did. `answer` decides about each."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Answer] = lambda _post: Answer()
    server: ThreadingHTTPServer | None = None

    def start(self) -> Chat:
        """Listen on a free port."""
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                chat.posts.append(json.loads(body))
                chat.heads.append(dict(self.headers) | {"path": self.path})
                answer = chat.answer(chat.posts[-1])
                if answer.hang_up:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def url(self) -> str:
        """What a person would paste."""
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_address[1]}/services/T0/B0/abcdefgh3kQz"

    def words(self) -> list[str]:
        """The plain text of each post."""
        return [post["text"] for post in self.posts]
