"""How a message leaves: by the robots of WeCom, DingTalk and Feishu, and by mail; and what came back.

Nothing here knows the database. Each call takes at most some seconds and raises nothing.
"""
import base64
import hashlib
import hmac
import json
import smtplib
import ssl
import time
from collections.abc import Callable
from email.message import EmailMessage
from http.client import HTTPException
from threading import Thread
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

TIMEOUT = 5.0   # seconds without a word
LONGEST = 12.0  # seconds for all of it: who drops one byte after another is never silent for long
MOST_READ = 65536
SAID_MAX = 200

# "ok", or what went wrong; beside it stands what the other side said in its own words.
REPLIES = ("ok", "refused", "http", "timeout", "unreachable", "garbage", "tls")


class Message(NamedTuple):
    subject: str
    text: str


class Reply(NamedTuple):
    code: str
    said: str = ""

    @property
    def is_ok(self) -> bool:
        return self.code == "ok"


class _NoRedirects(HTTPRedirectHandler):
    """A robot answers itself; where it sends us on, the message would be lost."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def within(say: Callable[[], Reply]) -> Reply:
    """What that call answers, or that it took too long; then it is left to itself."""
    heard: list[Reply] = []
    thread = Thread(target=lambda: heard.append(say()), daemon=True)
    thread.start()
    thread.join(LONGEST)
    return heard[0] if heard else Reply("timeout")


# -- robots


def robot(kind: str, message: Message, *, address: str, secret: str) -> Reply:
    """Say it in the robot's group. HTTP 200 is no success yet: the answer's own code decides."""
    try:
        if urlsplit(address).scheme not in ("http", "https"):
            return Reply("unreachable")
        address, body = _addressed(kind, message, address, secret, time.time())
        request = Request(address, json.dumps(body, ensure_ascii=False).encode(),  # noqa: S310 (http(s) only)
                          {"Content-Type": "application/json; charset=utf-8"})
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT) as response:
            content = response.read(MOST_READ)
    except HTTPError as error:
        with error:
            return Reply("http", f"HTTP {error.code}")
    except (OSError, HTTPException, ValueError) as error:
        return _unreached(error)
    return understood(content)


def understood(content: bytes) -> Reply:
    """What a robot's answer means: errcode (WeCom, DingTalk), code or StatusCode (Feishu) must be there and be 0."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return Reply("garbage", _shown(content.decode("utf-8", "replace")))
    told = {name: answer[name] for name in ("errcode", "code", "StatusCode") if name in answer} if isinstance(
        answer, dict) else {}
    if not told:
        return Reply("garbage", _shown(content.decode("utf-8", "replace")))
    words = next((str(answer[name]) for name in ("errmsg", "msg", "StatusMessage") if answer.get(name)), "")
    bad = [code for code in told.values() if code != 0 or code is False]
    return Reply("refused", _shown(f"{bad[0]} {words}")) if bad else Reply("ok", _shown(words))


def _addressed(kind: str, message: Message, address: str, secret: str, at: float) -> tuple[str, dict[str, Any]]:
    """Address and body, signed where there is a secret. `at`: seconds since 1970."""
    if kind == "feishu":
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": message.text}}
        if secret:
            stamp = str(int(at))
            # Feishu's own way: the text is the key, and nothing is what is signed.
            body |= {"timestamp": stamp, "sign": _signed(key=f"{stamp}\n{secret}", text="")}
        return address, body
    if kind == "dingtalk" and secret:
        stamp = str(int(at * 1000))
        sign = quote_plus(_signed(key=secret, text=f"{stamp}\n{secret}"))
        address = f"{address}{'&' if urlsplit(address).query else '?'}timestamp={stamp}&sign={sign}"
    return address, {"msgtype": "text", "text": {"content": message.text}}


def _signed(*, key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


# -- mail


def mail(
    message: Message, *, host: str, port: int, account: str, password: str, tls: str, sender: str,
    recipients: list[str],
) -> Reply:
    """Hand it to the mail server; "ok" when it took it for every recipient."""
    try:
        letter = EmailMessage()
        letter["Subject"], letter["From"], letter["To"] = message.subject, sender, ", ".join(recipients)
        letter.set_content(message.text, cte="base64")  # as no server can spoil
        safely = ssl.create_default_context()
        server: smtplib.SMTP = (smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=safely) if tls == "tls"
                                else smtplib.SMTP(host, port, timeout=TIMEOUT))
        with server:
            if tls == "starttls":
                server.starttls(context=safely)
            if account:
                server.login(account, password)
            left_out = server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return Reply("refused", _shown(f"{code} {_text(words)}"))
    except smtplib.SMTPResponseException as error:
        # starttls() is the one step whose refusal has no class of its own.
        said = "tls" if type(error) is smtplib.SMTPResponseException and tls == "starttls" else "refused"
        return Reply(said, _shown(f"{error.smtp_code} {_text(error.smtp_error)}"))
    except smtplib.SMTPNotSupportedError as error:
        return Reply("tls" if tls == "starttls" and "STARTTLS" in str(error) else "refused", _shown(str(error)))
    except smtplib.SMTPServerDisconnected as error:
        # smtplib says so as well when no line came in time.
        return Reply("timeout" if "timed out" in str(error) else "unreachable", _shown(str(error)))
    except (OSError, ValueError, smtplib.SMTPException) as error:
        return _unreached(error)
    if left_out:
        code, words = next(iter(left_out.values()))
        return Reply("refused", _shown(f"{code} {_text(words)}"))
    return Reply("ok", "250")


def _unreached(error: Exception) -> Reply:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError) or isinstance(error, TimeoutError):
        return Reply("timeout")
    if isinstance(reason, ssl.SSLError):
        return Reply("tls", _shown(str(reason)))
    return Reply("unreachable", _shown(str(reason)))


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _shown(text: str) -> str:
    """One short printable line."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return line[:SAID_MAX]
