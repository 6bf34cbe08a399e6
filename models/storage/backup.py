"""A copy of everything an installation must not lose, and its way back."""
import shutil
import sqlite3
from pathlib import Path

from models.base import database, is_sqlite
from models.errors import Refused
from models.storage.files import Folder

DATABASE = "bihuan.db"
PHOTOS = "photos"


class Backup:
    """A folder with the SQLite database as of one moment, and the photo files of that moment or later.

    The database is copied before the photos: a photo's file is on disk before its row, and is never changed.
    PostgreSQL and buckets have keepers of their own; asked to copy those, it refuses.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, data: Path) -> str:
        """Copy into the folder, which must not hold anything yet. One line that says what was copied."""
        if not is_sqlite():
            raise Refused("backup.not_sqlite")
        if self.folder.exists() and any(self.folder.iterdir()):
            raise Refused("backup.folder_not_empty", folder=self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(self.folder / DATABASE) as copy:
            database.connection().backup(copy)
        copy.close()
        photos = self._copy_photos(data / PHOTOS, self.folder / PHOTOS)
        shutil.copy2(data / "secret", self.folder / "secret")
        return f"{self.folder}: {DATABASE}, {photos} photo files"

    def restore(self, data: Path) -> str:
        """Bring everything back into an installation that has no database yet."""
        if not (self.folder / DATABASE).is_file():
            raise Refused("backup.none_there", folder=self.folder)
        if (data / DATABASE).exists() and (data / DATABASE).stat().st_size:
            raise Refused("backup.not_over_another", folder=data)
        data.mkdir(parents=True, exist_ok=True)
        photos = self._copy_photos(self.folder / PHOTOS, data / PHOTOS)
        shutil.copy2(self.folder / "secret", data / "secret")
        shutil.copy2(self.folder / DATABASE, data / DATABASE)
        return f"{data}: {DATABASE}, {photos} photo files"

    @staticmethod
    def _copy_photos(source: Path, target: Path) -> int:
        if not source.is_dir():
            return 0
        here, there = Folder(source), Folder(target)
        count = 0
        for key, _ in here.keys():  # noqa: SIM118 (a store of files, not a dict)
            there.put(key, here.read(key))
            count += 1
        return count
