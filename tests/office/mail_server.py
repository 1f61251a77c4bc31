"""A small mail server in a thread, as forgiving or as stubborn as a test wants it."""

from __future__ import annotations

import base64
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Letter:
    """What was handed over."""

    sender: str = ""
    to: list[str] = field(default_factory=list)
    text: str = ""


@dataclass
class MailServer:
    """Where it listens, how it behaves, and what it was given."""

    user: str = ""
    password: str = ""
    refuses_sender: bool = False
    silent: bool = False
    port: int = 0
    letters: list[Letter] = field(default_factory=list)

    def free_port(self) -> int:
        """A port at which nothing listens."""
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            return int(one.getsockname()[1])


class _Talk(socketserver.StreamRequestHandler):
    """SMTP as far as a client that behaves needs it."""

    def handle(self) -> None:
        asked: MailServer = self.server.asked  # type: ignore[attr-defined]
        if asked.silent:
            self.rfile.readline()
            return None
        letter = Letter()
        self.say("220 test")
        while line := self.rfile.readline():
            text = line.decode(errors="replace").strip()
            verb = text[:4].upper()
            if verb == "QUIT":
                return self.say("221 bye")
            self.answer(asked, letter, verb, text)
        return None

    def answer(self, asked: MailServer, letter: Letter, verb: str, text: str) -> None:
        if verb == "EHLO":
            self.say("250-test" if asked.user else "250 test")
            if asked.user:
                self.say("250 AUTH PLAIN")
        elif verb == "AUTH":
            wanted = base64.b64encode(f"\0{asked.user}\0{asked.password}".encode()).decode()
            self.say("235 ok" if text.split()[-1] == wanted else "535 5.7.8 wrong password")
        elif verb == "MAIL" and asked.refuses_sender:
            self.say("550 5.7.1 not your address")
        elif verb == "DATA":
            self.say("354 go on")
            letter.text = self.body()
            asked.letters.append(letter)
            self.say("250 taken")
        else:
            self.note(letter, verb, text)
            self.say("250 ok")

    def note(self, letter: Letter, verb: str, text: str) -> None:
        address = text.partition("<")[2].partition(">")[0]
        if verb == "MAIL":
            letter.sender = address
        elif verb == "RCPT":
            letter.to.append(address)

    def body(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode(errors="replace"))
        return "".join(lines)

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def serving(
    user: str = "", password: str = "", *, refuses_sender: bool = False, silent: bool = False
) -> Iterator[MailServer]:
    """A server that runs as long as the block."""
    asked = MailServer(user, password, refuses_sender, silent)
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk)
    server.daemon_threads = True
    server.asked = asked  # type: ignore[attr-defined]
    asked.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()
