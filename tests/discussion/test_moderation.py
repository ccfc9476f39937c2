"""Reports, decisions, the new look; who may, with which reason, and who hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from foundation.core import clock
from foundation.core.audit_sentences import sentence_of
from foundation.core.models import AuditEvent
from foundation.discussion.enums import MODERATION, Action, CommentState
from foundation.discussion.errors import AlreadyReported, ChangedMeanwhile, NotAllowed, WrongMoment
from foundation.discussion.models import Appeal, Comment, Decision, Thread
from foundation.discussion.queries.moderation import queue, waiting
from foundation.discussion.services import appeals, comments, moderation, reports
from foundation.discussion.services.moderation import Seen
from foundation.municipalities.enums import RoleKind
from foundation.notifications.models import Message
from tests.factories import discussion as talk
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, administrator, civil_servant

pytestmark = pytest.mark.django_db

WHY = {"reason": "insult", "explanation": "Blijf vriendelijk."}


def in_state(state: str, thread: Thread | None = None) -> Comment:
    """A comment in this state, reported once where it can be read."""
    if state == CommentState.HELD:
        thread = thread or talk.thread(talk.holding(MunicipalityFactory()))
        return talk.comment(thread)
    thread = thread or talk.thread()
    if state == CommentState.VISIBLE:
        return talk.reported(thread)
    made = talk.comment(thread)
    if state == CommentState.WITHDRAWN:
        return comments.withdraw(comment=made, by=made.author)
    talk.decide(made, Action.HIDE if state == CommentState.HIDDEN else Action.RETURN)
    return Comment.objects.get(pk=made.pk)


@pytest.mark.parametrize("state", CommentState.values)
@pytest.mark.parametrize("action", Action.values)
def test_every_action_in_every_state(state: str, action: str) -> None:
    made = in_state(state)
    states, new = MODERATION[Action(action)]
    if state in states:
        talk.decide(made, action)
        made.refresh_from_db()
        assert (made.state, made.waiting_since, made.open_reports) == (new, None, 0)
    else:
        with pytest.raises(WrongMoment):
            talk.decide(made, action)


@pytest.mark.parametrize(
    ("kind", "may"),
    [
        (RoleKind.CIVIL_SERVANT, True),
        (RoleKind.ADMINISTRATOR, True),
        (RoleKind.COUNCIL_MEMBER, False),
        (RoleKind.ALDERMAN, False),
        (None, False),
        ("elsewhere", False),
    ],
)
def test_who_moderates(kind: str | None, may: bool) -> None:
    made = talk.reported(talk.thread())
    municipality = made.thread.municipality
    by = (
        UserFactory()
        if kind is None
        else civil_servant(MunicipalityFactory())
        if kind == "elsewhere"
        else RoleFactory(municipality=municipality, kind=kind).user
    )
    if may:
        assert talk.decide(made, by=by).by == by
    else:
        with pytest.raises(PermissionDenied):
            talk.decide(made, by=by)


def test_nobody_decides_about_their_own_text() -> None:
    thread = talk.thread()
    moderator = civil_servant(thread.municipality)
    made = talk.reported(thread, by=moderator)
    with pytest.raises(NotAllowed):
        talk.decide(made, by=moderator)


@pytest.mark.parametrize("action", [Action.HIDE, Action.RETURN])
@pytest.mark.parametrize("why", [{"reason": ""}, {"explanation": " "}, {"reason": "zomaar"}])
def test_hiding_and_returning_need_a_reason(action: str, why: dict[str, str]) -> None:
    with pytest.raises(NotAllowed):
        talk.decide(talk.comment(talk.thread()), action, **{**WHY, **why})


def test_the_database_refuses_a_decision_without_reason_and_any_change_of_one() -> None:
    decision = talk.decide(talk.comment(talk.thread()))
    with pytest.raises(IntegrityError, match="moderation_with_reason"), transaction.atomic():
        Decision.objects.create(comment=decision.comment, action=Action.HIDE, version=1, by=decision.by)
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(explanation="Nooit gezegd")


def test_of_two_moderators_the_second_is_told() -> None:
    made = talk.reported(talk.thread())
    seen = Seen.of(made)
    moderation.decide(seen=seen, by=civil_servant(made.thread.municipality), action=Action.KEEP)
    with pytest.raises(ChangedMeanwhile):
        moderation.decide(seen=seen, by=civil_servant(made.thread.municipality), action=Action.HIDE, **WHY)

    made.refresh_from_db()
    assert made.is_visible


def test_a_text_changed_while_a_moderator_read_is_not_decided_about() -> None:
    made = talk.reported(talk.thread())
    seen = Seen.of(made)
    comments.edit(comment=made, by=made.author, text="Netjes.", seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        moderation.decide(seen=seen, by=civil_servant(made.thread.municipality), action=Action.HIDE, **WHY)


def test_several_at_once_pass_over_what_cannot_be_decided() -> None:
    thread = talk.thread()
    moderator = civil_servant(thread.municipality)
    rows = [talk.reported(thread, text=str(number)) for number in range(3)]
    seen = [Seen.of(row) for row in rows]
    comments.withdraw(comment=rows[1], by=rows[1].author)
    done = moderation.decide_many(seen=seen, by=moderator, action=Action.HIDE, **WHY)

    assert (done.decided, [number for number, _why in done.refused]) == (2, [rows[1].pk])


def test_a_report_is_once_per_person_and_not_about_oneself() -> None:
    made, neighbour = talk.comment(talk.thread()), UserFactory()
    reports.report(comment=made, by=neighbour, reason="spam")
    with pytest.raises(AlreadyReported):
        reports.report(comment=made, by=neighbour, reason="insult")
    with pytest.raises(NotAllowed):
        reports.report(comment=made, by=made.author, reason="spam")
    with pytest.raises(NotAllowed):
        reports.report(comment=made, by=UserFactory(), reason="other")
    with pytest.raises(WrongMoment):
        reports.report(comment=talk.hidden(talk.thread()), by=neighbour, reason="spam")


def test_who_hears_what() -> None:
    thread = talk.thread()
    moderator = civil_servant(thread.municipality)
    made = talk.reported(thread)
    reports.report(comment=made, by=UserFactory(), reason="spam")
    assert Message.objects.filter(kind="discussion.text_reported", recipient=moderator).count() == 1

    talk.decide(made, by=moderator)
    writer = Message.objects.get(kind="discussion.text_hidden")
    assert (writer.recipient, writer.context["explanation"]) == (made.author, "Blijf vriendelijk.")
    assert Message.objects.filter(kind="discussion.report_decided").count() == 2


def test_the_trail_tells_who_decided_without_the_text() -> None:
    made = talk.comment(talk.thread(), text="iets lelijks")
    talk.decide(made, by=civil_servant(made.thread.municipality, name="Fatma"))
    event = AuditEvent.objects.get(verb="discussion.comment_hidden")

    assert sentence_of(event) == f"Fatma heeft reactie {made.pk} verborgen: beledigt of bedreigt iemand."
    assert "lelijks" not in str(event.__dict__)


def test_a_returned_text_comes_back_cleaned_and_its_old_version_stays_closed() -> None:
    made = in_state(CommentState.RETURNED)
    cleaned = comments.edit(comment=made, by=made.author, text="Netjes.", seen_version=1)
    assert (cleaned.state, cleaned.public_from) == (CommentState.HELD, 2)

    talk.decide(cleaned, "approve")
    assert Comment.objects.get(pk=made.pk).public_from == 2


def test_a_new_look_is_given_by_somebody_else() -> None:
    appeal = talk.appealed(talk.thread())
    municipality = appeal.decision.comment.thread.municipality
    with pytest.raises(NotAllowed):
        appeals.decide_appeal(appeal=appeal, by=appeal.first_by, outcome="granted", explanation="Toch wel.")
    with pytest.raises(IntegrityError, match="appeal_decided_by_another"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(
            outcome="upheld", decided_by=appeal.first_by, decided_at=clock.now(), explanation="Ik"
        )
    with pytest.raises(PermissionDenied):
        appeals.decide_appeal(appeal=appeal, by=UserFactory(), outcome="granted", explanation="Toch wel.")

    appeals.decide_appeal(appeal=appeal, by=administrator(municipality), outcome="granted", explanation="Toch wel.")
    assert appeal.decision.comment.pk in Comment.objects.visible().values_list("pk", flat=True)
    assert Message.objects.get(kind="discussion.appeal_decided").context["explanation"] == "Toch wel."


def test_a_new_look_is_decided_once() -> None:
    appeal = talk.appealed(talk.thread())
    municipality = appeal.decision.comment.thread.municipality
    appeals.decide_appeal(appeal=appeal, by=civil_servant(municipality), outcome="upheld", explanation="Blijft zo.")
    with pytest.raises(WrongMoment):
        appeals.decide_appeal(appeal=appeal, by=civil_servant(municipality), outcome="granted", explanation="Toch.")


def test_a_new_look_is_asked_once_in_time_and_by_the_writer() -> None:
    appeal = talk.appealed(talk.thread())
    made = appeal.decision.comment
    with pytest.raises(WrongMoment):
        appeals.make_appeal(comment=made, by=made.author, text="Nog eens")
    other = talk.hidden(made.thread, text="Ander")
    with pytest.raises(NotAllowed):
        appeals.make_appeal(comment=other, by=UserFactory(), text="Voor een ander")
    late = clock.now() + timedelta(weeks=6, minutes=1)
    assert appeals.why_no_appeal(other, other.author, late) != ""
    assert appeals.why_no_appeal(other, other.author, late - timedelta(minutes=2)) == ""


def test_while_a_new_look_waits_the_decision_is_not_turned_back_by_the_way() -> None:
    appeal = talk.appealed(talk.thread())
    with pytest.raises(WrongMoment):
        talk.decide(appeal.decision.comment, Action.RESTORE)


def test_what_waits_is_counted_by_its_kind_and_says_what_is_late() -> None:
    municipality = MunicipalityFactory()
    thread = talk.thread(municipality)
    talk.reported(thread)
    talk.appealed(thread)
    talk.comment(talk.questions(municipality), text="Wanneer?")
    answered = talk.comment(talk.questions(municipality), text="Waar?")
    talk.reply(answered, civil_servant(municipality))
    talk.holding(municipality)
    talk.comment(thread, text="Nieuw hier")
    found = waiting(municipality, clock.now())

    assert (found.held, found.reported, found.appeals, found.questions, found.late) == (1, 1, 1, 1, 0)
    assert waiting(municipality, clock.now() + timedelta(days=3)).late == 3
    assert waiting(MunicipalityFactory(), clock.now()).total == 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"gemeld", "opnieuw"}),
        ({"work": "gemeld"}, {"gemeld"}),
        ({"work": "herbeoordeling"}, {"opnieuw"}),
        ({"work": "verborgen"}, {"verborgen", "opnieuw"}),
        ({"reason": "spam"}, {"gemeld"}),
        ({"search": "OPNIEUW"}, {"opnieuw"}),
    ],
)
def test_the_queue_filters(filters: dict[str, str], expected: set[str]) -> None:
    thread = talk.thread()
    talk.reported(thread, text="gemeld", reason="spam")
    talk.hidden(thread, text="verborgen")
    talk.appealed(thread, text="opnieuw")
    talk.comment(thread, text="gewoon")
    talk.reported(talk.thread(), text="elders")

    assert {row.text for row in queue(thread.municipality, **filters)} == expected
