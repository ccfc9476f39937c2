"""Threads and comments in every state, made through the services so that they are as real ones are."""

from __future__ import annotations

from typing import Any

from foundation.accounts.models import User
from foundation.discussion.enums import Action, ThreadKind
from foundation.discussion.models import Appeal, Comment, Decision, Thread
from foundation.discussion.services import appeals, comments, follows, moderation, reports, threads
from foundation.discussion.services import settings as settings_service
from foundation.discussion.services.moderation import Seen
from foundation.municipalities.models import Municipality
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, administrator, civil_servant


def thread(municipality: Municipality | None = None, **fields: Any) -> Thread:
    """An open thread of comments in a municipality of its own."""
    fields = {"title": "Moestuin aan de Singel", "by": None, **fields}
    return threads.open_thread(municipality=municipality or MunicipalityFactory(), **fields)


def debate(municipality: Municipality | None = None, **fields: Any) -> Thread:
    """A thread with sides."""
    return thread(municipality, kind=ThreadKind.FOR_AGAINST, **fields)


def questions(municipality: Municipality | None = None, **fields: Any) -> Thread:
    """A thread of questions and answers."""
    return thread(municipality, kind=ThreadKind.QUESTIONS, **fields)


def comment(under: Thread, by: User | None = None, text: str = "Een goed plan.", **fields: Any) -> Comment:
    """A comment as a resident writes it."""
    if under.has_sides and "parent" not in fields:
        fields.setdefault("side", "for")
    return comments.post(thread=under, by=by or UserFactory(), text=text, **fields)


def reply(to: Comment, by: User | None = None, text: str = "Mee eens.") -> Comment:
    return comments.post(thread=to.thread, by=by or UserFactory(), text=text, parent=to)


def follower(of: Thread, user: User | None = None) -> User:
    """Somebody who follows the thread."""
    user = user or UserFactory()
    follows.follow(thread=of, by=user)
    return user


def holding(municipality: Municipality, number: int = 1) -> Municipality:
    """The municipality checks so many first contributions."""
    settings_service.update_settings(municipality=municipality, by=administrator(municipality), hold_first=number)
    return municipality


def reported(under: Thread, text: str = "Wat een onzin.", reason: str = "insult", **fields: Any) -> Comment:
    """A comment that somebody reported."""
    made = comment(under, text=text, **fields)
    reports.report(comment=made, by=UserFactory(), reason=reason)
    made.refresh_from_db()
    return made


def decide(about: Comment, action: str = Action.HIDE, by: User | None = None, **fields: Any) -> Decision:
    """A decision of a moderator, with a reason where one is needed."""
    if action in (Action.HIDE, Action.RETURN):
        fields = {"reason": "insult", "explanation": "Blijf vriendelijk.", **fields}
    about = Comment.objects.get(pk=about.pk)
    by = by or civil_servant(about.thread.municipality)
    return moderation.decide(seen=Seen.of(about), by=by, action=action, **fields)


def hidden(under: Thread, **fields: Any) -> Comment:
    """A comment that a moderator hid."""
    made = comment(under, **fields)
    decide(made)
    return Comment.objects.get(pk=made.pk)


def appealed(under: Thread, **fields: Any) -> Appeal:
    """A hidden comment whose writer asked for a new look."""
    made = hidden(under, **fields)
    assert made.author is not None
    return appeals.make_appeal(comment=made, by=made.author, text="Ik bedoelde het anders.")
