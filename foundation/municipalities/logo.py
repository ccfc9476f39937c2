"""A logo, made safe: its pixels are drawn anew, so nothing but a picture is left of the file."""

from __future__ import annotations

import io

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 1024 * 1024
MAX_PIXELS = 16_000_000
WIDTH, HEIGHT = 800, 240
FORMATS = ("PNG", "JPEG", "WEBP")


def read_logo(upload: UploadedFile) -> tuple[bytes, str]:
    """A PNG of at most 800 by 240 pixels, and its extension.

    Raises:
        ValidationError: for the field ``logo``.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError({"logo": _("The picture is larger than 1 MB.")})
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError({"logo": _("The picture has too many pixels; 800 by 240 is enough.")})
            picture.load()
            small = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError({"logo": _("This is not a PNG, JPEG or WebP picture.")}) from None
    small.thumbnail((WIDTH, HEIGHT))
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue(), "png"
