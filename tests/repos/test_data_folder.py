"""The data folder belongs to one instance and one user, and says so when it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from repos.data_folder import (
    DataFolderInUse,
    DataFolderNotWritable,
    DataFolderOpenToOthers,
    open_data_folder,
)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_folder_is_closed_to_others(tmp_path: Path) -> None:
    folder = open_data_folder(tmp_path / "deep" / "var")
    assert [mode(place) for place in (folder.path, folder.blobs, folder.log)] == [0o700] * 3


def test_an_open_folder_of_ours_is_closed(tmp_path: Path) -> None:
    (tmp_path / "var" / "log").mkdir(parents=True)
    (tmp_path / "var").chmod(0o755)
    assert mode(open_data_folder(tmp_path / "var").path) == 0o700


def test_an_open_folder_with_files_of_others_keeps_its_mode_and_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    (shared / "thesis.odt").touch()
    with pytest.raises(DataFolderOpenToOthers, match=str(shared)):
        open_data_folder(shared)
    assert mode(shared) == 0o755


def test_a_second_instance_is_kept_out_until_the_first_is_done(tmp_path: Path) -> None:
    first, second = open_data_folder(tmp_path), open_data_folder(tmp_path)
    with first:
        first.lock()
        with pytest.raises(DataFolderInUse, match=str(tmp_path)):
            second.lock()
    with second:
        second.lock()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    script = "import sys, os; from pathlib import Path; from repos.data_folder import open_data_folder; "
    script += "open_data_folder(Path(sys.argv[1])).lock(); os.kill(os.getpid(), 9)"
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert killed.returncode == -9
    with open_data_folder(tmp_path) as folder:
        folder.lock()


def test_a_path_through_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataFolderNotWritable, match="part of the path is a file"):
        open_data_folder(tmp_path / "file" / "var")
    with pytest.raises(DataFolderNotWritable, match="part of the path is a file"):
        open_data_folder(tmp_path / "file")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that nobody can write, root included")
def test_a_place_where_not_even_root_may_write_is_told_so() -> None:
    with pytest.raises(DataFolderNotWritable, match="/proc/palimpsest"):
        open_data_folder(Path("/proc/palimpsest"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write where permissions forbid it")
def test_a_folder_without_permission_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataFolderNotWritable, match="permission denied"):
        open_data_folder(tmp_path / "var")
    tmp_path.chmod(0o700)


def test_the_signing_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    key = open_data_folder(tmp_path).own_signing_key()
    assert len(key) >= 32
    assert mode(tmp_path / "signing_key") == 0o600
    assert open_data_folder(tmp_path).own_signing_key() == key
    assert open_data_folder(tmp_path / "other").own_signing_key() != key
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["signing_key"]
