"""What guards every answer: requests from other sites refused, and headers that leave a page nothing foreign."""
from urllib.parse import urlsplit

from flask import Flask, Response, request

from models.errors import NotAllowed
from views.assets import HTMX_CDN

SAFE = ("GET", "HEAD", "OPTIONS")
OWN = ("same-origin", "none")

CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'",
    f"script-src 'self' {HTMX_CDN}",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
))


def init(app: Flask) -> None:
    app.before_request(refuse_other_sites)
    app.after_request(add_headers)


def refuse_other_sites() -> None:
    """No token that could go stale in a queue: the browser itself says where a request comes from.

    A request that says nothing of its origin was not made by a page of another site in any browser that sends our
    SameSite cookie along with it.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in OWN:
            raise NotAllowed("cross_site")
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise NotAllowed("cross_site")


def add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if request.blueprint == "assets":
        return response  # for these the policy of the page holds that reads them, and each byte of them is fetched
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
    headers.setdefault("Cache-Control", "no-store")
    return response
