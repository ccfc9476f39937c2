"""Files from outside: pictures are drawn anew, documents must be what they say they are.

The type is read from the bytes, never from the name or from what the browser says. Pictures are decoded and encoded again:
that drops EXIF with the place where a photo was taken, and whatever else hides in a file. Animations keep their first frame.

SVG is refused, for logos too: it is a program as much as a picture (scripts, links to elsewhere), a sanitiser has to know
all of it, and every town hall can export its logo as PNG. Documents are for downloading only: serve them as attachments,
with the type that ``check_document`` found.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import puremagic
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

MEGABYTE = 1024 * 1024
IMAGE_BYTES = 10 * MEGABYTE
IMAGE_PIXELS = 50_000_000  # a telephone makes 12 to 48 million
DOCUMENT_BYTES = 20 * MEGABYTE
UNPACKED_BYTES = 200 * MEGABYTE  # what an office file (a zip) may grow to
UNPACKED_FILES = 5_000
IMAGE_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}

_OFFICE = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
_OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
}
DOCUMENT_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    **{extension: mime for mime, extension in _OPEN_DOCUMENT.items()},
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, struct.error, zlib.error, MemoryError)


@dataclass(frozen=True)
class Document:
    """A checked document: ``file`` to store, its real ``mime_type`` and ``extension``, a safe ``name``."""

    file: File[bytes]
    name: str
    extension: str
    mime_type: str
    size: int


# --- Words -------------------------------------------------------------------------------------------------------------


def image_help(limit: int = IMAGE_BYTES) -> str:
    """What to say beside the field before somebody chooses a picture."""
    return _("A JPEG, PNG, WebP or GIF picture of at most %(limit)s.") % {"limit": filesizeformat(limit)}


def document_help(limit: int = DOCUMENT_BYTES, extensions: Collection[str] = tuple(DOCUMENT_TYPES)) -> str:
    """What to say beside the field before somebody chooses a document."""
    return _("%(types)s, at most %(limit)s.") % {"types": _listed(extensions), "limit": filesizeformat(limit)}


def _listed(extensions: Collection[str]) -> str:
    return ", ".join(sorted(extension.removeprefix(".").upper() for extension in extensions))


def _check_size(file: File[Any], limit: int) -> None:
    if not file.size:
        raise ValidationError(_("This file is empty. Choose another one."), code="empty")
    if file.size > limit:
        raise ValidationError(
            _("This file is %(size)s. At most %(limit)s is possible."),
            code="too_big",
            params={"size": filesizeformat(file.size), "limit": filesizeformat(limit)},
        )


def _seems(head: bytes) -> str:
    """What the bytes look like, such as ".heic", for the message; "" when unknown."""
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return str(guesses[0].extension) if guesses else ""


def _wrong_type(head: bytes, extensions: Collection[str]) -> ValidationError:
    params = {"types": _listed(extensions), "seems": _seems(head).removeprefix(".").upper()}
    if params["seems"]:
        message = _("This looks like a %(seems)s file. Possible are: %(types)s.")
    else:
        message = _("This kind of file is not possible. Possible are: %(types)s.")
    return ValidationError(message, code="wrong_type", params=params)


def _name(original: str | None, extension: str) -> str:
    stem = slugify(PurePath(str(original or "").replace("\\", "/")).stem)[:60].strip("-_")
    return f"{stem or 'bestand'}{extension}"


# --- Pictures ------------------------------------------------------------------------------------------------------------


def check_image(file: File[Any], *, max_side: int = 1600, max_bytes: int = IMAGE_BYTES) -> ContentFile[bytes]:
    """The picture, drawn anew without anything but its pixels.

    Args:
        file: an upload; read from its begin.
        max_side: longest side of the result in pixels; larger pictures are made smaller.
        max_bytes: of the upload.

    Returns:
        A JPEG, or a PNG where the picture is see-through, upright (as the camera meant it), with a safe ``name``.

    Raises:
        ValidationError: with code ``empty``, ``too_big``, ``wrong_type``, ``too_many_pixels`` or ``broken``.
    """
    _check_size(file, max_bytes)
    file.seek(0)
    head = file.read(64)
    if not _is_image(head):
        raise _wrong_type(head, [".jpeg", ".png", ".webp", ".gif"])
    file.seek(0)
    try:
        with Image.open(file, formats=tuple(IMAGE_FORMATS)) as opened:
            _check_pixels(opened.size)
            picture = _flat(opened, max_side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _BROKEN as error:
        raise ValidationError(
            _("This picture can't be read. Save it again as JPEG or PNG and try once more."), code="broken"
        ) from error
    return _encoded(picture, file.name)


def check_logo(file: File[Any]) -> ContentFile[bytes]:
    """A logo: as ``check_image``, smaller. SVG is refused with a sentence that says what to do instead."""
    _check_size(file, 2 * MEGABYTE)
    file.seek(0)
    head = file.read(2048).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<?xml", b"<svg", b"<!doctype svg")):
        raise ValidationError(
            _("An SVG file can hold programs, so it is not possible. Export the logo as PNG, 800 pixels wide."),
            code="wrong_type",
        )
    return check_image(file, max_side=800, max_bytes=2 * MEGABYTE)


def _is_image(head: bytes) -> bool:
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
    )  # fmt: skip


def _check_pixels(size: tuple[int, int]) -> None:
    """Before anything is decoded: a file of some kilobytes can hold a picture of gigabytes."""
    if size[0] * size[1] > IMAGE_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("This picture has too many pixels. At most %(limit)s million is possible; make it smaller."),
        code="too_many_pixels",
        params={"limit": IMAGE_PIXELS // 1_000_000},
    )


def _flat(opened: Image.Image, max_side: int) -> Image.Image:
    """The first frame: upright, in sRGB, no larger than asked."""
    opened.draft("RGB", (max_side, max_side))  # JPEG: decode no more than needed
    picture = ImageOps.exif_transpose(opened)
    profile = picture.info.get("icc_profile")
    see_through = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        picture = _in_srgb(picture, profile)
    picture = picture.convert("RGBA" if see_through else "RGB")
    if see_through and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")  # a screenshot may be see-through and is not
    picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    # Only the pixels go on: not the text, place, thumbnails and profiles in ``info``.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Colours of a wide-gamut telephone as every screen shows them; a profile that makes no sense is left aside."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return converted or picture


def _encoded(picture: Image.Image, name: str | None) -> ContentFile[bytes]:
    target = io.BytesIO()
    if picture.mode == "RGBA":
        picture.save(target, "PNG", optimize=True)
        return ContentFile(target.getvalue(), name=_name(name, ".png"))
    picture.save(target, "JPEG", quality=85, optimize=True, progressive=True)
    return ContentFile(target.getvalue(), name=_name(name, ".jpg"))


# --- Documents -------------------------------------------------------------------------------------------------------------


def check_document(
    file: File[Any], *, max_bytes: int = DOCUMENT_BYTES, extensions: Collection[str] = tuple(DOCUMENT_TYPES)
) -> Document:
    """A document that may be stored and offered for download.

    Args:
        file: an upload; pictures among them are drawn anew by ``check_image``.
        max_bytes: of the upload.
        extensions: a part of ``DOCUMENT_TYPES``.

    Raises:
        ValidationError: with code ``empty``, ``too_big``, ``wrong_type``, ``macros`` or ``broken``.
    """
    _check_size(file, max_bytes)
    file.seek(0)
    head = file.read(8192)
    extension = _extension(file, head)
    if extension is None or extension not in extensions:
        raise _wrong_type(head, extensions)
    if extension in {".jpg", ".png"}:
        picture = check_image(file, max_side=3000, max_bytes=max_bytes)
        extension = PurePath(str(picture.name)).suffix
        return Document(picture, str(picture.name), extension, DOCUMENT_TYPES[extension], picture.size)
    file.seek(0)
    return Document(file, _name(file.name, extension), extension, DOCUMENT_TYPES[extension], file.size)


def _extension(file: File[Any], head: bytes) -> str | None:
    if _is_image(head):
        return ".jpg" if head.startswith(b"\xff\xd8\xff") else ".png"
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return _office_extension(file)
    if _is_text(file):
        return ".csv" if PurePath(str(file.name or "")).suffix.lower() == ".csv" else ".txt"
    return None


def _office_extension(file: File[Any]) -> str | None:
    """What kind of office file a zip is, from what lies in it.

    Raises:
        ValidationError: macros, more inside than an office file has, or a damaged file.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if len(entries) > UNPACKED_FILES or sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
                raise ValidationError(
                    _("This file holds too much inside. Save it as PDF and try again."), code="too_big"
                )
            if any(
                name.lower().endswith(("vbaproject.bin", "vbadata.xml")) or name.startswith("Basic/") for name in names
            ):
                raise ValidationError(
                    _("This file has macros (small programs) in it. Save it without macros, or as PDF."), code="macros"
                )
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _OPEN_DOCUMENT.get(archive.read("mimetype").decode("ascii", "replace").strip())
            if "[Content_Types].xml" not in names:
                return None
            return next((ext for part, ext in _OFFICE.items() if any(name.startswith(part) for name in names)), None)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, *_BROKEN) as error:
        raise ValidationError(_("This file is damaged. Save it again and try once more."), code="broken") from error


def _is_text(file: File[Any]) -> bool:
    """Readable text: UTF-8 or the Windows alphabet, without control characters and not a web page or program in disguise."""
    file.seek(0)
    content = file.read()
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower()
    if (
        start.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script", b"#!", b"{\\rtf", b"mz"))
        or b"\0" in content
    ):
        return False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            return False
    return _CONTROL.search(text) is None
