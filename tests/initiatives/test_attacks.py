"""What strangers, half-rights and broken input must not get or break."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.models import AuditEvent
from foundation.discussion.models import Comment, Thread
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Sector
from foundation.municipalities.services.sectors import remove_sector
from foundation.notifications.models import Message
from initiatives import notifications, personal_data
from initiatives.enums import InitiativeKind, InitiativeState
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.imports import lines as import_lines
from initiatives.models import Draft, Initiative, Letter, News, Support
from initiatives.services import conversation, desk, drafts, initiatives, townhall, visibility
from tests.factories.accounts import UserFactory
from tests.factories.initiatives import TeamMemberFactory, draft, in_state, submitted
from tests.factories.municipalities import (
    MunicipalityFactory,
    RoleFactory,
    SectorFactory,
    administrator,
    civil_servant,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_key(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# --- Off the site and back ---------------------------------------------------------------------------------------------


def _pages(initiative: Initiative, thread: Thread, comment: Comment) -> list[str]:
    slug = initiative.municipality.slug
    return [
        initiative.get_absolute_url(),
        reverse("initiatives:feed", args=[slug, initiative.slug]),
        reverse("discussion:thread", args=[slug, thread.pk]),
        reverse("discussion:comment", args=[slug, comment.pk]),
    ]


def test_a_plan_is_taken_off_the_site_with_everything_of_it_and_comes_back(client: Client) -> None:
    initiative = submitted(title="Moestuin")
    slug = initiative.municipality.slug
    thread = conversation.open_for(initiative, by=None).thread
    comment = Comment.objects.create(thread=thread, author=UserFactory(), text="Mooi!", state="visible")
    servant = logged_in(civil_servant(initiative.municipality))
    hide = reverse("initiatives:case_hide", args=[slug, initiative.slug])
    assert (
        "Van de site halen" in servant.get(reverse("initiatives:case", args=[slug, initiative.slug])).content.decode()
    )
    assert servant.get(hide).status_code == 200
    assert client.get(initiative.get_absolute_url()).status_code == 200  # asking changes nothing
    assert servant.post(hide, {"reason": "Er staat een naam in.", "version": initiative.version}).status_code == 302
    assert [client.get(url).status_code for url in _pages(initiative, thread, comment)] == [404] * 4
    assert "Moestuin" not in client.get(reverse("initiatives:index", args=[slug])).content.decode()
    member = initiative.team.get().user
    page = logged_in(member).get(initiative.get_absolute_url()).content.decode()
    assert "van de site gehaald" in page
    assert "Er staat een naam in." in page
    assert Message.objects.get(recipient=member).context["reason"] == "Er staat een naam in."
    # A second person with the page of before is told.
    assert servant.post(hide, {"reason": "Nog eens", "version": initiative.version}).status_code == 422
    initiative.refresh_from_db()
    show = reverse("initiatives:case_show", args=[slug, initiative.slug])
    assert servant.post(show, {"reason": "De naam is weg.", "version": initiative.version}).status_code == 302
    assert [client.get(url).status_code for url in _pages(initiative, thread, comment)] == [200] * 4
    verbs = AuditEvent.objects.filter(verb__in=["initiatives.hidden", "initiatives.shown"]).values_list(
        "verb", "reason"
    )
    assert sorted(verbs) == [
        ("initiatives.hidden", "Er staat een naam in."),
        ("initiatives.shown", "De naam is weg."),
    ]


def test_hiding_asks_for_a_reason_a_role_here_and_the_right_moment() -> None:
    initiative = submitted()
    servant = civil_servant(initiative.municipality)
    with pytest.raises(InitiativeError):
        visibility.hide(initiative=initiative, reason=" ", by=servant)
    with pytest.raises(WrongMoment):
        visibility.show(initiative=initiative, reason="Terug", by=servant)
    with pytest.raises(WrongMoment):
        visibility.hide(initiative=draft(initiative.municipality), reason="Weg", by=servant)
    council = RoleFactory(municipality=initiative.municipality, kind=RoleKind.COUNCIL_MEMBER).user
    for stranger in (initiative.team.get().user, council, civil_servant(MunicipalityFactory()), UserFactory()):
        with pytest.raises(PermissionDenied):
            visibility.hide(initiative=initiative, reason="Weg", by=stranger)
    initiative.refresh_from_db()
    assert initiative.is_public


# --- Staff without a second key ----------------------------------------------------------------------------------------


def test_staff_without_a_second_key_reads_nothing_inside_by_the_doors_of_residents(settings: Any) -> None:
    initiative = in_state(InitiativeState.AGREED)
    slug = initiative.municipality.slug
    servant = logged_in(civil_servant(initiative.municipality))
    letter = Letter.objects.create(
        initiative=initiative, kind="decision", dated_on=date(2026, 1, 12), subject="Besluit", paragraphs=["Geheim"]
    )
    closed = initiative.documents.create(
        title="Offerte",
        file=ContentFile(b"x", name="x.txt"),
        name="x.txt",
        mime_type="text/plain",
        size=1,
        is_public=False,
    )
    urls = [
        reverse("initiatives:letter", args=[slug, initiative.slug, letter.pk]),
        reverse("initiatives:document", args=[slug, initiative.slug, closed.pk]),
    ]
    agreement = reverse("initiatives:agreement", args=[slug, initiative.slug])
    progress = reverse("initiatives:progress", args=[slug, initiative.slug])
    for url in urls:
        opened = servant.get(url)
        assert opened.status_code == 200
        assert b"".join(opened.streaming_content) if opened.streaming else opened.content
    settings.TWO_FACTOR_FOR_STAFF = True
    assert [servant.get(url).status_code for url in urls] == [404, 404]
    assert "Offerte" not in servant.get(initiative.get_absolute_url()).content.decode()
    for url in (agreement, progress):
        assert servant.get(url).headers["Location"].startswith(reverse("accounts:two_factor_needed"))


# --- Own interest, and filling pages -----------------------------------------------------------------------------------


def test_a_civil_servant_decides_nothing_about_a_plan_of_the_own_team() -> None:
    initiative = in_state(InitiativeState.IN_ASSESSMENT)
    servant = civil_servant(initiative.municipality)
    TeamMemberFactory(initiative=initiative, user=servant, role="member")
    today = timezone.localdate()
    fields = {"outcome": "agreed", "reasons": "Mooi plan.", "decided_on": today, "notified_on": today}
    with pytest.raises(InitiativeError):
        desk.decide(initiative=initiative, by=servant, **fields)
    initiative.refresh_from_db()
    assert initiative.state == InitiativeState.IN_ASSESSMENT
    desk.decide(initiative=initiative, by=civil_servant(initiative.municipality), **fields)


def test_many_changes_of_a_text_in_a_row_are_one_line_of_the_timeline(time_machine: Any) -> None:
    initiative = submitted()
    member = initiative.team.get().user
    for number in range(3):
        initiatives.change(initiative=initiative, by=member, version=None, summary=f"Kort {number}")
    assert initiative.timeline.filter(verb="changed").count() == 1
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    initiatives.change(initiative=initiative, by=member, version=None, summary="Later")
    assert initiative.timeline.filter(verb="changed").count() == 2


# --- Broken input ------------------------------------------------------------------------------------------------------


def test_a_nul_in_a_ticked_box_of_a_draft_breaks_nothing(client: Client) -> None:
    municipality = MunicipalityFactory()
    for kind, name, step, box in (
        ("care", "draft_step", "vraag", "asks"),
        (InitiativeKind.CHALLENGE, "challenge_step", "aanbod", "offers"),
    ):
        _draft, token = drafts.begin(municipality=municipality, kind=kind, by=None)
        url = reverse(f"initiatives:{name}", args=[municipality.slug, token, step])
        assert client.post(url, {box: ["money\x00", "x" * 9_000], "later": "1"}).status_code == 302
    assert not any("\x00" in code for row in Draft.objects.all() for code in row.data.get("asks", []))


def test_addresses_that_anybody_can_think_up_do_not_fill_the_memory(client: Client) -> None:
    initiative = submitted(kind="care")
    url = reverse("initiatives:index", args=[initiative.municipality.slug])
    for query, seconds in (("", 600), ("?soort=care&page=1", 600), ("?soort=", 600), ("?zoek=tuin", 30), ("?x=1", 30)):
        assert client.get(url + query).context["kept_seconds"] == seconds, query
    for query in ("?page=9999", "?soort=onzin", f"?soort=care&{'soort=care&' * 20}"):
        assert client.get(url + query).context["kept_seconds"] == 30, query


def test_numbers_of_thousands_of_figures_are_not_found() -> None:
    initiative = submitted()
    client = logged_in(initiative.team.get().user)
    url = reverse("initiatives:lines", args=[initiative.municipality.slug, initiative.slug, "planning"])
    for number in ("9" * 5_000, "9" * 30, "²", "-1", "0"):
        assert client.post(url, {"doe": "weg", "regel": number}).status_code == 404


def test_staff_searching_or_naming_with_a_nul_gets_a_page() -> None:
    municipality = MunicipalityFactory()
    client = logged_in(civil_servant(municipality))
    assert client.get(reverse("discussion:queue", args=[municipality.slug]), {"zoek": "a\x00b"}).status_code == 200
    view = reverse("initiatives:work_view", args=[municipality.slug])
    assert client.post(view, {"name": "a\x00b", "filter": ""}).status_code == 302
    assert client.post(view, {"weg": "a\x00b", "filter": ""}).status_code == 302
    assert (
        client.get(reverse("initiatives:work", args=[municipality.slug]), {"q": "\x00", "sector": "\x00"}).status_code
        == 200
    )


@pytest.mark.parametrize("address", ["http://[half", "javascript:alert(1)", "//evil.example", "https://", "http://a b"])
def test_an_address_in_an_import_that_is_none_is_left_out(address: str) -> None:
    line = import_lines.Line(2, "Moestuin")
    assert import_lines._address(address, import_lines.Known({}, set(), set()), line) == ""
    assert [code for code, _value in line.warnings] == ["url_unknown"]


def test_a_control_sign_in_a_title_does_not_break_the_feed(client: Client) -> None:
    initiative = submitted(title="Moes\x0btuin", summary="Sa\x01men")
    News.objects.create(initiative=initiative, title="Nie\x02uws", text="Te\x03kst \ufffe")
    response = client.get(reverse("initiatives:feed", args=[initiative.municipality.slug, initiative.slug]))
    assert response.status_code == 200
    assert "Moestuin" in response.content.decode()


def test_who_logs_in_on_the_way_to_supporting_comes_back_to_the_page_and_supports_nothing_unasked() -> None:
    initiative = submitted()
    client = logged_in(UserFactory())
    for name in ("support", "follow"):
        url = reverse(f"initiatives:{name}", args=[initiative.municipality.slug, initiative.slug])
        assert client.get(url).headers["Location"] == f"{initiative.get_absolute_url()}#steun"
    assert not Support.objects.exists()


# --- Elsewhere ---------------------------------------------------------------------------------------------------------


def test_ids_of_another_plan_or_municipality_are_not_found() -> None:
    mine, theirs = submitted(), submitted()
    me = mine.team.get().user
    client = logged_in(me)
    slug, other = mine.municipality.slug, theirs.team.get()
    news = News.objects.create(initiative=theirs, title="Van hen", text="…")
    closed = theirs.documents.create(
        title="Offerte",
        file=ContentFile(b"x", name="y.txt"),
        name="y.txt",
        mime_type="text/plain",
        size=1,
        is_public=False,
    )
    letter = Letter.objects.create(
        initiative=theirs, kind="decision", dated_on=date(2026, 1, 12), subject="Besluit", paragraphs=["Geheim"]
    )
    lines = reverse("initiatives:lines", args=[slug, mine.slug, "nieuws"])
    assert client.post(lines, {"doe": "weg", "regel": news.pk}).status_code == 404
    assert client.get(f"{lines}?regel={news.pk}").status_code == 404
    assert client.post(reverse("initiatives:leave", args=[slug, mine.slug, other.pk])).status_code == 404
    assert (
        client.post(reverse("initiatives:member", args=[slug, mine.slug, other.pk]), {"role": "member"}).status_code
        == 404
    )
    for place, plan in ((slug, mine.slug), (theirs.municipality.slug, theirs.slug), (slug, theirs.slug)):
        assert client.get(reverse("initiatives:document", args=[place, plan, closed.pk])).status_code == 404
        assert client.get(reverse("initiatives:letter", args=[place, plan, letter.pk])).status_code == 404
    assert News.objects.filter(pk=news.pk).exists()
    assert theirs.team.count() == 1


# --- Who left ----------------------------------------------------------------------------------------------------------


def test_a_contact_who_no_longer_works_here_hears_nothing_and_the_administrators_do() -> None:
    initiative = submitted()
    boss = administrator(initiative.municipality)
    gone = civil_servant(initiative.municipality)
    Initiative.objects.filter(pk=initiative.pk).update(handler=gone)
    initiative.refresh_from_db()
    assert notifications.responsible(initiative) == [gone]
    gone.roles.all().delete()
    assert notifications.responsible(initiative) == [boss]


def test_erasing_a_contact_leaves_the_plan_without_one_and_the_mailed_links_go() -> None:
    initiative = submitted()
    person = civil_servant(initiative.municipality)
    Initiative.objects.filter(pk=initiative.pk).update(handler=person)
    plan, token = drafts.begin(municipality=initiative.municipality, kind="care", by=person)
    drafts.mail_link(draft=plan, token=token, address="iemand@example.org")
    News.objects.create(initiative=initiative, title="Gezaaid", text="Het staat er.", by=person)
    assert personal_data.export(person)["nieuws"][0]["titel"] == "Gezaaid"
    personal_data.erase(person)
    initiative.refresh_from_db()
    assert initiative.handler is None
    assert not Message.objects.filter(kind="initiatives.draft_link").exists()


# Every column that points at a person, and why it is right. A new one asks for a decision here.
TOLD = "in the export, and erased or made nobody's"
WORK = "what somebody did in a role: the record stays, the account it points at has no name any more"
POINTERS = {
    "initiatives.draft.owner": TOLD,
    "initiatives.follow.user": TOLD,
    "initiatives.handsoffer.user": TOLD,
    "initiatives.handsrequest.asked_by": TOLD,
    "initiatives.news.by": TOLD,
    "initiatives.progress.by": TOLD,
    "initiatives.savedview.user": TOLD,
    "initiatives.support.user": TOLD,
    "initiatives.teammember.user": TOLD,
    "discussion.appeal.decided_by": WORK,
    "discussion.appeal.first_by": WORK,
    "discussion.comment.author": TOLD,
    "discussion.decision.by": WORK,
    "discussion.follow.user": TOLD,
    "discussion.mention.user": TOLD,
    "discussion.report.by": TOLD,
    "discussion.threadhost.user": TOLD,
    "initiatives.decision.by": WORK,
    "initiatives.document.by": WORK,
    "initiatives.escalation.asked_by": WORK,
    "initiatives.escalation.recipient": WORK,
    "initiatives.importrun.started_by": WORK,
    "initiatives.initiative.created_by": WORK,
    "initiatives.initiative.handler": WORK,
    "initiatives.internalnote.by": WORK,
    "initiatives.letter.by": WORK,
    "initiatives.picture.by": WORK,
    "initiatives.requirementcheck.by": WORK,
    "initiatives.sectorview.answered_by": WORK,
    "initiatives.sectorview.asked_by": WORK,
    "initiatives.addedvalue.by": WORK,
    "initiatives.teaminvitation.invited_by": WORK,
    "initiatives.termevent.by": WORK,
}


def test_every_column_that_points_at_a_person_was_thought_about() -> None:
    found = {
        f"{relation.related_model._meta.label_lower}.{relation.field.name}"
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and relation.related_model._meta.app_label in ("initiatives", "discussion")
    }
    assert found == set(POINTERS)


# --- A sector with a record --------------------------------------------------------------------------------------------


def test_a_sector_that_gave_its_view_is_not_removed_with_it() -> None:
    initiative = submitted()
    boss = administrator(initiative.municipality)
    sector = SectorFactory(municipality=initiative.municipality)
    free = SectorFactory(municipality=initiative.municipality)
    Initiative.objects.filter(pk=initiative.pk).update(sector=free)
    tomorrow = timezone.localdate() + timedelta(days=1)
    townhall.ask_sectors(initiative=initiative, sectors=[sector], answer_by=tomorrow, by=boss)
    with pytest.raises(ValidationError):
        remove_sector(sector=sector, by=boss)
    assert initiative.sector_views.count() == 1
    townhall.save_risk(initiative=initiative, by=boss, title="Water", likelihood=2, impact=2, owners=[free])
    with pytest.raises(ValidationError):
        remove_sector(sector=free, by=boss)
    initiative.risks.all().delete()
    remove_sector(sector=free, by=boss)  # that a plan lay with it does not hold it
    assert not Sector.objects.filter(pk=free.pk).exists()
    initiative.refresh_from_db()
    assert initiative.sector is None
