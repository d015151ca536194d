"""Archives are opened without trusting them: what is fit goes in, everything else is refused by name."""

import io
import stat
import struct
import warnings
import zipfile
from typing import BinaryIO

import pytest

from systems.upload_kind_system import Kind, Refusal, Unreadable
from systems.upload_zip_system import Member, ZipLimits, read_archive
from tests.documents import picture

LIMITS = ZipLimits()


def archive(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> BinaryIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as writing, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in files:
            writing.writestr(name, data)
    stream.seek(0)
    return stream


def patched(stream: BinaryIO, offset: int, form: str, value: int, name: bytes = b"a.txt") -> BinaryIO:
    """The archive with another number at this offset of the directory entry of a file."""
    data = bytearray(stream.read())
    entry = data.rindex(name) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into(form, data, entry + offset, value)
    return io.BytesIO(data)


def contents(stream: BinaryIO, limits: ZipLimits = LIMITS) -> dict[str, bytes | str]:
    """The content of each file, or the reason why it is refused."""
    found: dict[str, bytes | str] = {}
    for member in read_archive(stream, limits):
        try:
            found[member.filename] = b"".join(member.chunks()) if isinstance(member, Member) else member.reason
        except Unreadable as error:
            found[member.filename] = str(error)
    return found


def test_files_are_read_under_their_own_names() -> None:
    members = list(read_archive(archive(("a.txt", b"joy"), ("deep/er/b.md", b"# x"), ("c.csv", b"text\nx")), LIMITS))
    assert [(member.filename, member.kind) for member in members if isinstance(member, Member)] == [
        ("a.txt", Kind.TEXT),
        ("b.md", Kind.MARKDOWN),
        ("c.csv", Kind.CSV),
    ]
    assert contents(archive(("a.txt", b"joy" * 100_000))) == {"a.txt": b"joy" * 100_000}


def test_files_of_one_name_in_two_folders_are_told_apart() -> None:
    files = archive(("ada/Day.txt", b"a"), ("bob/day.txt", b"b"), ("bob/night.txt", b"c"))
    assert contents(files) == {"ada_Day.txt": b"a", "bob_day.txt": b"b", "night.txt": b"c"}


def test_the_same_path_twice_is_refused_the_second_time() -> None:
    found = list(read_archive(archive(("a.txt", b"1"), ("A.TXT", b"2")), LIMITS))
    assert isinstance(found[0], Member)
    assert found[1] == Refusal("A.TXT", "The archive has another file of this name.")


@pytest.mark.parametrize(
    "path",
    ["../a.txt", "x/../../a.txt", "/etc/a.txt", "C:/a.txt", "C:\\a.txt", "..\\a.txt", "\\\\host\\a.txt", "c:a.txt"],
)
def test_paths_that_lead_out_are_refused(path: str) -> None:
    info = zipfile.ZipInfo("x.txt")
    info.filename = path
    found = list(read_archive(archive((info, b"joy"), ("good.txt", b"joy")), LIMITS))
    assert isinstance(found[0], Refusal)
    assert "leads out" in found[0].reason
    assert isinstance(found[1], Member)


def test_a_name_with_a_hidden_end_is_refused() -> None:
    data = archive(("a.txt_", b"joy")).read().replace(b"a.txt_", b"a.txt\0")
    assert contents(io.BytesIO(data)) == {"a.txt": "The path of the file leads out of the archive."}


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(mode: int) -> None:
    info = zipfile.ZipInfo("a.txt")
    info.external_attr = (mode | 0o777) << 16
    assert contents(archive((info, b"/etc/passwd"))) == {"a.txt": "Links and devices are not read."}


def test_encrypted_files_are_refused() -> None:
    stream = patched(archive(("a.txt", b"joy"), ("b.txt", b"joy")), 8, "<H", 1)
    assert contents(stream) == {"a.txt": "The file is encrypted.", "b.txt": b"joy"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method: int) -> None:
    assert "deflate" in str(contents(archive(("a.txt", b"joy"), method=method)))


def test_unsuited_files_are_refused_by_name_while_others_go_in() -> None:
    inner = archive(("x.txt", b"x")).read()
    found = contents(
        archive(("a.txt", b"joy"), ("b.txt", b""), ("c.txt", b"a\0b"), ("d.docx", inner), ("e.zip", inner), ("f", b"x"))
    )
    assert found.pop("a.txt") == b"joy"
    assert all(isinstance(reason, str) and reason.endswith(".") for reason in found.values())
    assert found["e.zip"] == "An archive inside an archive is not opened."
    assert "empty" in str(found["b.txt"])
    assert "binary" in str(found["c.txt"])
    assert "type .docx" in str(found["d.docx"])


def test_images_come_out_as_they_went_in() -> None:
    images = {f"a.{format}": picture(40, 30, format) for format in ("png", "jpeg", "gif", "webp")}
    stream = archive(*images.items())
    kinds = [member.kind for member in read_archive(stream, LIMITS) if isinstance(member, Member)]
    assert kinds == [Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP]
    assert contents(stream) == images


def test_what_only_calls_itself_an_image_is_refused_by_name() -> None:
    disguised = {"a.png": b"joy", "b.txt": picture(), "c.jpg": picture(), "d.png": b""}
    assert contents(archive(*disguised.items())) == {
        "a.png": "The file is not a PNG image.",
        "b.txt": "The file is a PNG image, not text.",
        "c.jpg": "The file is not a JPEG image.",
        "d.png": "The file is empty.",
    }


def test_clutter_is_passed_over_in_silence() -> None:
    files = [("__MACOSX/x/._a.txt", b"x"), ("x/.DS_Store", b"x"), ("._b.txt", b"x"), ("x/Thumbs.db", b"x"), ("x/", b"")]
    assert contents(archive(*files, ("x/a.txt", b"joy"))) == {"a.txt": b"joy"}


def test_an_archive_with_nothing_in_it_is_refused() -> None:
    for stream in (archive(), archive(("x/", b""), (".DS_Store", b"x"))):
        with pytest.raises(Unreadable, match="no files"):
            list(read_archive(stream, LIMITS))


def test_names_may_be_utf8_without_saying_so() -> None:
    data = archive(("été 日本.txt", b"joy")).read()
    assert contents(io.BytesIO(data)) == {"été 日本.txt": b"joy"}
    unmarked = archive(("a" * len("été 日本.txt".encode()), b"joy")).read()
    unmarked = unmarked.replace(b"a" * len("été 日本.txt".encode()), "été 日本.txt".encode())
    assert contents(io.BytesIO(unmarked)) == {"été 日本.txt": b"joy"}


def test_a_bomb_is_refused_by_its_ratio() -> None:
    bomb = archive(("a.txt", b"0" * 30_000_000), ("b.txt", b"joy"))
    assert contents(bomb) == {"a.txt": "The file unpacks to more than 200 times its compressed size.", "b.txt": b"joy"}


def test_an_archive_that_unpacks_to_too_much_is_refused_whole() -> None:
    with pytest.raises(Unreadable, match="more than 100 bytes"):
        list(read_archive(archive(("a.txt", b"x" * 60), ("b.txt", b"y" * 60)), ZipLimits(total=100)))


def test_a_file_that_is_too_large_is_refused() -> None:
    found = contents(archive(("a.txt", b"x" * 60), ("b.txt", b"y")), ZipLimits(file=50))
    assert found == {"a.txt": "The file has more than 50 bytes.", "b.txt": b"y"}


def test_an_archive_with_too_many_files_is_refused_before_they_are_listed() -> None:
    stream = archive(*((f"{number}.txt", b"x") for number in range(101)))
    with pytest.raises(Unreadable, match="more than 100 files"):
        list(read_archive(stream, ZipLimits(entries=100)))
    assert len(contents(stream, ZipLimits(entries=101))) == 101


def test_a_file_that_lies_about_its_size_gives_no_more_than_it_said() -> None:
    stream = patched(archive(("a.txt", b"0" * 500_000)), 24, "<I", 10)
    assert contents(stream) == {"a.txt": "The file is damaged inside the archive."}


def test_damage_is_noticed_while_reading() -> None:
    data = bytearray(
        archive(("a.txt", bytes(range(32, 127)) * 5_000), ("b.txt", b"joy"), method=zipfile.ZIP_STORED).read()
    )
    data[200_000] ^= 1
    assert contents(io.BytesIO(data)) == {"a.txt": "The file is damaged inside the archive.", "b.txt": b"joy"}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"joy" * 1_000])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(read_archive(io.BytesIO(data), LIMITS))


def test_a_cut_archive_is_refused() -> None:
    data = archive(("a.txt", b"joy" * 1_000), ("b.txt", b"joy")).read()
    for end in range(0, len(data) - 1, 7):
        with pytest.raises(Unreadable):
            list(read_archive(io.BytesIO(data[:end]), LIMITS))
