"""Small servers on this machine that answer as robots and mail servers do, their failures included."""
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class RobotServer:
    """Answers every POST with `reply`: (status, body), or a function that has the connection to itself."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.reply: Any = (200, {"errcode": 0, "errmsg": "ok"})
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                robot.heard.append((self.path, json.loads(body)))
                if callable(robot.reply):
                    robot.reply(self)
                    self.close_connection = True
                    return
                status, answer = robot.reply
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/send?key=secret-key-9876"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class MailServer:
    """Speaks as much SMTP as a client needs. `answers` replaces what a command is answered with; a list of answers is
    given one by one, and None hangs up.
    """

    def __init__(self, answers: dict[str, Any] | None = None, *, greets: bool = True) -> None:
        self.answers = answers or {}
        self.greets = greets
        self.letters: list[str] = []
        self.commands: list[str] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rwb", buffering=0) as lines:
            if not self.greets:
                connection.recv(1)  # says nothing until the client leaves
                return
            lines.write(b"220 mail.example.com ready\r\n")
            while line := lines.readline():
                words = line.decode("utf-8", "replace").strip()
                self.commands.append(words)
                verb = words.split(" ")[0].split(":")[0].upper()
                told = {"EHLO": "250-mail.example.com\r\n250-STARTTLS\r\n250 AUTH PLAIN", "DATA": "354 go on",
                        "QUIT": "221 bye", "AUTH": "235 welcome", "STARTTLS": "220 go ahead"} | self.answers
                answer = told.get(verb, "250 ok")
                if isinstance(answer, list):
                    answer = answer.pop(0)
                if answer is None:
                    return
                lines.write(f"{answer}\r\n".encode())
                if verb == "STARTTLS" and answer.startswith("220"):
                    return  # and speaks no TLS
                if verb == "DATA" and answer.startswith("354"):
                    letter = b""
                    while not letter.endswith(b"\r\n.\r\n"):
                        letter += lines.readline()
                    self.letters.append(letter.decode()[:-3])
                    lines.write(f"{self.answers.get('BODY', '250 taken')}\r\n".encode())
                if verb == "QUIT":
                    return

    def close(self) -> None:
        self.listening.close()


@contextmanager
def robot_server() -> Iterator[RobotServer]:
    server = RobotServer()
    try:
        yield server
    finally:
        server.close()


@contextmanager
def mail_server(answers: dict[str, Any] | None = None, *, greets: bool = True) -> Iterator[MailServer]:
    server = MailServer(answers, greets=greets)
    try:
        yield server
    finally:
        server.close()


def nobodys_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def wait_for(done: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    """Says nothing until the test is over."""
    return lambda handler: done.wait(10) and None


def drip(done: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    """Goes on answering, a byte at a time, until the test is over."""
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "60000")
        handler.end_headers()
        with suppress(OSError):
            while not done.wait(0.1):
                handler.wfile.write(b" ")
                handler.wfile.flush()
    return answer


__all__ = ["MailServer", "RobotServer", "drip", "hang_up", "mail_server", "nobodys_port", "robot_server", "wait_for"]
