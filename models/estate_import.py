"""An estate from a folder of CSV files: its grids, places, people, time limits and categories."""
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from peewee import IntegrityError

from models.base import now, writing
from models.callback import Policy
from models.callback.policy import checked
from models.dispatch import CALLBACK_RULES, KINDS, Category, Certificate, Firm
from models.errors import Refused
from models.patrol import DISCIPLINES, SEVERITIES, CheckItem, Point, Route, Season
from models.patrol.check_item import PHOTO_RULES
from models.patrol.season import LINES, SPANS
from models.place import Estate, Grid, Place
from models.sla import TimeLimit, figures
from models.sla.record import FIGURES, PRIORITIES
from models.user import DEPARTMENTS, ROLES, SKILLS, User
from models.user.record import hash_of


class EstateFolder:
    """`estate.csv`, `grids.csv`, `estate_units.csv`, `public_places.csv`, `staff.csv`, `sla_table.csv` and
    `category_tree.csv`, as in the folder `demo/`; `firms.csv`, `certificates.csv`, `callback_questionnaire.csv`,
    `patrol_checklist.csv`, `patrol_points.csv`, `patrol_routes.csv` and `seasonal_plan.csv` where there are any.
    Everything is loaded in one transaction or nothing is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, *, password: str, zone: str = "Asia/Shanghai", is_demo: bool = False) -> Estate:
        """The new estate; its staff all start with that password. Refused names file and line.

        `zone` is for an estate whose file names none.
        """
        try:
            return self._load(password, zone, is_demo)
        except IntegrityError as error:
            raise Refused("import.twice", value=str(error)) from error

    def _load(self, password: str, zone: str, is_demo: bool) -> Estate:
        with writing():
            estate = self._estate(zone, is_demo)
            grids = {row["code"]: Grid.create(estate=estate, code=row["code"], name=row["name"], scope=row["scope"])
                     for row in self.rows("grids.csv", "code", "name", "scope", "responsible", "deputy")}
            self._units(estate, grids)
            for row in self.rows("public_places.csv", "name", "grid"):
                Place.add(estate, "public", row["name"], grid=self._grid("public_places.csv", row, grids))
            self._staff(estate, grids, password)
            self._firms(estate)
            self._certificates(estate)
            self._limits(estate)
            self._categories(estate)
            self._questions(estate)
            self._patrol(estate, grids)
            self._seasons(estate)
        return estate

    def rows(self, name: str, *columns: str) -> Iterator[dict[str, str]]:
        """The rows of a file, checked to have those columns."""
        return (row for _, row in self._numbered(name, *columns))

    def _numbered(self, name: str, *columns: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row with the line it ends on."""
        path = self.folder / name
        if not path.is_file():
            raise Refused("import.no_file", file=str(path))
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        except UnicodeDecodeError as error:
            raise Refused("import.not_utf8", file=name) from error
        reader = csv.DictReader(lines)
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise Refused("import.no_column", file=name, column=missing[0])
        for row in reader:
            if None in row.values() or None in row:
                raise Refused("import.bad_row", file=name, line=reader.line_num)
            yield reader.line_num, {key: value.strip() for key, value in row.items()}

    def _estate(self, zone: str, is_demo: bool) -> Estate:
        row = next(self.rows("estate.csv", "code", "name", "zone", "hotline"), None)
        if row is None:
            raise Refused("import.bad_row", file="estate.csv", line=2)
        if not row["code"] or not row["name"]:
            raise Refused("import.bad_row", file="estate.csv", line=2)
        if Estate.called(row["code"]):
            raise Refused("import.estate_exists", estate=row["code"])
        try:
            ZoneInfo(row["zone"] or zone)
        except (ValueError, ZoneInfoNotFoundError) as error:
            raise Refused("import.bad_value", file="estate.csv", value=f"zone: {row['zone']}") from error
        return Estate.create(**{**row, "zone": row["zone"] or zone}, is_demo=is_demo)

    def _units(self, estate: Estate, grids: dict[str, Grid]) -> None:
        buildings: dict[str, Place] = {}
        for row in self.rows("estate_units.csv", "building", "unit", "floors", "homes_per_floor", "grid"):
            grid = self._grid("estate_units.csv", row, grids)
            building = buildings.get(row["building"])
            if building is None:
                building = buildings[row["building"]] = Place.add(estate, "building", row["building"], grid=grid)
            unit = Place.add(estate, "unit", row["unit"], parent=building, grid=grid)
            floors, homes = (self._number("estate_units.csv", row, name) for name in ("floors", "homes_per_floor"))
            names = [f"{floor:02}{home:02}" for floor in range(1, floors + 1) for home in range(1, homes + 1)]
            Place.insert_many([
                {"estate": estate, "parent": unit, "grid": grid, "kind": "home", "name": name,
                 "full_name": unit.full_name + name} for name in names]).execute()

    def _staff(self, estate: Estate, grids: dict[str, Grid], password: str) -> None:
        duties = {(row[duty], row["code"]): duty for row in self.rows("grids.csv", "code", "responsible", "deputy")
                  for duty in ("deputy", "responsible")}
        first_password = hash_of(password)
        logins = {row["login"] for row in self.rows("staff.csv", "login")}
        self._known("grids.csv", "responsible", [login for login, _ in duties if login], tuple(logins))
        columns = ("login", "name", "badge", "roles", "department", "grids", "skills")
        for row in self.rows("staff.csv", *columns):
            roles, skills = row["roles"].split(), row["skills"].split()
            if not row["login"] or not row["badge"] or not roles:
                raise Refused("import.bad_value", file="staff.csv", value=f"login, badge, roles: {row['name']}")
            self._known("staff.csv", "roles", roles, ROLES)
            self._known("staff.csv", "skills", skills, SKILLS)
            self._known("staff.csv", "department", [row["department"]], DEPARTMENTS)
            self._known("staff.csv", "grids", row["grids"].split(), tuple(grids))
            codes = dict.fromkeys(row["grids"].split() + [code for login, code in duties if login == row["login"]])
            beats = [(grids[code], duties.get((row["login"], code), "works")) for code in codes]
            User.add(row["login"], row["name"], password, badge=row["badge"], department=row["department"],
                     estates=[estate], roles=roles, skills=skills, beats=beats, password_hash=first_password)

    def _firms(self, estate: Estate) -> None:
        for row in self._rows_if_any("firms.csv", "name", "contact", "phone", "skills", "members"):
            self._known("firms.csv", "skills", row["skills"].split(), SKILLS)
            firm = Firm.add(estate, row["name"], contact=row["contact"], phone=row["phone"],
                            skills=row["skills"].split())
            for login in row["members"].split():
                firm.take_in(login)

    def _certificates(self, estate: Estate) -> None:
        """`expires_on` is a day, or +n for n days from the import."""
        file = "certificates.csv"
        today = estate.local(now()).date()
        for row in self._rows_if_any(file, "login", "skill", "number", "expires_on"):
            self._known(file, "skill", [row["skill"]], SKILLS)
            person = User.get_or_none(User.login == row["login"])
            if person is None:
                raise Refused("import.bad_value", file=file, value=f"login: {row['login']}")
            text = row["expires_on"]
            try:
                last = today + timedelta(days=int(text)) if text.startswith("+") else date.fromisoformat(text)
            except (ValueError, OverflowError) as error:
                raise Refused("import.bad_value", file=file, value=f"expires_on: {text}") from error
            Certificate.enter(person, row["skill"], row["number"], last)

    def _questions(self, estate: Estate) -> None:
        """The estate's own wording of what owners are asked; each row is checked where it stands."""
        file, questions = "callback_questionnaire.csv", dict[str, str]()
        if not (self.folder / file).is_file():
            return
        for line, row in self._numbered(file, "code", "question_zh"):
            code, text = row["code"], row["question_zh"]
            if code in questions or not text:
                raise Refused("import.bad_line", file=file, line=line, value=code)
            try:
                checked({"questions": {code: text}})
            except Refused as error:
                raise Refused("import.bad_line", file=file, line=line, value=f"{code} {text}") from error
            questions[code] = text
        Policy.begin(estate, questions)

    def _patrol(self, estate: Estate, grids: dict[str, Grid]) -> None:
        """What is looked at, where, and in which order it is walked."""
        items = {row["code"]: self._check_item(estate, row) for row in self._rows_if_any(
            "patrol_checklist.csv", "code", "discipline", "item", "item_en", "standard", "photo_rule", "unit", "low",
            "high", "severity", "category")}
        points: dict[str, Point] = {}
        file = "patrol_points.csv"
        for row in self._rows_if_any(file, "code", "grid", "name", "place", "discipline", "proof", "items"):
            self._known(file, "items", row["items"].split(), tuple(items))
            self._known(file, "grid", [row["grid"]], tuple(grids))
            with self._named(file, row["code"]):
                points[row["code"]] = Point.put(
                    estate, row["code"], row["name"], grid=grids[row["grid"]], discipline=row["discipline"],
                    place=Place.named(estate, row["place"]), proof=row["proof"], by=None,
                    items=[items[code] for code in row["items"].split()])
        file = "patrol_routes.csv"
        for row in self._rows_if_any(file, "name", "grid", "points", "walk_min"):
            self._known(file, "points", row["points"].split(), tuple(points))
            self._known(file, "grid", [row["grid"]], tuple(grids))
            with self._named(file, row["name"]):
                Route.put(estate, row["name"], grid=grids[row["grid"]], by=None,
                          points=[points[code] for code in row["points"].split()],
                          walk_min=self._number(file, row, "walk_min"))

    def _seasons(self, estate: Estate) -> None:
        """Tasks stand in one column a phase, separated by semicolons."""
        file = "seasonal_plan.csv"
        for row in self._rows_if_any(
                file, "theme", *(name for span in SPANS for name in span), "before_name", "before_tasks", "alert_name",
                "alert_tasks", "alert_every_h", "after_name", "after_tasks", "after_within_h", "notice", "alert_notice",
                "lead", "responsible"):
            self._known(file, "lead", row["lead"].split(), DEPARTMENTS)
            person = User.called(row["responsible"]) if row["responsible"] else None
            if row["responsible"] and person is None:
                raise Refused("import.bad_value", file=file, value=f"responsible: {row['responsible']}")
            tasks = {name: row[name].replace(";", "\n") for name in LINES}
            with self._named(file, row["theme"]):
                Season.put(estate, {**row, **tasks, "notice_text": row["notice"],
                                    "alert_notice_text": row["alert_notice"]}, person)

    def _check_item(self, estate: Estate, row: dict[str, str]) -> CheckItem:
        file = "patrol_checklist.csv"
        self._known(file, "discipline", [row["discipline"]], DISCIPLINES)
        self._known(file, "photo_rule", [row["photo_rule"]], PHOTO_RULES)
        self._known(file, "severity", [row["severity"]], SEVERITIES)
        with self._named(file, row["code"]):
            category = Category.leaf(estate, row["category"]) if row["category"] else None
        try:
            low, high = (float(row[name]) if row[name] else None for name in ("low", "high"))
        except ValueError as error:
            raise Refused("import.bad_value", file=file, value=f"{row['code']}: {row['low']} {row['high']}") from error
        return CheckItem.create(
            estate=estate, code=row["code"], discipline=row["discipline"], text=row["item"], text_en=row["item_en"],
            standard=row["standard"], photo_rule=row["photo_rule"], is_reading=bool(row["unit"]), unit=row["unit"],
            low=low, high=high, severity=row["severity"], category=category)

    @staticmethod
    @contextmanager
    def _named(file: str, value: str) -> Iterator[None]:
        """A refusal inside says in which file and about which row."""
        try:
            yield
        except Refused as error:
            raise Refused("import.bad_value", file=file, value=f"{value} ({error.field})") from error

    def _rows_if_any(self, name: str, *columns: str) -> Iterator[dict[str, str]]:
        if (self.folder / name).is_file():
            yield from self.rows(name, *columns)

    def _limits(self, estate: Estate) -> None:
        file = "sla_table.csv"
        for row in self.rows(file, "code", "kind", "priority", *FIGURES):
            self._known(file, "kind", [row["kind"]], ("", *KINDS))
            self._known(file, "priority", [row["priority"]], PRIORITIES)
            try:
                found = figures(row, estate.zone_info)
            except Refused as error:
                raise Refused("import.bad_value", file=file, value=f"{error.field}: {row[error.field or 'name']}"
                              ) from error
            TimeLimit.create(estate=estate, code=row["code"], kind=row["kind"] or None, priority=row["priority"],
                             made_at=now(), **found)
        try:
            TimeLimit.standard(estate, "repair", "P2")  # every report is promised its first reply
        except Refused as error:
            raise Refused("import.bad_value", file="sla_table.csv", value="repair P2") from error

    def _categories(self, estate: Estate) -> None:
        limits = {limit.code: limit for limit in TimeLimit.select().where(TimeLimit.estate == estate)}
        branches: dict[str, Category] = {}
        columns = ("code", "parent_code", "name", "name_en", "kind", "skill", "department", "priority", "sla_code",
                   "before_photos", "after_photos", "callback_rule", "questions", "keywords")
        for row in self.rows("category_tree.csv", *columns):
            file = "category_tree.csv"
            self._known(file, "kind", [row["kind"]], KINDS)
            self._known(file, "priority", [row["priority"]], PRIORITIES)
            self._known(file, "skill", [row["skill"]], SKILLS)
            self._known(file, "department", [row["department"]], DEPARTMENTS)
            self._known(file, "callback_rule", [row["callback_rule"]], CALLBACK_RULES)
            self._known(file, "sla_code", [row["sla_code"]], tuple(limits))
            self._known(file, "parent_code", [row["parent_code"] or "-"], ("-", *branches))
            category = Category.create(
                estate=estate, parent=branches.get(row["parent_code"]), limit=limits[row["sla_code"]],
                before_photos=self._number(file, row, "before_photos"),
                after_photos=self._number(file, row, "after_photos"),
                **{name: row[name] for name in ("code", "name", "name_en", "kind", "skill", "department", "priority",
                                                "callback_rule", "questions", "keywords")})
            if not row["parent_code"]:
                branches[category.code] = category

    def _grid(self, file: str, row: dict[str, str], grids: dict[str, Grid]) -> Grid | None:
        self._known(file, "grid", [row["grid"]], ("", *grids))
        return grids.get(row["grid"])

    @staticmethod
    def _number(file: str, row: dict[str, str], column: str) -> int:
        if not row[column].isdecimal() or len(row[column]) > 4:
            raise Refused("import.bad_value", file=file, value=f"{column}: {row[column]}")
        return int(row[column])

    @staticmethod
    def _known(file: str, column: str, values: list[str], allowed: tuple[str, ...]) -> None:
        for value in values:
            if value not in allowed:
                raise Refused("import.bad_value", file=file, value=f"{column}: {value}")
