"""Make the pictures of the README from a running demo: ``python docs/make_screenshots.py [http://127.0.0.1:8000]``.

Needs the environment of ``bin/test`` and a Chromium. Each picture is reduced to a palette, so that it stays under 150 kB.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from portal.demo.logins import LOGINS, PASSWORD
from tests.e2e.conftest import find_browser

HERE = Path(__file__).resolve().parent / "screenshots"
LARGEST = 150_000
WIDE: ViewportSize = {"width": 1280, "height": 800}
TALL: ViewportSize = {"width": 1280, "height": 1480}
PHONE: ViewportSize = {"width": 360, "height": 740}
# Name, kind of person or None for a reader, window, address, and the links to follow from there.
PICTURES: tuple[tuple[str, str | None, ViewportSize, str, tuple[str, ...]], ...] = (
    ("home", None, TALL, "/rivierdam/", ()),
    ("vote-phone", None, PHONE, "/rivierdam/", ("Bekijk de projecten en stem",)),
    ("result", None, WIDE, "/rivierdam/", ("Buurtbudget ", "Bekijk de uitslag")),
    ("today", "civil_servant", WIDE, "/rivierdam/beheer/", ()),
)


def main(base: str) -> None:
    HERE.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        for name, kind, window, address, links in PICTURES:
            page = browser.new_context(base_url=base, viewport=window, locale="nl-NL").new_page()
            if kind:
                _log_in(page, kind)
            page.goto(address)
            for link in links:
                page.get_by_role("link", name=link).last.click()
                page.wait_for_load_state()
            path = HERE / f"{name}.png"
            _save(page.screenshot(), path)
            sys.stdout.write(f"{path.name}: {path.stat().st_size // 1000} kB\n")
        browser.close()


def _log_in(page: Page, kind: str) -> None:
    person = next(person for person in LOGINS if person["kind"] == kind)
    page.goto("/account/login/")
    page.fill("input[name=login]", person["email"])
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)


def _save(png: bytes, path: Path) -> None:
    """With as many colours as fit in the limit."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < LARGEST:
            return
    raise SystemExit(f"{path.name} is larger than {LARGEST // 1000} kB")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
