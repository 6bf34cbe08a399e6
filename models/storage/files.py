"""Where photo files live: a folder, or a bucket that speaks S3. A key is made from its content, so it never changes.

Keys look like "ab/cdef0123....orig" or "ab/cdef0123....320.jpg": two hexadecimal digits, a hash, and which copy it is.
"""
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{4,64}(\.[a-z0-9]{1,16}){1,2}")


class Files(Protocol):
    """Every method raises ValueError for a key that does not look like one, so that no key leads anywhere else."""

    def put(self, key: str, data: bytes) -> bool:
        """Returns only when it would survive a power cut. False: it was there already, and is now as young as new.

        Several may put the same key at once; each of them may be told True.
        """

    def read(self, key: str) -> bytes:
        """Raises FileNotFoundError."""

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """What is missing already is as good as deleted."""

    def keys(self) -> Iterator[tuple[str, datetime]]:
        """Each key and when it was last put, naive UTC, in no order."""

    def sweep(self, before: datetime) -> int:
        """Delete what was left half written before then; how many files."""

    def ready(self) -> bool:
        """Can something be written here now? Leaves nothing behind."""


def open_files(setting: str) -> Files:
    """A folder's path, or "s3://bucket/prefix". Raises ValueError with a sentence for whoever wrote the setting."""
    if setting.startswith("s3://"):
        return Bucket(setting)
    if not setting or "://" in setting:
        raise ValueError(f"photos are kept in a folder or in s3://bucket/prefix, not in {setting!r}")
    return Folder(setting)


class Folder:
    """Files on this machine. A file under its own name is always whole."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def put(self, key: str, data: bytes) -> bool:
        place = self._place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        new = not _refreshed(place)
        if new:
            _write(place, data)
        # Also when it was there: whoever renamed it may not have come to this line yet, and we are about to promise.
        _sync(place.parent)
        _sync(self._path)
        return new

    def read(self, key: str) -> bytes:
        return self._place(key).read_bytes()

    def exists(self, key: str) -> bool:
        return self._place(key).is_file()

    def delete(self, key: str) -> None:
        self._place(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[tuple[str, datetime]]:
        for place in self._path.glob("??/*"):
            key = f"{place.parent.name}/{place.name}"
            if KEY.fullmatch(key):
                with suppress(FileNotFoundError):
                    yield key, datetime.fromtimestamp(place.stat().st_mtime, UTC).replace(tzinfo=None)

    def sweep(self, before: datetime) -> int:
        gone = 0
        for part in self._path.glob("??/.*.part"):
            with suppress(FileNotFoundError):
                if datetime.fromtimestamp(part.stat().st_mtime, UTC).replace(tzinfo=None) < before:
                    part.unlink()
                    gone += 1
        return gone

    def ready(self) -> bool:
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            # Has no name on most systems, so nothing stays even if we are killed here.
            with tempfile.TemporaryFile(dir=self._path) as probe:
                probe.write(b"ready")
                probe.flush()
                os.fsync(probe.fileno())
        except OSError:
            return False
        return True

    def _place(self, key: str) -> Path:
        return self._path / _checked(key)


class Bucket:
    """Files in S3 or what speaks it. Who, where and how come from the usual AWS_* variables, as obstore reads them."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise ValueError(f"a bucket is written as s3://bucket/prefix, not as {url!r}")
        try:
            from obstore.store import S3Store
        except ImportError as error:
            raise ValueError(f'to keep photos in {url}: pip install "bihuan[s3]"') from error
        self._store = S3Store(
            parts.netloc, prefix=parts.path.strip("/") or None,
            # Ten tries in three minutes, the default, would hold up every page while the store is away.
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
        )

    def put(self, key: str, data: bytes) -> bool:
        # Written again even when it is there: that keeps it young, and asks no conditional writes of the store.
        new = not self.exists(key)
        self._store.put(_checked(key), data, use_multipart=False)
        return new

    def read(self, key: str) -> bytes:
        return bytes(self._store.get(_checked(key)).bytes())

    def exists(self, key: str) -> bool:
        try:
            self._store.head(_checked(key))
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        with suppress(FileNotFoundError):
            self._store.delete(_checked(key))

    def keys(self) -> Iterator[tuple[str, datetime]]:
        for page in self._store.list():
            for found in page:
                if KEY.fullmatch(found["path"]):
                    yield found["path"], found["last_modified"].astimezone(UTC).replace(tzinfo=None)

    def sweep(self, before: datetime) -> int:
        return 0  # an object is there whole or not at all

    def ready(self) -> bool:
        try:
            self._store.put("ready", b"ready", use_multipart=False)
            self._store.delete("ready")
        except Exception:
            # obstore has no one error for "not reachable, not allowed, not there"; to a health check they are the same.
            return False
        return True


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError(f"not a key: {key!r}")
    return key


def _refreshed(place: Path) -> bool:
    """Is it there? Then make it young, lest somebody who sweeps up old unused files takes it from under us."""
    try:
        os.utime(place)
    except FileNotFoundError:
        return False
    return True


def _write(place: Path, data: bytes) -> None:
    # In the same folder, so that the rename can't become a copy; with a name that is no key, should we be killed.
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".", suffix=".part", delete=False) as part:
        try:
            part.write(data)
            part.flush()
            os.fsync(part.fileno())
            part.close()
            Path(part.name).replace(place)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def _sync(folder: Path) -> None:
    if os.name == "nt":
        # Windows cannot open a folder to fsync it, and writes its names through by itself.
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
