"""What field work meets: a bad network, a server that dies, a phone whose browser is killed. Each at will."""
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserType, Error, Page

from tests.browser.conftest import CHROMIUMS, FLAGS, PHONE, settings, wait_for_health
from tests.conftest import ROOT

FAULTS = ("500", "redirect", "login page", "413", "empty", "cut")
FIELD_WORK = re.compile(r"/(work-orders|reports|r)\b")
OF_ONE_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "date", "server")


def kill(process: "subprocess.Popen[bytes]") -> None:
    """The process and all it started, as a power cut would."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


# -- the network


class Fault(NamedTuple):
    """`is_answer_lost`: the server has done it and answered; else it never heard of it."""

    kind: str
    is_answer_lost: bool


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


HTML = [("Content-Type", "text/html; charset=utf-8")]
SIGN_IN = "<!doctype html><title>登录</title><form method=post action=/sign-in><input name=login></form>".encode()
INSTEAD = {
    "500": Answer(500, HTML, b"<h1>Internal Server Error</h1>"),
    "redirect": Answer(303, [("Location", "/sign-in?lost=1")], b""),
    "login page": Answer(200, HTML, SIGN_IN),
    "413": Answer(413, HTML, b"<h1>Request Entity Too Large</h1>"),
    "empty": Answer(200, [], b""),
    "502": Answer(502, HTML, b"<h1>Bad Gateway</h1>"),
}


class Network(ThreadingHTTPServer):
    """A proxy before the server of that port. Of the field work sent, `rate` meets a fault, every kind as often before
    the server as after it; while the server is down, everything meets a 502 or a cut connection.
    """

    daemon_threads = True

    def __init__(self, port: int, *, seed: int, rate: float) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.port, self.rate, self.chance, self.lock = port, rate, random.Random(seed), Lock()
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.counted: Counter[Fault | int] = Counter()
        self.deck: list[Fault] = []
        self.listening = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> "Network":
        self.listening.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.listening.join()
        self.server_close()

    def calm(self) -> None:
        self.rate = 0

    def draw(self) -> Fault | None:
        with self.lock:
            if self.chance.random() >= self.rate:
                return None
            if not self.deck:
                self.deck = [Fault(kind, lost) for kind in FAULTS for lost in (False, True)]
                self.chance.shuffle(self.deck)
            return self.deck.pop()

    def is_worth_a_fault(self) -> bool:
        """Is the server up? While it is not, there is trouble enough."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False

    def pick(self, *of: Any) -> Any:
        with self.lock:
            return self.chance.choice(of)

    def count(self, what: Fault | int) -> None:
        """A fault, or the status of an answer to field work."""
        with self.lock:
            self.counted[what] += 1

    def handle_error(self, request: object, client_address: object) -> None:
        """The browser is gone: what else would one expect here?"""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Exchange(BaseHTTPRequestHandler):
    server: Network
    protocol_version = "HTTP/1.1"

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_field_work = self.command == "POST" and bool(FIELD_WORK.match(self.path))
        fault = self.server.draw() if is_field_work and self.server.is_worth_a_fault() else None
        answer = self.asked(body) if fault is None or fault.is_answer_lost else None
        if is_field_work and answer:
            self.server.count(answer.status)
        if fault and bool(answer) == fault.is_answer_lost:
            self.server.count(fault)
            self.fail(fault.kind, answer)
        elif answer:
            self.give(answer)
        else:
            self.fail(self.server.pick("502", "cut"))

    do_GET = do_POST = pass_on  # noqa: N815 (http.server's own names)

    def asked(self, body: bytes) -> Answer | None:
        """What the server answers; None when it is down or dies meanwhile. The Host header stays the phone's."""
        line = HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            line.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in OF_ONE_HOP:
                    line.putheader(name, value)
            if self.command == "POST":
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            with line.getresponse() as answer:
                return Answer(answer.status, answer.getheaders(), answer.read())
        except (OSError, HTTPException):
            return None
        finally:
            line.close()

    def fail(self, kind: str, answer: Answer | None = None) -> None:
        """A cut may come in the middle of the server's answer."""
        if kind != "cut":
            return self.give(INSTEAD[kind])
        if answer and self.server.pick(True, False):
            self.give(answer, much=len(answer.body) // 2)
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def give(self, answer: Answer, much: int | None = None) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            if name.lower() not in OF_ONE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[:much])

    def log_message(self, *_: object) -> None:
        pass


# -- the server


class Server:
    """The real server over that data folder, always on the same port."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data, self.log, self.deaths = data, data / "server.log", 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "serve", "--port", str(self.port)], cwd=ROOT, env=settings(self.data),
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        wait_for_health(f"http://127.0.0.1:{self.port}", self.process, 30, self.log)

    def die(self, *, after: float, away: float | None) -> None:
        """Killed after so many seconds, and so many away before it starts again; None: until it is started."""
        time.sleep(after)
        self.stop()
        self.deaths += 1
        if away is not None:
            time.sleep(away)
            self.start()

    def stop(self) -> None:
        if self.process:
            kill(self.process)


# -- the phone


class Phone:
    """A Chromium with a profile of its own, which outlives it. `page` is its one page."""

    page: Page

    def __init__(self, chromium: BrowserType, profile: Path, base: str, script: str) -> None:
        self.chromium, self.profile, self.base, self.script = chromium, profile, base, script
        self.deaths = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.browser: Browser | None = None

    def start(self) -> None:
        self.let_go()
        said = self.profile / "DevToolsActivePort"
        said.unlink(missing_ok=True)
        path = next(filter(None, map(shutil.which, CHROMIUMS)))
        self.process = subprocess.Popen(
            [path, *FLAGS, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self.profile}",
             "--accept-lang=zh-CN", "--password-store=basic", "--disable-breakpad", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + 30
        while not (said.exists() and said.read_text().count("\n")):
            assert self.process.poll() is None and time.monotonic() < end, "Chromium does not start"
            time.sleep(0.02)
        self.browser = self.chromium.connect_over_cdp(f"http://127.0.0.1:{said.read_text().split()[0]}")
        context = self.browser.contexts[0]
        context.set_default_timeout(10_000)
        context.set_default_navigation_timeout(15_000)
        context.add_init_script(self.script)
        self.page = context.pages[0]
        line = context.new_cdp_session(self.page)
        line.send("Emulation.setDeviceMetricsOverride", {
            **PHONE["viewport"], "deviceScaleFactor": PHONE["device_scale_factor"], "mobile": PHONE["is_mobile"]})
        line.send("Emulation.setTouchEmulationEnabled", {"enabled": PHONE["has_touch"]})

    def put_away(self) -> None:
        """Closed as one closes a browser, so that all it has is on disk."""
        assert self.browser and self.process
        with suppress(Error):
            self.browser.new_browser_cdp_session().send("Browser.close")
        self.process.wait(15)
        self.stop()

    def die(self) -> None:
        """From any thread."""
        assert self.process
        kill(self.process)
        self.deaths += 1

    def stop(self) -> None:
        if self.process:
            kill(self.process)
        self.let_go()

    def let_go(self) -> None:
        if self.browser:
            with suppress(Error):
                self.browser.close()
        self.browser = None
