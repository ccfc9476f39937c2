"""What to look at before a vote is announced and before it opens: in words, each with the page where it is mended.

Only what makes a fair vote impossible blocks (``readiness.missing``); the rest warns, for people know more than we do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.accounts.models import User
from foundation.core import health
from foundation.core.clock import AMSTERDAM
from foundation.core.context import url_or_empty
from foundation.core.models import AuditEvent
from foundation.core.wording import whole
from foundation.municipalities.enums import RoleKind, SetupStep
from foundation.notifications.queries import mail_stands_still
from foundation.voting import notifications
from foundation.voting.enums import BatchState, CodeState, Electorate, LetterLanguage
from foundation.voting.models import CodeBatch, Observer, Option, VotingCode
from foundation.voting.queries.readiness import missing
from foundation.voting.queries.wording import words_of

if TYPE_CHECKING:
    from foundation.voting.models import Ballot

SHORTEST = timedelta(days=7)
READ_ALONG = timedelta(days=1)
NIGHT_ENDS, EVENING_ENDS = 7, 23  # hours in Amsterdam


@dataclass(frozen=True)
class Check:
    """One line of the list. ``kind``: "block", "warn" or "ok"; ``url`` and ``action`` lead to where it is mended."""

    kind: str
    text: str
    url: str = ""
    action: str = ""


class _List:
    """Collects the lines of one ballot."""

    def __init__(self, ballot: Ballot) -> None:
        self.ballot, self.lines = ballot, list[Check]()

    def add(self, kind: str, text: str, page: str = "", action: str = "") -> None:
        url = url_or_empty(f"voting:{page}", self.ballot.municipality.slug, self.ballot.slug) if page else ""
        self.lines.append(Check(kind, text, url, (action or _("Change this")) if url else ""))

    def warn_or(self, wrong: bool, warning: str, fine: str, page: str = "", action: str = "") -> None:
        if wrong:
            self.add("warn", warning, page, action)
        elif fine:
            self.add("ok", fine)


def checklist(ballot: Ballot, now: datetime) -> list[Check]:
    """Every line, what blocks first, then what warns, then what is right."""
    found = _List(ballot)
    for step, text in missing(ballot, now):
        found.add("block", text, step)
    options = list(ballot.options.select_related("area"))
    _paper(found, options)
    _times(found, now)
    _voters(found)
    _people(found)
    _machinery(found, now)
    order = {"block": 0, "warn": 1, "ok": 2}
    return sorted(found.lines, key=lambda line: order[line.kind])


def _paper(found: _List, options: list[Option]) -> None:
    ballot = found.ballot
    if not options:
        return
    words = words_of(ballot)
    bare = sum(not option.text.strip() for option in options)
    total = len(options)
    if bare == total:
        found.add("warn", _("Nothing on the paper has an explanation. A voter sees titles only."), "projects")
    elif bare:
        text = ngettext("%(n)d of %(total)d has no explanation.", "%(n)d of %(total)d have no explanation.", bare)
        found.add("warn", f"{words.many}: {text % {'n': bare, 'total': total}}", "projects")
    else:
        found.add("ok", _("Everything on the paper has an explanation."))
    plain = sum(not option.picture for option in options)
    if 0 < plain < total:
        text = ngettext(
            "%(n)d of %(total)d has no picture. What has one draws more eyes.",
            "%(n)d of %(total)d have no picture. What has one draws more eyes.",
            plain,
        )
        found.add("warn", f"{words.many}: {text % {'n': plain, 'total': total}}", "pictures", _("Add pictures"))
    elif not plain:
        found.add("ok", _("Everything on the paper has a picture."))
    if any(option.picture and not option.picture_alt for option in options):
        found.add("warn", _("Say for each picture what it shows, for people who can't see it."), "pictures")
    if ballot.spends:
        _money(found, options)
    places = set(ballot.ballot_areas.values_list("area_id", flat=True))
    outside = [o for o in options if places and o.area and not places & {o.area_id, o.area.parent_id}]
    if outside:
        text = ngettext(
            "%(n)d project lies outside the neighbourhoods that vote.",
            "%(n)d projects lie outside the neighbourhoods that vote.",
            len(outside),
        )
        found.add("warn", text % {"n": len(outside)}, "who_and_when")


def _money(found: _List, options: list[Option]) -> None:
    budget = found.ballot.budget_cents or 0
    free = [option.title for option in options if not option.cost_cents]
    dear = [option.title for option in options if option.cost_cents > budget]
    if free:
        found.add("warn", _("Without a cost: %(titles)s.") % {"titles": _listed(free)}, "projects")
    if budget and dear and len(dear) < len(options):
        text = _("Dearer than the whole budget, so they can never win: %(titles)s.")
        found.add("warn", text % {"titles": _listed(dear)}, "projects")
    if budget and sum(option.cost_cents for option in options) <= budget:
        found.add("warn", _("All projects together fit in the budget: there is nothing to choose."), "rules")
    elif not free and not dear:
        found.add("ok", _("Costs and budget fit."))


def _listed(titles: list[str]) -> str:
    shown = ", ".join(f"“{title}”" for title in titles[:3])
    return shown if len(titles) <= 3 else _("%(titles)s and %(n)d more") % {"titles": shown, "n": len(titles) - 3}


def _times(found: _List, now: datetime) -> None:
    opens_at, closes_at = found.ballot.opens_at, found.ballot.closes_at
    if opens_at is None or closes_at is None:
        return
    wrong = False
    for at, text in (
        (opens_at, _("The vote opens at night (%(time)s). Is that what you mean?")),
        (closes_at, _("The vote closes at night (%(time)s). Is that what you mean?")),
    ):
        local = at.astimezone(AMSTERDAM)
        late = local.hour >= EVENING_ENDS and at == opens_at
        if (local.hour < NIGHT_ENDS and (local.hour, local.minute) != (0, 0)) or late:
            found.add("warn", text % {"time": f"{local:%H.%M}"}, "who_and_when")
            wrong = True
    if closes_at - opens_at < SHORTEST:
        found.add("warn", _("The vote lasts less than a week. Who is away for some days misses it."), "who_and_when")
        wrong = True
    if found.ballot.announced_at is None and opens_at < now:
        found.add("warn", _("The opening time has passed: the vote opens as soon as you announce it."), "who_and_when")
        wrong = True
    elif found.ballot.announced_at is None and opens_at - now < READ_ALONG:
        found.add("warn", _("Residents have less than a day to read along before it opens."), "who_and_when")
        wrong = True
    if not wrong:
        found.add("ok", _("The times leave enough room and lie by day."))


def _voters(found: _List) -> None:
    ballot = found.ballot
    if ballot.electorate == Electorate.CODES:
        _codes(found)
        return
    known = notifications.electorate(ballot).count()
    if known:
        text = ngettext(
            "%(n)s person with an account is told of this vote.",
            "%(n)s people with an account are told of this vote.",
            known,
        )
        found.add("ok", text % {"n": whole(known)})
    else:
        text = _("Nobody with an account may vote here yet: nobody gets a message. Tell it in other ways too.")
        found.add("warn", text, "who_and_when")
    if ballot.electorate == Electorate.RESIDENTS:
        paper = _("Only who has an account can vote. Let votes on paper count too, for who does not manage online.")
        found.warn_or(not ballot.takes_paper, paper, _("Votes on paper count too."), "who_and_when")


def _codes(found: _List) -> None:
    batches = list(CodeBatch.objects.filter(ballot=found.ballot).exclude(state=BatchState.BLOCKED))
    living = VotingCode.objects.filter(ballot=found.ballot, state=CodeState.ACTIVE).count()
    if not living:
        found.add("warn", _("There are no codes yet: without letters nobody can vote."), "codes", _("Make letters"))
    else:
        text = ngettext("%(n)s code can vote.", "%(n)s codes can vote.", living)
        found.add("ok", text % {"n": whole(living)})
    if any(batch.state in (BatchState.WAITING, BatchState.MAKING, BatchState.FAILED) for batch in batches):
        found.add("warn", _("Not all letters are ready."), "codes", _("Look at the letters"))
    if any(batch.state == BatchState.MADE for batch in batches):
        found.add("warn", _("Letters are ready but not printed yet."), "codes", _("Look at the letters"))
    if any(batch.language == LetterLanguage.ENGLISH for batch in batches):
        text = _("Some letters are in English. Put a few sentences of English in the explanation of the vote too.")
        found.add("warn", text, "basics")


def _people(found: _List) -> None:
    ballot = found.ballot
    if ballot.is_binding:
        able = User.objects.filter(
            roles__municipality=ballot.municipality, roles__kind__in=[RoleKind.CIVIL_SERVANT, RoleKind.ADMINISTRATOR]
        ).distinct()
        if able.count() < 2:
            text = _(
                "The result of a binding vote is established by somebody else than who announces it, but only one colleague "
                "may do that here. Invite a second one."
            )
            people = url_or_empty("municipalities:people", ballot.municipality.slug)
            found.lines.append(Check("warn", text, people, _("Invite a colleague") if people else ""))
        else:
            found.add("ok", _("There is a second person to establish the result."))
    settings = reverse("municipalities:settings_by_law", args=[ballot.municipality.slug])
    if SetupStep.BY_LAW in ballot.municipality.setup_steps:
        found.add("ok", _("The by-law of the municipality is filled in."))
    else:
        text = _("The by-law of the municipality is not filled in. Check that it allows this vote.")
        found.lines.append(Check("warn", text, settings, _("Fill in the by-law")))
    watched = Observer.objects.filter(ballot=ballot).exists()
    text = _("Nobody outside the municipality watches the public log. Ask one or two people to be observers.")
    found.warn_or(not watched, text, _("Observers get the heads of the log."), "observers", _("Ask observers"))
    rehearsed = AuditEvent.objects.about(ballot).filter(verb="voting.rehearsal_started").exists()
    text = _("The vote has not been rehearsed.")
    found.warn_or(not rehearsed, text, _("The vote has been rehearsed."), "rehearsal", _("Rehearse it"))


def _machinery(found: _List, now: datetime) -> None:
    troubles = health.troubles(now)
    for trouble in troubles:
        found.add("warn", f"{trouble.title}. {trouble.text}")
    if not troubles and mail_stands_still(now):
        found.add("warn", _("The mail server takes no mail: nobody hears of this vote."))
    elif not troubles:
        found.add("ok", _("The background work runs and mail goes out."))
