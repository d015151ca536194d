"""The size of an image is told from its description, whatever is in the file."""

import re
from contextlib import suppress
from struct import pack
from zlib import compress, crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from systems.bounded_system import Bounded
from systems.image_system import Measurement, measure
from systems.upload_kind_system import Kind, Unreadable
from tests.documents import picture

SIGNATURES = {
    "PNG": b"\x89PNG\r\n\x1a\n",
    "JPEG": b"\xff\xd8\xff",
    "GIF": b"GIF89a",
    "WEBP": b"RIFF\xff\xff\0\0WEBP",
}
ONE = picture(40, 30)
TURNED = (5, 6, 7, 8)

each_format = pytest.mark.parametrize("format", SIGNATURES)


def look(data: bytes, format: str = "PNG") -> Measurement:
    return measure(data, Kind[format])


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))


def claimed(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG of eight bits in each of three colours that says it is as large as this."""
    header = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return SIGNATURES["PNG"] + header + chunk(b"IDAT", pixels) + chunk(b"IEND")


def claimed_jpeg(width: int, height: int) -> bytes:
    """A JPEG whose frame header says so (ITU T.81, B.2.2)."""
    start = b"\xff\xc0\0\x11\x08"
    changed, count = re.subn(
        re.escape(start) + b"....", lambda _: start + pack(">HH", height, width), picture(40, 30, "JPEG"), flags=re.S
    )
    assert count == 1
    return changed


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return exif


def test_an_image_may_have_a_long_text_beside_its_pixels() -> None:
    drawing = b"drawing\0\0" + compress(bytes(20_000_000))
    told = claimed(40, 30).replace(chunk(b"IDAT"), chunk(b"zTXt", drawing) + chunk(b"IDAT"))
    assert look(told) == Measurement(40, 30)


@each_format
def test_each_format_is_measured(format: str) -> None:
    assert look(picture(40, 30, format), format) == Measurement(40, 30)
    assert look(picture(1, 1, format), format) == Measurement(1, 1)


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_image_is_as_large_as_it_is_shown_upright(format: str, orientation: int) -> None:
    upright = Measurement(30, 40) if orientation in TURNED else Measurement(40, 30)
    assert look(picture(40, 30, format, exif=oriented(orientation)), format) == upright


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
def test_an_orientation_that_is_none_turns_nothing(orientation: int) -> None:
    assert look(picture(40, 30, "JPEG", exif=oriented(orientation)), "JPEG") == Measurement(40, 30)


def test_the_orientation_of_a_webp_turns_nothing() -> None:
    assert look(picture(40, 30, "WEBP", exif=oriented(6)), "WEBP") == Measurement(40, 30)


def test_an_orientation_that_browsers_do_not_mind_turns_nothing() -> None:
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
    )
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Palimpsest"
    assert look(picture(40, 30, "JPEG", exif=exif, xmp=xmp), "JPEG") == Measurement(40, 30)


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0no TIFF"])
def test_a_broken_description_of_a_good_image_does_no_harm(format: str, exif: bytes) -> None:
    assert look(picture(40, 30, format, exif=exif), format) == Measurement(40, 30)


@each_format
def test_another_format_than_said_is_refused(format: str) -> None:
    data = picture(40, 30, format)
    for said in SIGNATURES.keys() - {format}:
        with pytest.raises(Unreadable):
            look(data, said)


@pytest.mark.parametrize("place", range(len(SIGNATURES["PNG"]), len(ONE) - len(chunk(b"IEND"))))
def test_a_png_with_one_wrong_bit_is_damaged(place: int) -> None:
    data = bytearray(ONE)
    data[place] ^= 1
    with pytest.raises(Unreadable, match="damaged"):
        look(bytes(data))


@pytest.mark.parametrize("end", range(len(ONE) - len(b"crc!")))
def test_a_png_with_its_end_cut_off_is_damaged(end: int) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        look(ONE[:end])


@each_format
def test_half_a_header_is_damaged(format: str) -> None:
    whole = picture(40, 30, format)
    for end in range(len(SIGNATURES[format]) + 1):
        with pytest.raises(Unreadable, match="damaged"):
            look(whole[:end], format)


@each_format
def test_nothing_is_damaged(format: str) -> None:
    with pytest.raises(Unreadable) as refused:
        look(b"", format)
    assert str(refused.value) == "The image is damaged."


@each_format
@pytest.mark.parametrize("rubbish", [b"", b"\0" * 999, b"\xff" * 999, b"joy " * 999])
def test_rubbish_behind_a_signature_is_damaged(format: str, rubbish: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        look(SIGNATURES[format] + rubbish, format)


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (claimed(100_000, 100_000), "PNG"),
        (claimed(2**31 - 1, 1), "PNG"),
        (claimed_jpeg(65_535, 65_535), "JPEG"),
        (b"GIF89a" + pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b"," + bytes(9) + b"\2\0;", "GIF"),
    ],
    ids=["square", "line", "jpeg", "gif"],
)
def test_more_pixels_than_anybody_could_see_are_refused(data: bytes, format: str) -> None:
    with pytest.raises(Unreadable) as refused:
        look(data, format)
    assert str(refused.value) == "The image has more than 178,956,970 pixels."


@pytest.mark.parametrize(("width", "height"), [(0, 0), (40, 0), (0, 30)])
def test_an_image_without_pixels_is_damaged(width: int, height: int) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        look(claimed(width, height))


@pytest.mark.parametrize(("data", "format"), [(claimed(13_000, 13_000), "PNG"), (claimed_jpeg(13_000, 13_000), "JPEG")])
def test_it_takes_no_more_memory_to_measure_a_large_image(data: bytes, format: str) -> None:
    """Its pixels would take 500 MB."""
    bounded = Bounded("systems.image_system:measure", seconds=30, memory=300_000_000)
    try:
        assert bounded(data, Kind[format]) == Measurement(13_000, 13_000)
    finally:
        bounded.close()


@each_format
@settings(deadline=None)
@given(data=st.data())
def test_whatever_is_behind_a_signature_is_measured_or_damaged(format: str, data: st.DataObject) -> None:
    """Bytes that are anything, or an image with some of them in a place of it."""
    image = picture(40, 30, format)
    rubbish = data.draw(st.binary(max_size=400))
    place = data.draw(st.integers(len(SIGNATURES[format]), len(image)))
    kept = data.draw(st.sampled_from([b"", image[place:], image[place + len(rubbish) :]]))
    for sent in (SIGNATURES[format] + rubbish, image[:place] + rubbish + kept):
        with suppress(Unreadable):
            size = look(sent, format)
            assert size.width > 0 < size.height
