"""What this app keeps of a person: for their export, and for erasing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.personal_data import register_eraser, register_exporter
from foundation.core import clock
from foundation.meetings.models import ActionPoint, Attendee, FeedKey, Meeting, Member, Minutes
from foundation.meetings.services import _locks, registration

if TYPE_CHECKING:
    from foundation.accounts.models import User


def export(user: User) -> dict[str, Any]:
    """Own places and answers, whom one signed up, series, tasks and action points."""
    rows = Attendee.objects.select_related("meeting__series__municipality").order_by("pk")
    led = Meeting.objects.filter(Q(chair=user) | Q(note_taker=user)).order_by("pk")
    return {
        "bijeenkomsten": [
            {
                "titel": row.meeting.title,
                "gemeente": row.meeting.municipality.name if row.meeting.municipality else "",
                "begint op": row.meeting.starts_at,
                "stand": row.get_state_display(),
                "nodig om mee te doen": row.needs,
                "was aanwezig": row.came,
            }
            for row in rows.filter(user=user)
        ],
        "door jou aangemeld": [
            {"titel": row.meeting.title, "naam": row.name, "e-mail": row.email, "instemming": row.consent_at}
            for row in rows.filter(brought_by=user)
        ],
        "reeksen": list(Member.objects.filter(user=user).order_by("pk").values("series__title", "since")),
        "voorzitter of notulist van": list(led.values("title", "starts_at")),
        "actiepunten": list(ActionPoint.objects.filter(owner=user).order_by("pk").values("text", "due_on", "state")),
        "eigen agenda-adres sinds": [key.made_at for key in FeedKey.objects.filter(user=user)],
    }


def erase(user: User) -> None:
    """Places and lists go (the next in line moves up); what was decided and promised stays, without the name."""
    now = clock.now()
    rows = Attendee.objects.filter(user=user).order_by("meeting_id", "pk")
    for meeting_id in list(rows.values_list("meeting_id", flat=True)):
        meeting = _locks.locked(meeting_id)
        meeting.attendees.filter(user=user).delete()
        meeting.refresh_from_db(fields=["going_count"])
        registration.move_up(meeting)
    # Whom they signed up keep their place; who has no address can't be reached any more.
    Attendee.objects.filter(brought_by=user, meeting__ends_at__lt=now, user=None).delete()
    Attendee.objects.filter(brought_by=user).update(brought_by=None)
    Member.objects.filter(user=user).delete()
    FeedKey.objects.filter(user=user).delete()
    Minutes.objects.filter(changed_by=user).update(changed_by=None)
    ActionPoint.objects.filter(owner=user).update(owner=None, owner_name="–")
    Meeting.objects.filter(chair=user).update(chair=None)
    Meeting.objects.filter(note_taker=user).update(note_taker=None)


def register() -> None:
    register_exporter("bijeenkomsten", export)
    register_eraser(
        erase,
        erases=_(
            "Your places at meetings, invitations, what you need to be able to take part, and your calendar address."
        ),
        keeps=_(
            "Minutes, decisions and action points stay: they are the record of the meeting. Action points stay without your name."
        ),
    )
