"""What keeps rows and files: the database of an installation and the place of its photos."""
from models.storage.database import migrate, open_database
from models.storage.files import Files, open_files

_photo_files: list[Files] = []


def keep_photos_in(setting: str) -> None:
    """Choose where photo files live from now on: a folder or an s3:// address."""
    _photo_files[:] = [open_files(setting)]


def photo_files() -> Files:
    return _photo_files[0]


__all__ = ["Files", "keep_photos_in", "migrate", "open_database", "open_files", "photo_files"]
