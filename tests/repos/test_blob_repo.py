"""Blobs are stored once under the hash of their content, last, and go only when they are old and unused."""

import fcntl
import hashlib
import io
import os
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest

from repos.blob_offsets import encode_offsets
from repos.blob_repo import Blob, BlobDamaged, BlobMissing, BlobNameInvalid, BlobRepo, BlobsAway, BlobTooLarge

DAY = 24 * 3600


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def repo(folder: Path) -> BlobRepo:
    return BlobRepo(folder)


def age(repo: BlobRepo, project_id: int, sha256: str, seconds: float) -> None:
    written = time.time() - seconds
    os.utime(repo.path(project_id, sha256), (written, written))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_blob_lies_under_its_hash_in_the_folder_of_its_project(repo: BlobRepo, folder: Path) -> None:
    blob = repo.write(7, b"joy")
    assert (blob.sha256, blob.length) == (hashlib.sha256(b"joy").hexdigest(), 3)
    assert (folder / "7" / blob.sha256).read_bytes() == b"joy"
    assert repo.exists(7, blob.sha256)
    assert not repo.exists(8, blob.sha256)
    assert repo.size(7, blob.sha256) == 3


def test_a_blob_is_read_to_its_end_however_little_comes_at_once(
    repo: BlobRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = repo.write(7, b"joy and grief")
    read = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: read(descriptor, min(size, 4)))
    assert repo.read_bytes(7, blob.sha256) == b"joy and grief"


def test_only_the_owner_can_read_files_and_folders(repo: BlobRepo, folder: Path) -> None:
    blob = repo.write(7, b"joy")
    paths = (folder, folder / "7", repo.path(7, blob.sha256))
    assert [oct(path.stat().st_mode & 0o777) for path in paths] == ["0o700", "0o700", "0o600"]


@pytest.mark.parametrize("length", [0, 1, 2**16 - 1, 2**16, 2**16 + 1, 2**17, 2**20, 2**20 + 1, 3_000_000])
def test_a_stream_is_stored_whole(repo: BlobRepo, folder: Path, length: int) -> None:
    data = os.urandom(length)
    blob = repo.write_stream(1, io.BytesIO(data), limit=length)
    assert (blob.sha256, blob.length) == (hashlib.sha256(data).hexdigest(), length)
    assert repo.read_bytes(1, blob.sha256) == data
    assert names(folder / "1") == [blob.sha256]


def test_an_iterator_of_chunks_is_stored_as_one(repo: BlobRepo) -> None:
    assert repo.write_stream(1, iter([b"jo", b"", b"y"])) == repo.write(1, b"joy")


def test_a_stream_beyond_the_limit_leaves_nothing(repo: BlobRepo, folder: Path) -> None:
    with pytest.raises(BlobTooLarge, match="more bytes than it may have"):
        repo.write_stream(1, [b"12345", b"6"], limit=5)
    assert names(folder / "1") == []


def test_a_stream_that_breaks_leaves_nothing(repo: BlobRepo, folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        repo.write_stream(1, broken())
    assert names(folder / "1") == []


def test_an_equal_content_is_not_written_again(repo: BlobRepo) -> None:
    blob = repo.write(1, b"joy")
    inode = repo.path(1, blob.sha256).stat().st_ino
    assert repo.write(1, b"joy") == repo.write_stream(1, [b"joy"]) == blob
    assert repo.path(1, blob.sha256).stat().st_ino == inode


def test_a_file_of_the_wrong_length_is_written_again(repo: BlobRepo) -> None:
    blob = repo.write(1, b"joy")
    repo.path(1, blob.sha256).write_bytes(b"j")
    repo.write(1, b"joy")
    assert repo.read_bytes(1, blob.sha256) == b"joy"


def test_many_blobs_are_stored_at_once(repo: BlobRepo) -> None:
    contents = [str(number % 40).encode() for number in range(50)]
    blobs = repo.write_many(1, contents)
    assert [repo.read_bytes(1, blob.sha256) for blob in blobs] == contents
    assert sorted(path.name for path in repo.folder.joinpath("1").iterdir()) == sorted({one.sha256 for one in blobs})


def test_a_missing_blob_is_said_to_be_missing(repo: BlobRepo) -> None:
    sha256 = repo.write(1, b"joy").sha256
    for read in (repo.read_bytes, repo.read_text, repo.read_offsets, repo.open, repo.size):
        with pytest.raises(BlobMissing, match=sha256):
            read(2, sha256)


def test_a_disk_that_is_away_is_not_a_blob_that_is_missing(repo: BlobRepo, folder: Path) -> None:
    sha256 = repo.write(1, b"joy").sha256
    folder.rename(folder.with_name("elsewhere"))
    reads = (repo.read_bytes, repo.read_text, repo.read_offsets, repo.open, repo.size)
    for read in reads:
        with pytest.raises(BlobsAway, match="empty"):
            read(1, sha256)
    folder.mkdir()
    for read in reads:
        with pytest.raises(BlobsAway, match="empty"):
            read(1, sha256)
    # As where a network file system has gone while the folder was open.
    (folder / "1").symlink_to(folder / "1")
    for read in reads:
        with pytest.raises(BlobsAway, match="symbolic links"):
            read(1, sha256)


def test_a_damaged_text_and_damaged_offsets_are_said_to_be_damaged(repo: BlobRepo) -> None:
    sha256 = repo.write(1, "Größe".encode("latin-1")).sha256
    for read in (repo.read_text, repo.read_text_once, repo.read_offsets, repo.read_offsets_once):
        with pytest.raises(BlobDamaged, match=sha256):
            read(1, sha256)


@pytest.mark.parametrize("name", ["", "joy", "../" + "a" * 61, "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "/" * 64])
def test_no_other_name_than_a_hash_becomes_a_path(repo: BlobRepo, name: str) -> None:
    with pytest.raises(BlobNameInvalid):
        repo.exists(1, name)


def test_a_project_is_a_number(repo: BlobRepo) -> None:
    with pytest.raises(ValueError, match="format"):
        repo.write("../etc", b"joy")  # type: ignore[arg-type]


def test_a_text_is_decoded_once(repo: BlobRepo) -> None:
    blob = repo.write(1, "Grüße 👋".encode())
    assert repo.read_text(1, blob.sha256) == "Grüße 👋"
    assert repo.read_text(1, blob.sha256) is repo.read_text(1, blob.sha256)


def test_offsets_are_read_as_they_were_written(repo: BlobRepo) -> None:
    blob = repo.write(1, encode_offsets(array("I", [0, 3, 4, 9])))
    assert list(repo.read_offsets(1, blob.sha256)) == [0, 3, 4, 9]


def test_old_blobs_that_nothing_refers_to_are_collected(repo: BlobRepo) -> None:
    used, unused, young = repo.write_many(1, [b"used", b"unused", b"young"])
    other = repo.write(2, b"unused")
    for blob in (used, unused):
        age(repo, 1, blob.sha256, DAY + 60)
    age(repo, 2, other.sha256, DAY + 60)
    assert repo.collect(1, {used.sha256}) == [unused]
    assert [repo.exists(1, blob.sha256) for blob in (used, unused, young)] == [True, False, True]
    assert repo.exists(2, other.sha256)


def test_references_are_asked_for_in_batches(repo: BlobRepo, folder: Path) -> None:
    repo.write(1, b"young")
    hashes = [f"{number:064x}" for number in range(1_500)]
    for sha256 in hashes:
        (folder / "1" / sha256).write_bytes(b"old")
        age(repo, 1, sha256, DAY + 60)
    asked: list[int] = []

    def referenced(batch: list[str]) -> set[str]:
        asked.append(len(batch))
        return set(batch) - {hashes[7]}

    assert repo.collect(1, referenced) == [Blob(hashes[7], 3)]
    assert asked == [1_000, 500]


def test_a_blob_that_is_written_again_counts_as_young(repo: BlobRepo) -> None:
    blob = repo.write(1, b"joy")
    age(repo, 1, blob.sha256, DAY + 60)
    repo.write(1, b"joy")
    assert repo.collect(1, set()) == []


def test_a_blob_that_is_written_again_while_references_are_looked_up_stays(repo: BlobRepo) -> None:
    blob = repo.write(1, b"joy")
    age(repo, 1, blob.sha256, DAY + 60)

    def referenced(hashes: list[str]) -> set[str]:
        repo.write(1, b"joy")
        return set()

    assert repo.collect(1, referenced) == []
    assert repo.exists(1, blob.sha256)


def test_old_unfinished_files_are_cleared_away(repo: BlobRepo, folder: Path) -> None:
    repo.write(1, b"joy")
    for name in ("old.unfinished", "new.unfinished"):
        (folder / "1" / name).write_bytes(b"half")
    os.utime(folder / "1" / "old.unfinished", (0, 0))
    assert repo.collect(1, set()) == []
    assert "old.unfinished" not in names(folder / "1")
    assert "new.unfinished" in names(folder / "1")


def test_collecting_in_an_unknown_project_finds_nothing(repo: BlobRepo) -> None:
    assert repo.collect(404, set()) == []


def test_what_is_written_while_it_is_collected_is_there_afterwards(repo: BlobRepo) -> None:
    blob = repo.write(1, b"joy")
    for _ in range(100):
        age(repo, 1, blob.sha256, DAY + 60)
        start = Barrier(2)

        def collect(start: Barrier = start) -> None:
            start.wait()
            repo.collect(1, set())

        collector = Thread(target=collect)
        collector.start()
        start.wait()
        repo.write(1, b"joy")
        collector.join()
        assert repo.exists(1, blob.sha256)


def test_the_collector_waits_for_writers(repo: BlobRepo, folder: Path) -> None:
    blob = repo.write(1, b"joy")
    age(repo, 1, blob.sha256, DAY + 60)
    writer = os.open(folder / "1", os.O_RDONLY)
    fcntl.flock(writer, fcntl.LOCK_SH)
    collector = Thread(target=repo.collect, args=(1, set()))
    collector.start()
    collector.join(0.2)
    assert collector.is_alive()
    assert repo.exists(1, blob.sha256)
    os.close(writer)
    collector.join()
    assert not repo.exists(1, blob.sha256)


def test_removing_a_project_removes_its_blobs_only(repo: BlobRepo, folder: Path) -> None:
    first, second = repo.write(1, b"joy"), repo.write(2, b"joy")
    assert repo.read_text(1, first.sha256) == "joy"
    repo.remove_project(1)
    repo.remove_project(1)
    assert names(folder) == ["2"]
    assert repo.read_text(2, second.sha256) == "joy"
    with pytest.raises(BlobMissing):
        repo.read_text(1, first.sha256)
