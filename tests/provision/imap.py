"""A small real IMAP server for tests: one folder, kept in memory, read over the protocol (RFC 3501) as far as we speak it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


@dataclass
class Stored:
    """One message in the mailbox."""

    raw: bytes
    seen: bool = False


@dataclass
class Postbox:
    """What lies in it, by number. `password` lets in whoever knows it; `cut_off` hangs up in the middle of a message."""

    messages: list[Stored] = field(default_factory=list)
    password: str = "let us in"
    cut_off: bool = False
    server: ThreadingTCPServer | None = None

    def start(self) -> Postbox:
        """Listen on a free port."""
        box = self

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                self.say("* OK ready")
                while line := self.rfile.readline():
                    tag, _blank, rest = line.decode().strip().partition(" ")
                    if not self.obey(tag, rest):
                        return

            def say(self, text: str, literal: bytes | None = None, after: str = "") -> None:
                body = b"" if literal is None else b"{%d}\r\n" % len(literal) + literal
                self.wfile.write(text.encode() + body + after.encode() + b"\r\n")

            def obey(self, tag: str, command: str) -> bool:
                name = command.upper()
                if name == "CAPABILITY":
                    self.say("* CAPABILITY IMAP4rev1")
                elif name.startswith("LOGIN"):
                    if box.password not in command:
                        self.say(f"{tag} NO wrong")
                        return True
                elif name.startswith("SELECT"):
                    if "INBOX" not in name:
                        self.say(f"{tag} NO no such folder")
                        return True
                    self.say(f"* {len(box.messages)} EXISTS")
                elif name == "UID SEARCH UNSEEN":
                    found = [str(n) for n, one in enumerate(box.messages, 1) if not one.seen]
                    self.say(" ".join(["* SEARCH", *found]))
                elif match := re.fullmatch(r"UID FETCH (\d+) \((.+)\)", name):
                    if not self.fetch(int(match[1]), match[2]):
                        return False
                elif match := re.fullmatch(r"UID STORE (\d+) \+FLAGS \(\\SEEN\)", name):
                    box.messages[int(match[1]) - 1].seen = True
                elif name == "LOGOUT":
                    self.say("* BYE until then")
                    self.say(f"{tag} OK done")
                    return False
                else:
                    self.say(f"{tag} BAD {command}")
                    return True
                self.say(f"{tag} OK done")
                return True

            def fetch(self, number: int, what: str) -> bool:
                raw = box.messages[number - 1].raw
                if what == "RFC822.SIZE":
                    self.say(f"* {number} FETCH (UID {number} RFC822.SIZE {len(raw)})")
                elif box.cut_off:
                    return False
                else:
                    self.say(f"* {number} FETCH (UID {number} BODY[] ", raw, ")")
                return True

        ThreadingTCPServer.allow_reuse_address = True
        self.server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening; what lies in it stays."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def url(self) -> str:
        """What goes into IMAP_URL."""
        assert self.server is not None
        return f"imap://answers:let%20us%20in@127.0.0.1:{self.server.server_address[1]}/INBOX"

    def add(self, raw: bytes) -> None:
        """Let a mail arrive."""
        self.messages.append(Stored(raw))

    @property
    def unread(self) -> int:
        """How many nobody has read."""
        return sum(not one.seen for one in self.messages)
