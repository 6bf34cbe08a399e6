"""An estate from a folder of CSV files: its grids, places, people, time limits and categories."""
import csv
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from peewee import IntegrityError

from models.base import writing
from models.dispatch import CALLBACK_RULES, Category
from models.errors import Refused
from models.place import Estate, Grid, Place
from models.sla import Clock, TimeLimit
from models.sla.clock import UNITS
from models.sla.record import PRIORITIES
from models.user import DEPARTMENTS, ROLES, SKILLS, User
from models.user.record import hash_of
from models.work_order.moves import KINDS


class EstateFolder:
    """`estate.csv`, `grids.csv`, `estate_units.csv`, `public_places.csv`, `staff.csv`, `sla_table.csv` and
    `category_tree.csv`, as in the folder `demo/`. Everything is loaded in one transaction or nothing is.
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
            self._limits(estate)
            self._categories(estate)
        return estate

    def rows(self, name: str, *columns: str) -> Iterator[dict[str, str]]:
        """The rows of a file, checked to have those columns."""
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
            yield {key: value.strip() for key, value in row.items()}

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

    def _limits(self, estate: Estate) -> None:
        numbers = ("accept_min", "arrive_value", "contain_min", "complete_value", "first_reply_min", "warn_pct",
                   "callback_due_h")
        columns = ("code", "name", "kind", "priority", "clock", "arrive_unit", "complete_unit", *numbers)
        for row in self.rows("sla_table.csv", *columns):
            file = "sla_table.csv"
            self._known(file, "kind", [row["kind"]], ("", *KINDS))
            self._known(file, "priority", [row["priority"]], PRIORITIES)
            for unit in ("arrive_unit", "complete_unit"):
                self._known(file, unit, [row[unit]], ("", *UNITS))
            try:
                Clock.parse(row["clock"], estate.zone_info)
            except ValueError as error:
                raise Refused("import.bad_value", file=file, value=str(error)) from error
            amounts = {name: self._number(file, row, name) if row[name] else None for name in numbers}
            TimeLimit.create(
                estate=estate, code=row["code"], name=row["name"], kind=row["kind"] or None, priority=row["priority"],
                clock=row["clock"], arrive_unit=row["arrive_unit"] or None, complete_unit=row["complete_unit"] or None,
                **amounts)
        try:
            TimeLimit.standard(estate, "repair", "P2")  # every report is promised its first reply
        except Refused as error:
            raise Refused("import.bad_value", file="sla_table.csv", value="repair P2") from error

    def _categories(self, estate: Estate) -> None:
        limits = {limit.code: limit for limit in TimeLimit.select().where(TimeLimit.estate == estate)}
        branches: dict[str, Category] = {}
        columns = ("code", "parent_code", "name", "name_en", "kind", "skill", "department", "priority", "sla_code",
                   "before_photos", "after_photos", "callback_rule", "questions")
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
                                                "callback_rule", "questions")})
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
