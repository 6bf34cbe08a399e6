"""An estate from a folder of CSV files: loaded whole, or one clear refusal and nothing at all."""
import csv
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from models.base import database, moment
from models.callback import Policy
from models.callback.policy import QUESTIONS
from models.dispatch import Category, Certificate, Firm
from models.errors import Refused
from models.estate_import import EstateFolder
from models.place import Estate, Grid, Place
from models.sla import TimeLimit
from models.storage import migrate, open_database
from models.user import Beat, User
from models.work_order import WorkOrder
from tests.conftest import PASSWORD, ROOT

FILES = ("estate.csv", "grids.csv", "estate_units.csv", "public_places.csv", "staff.csv", "sla_table.csv",
         "category_tree.csv")
IF_ANY = ("firms.csv", "certificates.csv", "callback_questionnaire.csv")
TABLES = (Estate, Grid, Place, User, Beat, TimeLimit, Category, Firm, Certificate, Policy)


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "bihuan.db"
    opened = open_database(f"sqlite:///{path}")
    with database.connection_context():
        migrate()
        opened.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def folder(empty_file: Path, tmp_path: Path) -> Iterator[Path]:
    """The sample estate's files beside an installation without any estate."""
    shutil.copy(empty_file, tmp_path / "bihuan.db")
    for name in (*FILES, *IF_ANY):
        shutil.copy(ROOT / "demo" / name, tmp_path / name)
    open_database(f"sqlite:///{tmp_path / 'bihuan.db'}")
    with database.connection_context():
        yield tmp_path


def edit(path: Path, column: str, value: str, row: int = -1) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    table[row][table[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)


def nothing_loaded() -> bool:
    return not any(table.select().exists() for table in TABLES)


def refused(folder: Path, password: str = PASSWORD) -> Refused:
    with pytest.raises(Refused) as refusal:
        EstateFolder(folder).load(password=password)
    assert nothing_loaded()
    return refusal.value


def test_the_sample_estate_is_loaded_whole(folder: Path) -> None:
    estate = EstateFolder(folder).load(password=PASSWORD)
    assert (estate.code, estate.name, estate.zone, estate.is_demo) == ("qingheli", "青禾里", "Asia/Shanghai", False)
    assert User.select().count() == 25
    assert TimeLimit.select().count() == 16
    assert Place.select().where(Place.kind == "unit").count() == 24
    assert Place.named(estate, "1栋1单元1102").grid.code == "G1"
    assert User.authenticate("sunqi", PASSWORD).roles == {"desk"}


def test_who_is_responsible_for_a_grid_is_known(folder: Path) -> None:
    EstateFolder(folder).load(password=PASSWORD)
    duties = {(beat.user.login, beat.grid.code): beat.duty for beat in Beat.select()}
    assert duties["machunsheng", "G1"] == "responsible"
    assert duties["fengguilan", "G1"] == "deputy"
    assert duties["chenliang", "G1"] == "works"


def test_the_first_report_can_be_made_at_once(folder: Path) -> None:
    estate = EstateFolder(folder).load(password=PASSWORD)
    assert WorkOrder.report(Place.named(estate, "中心花园"), "路灯不亮", by=None).state == "reported"


def test_an_estate_without_a_zone_has_the_installations(folder: Path) -> None:
    edit(folder / "estate.csv", "zone", "")
    assert EstateFolder(folder).load(password=PASSWORD, zone="Asia/Urumqi").zone == "Asia/Urumqi"


def test_an_estate_is_loaded_once(folder: Path) -> None:
    EstateFolder(folder).load(password=PASSWORD)
    before = [table.select().count() for table in TABLES]
    with pytest.raises(Refused, match=r"import\.estate_exists"):
        EstateFolder(folder).load(password=PASSWORD)
    assert [table.select().count() for table in TABLES] == before


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    refusal = refused(folder)
    assert refusal.code == "import.no_file"
    assert str(refusal.facts["file"]).endswith(name)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_column_is_named_with_its_file(folder: Path, name: str) -> None:
    head, rest = (folder / name).read_text("utf-8-sig").split("\n", 1)
    last = head.strip().split(",")[-1]
    (folder / name).write_text(head.strip().removesuffix(f",{last}") + ",misnamed\n" + rest, "utf-8")
    refusal = refused(folder)
    assert (refusal.code, refusal.facts["file"], refusal.facts["column"]) == ("import.no_column", name, last)


@pytest.mark.parametrize("line", ["short", "one,two,three,four,five,six,seven,eight,nine," * 2])
@pytest.mark.parametrize("name", FILES[1:])
def test_a_row_of_another_length_is_named_with_its_line(folder: Path, name: str, line: str) -> None:
    text = (folder / name).read_text("utf-8-sig").rstrip("\r\n")
    (folder / name).write_text(f"{text}\n{line}\n", "utf-8")
    refusal = refused(folder)
    assert (refusal.code, refusal.facts["file"]) == ("import.bad_row", name)
    assert refusal.facts["line"] == len(text.splitlines()) + 1


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("estate.csv", "zone", "Mars/Phobos"),
        ("estate.csv", "code", ""),
        ("grids.csv", "responsible", "nobody"),
        ("estate_units.csv", "floors", "eleven"),
        ("estate_units.csv", "homes_per_floor", "-1"),
        ("estate_units.csv", "grid", "G99"),
        ("public_places.csv", "grid", "G99"),
        ("staff.csv", "roles", "wizard"),
        ("staff.csv", "skills", "juggling"),
        ("staff.csv", "department", "circus"),
        ("staff.csv", "grids", "G99"),
        ("staff.csv", "login", ""),
        ("sla_table.csv", "clock", "always"),
        ("sla_table.csv", "accept_min", "soon"),
        ("sla_table.csv", "accept_min", "-5"),
        ("sla_table.csv", "arrive_unit", "fortnight"),
        ("sla_table.csv", "priority", "P9"),
        ("category_tree.csv", "kind", "gossip"),
        ("category_tree.csv", "skill", "juggling"),
        ("category_tree.csv", "department", "circus"),
        ("category_tree.csv", "priority", "P9"),
        ("category_tree.csv", "sla_code", "ZZ"),
        ("category_tree.csv", "parent_code", "77"),
        ("category_tree.csv", "before_photos", "one"),
        ("category_tree.csv", "after_photos", "-1"),
        ("category_tree.csv", "callback_rule", "never"),
    ],
)
def test_a_value_that_means_nothing_is_refused(folder: Path, name: str, column: str, value: str) -> None:
    edit(folder / name, column, value)
    assert refused(folder).code.startswith("import.")


@pytest.mark.parametrize(
    ("name", "column"),
    [("grids.csv", "code"), ("staff.csv", "login"), ("staff.csv", "badge"), ("sla_table.csv", "code"),
     ("category_tree.csv", "code"), ("public_places.csv", "name")],
)
def test_what_must_be_unique_is_refused_when_it_stands_twice(folder: Path, name: str, column: str) -> None:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))[column]
    edit(folder / name, column, first)
    assert refused(folder).code


def test_a_file_saved_by_a_spreadsheet_with_its_mark_is_read(folder: Path) -> None:
    text = (folder / "grids.csv").read_text("utf-8-sig")
    (folder / "grids.csv").write_text(text.replace("\r\n", "\n").replace("\n", "\r\n"), "utf-8-sig", newline="")
    assert EstateFolder(folder).load(password=PASSWORD).grids.count() == 5


def test_a_file_in_the_spreadsheets_own_encoding_is_refused(folder: Path) -> None:
    text = (folder / "grids.csv").read_text("utf-8-sig")
    (folder / "grids.csv").write_bytes(text.encode("gbk"))
    assert refused(folder).facts["file"] == "grids.csv"


def test_a_first_password_too_short_loads_nobody(folder: Path) -> None:
    assert refused(folder, password="short").code == "password.too_short"


def test_an_estate_whose_table_promises_no_ordinary_repair_is_refused(folder: Path) -> None:
    edit(folder / "sla_table.csv", "kind", "", row=3)
    assert refused(folder).code.startswith("import.")


# -- firms and certificates, where there are any


def test_an_estate_without_firms_and_certificates_is_loaded_too(folder: Path) -> None:
    for name in IF_ANY:
        (folder / name).unlink()
    EstateFolder(folder).load(password=PASSWORD)
    assert not Firm.select().exists()
    assert not Certificate.select().exists()
    assert not Policy.select().exists()


def test_firms_come_with_their_people_and_certificates_with_their_last_day(folder: Path) -> None:
    edit(folder / "certificates.csv", "expires_on", "2031-05-01", row=1)
    with moment(datetime(2026, 11, 23, 1, 0)):
        EstateFolder(folder).load(password=PASSWORD)
    assert [(firm.skills, [user.login for user in firm.people()]) for firm in Firm.select().order_by(Firm.id)] == [
        ("lifts", ["v-dianti"]), ("fire", ["v-xiaofang"])]
    days = {held.user.login: held.expires_on for held in Certificate.select().where(Certificate.skill == "electrics")}
    assert (days["dongfei"], days["panhai"]) == (date(2031, 5, 1), date(2026, 11, 23) + timedelta(days=48))


@pytest.mark.parametrize(("name", "column", "value", "code"), [
    ("firms.csv", "skills", "magic", "import.bad_value"), ("firms.csv", "members", "chenliang", "firm.not_a_vendor"),
    ("certificates.csv", "login", "nobody", "import.bad_value"),
    ("certificates.csv", "skill", "magic", "import.bad_value"),
    ("certificates.csv", "expires_on", "soon", "import.bad_value"),
    ("certificates.csv", "expires_on", "+99999999999", "import.bad_value"),
])
def test_a_bad_firm_or_certificate_loads_nothing(
    folder: Path, name: str, column: str, value: str, code: str,
) -> None:
    edit(folder / name, column, value)
    assert refused(folder).code == code


# -- what owners are asked


def test_the_estates_own_questions_are_its_first_policy(folder: Path) -> None:
    estate = EstateFolder(folder).load(password=PASSWORD)
    policy = Policy.of(estate)
    assert (policy.id is not None, policy.made_by, policy.due_h) == (True, None, 24)
    assert tuple(policy.questions) == QUESTIONS
    assert all(blank in policy.questions["K0"] for blank in ("{estate}", "{badge}", "{day}", "{matter}"))


@pytest.mark.parametrize(("row", "column", "value"), [
    (3, "code", "K11"), (3, "code", "K1"), (3, "question_zh", ""), (3, "question_zh", "字" * 201),
    (1, "question_zh", "我是{name}"), (11, "question_zh", "同意{"),
])
def test_a_question_that_cannot_be_asked_is_named_with_file_and_line(
    folder: Path, row: int, column: str, value: str,
) -> None:
    edit(folder / "callback_questionnaire.csv", column, value, row=row)
    refusal = refused(folder)
    assert (refusal.code, refusal.facts["file"], refusal.facts["line"]) == (
        "import.bad_line", "callback_questionnaire.csv", row + 1)


def test_a_questionnaire_without_its_column_or_of_another_shape_is_refused(folder: Path) -> None:
    path = folder / "callback_questionnaire.csv"
    text = path.read_text("utf-8")
    path.write_text(text.replace("question_zh", "asked", 1), "utf-8")
    assert (refused(folder).code, refused(folder).facts["column"]) == ("import.no_column", "question_zh")
    path.write_text(text + "K9\n", "utf-8")
    assert (refused(folder).code, refused(folder).facts["line"]) == ("import.bad_row", 13)
