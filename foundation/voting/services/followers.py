"""Telling readers of newsletters without an account that a vote has opened, so that it does not stay among the people who
were there already.

One short newsletter per vote, on the road of all newsletters: it goes to who confirmed that they follow the municipality or
a neighbourhood of the vote, ends with one click, is taken over from a killed worker and counts what came back. Its link to
the vote is the same for everybody: nothing in it tells who came by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy

from foundation.core.text import plain
from foundation.municipalities.queries import mail_language
from foundation.municipalities.services import newsletters
from foundation.voting.queries import followers as queries

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from foundation.municipalities.models import Newsletter
    from foundation.voting.models import Ballot


def tell_opened(ballot: Ballot) -> Newsletter | None:
    """Plan the newsletter about a vote that opens, in the caller's transaction; None when nobody would get it."""
    subject, intro = gettext_lazy("You can vote: %(title)s"), "voting/mail/followers_opened.txt"
    return _announce(ballot, queries.source(ballot), subject, intro)


def tell_cancelled(ballot: Ballot) -> Newsletter | None:
    """After a cancellation: take back what was not sent yet, else tell the same readers, in the caller's transaction."""
    if not ballot.opened_at or newsletters.take_back(source=queries.source(ballot)):
        return None
    subject, intro = gettext_lazy("The vote does not go ahead: %(title)s"), "voting/mail/followers_cancelled.txt"
    return _announce(ballot, f"{queries.source(ballot)}/cancelled", subject, intro)


def _announce(ballot: Ballot, source: str, subject: StrOrPromise, intro: str) -> Newsletter | None:
    chosen = queries.audiences(ballot)
    if not chosen:
        return None
    with translation.override(mail_language(ballot.municipality_id)):
        return newsletters.announce(
            municipality=ballot.municipality,
            source=source,
            subject=str(subject) % {"title": ballot.title},
            intro=render_to_string(intro, {"ballot": ballot}).strip(),
            items=[{"title": ballot.title, "text": plain(ballot.question), "url": ballot.get_absolute_url()}],
            audiences=chosen,
        )
