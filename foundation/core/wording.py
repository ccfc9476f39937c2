"""How money, numbers, days and moments are written, in templates (as filters of the same name), mails and messages."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import clock

NBSP = "\u00a0"


def euro(cents: int | None) -> str:
    """Money from integer cents: "€ 4.500", and with cents only where there are any: "€ 4.500,50". None gives ""."""
    if cents is None:
        return ""
    whole = abs(cents) % 100 == 0
    amount = number_format(abs(cents) / 100, decimal_pos=0 if whole else 2, use_l10n=True, force_grouping=True)
    return f"{'-' if cents < 0 else ''}€{NBSP}{amount}"


def whole(number: int | None) -> str:
    """A whole number as readers write it: 12.345."""
    return "" if number is None else str(number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True))


def _local(moment: date | datetime) -> date | datetime:
    return moment.astimezone(clock.AMSTERDAM) if isinstance(moment, datetime) and moment.tzinfo else moment


def day(moment: date | datetime | None) -> str:
    """A date in full: "donderdag 12 maart 2026"."""
    return date_format(_local(moment), "l j F Y") if moment else ""


def short_day(moment: date | datetime | None) -> str:
    """A date for tables: "12 maart 2026"."""
    return date_format(_local(moment), "j F Y") if moment else ""


def moment(value: datetime | None) -> str:
    """A moment in full: "donderdag 12 maart 2026, 19.30 uur" (Amsterdam time)."""
    if not value:
        return ""
    local = _local(value)
    return _("%(day)s, %(time)s") % {"day": date_format(local, "l j F Y"), "time": date_format(local, "H.i")}


def short_moment(value: datetime | None) -> str:
    """A moment for tables: "12 maart 2026, 19.30 uur"."""
    if not value:
        return ""
    local = _local(value)
    return _("%(day)s, %(time)s") % {"day": date_format(local, "j F Y"), "time": date_format(local, "H.i")}


def relative(value: date | datetime, now: datetime | None = None) -> str:
    """How near a moment is ("vandaag", "over 3 dagen", "2 dagen geleden"); "" beyond thirty days."""
    now = now or clock.now()
    local = _local(value)
    on = local.date() if isinstance(local, datetime) else local
    days = (on - clock.today(now)).days
    if isinstance(value, datetime) and days == 0:
        minutes = int((value - now).total_seconds() // 60)
        if 0 <= minutes < 60:
            return ngettext("in %(n)d minute", "in %(n)d minutes", minutes) % {"n": minutes}
        if minutes >= 60:
            return ngettext("in %(n)d hour", "in %(n)d hours", minutes // 60) % {"n": minutes // 60}
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    if 1 < days <= 30:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    if -30 <= days < -1:
        return ngettext("%(n)d day ago", "%(n)d days ago", -days) % {"n": -days}
    return ""


def near(value: date | datetime | None) -> str:
    """A moment or day in full, with how near it is: "donderdag 12 maart 2026, 19.30 uur (over 3 dagen)"."""
    if not value:
        return ""
    full = moment(value) if isinstance(value, datetime) else day(value)
    how = relative(value)
    return f"{full} ({how.replace(' ', NBSP)})" if how else full


def how_near(value: date | datetime | None) -> str:
    """Only how near: "over 3 dagen"; "" beyond thirty days."""
    return relative(value) if value else ""
