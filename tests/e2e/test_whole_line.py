"""The whole line with real processes: a real Amsterdam file, two browsers, the clock, the worker, the recount."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from config import embedded, run
from tests.faults.portal import ROOT, Portal, end_at_once

pytestmark = pytest.mark.faults


@pytest.fixture
def portal() -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="aanzet-line-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        (Path(folder) / "static").mkdir()
        portal = Portal(Path(folder))
        portal.environment["TWO_FACTOR_FOR_STAFF"] = "false"
        # The clock as it is, but for how often it lets votes be closed and counted: each minute is what the test waited for.
        hasty = {**portal.environment, "DJANGO_SETTINGS_MODULE": "tests.e2e.hasty_clock"}
        beat = run.Part("beat", run.beat(), hasty, Path(folder) / "beat.log")
        try:
            portal.start()
            beat.start()
            yield portal
        finally:
            end_at_once(beat)
            portal.stop()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).first.click()
    page.wait_for_load_state()


def test_from_an_amsterdam_file_to_a_recount(
    portal: Portal, browser: Browser, shared_data: Path, tmp_path: Path
) -> None:
    arranged = json.loads(portal.python("-m", "tests.faults.arrange_line").splitlines()[-1])
    base = f"http://127.0.0.1:{portal.port}"

    def someone(who: str | None = None) -> Page:
        context = browser.new_context(locale="nl-NL")
        if who is not None:
            name = arranged["session_name"]
            context.add_cookies([{"name": name, "value": arranged["cookies"][who], "url": base}])
        return context.new_page()

    # A civil servant makes a vote from the file, and opens it.
    officer = someone("officer")
    officer.goto(f"{base}/waterstad/beheer/stemmingen/nieuw/")
    officer.fill("input[name=title]", "West begroot")
    officer.fill("textarea[name=question]", "Waar besteden we het geld van de buurt aan?")
    press(officer, "ga verder")
    officer.goto(officer.url + "bestand/")
    officer.set_input_files("input[type=file]", shared_data / "pabulib" / "Netherlands_Amsterdam_643.pb")
    officer.locator("form:has(input[type=file]) button[type=submit]").first.click()
    officer.locator("button[value=overnemen]").click()
    press(officer, "ga verder")
    press(officer, "ga verder")  # the rules: the budget of the file, within the budget, equal shares
    now = datetime.now(ZoneInfo("Europe/Amsterdam"))
    officer.fill("input[name=opens_at]", (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    officer.fill("input[name=closes_at]", (now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"))
    press(officer, "ga verder")
    officer.locator("button[value=aankondigen]").click()
    officer.locator("button[value=openen]").click()
    officer.wait_for_load_state()
    vote_page = f"{base}/waterstad/stemmingen/west-begroot/"

    # Two residents vote in browsers of their own.
    codes = []
    for who in ("first", "second"):
        page = someone(who)
        page.goto(vote_page)
        page.get_by_role("link", name="Stem nu").click()
        page.locator(".choice__label").first.click()
        press(page, "Controleer je stem")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.inner_text("main"))
        assert found
        codes.append(found[0].replace("-", ""))
        page.context.close()

    # Three days go by; the first visitor closes the ballot, and at its next turn the clock lets the worker count it.
    with psycopg.connect(embedded.database_url(portal.var), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE voting_ballot SET opens_at = now() - interval '3 days', closes_at = now() - interval '1 minute'"
        )
    visitor = someone()
    visitor.goto(vote_page)
    assert "gesloten" in visitor.inner_text("main")
    deadline = time.monotonic() + 100
    while not portal.rows("SELECT 1 FROM voting_count") and time.monotonic() < deadline:
        time.sleep(0.3)
    assert portal.rows("SELECT count(*) FROM voting_count") == [(1,)]

    # Somebody else establishes the result; then it is published and counted again from the published file.
    colleague = someone("colleague")
    colleague.goto(f"{base}/waterstad/beheer/stemmingen/west-begroot/")
    colleague.locator("button[value=vaststellen]").click()
    colleague.locator("button[value=publiceren]").click()
    colleague.wait_for_load_state()
    visitor.goto(vote_page + "uitslag/")
    assert "2 mensen hebben gestemd" in visitor.inner_text("main")
    with visitor.expect_download() as download:
        visitor.locator("a[href$='.pb']").first.click()
    published = tmp_path / "west-begroot.pb"
    download.value.save_as(published)
    assert all(code in published.read_text() for code in codes)
    recount = [sys.executable, "manage.py", "recount"]
    done = subprocess.run([*recount, str(published)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

    # And a file in which one vote was changed is found out.
    lines = published.read_text().splitlines()
    changed = tmp_path / "changed.pb"
    changed.write_text("\n".join(lines[:-1]) + "\n")
    done = subprocess.run([*recount, str(changed)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    for page in (officer, colleague, visitor):
        page.context.close()
