"""The commands, run as an administrator runs them: another process, a folder of its own."""
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import app
from models.base import database

ROOT = Path(__file__).parent.parent.parent
COMMANDS = ("serve", "demo", "worker", "migrate", "user", "estate", "backup", "restore", "fsck", "routes")


def run(folder: Path, *words: str, sent: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BIHUAN_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *words], input=sent, capture_output=True, text=True, timeout=60,
        cwd=folder, env={**kept, "BIHUAN_DATA": str(folder / "data"), "BIHUAN_LANG": "en", **settings})


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """The same commands run in this process, which starts sooner."""
    def ran(*words: str, **settings: str) -> Said:
        for name, value in {"BIHUAN_DATA": str(tmp_path / "data"), "BIHUAN_LANG": "en", **settings}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["app.py", *words])
        monkeypatch.chdir(tmp_path)
        capfd.readouterr()
        try:
            code = app.main()
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        return Said(code, *capfd.readouterr())

    yield ran
    if database.obj is not None:
        database.close()


@pytest.fixture
def refused(here: Any) -> Any:
    """The one line in which a command says what is wrong."""
    def said(*words: str, **settings: str) -> str:
        done = here(*words, **settings)
        assert (done.code, done.out) == (2, "")
        [line] = done.err.splitlines()
        return str(line)
    return said


@pytest.fixture(scope="session")
def made(estate_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose data/ holds an installation with an estate."""
    folder = tmp_path_factory.mktemp("installation")
    (folder / "data").mkdir()
    shutil.copy(estate_file, folder / "data" / "bihuan.db")
    (folder / "data" / "secret").write_text("a secret of the tests, long enough")
    (folder / "data" / "secret").chmod(0o600)
    return folder


@pytest.fixture
def installation(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def ask(folder: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "data" / "bihuan.db") as reading:
        rows = reading.execute(sql, values).fetchall()
    reading.close()
    return rows


def test_help_names_every_command(tmp_path: Path) -> None:
    done = run(tmp_path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    for command in COMMANDS:
        assert f"\n    {command}" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_that_says_more_than_its_name(here: Any, command: str) -> None:
    done = here(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"usage: app.py {command}")
    assert len(done.out.splitlines()) > 4


@pytest.mark.parametrize("words", [("--help",), ("serve", "--help"), ("nonsense",)])
def test_asking_for_help_or_nonsense_leaves_nothing_behind(here: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    here(*words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("words", "settings", "said"), [
    ((), {}, "command"),
    (("nonsense",), {}, "nonsense"),
    (("serve", "--port", "abc"), {}, "abc"),
    (("routes",), {"BIHUAN_DATABASE_URL": "mysql://root@host/db"}, "mysql"),
    (("routes",), {"BIHUAN_HTMX": "maybe"}, "BIHUAN_HTMX"),
    (("routes",), {"BIHUAN_TZ": "Mars/Olympus"}, "BIHUAN_TZ"),
    (("routes",), {"BIHUAN_TRUSTED_PROXIES": "many"}, "BIHUAN_TRUSTED_PROXIES"),
    (("routes",), {"BIHUAN_PHOTOS": "ftp://host"}, "ftp"),
    (("demo", "--host", "0.0.0.0"), {}, "--lan"),
    (("estate", "import", "no-such-folder"), {}, "no-such-folder"),
    (("restore", "no-such-folder"), {}, "no-such-folder"),
])
def test_bad_input_gets_one_clear_line(
        refused: Any, words: tuple[str, ...], settings: dict[str, str], said: str) -> None:
    assert said in refused(*words, **settings)


def test_a_refusal_is_the_same_to_who_started_the_process(tmp_path: Path) -> None:
    done = run(tmp_path, "restore", "no-such-folder")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "bihuan: There is no backup in no-such-folder.\n"


@pytest.mark.parametrize("words", [
    ("fsck",), ("user", "add", "bob", "--roles", "desk", "--password", "12345678"),
    ("user", "disable", "bob"), ("user", "password", "bob", "--password", "12345678"),
])
def test_a_command_on_an_installation_without_tables_says_so_in_one_line(
        refused: Any, words: tuple[str, ...]) -> None:
    assert "Traceback" not in refused(*words)


def test_migrate_makes_the_tables_once_and_a_secret_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = run(tmp_path, "migrate")
    secret = tmp_path / "data" / "secret"
    kept = secret.read_text()
    again = run(tmp_path, "migrate")
    assert (first.returncode, again.returncode) == (0, 0)
    assert "0001_first_tables" in first.stdout
    assert again.stdout.strip() == "up to date"
    assert ask(tmp_path, "SELECT COUNT(*) FROM work_order") == [(0,)]
    assert secret.stat().st_mode & 0o077 == 0
    assert len(kept) >= 32
    assert secret.read_text() == kept


def test_a_person_is_added_given_a_password_and_disabled(installation: Path) -> None:
    done = run(installation, "user", "add", "NewHand", "--name", "新手", "--roles", "technician,desk", "--skills",
               "plumbing", sent="a first password\n")
    assert (done.returncode, done.stderr) == (0, "")
    [(name, first, disabled)] = ask(installation, "SELECT name, password_hash, disabled_at FROM user WHERE login = ?",
                                    "newhand")
    assert (name, disabled) == ("新手", None)
    assert first.startswith("$argon2id$")
    assert run(installation, "user", "password", "newhand", "--password", "another one").returncode == 0
    [(second,)] = ask(installation, "SELECT password_hash FROM user WHERE login = 'newhand'")
    assert second != first
    assert run(installation, "user", "disable", "NEWHAND").returncode == 0
    assert ask(installation, "SELECT disabled_at IS NULL FROM user WHERE login = 'newhand'") == [(0,)]


@pytest.mark.parametrize(("words", "said"), [
    (("add", "bob", "--roles", "king", "--password", "12345678"), "king"),
    (("add", "bob", "--password", "12345678"), "role"),
    (("add", "bob", "--roles", "desk", "--password", "short"), "8 characters"),
    (("add", "bob", "--roles", "desk", "--skills", "magic", "--password", "12345678"), "magic"),
    (("add", "bob", "--roles", "desk", "--department", "moon", "--password", "12345678"), "moon"),
    (("add", "bob", "--roles", "desk", "--estate", "nowhere", "--password", "12345678"), "estate"),
    (("add", "sunqi", "--roles", "desk", "--password", "12345678"), "sunqi"),
    (("add", "bob", "--roles", "desk", "--badge", "QH004", "--password", "12345678"), "QH004"),
    (("add", "b" * 41, "--badge", "B1", "--roles", "desk", "--password", "12345678"), "40"),
    (("password", "nobody", "--password", "12345678"), "nobody"),
    (("disable", "nobody"), "nobody"),
    (("password", "sunqi", "--password", "short"), "8 characters"),
    (("promote", "sunqi"), "promote"),
])
def test_a_person_who_cannot_be_is_refused_in_one_line(
        installation: Path, refused: Any, words: tuple[str, ...], said: str) -> None:
    line = refused("user", *words)
    assert said in line
    assert "constraint" not in line
    assert ask(installation, "SELECT COUNT(*) FROM user WHERE login = 'bob'") == [(0,)]


def test_an_estate_is_imported_once_with_a_first_password_told(tmp_path: Path) -> None:
    done = run(tmp_path, "estate", "import", str(ROOT / "demo"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "青禾里 (qingheli): first password of the staff " in done.stdout
    assert len(done.stdout.rsplit(" ", 1)[1].strip()) >= 8
    assert ask(tmp_path, "SELECT COUNT(*) FROM user") == [(25,)]
    again = run(tmp_path, "estate", "import", str(ROOT / "demo"))
    assert (again.returncode, again.stderr) == (2, "bihuan: The estate qingheli is there already.\n")


@pytest.mark.parametrize(("file", "old", "new", "said"), [
    ("staff.csv", "technician", "king", "king"),
    ("staff.csv", "login,", "logn,", "login"),
    ("sla_table.csv", None, None, "sla_table.csv"),
    ("estate_units.csv", "8栋,", "8栋,x,", "estate_units.csv"),
])
def test_a_bad_file_imports_nothing_and_is_named_in_one_line(
        tmp_path: Path, refused: Any, file: str, old: str | None, new: str | None, said: str) -> None:
    folder = shutil.copytree(ROOT / "demo", tmp_path / "files")
    if old is None or new is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text((folder / file).read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert said in refused("estate", "import", str(folder))
    assert ask(tmp_path, "SELECT COUNT(*) FROM estate") == [(0,)]


def test_a_backup_brings_everything_back(
        installation: Path, refused: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    photo = installation / "data" / "photos" / "ab" / "abcdef0123456789.orig"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"a photo")
    copied = run(installation, "backup", str(installation / "copy"))
    assert (copied.returncode, copied.stderr) == (0, "")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    restored = run(elsewhere, "restore", str(installation / "copy"))
    assert (restored.returncode, restored.stderr) == (0, "")
    for table in ("user", "place", "category"):
        sql = f"SELECT COUNT(*) FROM {table}"
        assert ask(elsewhere, sql) == ask(installation, sql) != [(0,)]
    assert (elsewhere / "data" / "photos" / "ab" / photo.name).read_bytes() == b"a photo"
    assert (elsewhere / "data" / "secret").read_text() == (installation / "data" / "secret").read_text()
    assert (elsewhere / "data" / "secret").stat().st_mode & 0o077 == 0
    assert "not overwritten" in refused("restore", str(installation / "copy"))
    assert "not empty" in refused("backup", str(installation / "copy"))


def test_fsck_tells_a_sound_installation_from_one_that_was_tampered_with(installation: Path) -> None:
    sound = run(installation, "fsck")
    assert (sound.returncode, sound.stdout.strip()) == (0, "everything holds")
    with sqlite3.connect(installation / "data" / "bihuan.db") as writing:
        writing.execute("INSERT INTO event (subject, verb, via, at, detail_json, previous, hash) VALUES"
                        " ('GD-1', 'note', 'staff', '2026-01-01 00:00:00', '{}', ?, ?)", ("0" * 64, "f" * 64))
    writing.close()
    broken = run(installation, "fsck")
    assert broken.returncode == 1
    assert "GD-1" in broken.stdout


def test_routes_lists_every_address_with_who_may_use_it(tmp_path: Path) -> None:
    lines = run(tmp_path, "routes").stdout.splitlines()
    assert "GET    /work-orders/<number>/inspection             supervisor" in lines
    assert len(lines) > 40
    assert all(len(line.split()) >= 3 for line in lines)
