"""Photo files: the same promises from a folder and from a bucket."""
import os
import stat
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from models.storage.files import Bucket, Files, Folder, open_files

KEY = "ab/cdef0123456789.orig"
OTHER = "ab/cdef0123456789.320.jpg"


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    pytest.importorskip("obstore")
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket_url(s3_server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": s3_server, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "anything",
    }.items():
        monkeypatch.setenv(name, value)
    urlopen(Request(f"{s3_server}/photos", method="PUT")).close()
    # A prefix of its own for every test keeps them apart.
    return f"s3://photos/{abs(hash(request.node.nodeid))}/estate"


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "folder":
        return open_files(str(tmp_path / "photos"))
    return open_files(request.getfixturevalue("bucket_url"))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_what_was_put_is_read_back_whole(files: Files) -> None:
    data = os.urandom(6 * 1024 * 1024)
    assert files.put(KEY, data)
    assert files.read(KEY) == data


def test_putting_it_again_says_that_it_was_there(files: Files) -> None:
    assert files.put(KEY, b"pipe")
    assert not files.put(KEY, b"pipe")
    assert files.read(KEY) == b"pipe"


def test_a_key_exists_after_put_and_no_longer_after_delete(files: Files) -> None:
    assert not files.exists(KEY)
    files.put(KEY, b"pipe")
    assert files.exists(KEY)
    files.delete(KEY)
    assert not files.exists(KEY)


def test_deleting_what_is_missing_is_fine(files: Files) -> None:
    files.delete(KEY)
    files.delete(KEY)


def test_what_is_missing_is_a_file_not_found(files: Files) -> None:
    with pytest.raises(FileNotFoundError):
        files.read(KEY)


def test_keys_come_with_the_time_they_were_put_in_naive_utc(files: Files) -> None:
    files.put(KEY, b"pipe")
    files.put(OTHER, b"valve")
    found = dict(files.keys())
    assert set(found) == {KEY, OTHER}
    assert all(abs(at - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=1) for at in found.values())


def test_an_empty_place_has_no_keys(files: Files) -> None:
    assert list(files.keys()) == []


def test_being_ready_leaves_nothing_behind(files: Files, tmp_path: Path) -> None:
    assert files.ready()
    assert list(files.keys()) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("key", [
    "", "ab", "ab/", "ab/cdef", "../ab/cdef.orig", "ab/../../cdef.orig", "/ab/cdef.orig", "ab/cdef.orig/..",
    "AB/CDEF.orig", "ab/cdef.orig\n", "ab/cdef.orig\0", "ab\\cdef.orig", "ab/cd/ef01.orig", "ab/.cdef.orig",
    "ab/cdef..orig", "ab/cdef.", "zz/cdef.orig", "ab/cdef.ORIG", "ab/cdef\uff10.orig", "ab/cdef.or/ig", "ab/cdef.a.b.c",
    "ab/" + "c" * 65 + ".orig",
])
def test_what_does_not_look_like_a_key_leads_nowhere(files: Files, key: str) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: files.put(key, b""), lambda: files.read(key),
        lambda: files.exists(key), lambda: files.delete(key),
    ]
    for attempt in attempts:
        with pytest.raises(ValueError, match="not a key"):
            attempt()


def test_the_file_is_on_disk_before_its_name_and_its_name_before_the_answer(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def watched_fsync(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def watched_replace(old: Path, new: Path) -> None:
        done.append("rename")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    folder.put(KEY, b"pipe")
    assert done == ["file", "rename", "folder", "folder"]
    done.clear()
    folder.put(KEY, b"pipe")
    assert done == ["folder", "folder"]


def test_a_write_that_fails_leaves_nothing_behind(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        folder.put(KEY, b"pipe")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_killed_process_left_half_written_is_no_key(folder: Folder, tmp_path: Path) -> None:
    folder.put(KEY, b"pipe")
    (tmp_path / "ab" / ".x1y2z3.part").write_bytes(b"pi")
    (tmp_path / "ab" / "notes.txt").write_text("not ours")
    (tmp_path / "backup").mkdir()
    assert list(dict(folder.keys())) == [KEY]


def test_putting_it_again_makes_it_young_again(folder: Folder, tmp_path: Path) -> None:
    folder.put(KEY, b"pipe")
    os.utime(tmp_path / KEY, (0, 0))
    folder.put(KEY, b"pipe")
    assert dict(folder.keys())[KEY] > datetime(2020, 1, 1)


def test_several_processes_may_put_the_same_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        wrote = sum(pool.map(put_many, [tmp_path] * 3))
    assert wrote >= 40
    assert len(list(Folder(tmp_path).keys())) == 40
    assert all(path.stat().st_size == 50_000 for path in tmp_path.rglob("*") if path.is_file())


def put_many(path: Path) -> int:
    return sum(Folder(path).put(f"ab/cdef{number:02}.orig", b"x" * 50_000) for number in range(40))


def test_a_folder_that_cannot_be_made_is_not_ready(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, where the folder should be")
    assert not Folder(tmp_path / "taken").ready()


def test_a_folder_is_made_when_it_is_first_needed(tmp_path: Path) -> None:
    assert Folder(tmp_path / "one" / "two").put(KEY, b"pipe")


def test_a_bucket_keeps_to_its_prefix(bucket_url: str) -> None:
    Bucket(bucket_url).put(KEY, b"pipe")
    assert not Bucket(bucket_url + "2").exists(KEY)
    assert list(Bucket(bucket_url + "2").keys()) == []


def test_a_bucket_that_is_not_there_is_not_ready(bucket_url: str) -> None:
    assert not Bucket("s3://no-such-bucket/estate").ready()


def test_without_obstore_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(ValueError, match=r'pip install "bihuan\[s3\]"'):
        open_files("s3://photos/estate")


@pytest.mark.parametrize("setting", ["", "s3://", "s3:///estate", "gs://photos", "https://example.com/photos"])
def test_a_setting_that_means_nothing_is_told_so(setting: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        open_files(setting)
