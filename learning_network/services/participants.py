"""The people of a municipality in a programme: asked by mail, in when they accepted the ground rules, out when they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.meetings.services import series as series_service
from learning_network import notifications, visibility
from learning_network.enums import INSIDE, ParticipantRole
from learning_network.errors import NetworkError, WrongMoment
from learning_network.models import Acceptance, Enrolment, GroundRules, Member, Participant
from learning_network.services import _moves, enrolments

if TYPE_CHECKING:
    from learning_network.models import Programme


def invite(
    *,
    enrolment: Enrolment,
    email: str,
    by: User,
    name: str = "",
    role: str = ParticipantRole.PARTICIPANT,
    function: str = "",
) -> Participant:
    """Ask somebody to take part for a municipality, by e-mail with a personal link; once per address.

    Raises:
        ValidationError: no address, or one that is on the list.
        WrongMoment: the municipality has not committed, or the programme does not run.
        PermissionDenied: neither of this municipality in this programme, nor running the programme.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    with transaction.atomic():
        row = _moves.locked_enrolment(enrolment.pk)
        _moves.need("learning_network.arrange_people", by, row)
        _moves.need_running(row.programme)
        if row.stage not in INSIDE:
            raise WrongMoment(_("First the municipality commits itself; then its people are invited."))
        there = row.participants.filter(email=address).first()
        if there is not None and there.left_at is None:
            raise ValidationError({"email": _("This address is on the list already.")})
        if there is not None:  # who left can be asked again
            there.left_at = there.joined_at = None
            there.name, there.role, there.function = name or there.name, role, function or there.function
            there.invited_at = clock.now()
            there.save()
            participant = there
        else:
            participant = Participant.objects.create(
                enrolment=row,
                email=address,
                name=name.strip(),
                role=role,
                function=function.strip(),
                invited_at=clock.now(),
            )
        audit.record("learning_network.participant_invited", participant, by=by, new={"municipality": str(row)})
        notifications.invite(participant, by=by)
    return participant


def accept(*, participant: Participant, rules: GroundRules, by: User, function: str = "") -> Participant:
    """Take part: the person behind the link says yes to the ground rules. A second time accepts a newer version.

    Args:
        rules: the version that was on the page.

    Raises:
        NetworkError: there are newer ground rules, or somebody else took this place.
        WrongMoment: the municipality is not in the programme (any more).
    """
    with transaction.atomic():
        row = _moves.locked_enrolment(participant.enrolment_id)
        person = Participant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
        _moves.need_running(row.programme)
        if row.stage not in INSIDE or person.left_at is not None:
            raise WrongMoment(_("This invitation is not valid any more."))
        if person.user_id not in (None, by.pk):
            raise NetworkError(_("Somebody else used this invitation. Ask for one of your own."))
        if rules.pk != newest_rules(row.programme).pk:
            raise NetworkError(_("The ground rules have just changed. Read them again, please."))
        if person.user_id is None and row.participants.filter(user=by).exists():
            raise NetworkError(_("You take part for this municipality already."))
        first_time = person.joined_at is None
        person.user = by
        person.joined_at = person.joined_at or clock.now()
        person.function = function.strip() or person.function
        person.save(update_fields=["user", "joined_at", "function"])
        Acceptance.objects.get_or_create(participant=person, rules=rules, defaults={"at": clock.now()})
        if first_time:
            member, new = Member.objects.get_or_create(
                user=by, defaults={"municipality": row.municipality, "function": person.function}
            )
            if not new and member.left_at is not None:
                member.left_at = None
                member.save(update_fields=["left_at"])
            enrolments.take_part(row, by=by)
            if row.programme.series is not None:
                series_service.add_members(series=row.programme.series, users=[by], by=None)
            audit.record("learning_network.participant_joined", person, by=by, new={"municipality": str(row)})
    visibility.forget(by)
    return person


def leave(*, participant: Participant, by: User) -> None:
    """End somebody's part: they themselves, a colleague who arranges the people, or who runs the programme.

    Raises:
        PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked_enrolment(participant.enrolment_id)
        person = Participant.objects.select_for_update(of=("self",)).select_related("user").get(pk=participant.pk)
        if person.user_id != by.pk:
            _moves.need("learning_network.arrange_people", by, row)
        if person.left_at is not None:
            return
        person.left_at = clock.now()
        person.save(update_fields=["left_at"])
        audit.record("learning_network.participant_left", person, by=by, new={"municipality": str(row)})
        if person.user is not None:
            visibility.forget(person.user)
            if row.programme.series is not None:
                enrolments.remove_from_sessions(row.programme, [person.user])
    visibility.forget(by)


def publish_rules(*, programme: Programme, text: str, by: User) -> GroundRules:
    """Publish a new version of the ground rules; every participant is asked to accept it.

    Raises:
        ValidationError: empty, or the same as before.
        PermissionDenied
    """
    wished = text.strip()
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, row)
        last = newest_rules(row)
        if not wished:
            raise ValidationError({"text": _("Write the ground rules.")})
        if wished == last.text:
            raise ValidationError({"text": _("These are the ground rules that hold now.")})
        rules = GroundRules(
            programme=row, number=last.number + 1, text=wished, published_by=by, published_at=clock.now()
        )
        rules.full_clean(exclude=["published_by"])
        rules.save()
        audit.record("learning_network.rules_published", row, by=by, new={"number": rules.number})
        notifications.tell_rules(rules)
    return rules


def newest_rules(programme: Programme) -> GroundRules:
    """The ground rules that hold now; every programme has had a first version from its beginning."""
    return programme.ground_rules.order_by("-number")[:1].get()


def invite_again(*, participant: Participant, by: User) -> None:
    """Send the mail once more, to who did not answer yet.

    Raises:
        WrongMoment: they are in, they left, or their municipality is not in (any more).
        PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked_enrolment(participant.enrolment_id)
        _moves.need("learning_network.arrange_people", by, row)
        _moves.need_running(row.programme)
        person = row.participants.select_for_update(of=("self",)).get(pk=participant.pk)
        if person.joined_at is not None or person.left_at is not None or row.stage not in INSIDE:
            raise WrongMoment(_("This invitation is not valid any more."))
        person.invited_at = clock.now()
        person.save(update_fields=["invited_at"])
        person.enrolment = row
        notifications.invite(person, by=by)
