"""The shelf: pictures on their way in, on disk before the transaction that names them, and gone if it fails."""
from collections.abc import Iterator
from contextlib import contextmanager

from models.base import is_sqlite, writing
from models.photo.picture import Picture
from models.photo.record import Photo, keys_of
from models.storage import photo_files


@contextmanager
def shelved(pictures: list[Picture]) -> Iterator[None]:
    """Run the body, which commits the rows, with the pictures' files on disk.

    Files are found by what is in them, so another request may be storing the very same bytes: only what was written
    here is taken away again, only while no row names it, and after the commit it looks that all is still there.
    """
    written = [picture for picture in pictures if _put(picture)]
    try:
        yield
    except BaseException:
        for picture in written if is_sqlite() else ():
            forget(picture.sha256)
        raise
    for picture in pictures:
        if not all(photo_files().exists(key) for key in keys_of(picture.sha256).values()):
            _put(picture)


def forget(sha256: str) -> bool:
    """Delete a picture's files unless a row names it; while asking, nobody can commit such a row. Were they deleted?

    Where writers don't stand in one row, only the sweep of old files may ask.
    """
    with writing():
        if Photo.select().where(Photo.sha256 == sha256).exists():
            return False
        for key in keys_of(sha256).values():
            photo_files().delete(key)
    return True


def _put(picture: Picture) -> bool:
    keys = keys_of(picture.sha256)
    store = photo_files()
    store.put(keys["large"], picture.large)
    store.put(keys["small"], picture.small)
    return store.put(keys["original"], picture.original)
