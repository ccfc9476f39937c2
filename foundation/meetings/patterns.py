"""The addresses that every series has, under its municipality or under the installation."""

from __future__ import annotations

from django.urls import URLPattern, path

from foundation.meetings.views import calendars, leading, public, staff


def pages() -> list[URLPattern]:
    """What people read and do, and what who leads does."""
    return [
        path("reeks/<int:series_id>/", public.series, name="series"),
        path("reeks/<int:series_id>/agenda.ics", calendars.series_feed, name="series_feed"),
        path("reeks/<int:series_id>/notulen/", public.series_minutes, name="series_minutes"),
        path("<int:meeting_id>/", public.detail, name="detail"),
        path("<int:meeting_id>/aanmelden/", public.sign_up, name="sign_up"),
        path("<int:meeting_id>/ander-aanmelden/", public.sign_up_other, name="sign_up_other"),
        path("<int:meeting_id>/afmelden/", public.withdraw, name="withdraw"),
        path("<int:meeting_id>/agenda.ics", calendars.file, name="file"),
        path("<int:meeting_id>/stuk/<int:document_id>/", public.attachment, name="attachment"),
        path("<int:meeting_id>/programma/", leading.agenda, name="agenda"),
        path("<int:meeting_id>/aanwezig/", leading.attendance, name="attendance"),
        path("<int:meeting_id>/aanwezig/lijst/", leading.attendance_print, name="attendance_print"),
        path("<int:meeting_id>/gehouden/", leading.held, name="held"),
        path("<int:meeting_id>/notulen/", leading.minutes, name="minutes"),
        path("<int:meeting_id>/notulen.pdf", leading.minutes_pdf, name="minutes_pdf"),
        path("<int:meeting_id>/notulen/schrijven/", leading.minutes_write, name="minutes_write"),
        path("<int:meeting_id>/notulen/publiceren/", leading.minutes_publish, name="minutes_publish"),
        path("<int:meeting_id>/actiepunt/", leading.action_point, name="action_point"),
    ]


def back_office() -> list[URLPattern]:
    """What who organises does."""
    return [
        path("reeks/<int:series_id>/", staff.manage_series, name="manage_series"),
        path("reeks/<int:series_id>/wijzigen/", staff.change_series, name="change_series"),
        path("reeks/<int:series_id>/nieuw/", staff.plan_one, name="plan_one"),
        path("reeks/<int:series_id>/plannen/", staff.plan_many, name="plan_many"),
        path("reeks/<int:series_id>/deelnemers/", staff.members, name="members"),
        path("<int:meeting_id>/", staff.manage, name="manage"),
        path("<int:meeting_id>/wijzigen/", staff.change, name="change"),
        path("<int:meeting_id>/verplaatsen/", staff.move, name="move"),
        path("<int:meeting_id>/afgelasten/", staff.cancel, name="cancel"),
        path("<int:meeting_id>/uitnodigen/", staff.invite, name="invite"),
    ]
