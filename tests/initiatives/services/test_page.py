"""What a team puts on its page: pictures without a place, documents that are what they say, sums in cents, the team."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from foundation.core import clock
from foundation.notifications.models import Message
from initiatives.enums import BudgetKind, InitiativeState, TeamRole
from initiatives.errors import InitiativeError, Stale, WrongMoment
from initiatives.models import BudgetLine, Picture, TeamInvitation
from initiatives.queries import extras
from initiatives.services import lines, team
from tests.factories.accounts import UserFactory
from tests.factories.initiatives import TeamMemberFactory, in_state, submitted

pytestmark = pytest.mark.django_db


def photo(name: str = "tuin.jpg", colour: str = "green") -> SimpleUploadedFile:
    """A photo that says it was taken at 51.8 north."""
    target = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (51.0, 48.0, 0.0)
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (60, 40), colour).save(target, "JPEG", exif=exif)
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


def test_pictures_lose_where_they_were_taken_and_the_first_stands_on_the_card() -> None:
    user = UserFactory()
    initiative = submitted(by=user)
    assert Image.open(photo()).getexif().get_ifd(0x8825)
    first = lines.add_picture(initiative=initiative, by=user, image=photo(), alt="De tuin")
    second = lines.add_picture(initiative=initiative, by=user, image=photo(colour="red"), alt="De schuur")
    with first.image.open() as file, Image.open(file) as stored:
        assert not stored.getexif().get_ifd(0x8825)
    assert "tuin" not in first.image.name
    lines.move_picture(picture=second, by=user, up=True)
    initiative.refresh_from_db()
    assert (initiative.picture.name, initiative.picture_alt) == (second.image.name, "De schuur")
    lines.remove(line=Picture.objects.get(pk=second.pk), by=user)
    initiative.refresh_from_db()
    assert initiative.picture_alt == "De tuin"


def test_a_program_in_disguise_is_no_document_and_no_picture() -> None:
    user = UserFactory()
    initiative = submitted(by=user)
    evil = SimpleUploadedFile("plan.pdf", b"MZ\x90\x00" + b"\x00" * 200)
    with pytest.raises(ValidationError):
        lines.add_document(initiative=initiative, by=user, title="Plan", file=evil, is_public=True)
    with pytest.raises(ValidationError):
        lines.add_picture(initiative=initiative, by=user, image=evil, alt="Plan")
    with pytest.raises(ValidationError):
        lines.add_picture(initiative=initiative, by=user, image=photo(), alt="")


def test_budget_adds_up_in_cents() -> None:
    user = UserFactory()
    initiative = submitted(by=user)
    for kind, cents in (("cost", 10), ("cost", 20), ("own", 5), ("other", 7), ("asked", 11)):
        lines.add_budget_line(initiative=initiative, by=user, kind=kind, label="Iets", amount_cents=cents)
    budget = extras.budget(initiative)
    assert (budget.cost_cents, budget.income_cents, budget.gap_cents) == (30, 23, 7)
    assert [total for _label, _lines, total in budget.groups] == [30, 5, 7, 11]
    assert budget.chart is not None
    assert [row[0] for row in budget.chart.rows][-1] == budget.chart.rows[-1][0]
    with pytest.raises(ValidationError):
        lines.add_budget_line(initiative=initiative, by=user, kind="cost", label="Niets", amount_cents=0)


def test_budget_is_fixed_while_the_municipality_assesses_it() -> None:
    user = UserFactory()
    initiative = in_state(InitiativeState.IN_ASSESSMENT, by=user)
    with pytest.raises(WrongMoment):
        lines.add_budget_line(initiative=initiative, by=user, kind="cost", label="Hek", amount_cents=100)


def test_two_editors_of_one_line() -> None:
    user, colleague = UserFactory(), UserFactory()
    initiative = submitted(by=user)
    TeamMemberFactory(initiative=initiative, user=colleague)
    line = lines.add_budget_line(initiative=initiative, by=user, kind=BudgetKind.COST, label="Hek", amount_cents=100)
    lines.change(line=line, by=colleague, version=line.version, amount_cents=200)
    with pytest.raises(Stale):
        lines.change(line=line, by=user, version=1, amount_cents=300)
    assert BudgetLine.objects.get().amount_cents == 200
    lines.remove(line=line, by=colleague)
    with pytest.raises(Stale):
        lines.change(line=line, by=user, version=2, amount_cents=300)


def test_strangers_put_nothing_on_the_page() -> None:
    initiative = submitted()
    for add in (
        lambda by: lines.add_news(initiative=initiative, by=by, title="Nee", text="Nee"),
        lambda by: lines.add_milestone(initiative=initiative, by=by, title="Nee", day=clock.today()),
        lambda by: lines.add_picture(initiative=initiative, by=by, image=photo(), alt="Nee"),
    ):
        with pytest.raises(PermissionDenied):
            add(UserFactory())


def test_invited_by_mail_joins_once_and_the_link_is_kept_nowhere_else() -> None:
    user, friend = UserFactory(), UserFactory()
    initiative = submitted(by=user)
    team.invite(initiative=initiative, email="Buur@Example.nl", role=TeamRole.MEMBER, by=user)
    token = Message.objects.get(kind="initiatives.team_invitation").url.split("/")[-2]
    found = team.find_invitation(token)
    assert found is not None
    assert found.email == "buur@example.nl"
    assert token not in str(found.__dict__)
    member = team.join(invitation=found, by=friend, name_is_public=False)
    assert (member.role, member.is_public) == (TeamRole.MEMBER, False)
    assert friend.has_perm("initiatives.edit", initiative)
    assert {host.user_id for host in _hosts(initiative)} <= {user.pk, friend.pk}
    assert team.find_invitation(token) is None
    with pytest.raises(InitiativeError):
        team.join(invitation=found, by=UserFactory(), name_is_public=False)


def _hosts(initiative: object) -> list[object]:
    conversation = getattr(initiative, "conversation", None)
    return list(conversation.thread.hosts.all()) if conversation else []


def test_an_invitation_runs_out() -> None:
    user = UserFactory()
    initiative = submitted(by=user)
    team.invite(initiative=initiative, email="buur@example.nl", role=TeamRole.MEMBER, by=user)
    token = Message.objects.get(kind="initiatives.team_invitation").url.split("/")[-2]
    with time_machine.travel(clock.now() + team.VALID_FOR + timedelta(minutes=1)):
        assert team.find_invitation(token) is None
    assert TeamInvitation.objects.count() == 1


def test_the_last_initiator_stays() -> None:
    user, friend = UserFactory(), UserFactory()
    initiative = submitted(by=user)
    own = initiative.team.get()
    member = TeamMemberFactory(initiative=initiative, user=friend, role=TeamRole.MEMBER)
    with pytest.raises(InitiativeError):
        team.leave(member=own, by=user)
    with pytest.raises(InitiativeError):
        team.change_member(member=own, by=user, role=TeamRole.MEMBER)
    with pytest.raises(PermissionDenied):
        team.leave(member=own, by=friend)
    team.change_member(member=member, by=user, role=TeamRole.INITIATOR)
    team.leave(member=own, by=user)
    assert initiative.team.get().user == friend
    assert not user.has_perm("initiatives.edit", initiative)


def test_whether_a_name_is_shown_is_for_the_person_alone() -> None:
    user, friend = UserFactory(), UserFactory()
    initiative = submitted(by=user)
    member = TeamMemberFactory(initiative=initiative, user=friend, role=TeamRole.MEMBER, is_public=False)
    team.change_member(member=member, by=user, is_public=True, task="Penningmeester")
    member.refresh_from_db()
    assert (member.is_public, member.task) == (False, "Penningmeester")
