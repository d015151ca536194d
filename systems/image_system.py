"""Images: what can be told of one without making a picture of it."""

import warnings
from dataclasses import dataclass
from typing import BinaryIO, Final

import PIL
from PIL import ExifTags, Image

from systems.upload_kind_system import Unreadable

PRODUCER: Final = f"pillow {PIL.__version__}"
_LYING: Final = frozenset({5, 6, 7, 8})
"""The orientations (Exif 2.32, tag 0x0112) in which the stored rows are the columns of what is shown."""
_TURNED: Final = frozenset({"JPEG", "PNG"})
"""Formats whose orientation browsers mind; that of a WebP they do not (seen in Chromium 156)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Pixels of an image as a browser shows it."""

    width: int
    height: int


def measure(file: BinaryIO, format: str) -> Measured:
    """The size of an image in a format as Pillow names it. Only its description is read, and checked where the format
    has sums to check. Raises Unreadable."""
    try:
        with warnings.catch_warnings():
            # No pixel is unpacked here; what is absurdly large, or cannot be told, is an error and not a warning.
            warnings.simplefilter("ignore")
            with Image.open(file, formats=[format]) as image:
                width, height = image.size
                lies = format in _TURNED and _orientation(image) in _LYING
                image.verify()
    except MemoryError:
        raise
    except Image.DecompressionBombError:
        raise Unreadable(f"The image has more than {2 * (Image.MAX_IMAGE_PIXELS or 0):,} pixels.") from None
    except Exception as error:  # A decoder may raise anything at a damaged file.
        raise Unreadable("The image is damaged.") from error
    return Measured(height, width) if lies else Measured(width, height)


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
