"""A copy of everything an installation must not lose, and its way back."""
import shutil
import sqlite3
from pathlib import Path

from models.base import database, is_sqlite
from models.errors import Refused
from models.storage.files import Files, Folder

DATABASE = "bihuan.db"
PHOTOS = "photos"
SECRET = "secret"  # noqa: S105 (the name of a file)


class Backup:
    """A folder with the SQLite database as of one moment, and the photo files of that moment or later.

    The database is copied before the photos: a photo's file is on disk before its row, and is never changed.
    PostgreSQL has keepers of its own; asked to copy it, this refuses.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, data: Path, photos: Files) -> str:
        """Copy into the folder, which must not hold anything yet. One line that says what was copied."""
        if not is_sqlite():
            raise Refused("backup.not_sqlite")
        if self.folder.exists() and any(self.folder.iterdir()):
            raise Refused("backup.folder_not_empty", folder=self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        copy = sqlite3.connect(self.folder / DATABASE)
        database.connection().backup(copy)
        copy.close()
        count = copied(photos, Folder(self.folder / PHOTOS))
        if (data / SECRET).is_file():
            shutil.copy2(data / SECRET, self.folder / SECRET)
        return f"{self.folder}: {DATABASE}, {count} photo files"

    def restore(self, data: Path, photos: Files) -> str:
        """Bring everything back into an installation that has no database yet."""
        if not (self.folder / DATABASE).is_file():
            raise Refused("backup.none_there", folder=self.folder)
        if not is_sqlite():
            raise Refused("backup.not_sqlite")
        place = Path(database.obj.database)
        if place.exists() and place.stat().st_size:
            raise Refused("backup.not_over_another", folder=place.parent)
        count = copied(Folder(self.folder / PHOTOS), photos)
        data.mkdir(parents=True, exist_ok=True)
        if (self.folder / SECRET).is_file():
            shutil.copy2(self.folder / SECRET, data / SECRET)
        shutil.copy2(self.folder / DATABASE, place)
        return f"{place}: {count} photo files"


def copied(source: Files, target: Files) -> int:
    """Copy every file that is not there yet; how many there were."""
    count = 0
    for key, _ in source.keys():  # noqa: SIM118 (a store of files, not a dict)
        target.put(key, source.read(key))
        count += 1
    return count
