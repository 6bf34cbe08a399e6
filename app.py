"""The composition root: settings, database, sign-in, error pages and views come together here.

    python app.py <command> [--help]
"""
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import views
from models.storage import keep_photos_in, open_database
from models.user.session import LASTS
from views.commands import run

VERSION = "0.1.0"
MOST_UPLOADED = 192 * 1024 * 1024  # nine photos of 20 MB and the words with them


@dataclass(frozen=True)
class Settings:
    """What an installation decides by environment variables, and nowhere else."""

    data: Path
    database_url: str
    photos: str
    secret_key: str
    base_url: str
    htmx: str
    lang: str
    zone: str
    trusted_proxies: int

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """ValueError with one clear line when a variable makes no sense."""
        data = Path(environ.get("BIHUAN_DATA") or "instance").resolve()
        proxies = environ.get("BIHUAN_TRUSTED_PROXIES") or "0"
        if not proxies.isdigit():
            raise ValueError(f"BIHUAN_TRUSTED_PROXIES must be a number, not {proxies!r}")
        return cls(
            data=data,
            database_url=environ.get("BIHUAN_DATABASE_URL") or f"sqlite:///{data / 'bihuan.db'}",
            photos=environ.get("BIHUAN_PHOTOS") or str(data / "photos"),
            secret_key=environ.get("BIHUAN_SECRET_KEY") or secret_in(data),
            base_url=(environ.get("BIHUAN_BASE_URL") or "").rstrip("/"),
            htmx=one_of("BIHUAN_HTMX", environ.get("BIHUAN_HTMX") or "cdn", "cdn", "local"),
            lang=one_of("BIHUAN_LANG", environ.get("BIHUAN_LANG") or "zh", "zh", "en"),
            zone=zone_in("BIHUAN_TZ", environ.get("BIHUAN_TZ") or "Asia/Shanghai"),
            trusted_proxies=int(proxies),
        )


def one_of(name: str, value: str, *allowed: str) -> str:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def zone_in(name: str, value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ValueError, ZoneInfoNotFoundError):
        raise ValueError(f"{name} must be a time zone like Asia/Shanghai, not {value!r}") from None


def secret_in(data: Path) -> str:
    """The installation's secret, made once and readable by its owner only."""
    path = data / "secret"
    data.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.read()
    app = Flask(__name__)
    configure(app, settings)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    views.register(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Point the app at an installation: its secret, its database and its photos."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MOST_UPLOADED,
        PERMANENT_SESSION_LIFETIME=LASTS,
        SESSION_COOKIE_NAME="bihuan",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        BASE_URL=settings.base_url,
        HTMX=settings.htmx,
        LANG=settings.lang,
        ZONE=settings.zone,
        VERSION=VERSION,
        DATA=settings.data,
        DATABASE_URL=settings.database_url,
    )
    open_database(settings.database_url)
    keep_photos_in(settings.photos)


def main() -> int:
    try:
        return run(sys.argv[1:], create_app)
    except (ValueError, OSError) as error:
        print(f"bihuan: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
