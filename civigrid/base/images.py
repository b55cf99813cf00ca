"""A photo as it may be kept: decoded, turned upright and written anew, so that only pixels remain.

Place, device and time in a photo's metadata say more about its sender than the sender meant to; bytes that are also
something else (a document, an archive) do not survive being written anew.
"""

from __future__ import annotations

import struct
import threading
import zlib
from io import BytesIO

from PIL import Image, ImageOps

from civigrid.base.errors import Refused

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
TYPES = (JPEG, PNG, WEBP)
QUALITY = 90

_READ = ("JPEG", "PNG", "WEBP")
_FORMATS = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP}  # MPO: a JPEG with a second picture behind it
_MODES = {JPEG: ("L", "RGB"), PNG: ("L", "RGB", "RGBA"), WEBP: ("RGB", "RGBA")}
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error)
# decoding takes up to 4 bytes a pixel: two at a time keep a burst of photos from eating the memory
_decoding = threading.BoundedSemaphore(2)


def clean(data: bytes, *, max_pixels: int) -> tuple[bytes, str]:
    """(the photo without metadata, its media type), at most `max_pixels` in width x height.

    Refused: photo_too_many_pixels, photo_moves (animated), photo_broken (cut off or damaged).
    """
    with _decoding:
        try:
            return _clean(data, max_pixels)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Refused("photo_too_many_pixels", limit=max_pixels) from error
        except _BROKEN as error:
            raise Refused("photo_broken") from error


def _clean(data: bytes, max_pixels: int) -> tuple[bytes, str]:
    with Image.open(BytesIO(data), formats=_READ) as image:
        if image.width * image.height > max_pixels:
            raise Refused("photo_too_many_pixels", limit=max_pixels)
        media_type = _FORMATS[image.format or ""]
        if media_type != JPEG and getattr(image, "n_frames", 1) > 1:
            raise Refused("photo_moves")
        image.load()
        return _written(_bare(ImageOps.exif_transpose(image), media_type), media_type), media_type


def _bare(image: Image.Image, media_type: str) -> Image.Image:
    """The pixels in a mode the format can hold, with nothing beside them."""
    if image.mode not in _MODES[media_type]:
        see_through = media_type != JPEG and image.has_transparency_data
        image = image.convert("RGBA" if see_through else "RGB")
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def _written(image: Image.Image, media_type: str) -> bytes:
    out = BytesIO()
    if media_type == PNG:
        image.save(out, "PNG")
    else:
        image.save(out, "JPEG" if media_type == JPEG else "WEBP", quality=QUALITY)
    return out.getvalue()
