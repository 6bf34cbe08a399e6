"""`python app.py <command>`: the ways in that need no browser."""
import argparse
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from flask import Flask
from flask_babel import force_locale
from peewee import PeeweeException

from models.base import database, moment, now
from models.errors import DomainError, Refused
from models.place import Estate
from models.storage import migrate, photo_files
from views.language import LOCALES, sentence

ROOT = Path(__file__).parent.parent
DEMO_FILES = ROOT / "demo"
DEMO_PASSWORD = "bihuan-demo"  # noqa: S105 (printed in the README)
LOCAL = ("127.0.0.1", "localhost", "::1")


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One clear line."""
        self.exit(2, f"bihuan: {message} (try --help)\n")


def run(argv: list[str], create_app: Callable[[], Flask]) -> int:
    """Carry out one command. Its exit code: 0 done, 1 something does not hold, 2 what was asked makes no sense."""
    args = parser().parse_args(argv)
    app = create_app()
    with app.app_context(), force_locale(LOCALES[app.config["LANG"]]):
        try:
            return args.do(args, app) or 0
        except DomainError as error:
            print(f"bihuan: {sentence(error)}", file=sys.stderr)
        except PeeweeException as error:
            print(f"bihuan: database: {error}", file=sys.stderr)
        return 2


def parser() -> Parser:
    top = Parser(prog="app.py", description="Bihuan 闭环: work orders that close on evidence.")
    commands = top.add_subparsers(required=True, metavar="command")

    def command(name: str, do: Callable[..., int | None], text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text)
        one.set_defaults(do=do)
        return one

    for name, do, text in (
        ("serve", serve, "migrate, then serve the pages and run the worker"),
        ("demo", demo, "serve on a small believable estate, loaded once"),
    ):
        one = command(name, do, text)
        one.add_argument("--host", default="127.0.0.1")
        one.add_argument("--port", type=port, default=8000)
        one.add_argument("--workers", type=int, default=2, help="web processes")
        if name == "demo":
            one.add_argument("--lan", action="store_true", help="allow a host beyond this machine")
    command("worker", worker, "run only the worker")
    command("migrate", lambda *_: print("\n".join(migrate()) or "up to date"), "bring the schema up to date")
    user = command("user", user_command, "add a person, let one join a further estate, set a password, disable")
    user.add_argument("action", choices=("add", "join", "password", "disable"))
    user.add_argument("login")
    user.add_argument("--name")
    user.add_argument("--badge")
    user.add_argument("--roles", default="", help="separated by commas")
    user.add_argument("--skills", default="", help="separated by commas")
    user.add_argument("--department", default="engineering")
    user.add_argument("--estate", help="code of the estate; default: the first one")
    user.add_argument("--password", help="default: asked for on standard input")
    estate = command("estate", estate_import, "import an estate from a folder of CSV files, as in demo/")
    estate.add_argument("action", choices=("import",))
    estate.add_argument("folder", type=Path)
    estate.add_argument("--password", help="the staff's first password; default: one is made and printed")
    for name, do, text in (
        ("backup", backup, "copy the database and the photos into a new folder"),
        ("restore", restore, "bring back a backup into an empty installation"),
    ):
        command(name, do, text).add_argument("folder", type=Path)
    command("fsck", fsck, "check the chain of events and that every photo has its files")
    command("routes", routes, "list every address with the roles that may use it")
    return top


def port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return number


# -- serving


def serve(args: argparse.Namespace, app: Flask) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    migrate()
    database.connect(reuse_if_open=True)
    if args.host not in LOCAL and not getattr(args, "lan", False) and Estate.select().where(Estate.is_demo).exists():
        raise Refused("demo.not_beyond", host=args.host)
    database.close()
    # The web processes read their settings from the environment, as this one did.
    os.environ.update(BIHUAN_DATA=str(app.config["DATA"]))
    worker = subprocess.Popen([sys.executable, str(ROOT / "app.py"), "worker"])  # noqa: S603 (ourselves)
    print(f"Bihuan 闭环  http://{args.host}:{args.port}", flush=True)
    try:
        Server(
            "app:create_app", factory=True, address=args.host, port=args.port, interface=Interfaces.WSGI,
            workers=args.workers, blocking_threads=64, log_access=False, log_level=LogLevels.error, websockets=False,
            working_dir=ROOT,
        ).serve()
    finally:
        worker.terminate()
        worker.wait(10)


def demo(args: argparse.Namespace, app: Flask) -> None:
    from datetime import timedelta

    from models.demo.orders import DemoOrders
    from models.estate_import import EstateFolder

    if args.host not in LOCAL and not args.lan:
        raise Refused("demo.not_beyond", host=args.host)
    migrate()
    database.connect(reuse_if_open=True)
    if not Estate.select().exists():
        print("loading the demo estate …", flush=True)
        folder = EstateFolder(DEMO_FILES)
        with moment(now() - timedelta(days=60)):
            estate = folder.load(password=DEMO_PASSWORD, zone=app.config["ZONE"], is_demo=True)
        DemoOrders(folder, estate).play()
    elif not Estate.select().where(Estate.is_demo).exists():
        raise Refused("demo.not_here", folder=app.config["DATA"])
    # A demo is tried anywhere, also where no CDN answers.
    os.environ.setdefault("BIHUAN_HTMX", "local")
    print(f"sign in as sunqi, chenliang, heguangjun, luxia … with the password {DEMO_PASSWORD}", flush=True)
    serve(args, app)


def worker(args: argparse.Namespace, app: Flask) -> None:
    from views.worker import consume

    migrate()
    database.close()
    consume(app)


# -- people and estates


def user_command(args: argparse.Namespace, app: Flask) -> None:
    from models.user import Membership, User
    from models.user.record import hash_of

    migrate()
    with database.connection_context():
        if args.action == "add":
            roles, skills = args.roles.split(",") if args.roles else [], args.skills.split(",") if args.skills else []
            estate = Estate.called(args.estate) if args.estate else Estate.select().order_by(Estate.id).get_or_none()
            if estate is None:
                raise Refused("user.no_estate")
            User.add(args.login, args.name or args.login, password_from(args), department=args.department,
                     badge=args.badge or args.login.upper()[:12], estates=[estate], roles=roles, skills=skills)
            return
        user = User.called(args.login)
        if user is None:
            raise Refused("user.unknown", login=args.login)
        if args.action == "disable":
            user.disable()
        elif args.action == "join":
            estate = Estate.called(args.estate or "")
            if estate is None:
                raise Refused("user.no_estate")
            Membership.insert(user=user, estate=estate).on_conflict_ignore().execute()
        else:
            user.take_password(hash_of(password_from(args)))


def password_from(args: argparse.Namespace) -> str:
    if args.password:
        return str(args.password)
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass("password: ")
    return sys.stdin.readline().rstrip("\n")


def estate_import(args: argparse.Namespace, app: Flask) -> None:
    from models.estate_import import EstateFolder

    migrate()
    password = args.password or secrets.token_urlsafe(9)
    with database.connection_context():
        estate = EstateFolder(args.folder).load(password=password, zone=app.config["ZONE"])
    print(f"{estate.name} ({estate.code})" + ("" if args.password else f": first password of the staff {password}"))


# -- keeping


def backup(args: argparse.Namespace, app: Flask) -> None:
    from models.storage.backup import Backup

    with database.connection_context():
        print(Backup(args.folder).make(app.config["DATA"], photo_files()))


def restore(args: argparse.Namespace, app: Flask) -> None:
    from models.storage.backup import Backup

    print(Backup(args.folder).restore(app.config["DATA"], photo_files()))
    migrate()


def fsck(args: argparse.Namespace, app: Flask) -> int:
    from models.jobs import damage

    with database.connection_context():
        found = damage()
    print("\n".join(found) or "everything holds")
    return 1 if found else 0


def routes(args: argparse.Namespace, app: Flask) -> None:
    from views.people import who_may

    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        print(f"{methods:6} {rule.rule:44} {' '.join(sorted(who_may(rule.endpoint)))}")

