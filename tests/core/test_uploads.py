"""Uploads: what comes in is what it says, and says no more than it should."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import override
from PIL import Image, ImageCms

from foundation.core import uploads
from foundation.core.uploads import check_document, check_image, check_logo, document_help, image_help

EXIF_GPS, EXIF_ORIENTATION, EXIF_MAKER = 0x8825, 0x0112, 0x010F


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    target = io.BytesIO()
    image = Image.new(mode, size, options.pop("colour", "teal"))
    image.save(target, kind, **options)
    return target.getvalue()


def upload(content: bytes, name: str = "foto.jpg") -> ContentFile[bytes]:
    return ContentFile(content, name=name)


def code_of(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return str(error.value.code)


def opened(file: Any) -> Image.Image:
    return Image.open(io.BytesIO(file.read()))


def zipped(**entries: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def office(part: str, **more: bytes) -> bytes:
    return zipped(**{"[Content_Types].xml": b"<Types/>", f"{part}document.xml": b"<x/>", **more})


# --- Pictures -------------------------------------------------------------------------------------------------------------


def test_place_maker_and_comments_of_a_photo_are_gone() -> None:
    exif = Image.Exif()
    exif[EXIF_MAKER] = "Geheime Camera"
    exif[EXIF_GPS] = {1: "N", 2: (51.0, 48.0, 0.0), 3: "E", 4: (4.0, 40.0, 0.0)}
    content = picture(exif=exif, comment=b"bij mij thuis")
    assert b"Geheime Camera" in content
    checked = check_image(upload(content))
    again = opened(checked)
    assert dict(again.getexif()) == {}
    assert "comment" not in again.info
    checked.seek(0)
    assert not any(secret in checked.read() for secret in (b"Geheime", b"thuis", b"Exif", b"GPS"))


def test_text_in_a_png_is_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Jan Geheim")
    checked = check_image(upload(picture("PNG", mode="RGBA", colour=(1, 2, 3, 4), pnginfo=info)))
    assert b"Geheim" not in checked.read()


def test_photo_stands_upright_as_the_camera_meant() -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6  # turned a quarter
    assert opened(check_image(upload(picture(size=(60, 40), exif=exif)))).size == (40, 60)


@pytest.mark.parametrize(
    "kind, mode, result, name",
    [
        ("JPEG", "RGB", "JPEG", "foto.jpg"),
        ("JPEG", "L", "JPEG", "foto.jpg"),
        ("JPEG", "CMYK", "JPEG", "foto.jpg"),
        ("PNG", "RGB", "JPEG", "foto.jpg"),
        ("PNG", "RGBA", "PNG", "foto.png"),
        ("PNG", "P", "JPEG", "foto.jpg"),
        ("PNG", "1", "JPEG", "foto.jpg"),
        ("PNG", "I;16", "JPEG", "foto.jpg"),
        ("WEBP", "RGB", "JPEG", "foto.jpg"),
        ("WEBP", "RGBA", "PNG", "foto.png"),
        ("GIF", "P", "JPEG", "foto.jpg"),
    ],
)
def test_each_kind_of_picture_becomes_jpeg_or_see_through_png(kind: str, mode: str, result: str, name: str) -> None:
    colours = {"RGB": "teal", "CMYK": "teal", "RGBA": (0, 128, 128, 100)}
    content = picture(kind, mode=mode, colour=colours.get(mode, 0))
    checked = check_image(upload(content, "foto.bestand"))
    assert checked.name == name
    again = opened(checked)
    assert again.format == result
    assert again.size == (60, 40)


def test_screenshot_that_is_not_see_through_becomes_a_small_jpeg() -> None:
    assert opened(check_image(upload(picture("PNG", mode="RGBA", colour=(1, 2, 3, 255))))).format == "JPEG"


def test_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    assert opened(check_image(upload(picture(size=(4000, 2000))), max_side=800)).size == (800, 400)


def test_animation_keeps_its_first_frame() -> None:
    target = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], duration=50)
    again = opened(check_image(upload(target.getvalue(), "film.gif")))
    assert getattr(again, "n_frames", 1) == 1
    red, green, blue = again.convert("RGB").getpixel((10, 10))  # type: ignore[misc]
    assert red > 200 > 60 > max(green, blue)


def test_colour_profile_is_followed_and_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert "icc_profile" not in opened(check_image(upload(picture(icc_profile=profile)))).info
    assert opened(check_image(upload(picture(icc_profile=b"onzin" * 30)))).size == (60, 40)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of some bytes whose head promises a huge picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 8000), (10_000, 10_000), (100_000, 100_000)])
def test_decompression_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with override("en"), pytest.raises(ValidationError) as error:
        check_image(upload(png_that_claims(*size), "bom.png"))
    assert code_of(error) == "too_many_pixels"
    assert "At most 50 million" in error.value.messages[0]


@pytest.mark.parametrize(
    "content, code",
    [
        (b"", "empty"),
        (b"gewone tekst", "wrong_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "wrong_type"),
        (b"%PDF-1.7 geen foto", "wrong_type"),
        (b"BM" + b"\0" * 100, "wrong_type"),
        (b"\xff\xd8\xff" + b"kapot" * 50, "broken"),
        (picture()[:300], "broken"),
        (picture("PNG")[:60], "broken"),
        (b"GIF89a", "broken"),
        (b"RIFF\x00\x00\x00\x00WEBP", "broken"),
        (png_that_claims(100, 100), "broken"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as error:
        check_image(upload(content))
    assert code_of(error) == code
    assert error.value.messages[0]


def test_too_large_upload_is_refused_with_both_sizes() -> None:
    with override("en"), pytest.raises(ValidationError) as error:
        check_image(upload(b"\xff\xd8\xff" + b"0" * 3000), max_bytes=2048)
    assert code_of(error) == "too_big"
    assert error.value.messages == ["This file is 2.9\xa0KB. At most 2.0\xa0KB is possible."]


def test_message_names_what_the_file_seems_to_be() -> None:
    with override("en"), pytest.raises(ValidationError) as error:
        check_image(upload(b"%PDF-1.7 brief"))
    assert error.value.messages == ["This looks like a PDF file. Possible are: GIF, JPEG, PNG, WEBP."]


@pytest.mark.parametrize(
    "name, safe",
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\fotos\\Mijn Straat!.JPG", "mijn-straat.jpg"),
        ("<script>.jpg", "script.jpg"),
        ("🚲.jpg", "bestand.jpg"),
        ("", "bestand.jpg"),
        ("x" * 300 + ".jpg", "x" * 60 + ".jpg"),
        ("foto.jpg.exe", "fotojpg.jpg"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert check_image(upload(picture(), name)).name == safe


def test_logo_as_svg_is_refused_with_a_way_out() -> None:
    for content in (b"<svg/>", b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", b"<!DOCTYPE svg><svg/>"):
        with override("en"), pytest.raises(ValidationError, match="Export the logo as PNG"):
            check_logo(upload(content, "logo.svg"))


def test_logo_keeps_what_is_see_through() -> None:
    logo = opened(check_logo(upload(picture("PNG", (1600, 400), "RGBA", colour=(0, 0, 0, 0)), "logo.png")))
    assert (logo.format, logo.size, logo.mode) == ("PNG", (800, 200), "RGBA")


# --- Documents --------------------------------------------------------------------------------------------------------------

ODT = zipped(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"<x/>"})


@pytest.mark.parametrize(
    "content, name, extension",
    [
        (b"%PDF-1.7\n%%EOF", "Begroting 2026.pdf", ".pdf"),
        (office("word/"), "plan.docx", ".docx"),
        (office("xl/"), "begroting.xlsx", ".xlsx"),
        (office("ppt/"), "verhaal.pptx", ".pptx"),
        (office("word/"), "verkeerde-naam.pdf", ".docx"),  # the bytes decide
        (ODT, "plan.odt", ".odt"),
        (b"Gewone tekst met \xc3\xa9", "brief.txt", ".txt"),
        (b"Windows-tekst met \xe9 en \x80", "brief.txt", ".txt"),
        (b"naam;bedrag\r\nBank;900", "kosten.CSV", ".csv"),
    ],
)
def test_documents_are_known_by_their_bytes(content: bytes, name: str, extension: str) -> None:
    checked = check_document(upload(content, name))
    assert checked.extension == extension
    assert checked.name.endswith(extension)
    assert checked.mime_type == uploads.DOCUMENT_TYPES[extension]
    assert checked.file.read() == content


def test_picture_among_documents_is_drawn_anew() -> None:
    exif = Image.Exif()
    exif[EXIF_MAKER] = "Geheime Camera"
    checked = check_document(upload(picture(exif=exif), "bijlage.jpeg"))
    assert (checked.extension, checked.mime_type, checked.name) == (".jpg", "image/jpeg", "bijlage.jpg")
    assert b"Geheime" not in checked.file.read()


@pytest.mark.parametrize(
    "content, name, code",
    [
        (b"", "leeg.pdf", "empty"),
        (b"MZ\x90\x00programma", "brief.pdf", "wrong_type"),
        (b"#!/bin/sh\nrm -rf /", "brief.txt", "wrong_type"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "brief.txt", "wrong_type"),
        (b"  <html>", "brief.csv", "wrong_type"),
        (b"<?xml version='1.0'?>", "brief.txt", "wrong_type"),
        (b"{\\rtf1 brief}", "brief.txt", "wrong_type"),
        (b"tekst \x00 tekst", "brief.txt", "wrong_type"),
        (b"tekst \x81\x8d", "brief.txt", "wrong_type"),
        (zipped(**{"virus.exe": b"MZ"}), "plan.docx", "wrong_type"),
        (zipped(mimetype=b"application/java-archive"), "plan.odt", "wrong_type"),
        (b"PK\x03\x04kapot", "plan.docx", "broken"),
        (office("word/")[:-30], "plan.docx", "broken"),
        (office("word/", word__vbaProject__bin=b"x", **{"word/vbaProject.bin": b"x"}), "plan.docx", "macros"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "oud.doc", "wrong_type"),
    ],
)
def test_what_is_no_allowed_document_is_refused(content: bytes, name: str, code: str) -> None:
    with pytest.raises(ValidationError) as error:
        check_document(upload(content, name))
    assert code_of(error) == code
    assert error.value.messages[0]


def test_office_file_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "UNPACKED_BYTES", 1_000_000)
    with pytest.raises(ValidationError) as error:
        check_document(upload(office("word/", bom=b"\0" * 2_000_000), "plan.docx"))
    assert code_of(error) == "too_big"


def test_list_of_kinds_can_be_shorter() -> None:
    with pytest.raises(ValidationError) as error:
        check_document(upload(b"tekst", "brief.txt"), extensions=[".pdf"])
    assert code_of(error) == "wrong_type"
    assert "PDF" in error.value.messages[0]


def test_limits_are_told_beforehand() -> None:
    with override("en"):
        assert image_help() == "A JPEG, PNG, WebP or GIF picture of at most 10.0\xa0MB."
        assert document_help(extensions=[".pdf", ".docx"]) == "DOCX, PDF, at most 20.0\xa0MB."
