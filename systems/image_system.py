"""Images: what can be told of one without making a picture of it."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import PIL
from PIL import ExifTags, Image, PngImagePlugin

from systems.upload_kind_system import Kind, Unreadable

# Programs keep whole drawings in a text beside the picture; all texts of one file stay bound together.
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY
_PRODUCER: Final = f"pillow {PIL.__version__}"
_FORMATS: Final[Mapping[Kind, str]] = {Kind.PNG: "PNG", Kind.JPEG: "JPEG", Kind.GIF: "GIF", Kind.WEBP: "WEBP"}
_LYING: Final = frozenset({5, 6, 7, 8})
"""The orientations (Exif 2.32, tag 0x0112) in which the stored rows are the columns of what is shown."""
_TURNED: Final = frozenset({Kind.JPEG, Kind.PNG})
"""Kinds whose orientation browsers mind; that of a WebP they do not (seen in Chromium 156)."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Pixels of an image as a browser shows it."""

    width: int
    height: int
    producer: str = _PRODUCER


def measure(data: bytes, kind: Kind) -> Measurement:
    """The size of an image of this kind. Only its description is read, and checked where the format has sums to check.
    Raises Unreadable."""
    format = _FORMATS[kind]
    try:
        with warnings.catch_warnings():
            # No pixel is unpacked here; what is absurdly large, or cannot be told, is an error and not a warning.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=[format]) as image:
                width, height = image.size
                lies = kind in _TURNED and _orientation(image) in _LYING
                image.verify()
    except MemoryError:
        raise
    except Image.DecompressionBombError:
        raise Unreadable(f"The image has more than {2 * (Image.MAX_IMAGE_PIXELS or 0):,} pixels.") from None
    except Exception as error:  # A decoder may raise anything at a damaged file.
        raise Unreadable("The image is damaged.") from error
    return Measurement(height, width) if lies else Measurement(width, height)


def _orientation(image: Image.Image) -> object:
    """None where it cannot be told: that harms no image."""
    exif = Image.Exif()
    try:
        # Not `getexif`: it may unpack the pixels to look behind them, and asks XMP, which browsers do not.
        exif.load(image.info.get("exif", b""))
        return exif.get(ExifTags.Base.Orientation)
    except MemoryError:
        raise
    except Exception:
        return None
