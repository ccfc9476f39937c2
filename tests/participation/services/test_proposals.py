"""A proposal in the hands of its makers, checked by the municipality, supported once per person."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from PIL import Image

from foundation.core import clock
from foundation.discussion.enums import ThreadKind
from foundation.notifications.models import Message
from participation import personal_proposals
from participation.enums import PhaseKind
from participation.enums_proposals import TRANSITIONS, ProposalState
from participation.errors import ParticipationError, Stale, WrongMoment
from participation.models import Process, Proposal, ProposalSupport
from participation.services import feasibility, makers, mergers, proposals
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import SectorFactory, civil_servant
from tests.factories.participation import open_phase
from tests.factories.proposals import draft, gathering, judged, submitted

pytestmark = pytest.mark.django_db
_S = ProposalState


def over(process: Process) -> Process:
    """The phases that are open have just ended."""
    process.phases.update(closes_at=timezone.now() - timedelta(minutes=1))
    return Process.objects.get(pk=process.pk)


def test_a_draft_is_of_its_makers_until_it_is_handed_in_and_then_has_support_a_version_and_a_discussion() -> None:
    process, resident, key = gathering(), UserFactory(), uuid.uuid4()
    made = draft(process, resident, key=key)
    assert draft(process, resident, key=key).pk == made.pk
    assert not Proposal.objects.public().exists()
    sent = proposals.submit(proposal=made, by=resident, version=made.version)
    assert proposals.submit(proposal=made, by=resident).version == sent.version
    assert sent.supporters_total == 1
    assert [version.number for version in sent.versions.all()] == [1]
    assert sent.thread is not None
    assert sent.thread.kind == ThreadKind.FOR_AGAINST
    assert list(Proposal.objects.public()) == [sent]


def test_handing_in_asks_for_a_whole_proposal_in_an_open_phase() -> None:
    process, resident = gathering(), UserFactory()
    with pytest.raises(ParticipationError):
        proposals.submit(proposal=draft(process, resident, text=""), by=resident)
    made = draft(process, resident)
    with pytest.raises(PermissionDenied):
        proposals.submit(proposal=made, by=UserFactory())
    over(process)
    with pytest.raises(WrongMoment):
        proposals.submit(proposal=made, by=resident)
    with pytest.raises(WrongMoment):
        draft(Process.objects.get(), resident)


def test_changing_keeps_a_version_renames_the_discussion_and_notices_two_windows() -> None:
    resident = UserFactory()
    made = submitted(gathering(), resident)
    changed = proposals.change(proposal=made, by=resident, version=made.version, title="Meer lampen")
    with pytest.raises(Stale):
        proposals.change(proposal=made, by=resident, version=made.version, title="Minder lampen")
    assert [version.title for version in changed.versions.all()] == ["Meer lampen", "Lampen op het plein"]
    changed.thread.refresh_from_db()
    assert changed.thread.title == "Meer lampen"
    with pytest.raises(ValidationError):
        proposals.change(proposal=changed, by=resident, version=None, text="x" * 10_001)
    with pytest.raises(ParticipationError):
        proposals.change(proposal=changed, by=resident, version=None, text="")


def test_a_picture_is_drawn_anew_without_its_place_and_needs_words() -> None:
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Dordrecht"
    Image.new("RGB", (60, 40), "red").save(data, "JPEG", exif=exif)
    file = SimpleUploadedFile("plein.jpg", data.getvalue())
    process, resident = gathering(), UserFactory()
    with pytest.raises(ValidationError):
        draft(process, resident, picture=file)
    made = draft(process, resident, picture=file, picture_alt="Het plein")
    with made.picture.open("rb") as stored, Image.open(stored) as drawn:
        assert not dict(drawn.getexif())
    assert "plein" not in made.picture.name
    without = proposals.change(proposal=made, by=resident, version=None, remove_picture=True)
    assert (without.picture.name, without.picture_alt) == ("", "")


def test_the_database_allows_no_state_beside_the_table() -> None:
    made = submitted(gathering())
    for new in set(ProposalState.values) - set(TRANSITIONS.table[_S.SUBMITTED]) - {_S.SUBMITTED, _S.DRAFT}:
        with pytest.raises(DatabaseError), transaction.atomic():
            Proposal.objects.filter(pk=made.pk).update(state=new)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_support_counts_once_per_person_and_stops_with_the_proposal() -> None:
    process, neighbour = gathering(), UserFactory()
    made = submitted(process)
    for _ in range(3):
        proposals.support(proposal=made, by=neighbour)
    made.refresh_from_db()
    assert made.supporters_total == 2
    proposals.take_back(proposal=made, by=neighbour)
    proposals.withdraw(proposal=made, by=made.author, reason="Verhuisd")
    with pytest.raises(WrongMoment):
        proposals.support(proposal=made, by=neighbour)
    assert ProposalSupport.objects.count() == 1
    other = submitted(process)
    over(process)
    with pytest.raises(WrongMoment):
        proposals.support(proposal=Proposal.objects.get(pk=other.pk), by=neighbour)


def test_makers_join_by_a_link_that_works_once_and_the_last_one_stays() -> None:
    made, friend = submitted(gathering()), UserFactory()
    owner = made.author
    makers.invite(proposal=made, email="Friend@Example.org", by=owner)
    message = Message.objects.get(kind="participation.maker_invitation")
    token = message.url.rstrip("/").rsplit("/", 1)[-1]
    invitation = makers.find_invitation(token)
    assert invitation is not None
    makers.join(invitation=invitation, by=friend, name_is_public=True)
    assert makers.find_invitation(token) is None
    with pytest.raises(ParticipationError):
        makers.join(invitation=invitation, by=UserFactory(), name_is_public=True)
    proposals.change(proposal=made, by=friend, version=None, title="Samen")
    makers.leave(proposal=made, by=owner)
    with pytest.raises(ParticipationError):
        makers.leave(proposal=made, by=friend)
    made.refresh_from_db()
    assert made.author == friend


def test_a_verdict_is_told_once_with_its_cost_and_a_later_one_replaces_it() -> None:
    process = gathering()
    servant = civil_servant(process.municipality)
    made = submitted(process)
    feasibility.judge(
        proposal=made,
        by=servant,
        verdict=_S.NOT_FEASIBLE,
        reasons="De grond is niet van ons.",
        version=made.version,
        marks=[{"point": "Mag het?", "mark": "no", "note": "Nee"}],
        cost_cents=900_000,
    )
    with pytest.raises(Stale):
        feasibility.judge(proposal=made, by=servant, verdict=_S.FEASIBLE, reasons="Kan", version=made.version)
    made.refresh_from_db()
    assert (made.state, made.municipal_cost_cents, made.answer_outcome) == (_S.NOT_FEASIBLE, 900_000, "not_adopted")
    feasibility.judge(proposal=made, by=servant, verdict=_S.FEASIBLE, reasons="Toch wel", version=made.version)
    made.refresh_from_db()
    assert (made.state, made.answer_outcome, made.answer) == (_S.FEASIBLE, "", "")
    assert Message.objects.filter(kind="participation.proposal_judged", recipient=made.author).count() == 2
    with pytest.raises(ParticipationError):
        feasibility.judge(proposal=made, by=servant, verdict=_S.FEASIBLE, reasons=" ", version=None)
    with pytest.raises(PermissionDenied):
        feasibility.judge(proposal=made, by=made.author, verdict=_S.FEASIBLE, reasons="Ja", version=None)


def test_makers_adapt_when_asked_until_the_day_and_hand_it_in_again() -> None:
    process = gathering()
    servant = civil_servant(process.municipality)
    made = submitted(process)
    with pytest.raises(ParticipationError):
        feasibility.judge(proposal=made, by=servant, verdict=_S.IF_CHANGED, reasons="Kleiner", version=None)
    day = clock.today() + timedelta(days=7)
    feasibility.judge(proposal=made, by=servant, verdict=_S.IF_CHANGED, reasons="Kleiner", version=None, adapt_by=day)
    over(process)
    open_phase(process, PhaseKind.FEASIBILITY)
    made = Proposal.objects.get()
    changed = proposals.change(proposal=made, by=made.author, version=made.version, title="Drie lampen")
    again = proposals.submit(proposal=changed, by=made.author)
    assert (again.state, again.adapt_by) == (_S.IN_CHECK, None)
    assert Message.objects.filter(kind="participation.proposal_adapted", recipient=servant).count() == 1
    with pytest.raises(WrongMoment):
        proposals.change(proposal=again, by=made.author, version=None, title="Twee lampen")


def test_the_day_to_adapt_passes() -> None:
    process = gathering()
    servant = civil_servant(process.municipality)
    made = submitted(process)
    feasibility.judge(
        proposal=made, by=servant, verdict=_S.IF_CHANGED, reasons="Kleiner", version=None, adapt_by=clock.today()
    )
    Proposal.objects.update(adapt_by=clock.today() - timedelta(days=1))
    with pytest.raises(WrongMoment):
        proposals.change(proposal=made, by=made.author, version=None, title="Te laat")


def test_bulk_assigning_takes_up_what_was_handed_in_and_passes_over_what_is_elsewhere() -> None:
    process = gathering()
    servant, colleague = civil_servant(process.municipality), civil_servant(process.municipality)
    one, two, elsewhere = submitted(process), submitted(process), submitted(gathering())
    sector = SectorFactory(municipality=process.municipality)
    ids = [one.pk, two.pk, elsewhere.pk]
    assert feasibility.assign(process=process, ids=ids, by=servant, handler=colleague, sector=sector) == 2
    assert feasibility.assign(process=process, ids=ids, by=servant, handler=colleague) == 0
    assert set(Proposal.objects.filter(handler=colleague).values_list("state", flat=True)) == {_S.IN_CHECK}
    assert Message.objects.filter(kind="participation.proposals_assigned", recipient=colleague).count() == 1
    with pytest.raises(ParticipationError):
        feasibility.assign(process=process, ids=ids, by=servant, handler=UserFactory())


def test_the_points_of_the_check_are_a_list_of_the_process() -> None:
    process = gathering()
    servant = civil_servant(process.municipality)
    made = feasibility.set_points(
        process=process, by=servant, points=["Mag het?", " ", "Mag het?", "Kan het?"], version=0
    )
    assert made.points == ["Mag het?", "Kan het?"]
    with pytest.raises(Stale):
        feasibility.set_points(process=process, by=servant, points=["Iets"], version=0)
    with pytest.raises(ParticipationError):
        feasibility.set_points(process=process, by=servant, points=[""], version=1)


def test_hiding_takes_the_discussion_along() -> None:
    process = gathering()
    servant = civil_servant(process.municipality)
    made = judged(process, _S.FEASIBLE, staff=servant)
    proposals.hide(proposal=made, by=servant, reason="Scheldt")
    made.thread.refresh_from_db()
    assert made.thread.audience == "staff"
    assert not Proposal.objects.public().exists()
    proposals.show(proposal=made, by=servant, reason="Toch niet")
    assert Proposal.objects.public().exists()


def test_erasing_a_maker_frees_plans_to_merge_and_leaves_the_proposal_without_a_name() -> None:
    process = gathering()
    servant = civil_servant(process.municipality)
    a, b = submitted(process), submitted(process)
    mine = draft(process, a.author, title="Concept")
    merger = mergers.propose(process=process, by=servant, sources=[a], target=b, reason="Samen")
    mergers.respond(merger=merger, by=b.author, agrees=True)
    exported = personal_proposals.export(a.author)
    assert {row["voorstel"] for row in exported["meegemaakt"]} == {a.title, mine.title}
    with transaction.atomic():
        personal_proposals.erase(a.author)
    merger.refresh_from_db()
    a.refresh_from_db()
    assert (merger.state, a.state) == ("done", _S.MERGED)
    assert not Proposal.objects.filter(pk=mine.pk).exists()
    assert not ProposalSupport.objects.filter(user=a.author_id).exists()
