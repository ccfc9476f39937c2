"""Messages about discussions. None holds the text of a comment or a name: what is hidden or erased later can't leak."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.discussion.enums import NEED_REASON, Action, Outcome, ThreadKind
from foundation.discussion.queries import access, participants
from foundation.notifications.kinds import Kind, Topic, register, register_topic
from foundation.notifications.services import notify

if TYPE_CHECKING:
    from foundation.discussion.models import Appeal, Comment, Decision

DISCUSSION = register_topic(
    Topic(
        "discussion",
        _("Discussions"),
        _("New comments where you follow along, replies to you, and decisions about your texts."),
    )
)
MODERATION = register_topic(
    Topic(
        "moderation",
        _("Looking after discussions"),
        _("For staff: texts that were reported or wait for a check."),
        for_all=False,
    )
)


def _kind(body: str, label: Any, subject: Any, action: Any, topic: Topic = DISCUSSION, **more: Any) -> Kind:
    return register(
        Kind(
            code=f"discussion.{PurePosixPath(body).stem}",
            topic=topic.code,
            name=label,
            subject=subject,
            body=body,
            action=action,
            **more,
        )
    )


COMMENT_POSTED = _kind(
    "discussion/mail/comment_posted.txt", _("A new comment"), _("New in: %(title)s"), _("Read the comment")
)
REPLIED = _kind(
    "discussion/mail/replied.txt", _("A reply to you"), _("Somebody replied to you: %(title)s"), _("Read the reply")
)
ANSWERED = _kind(
    "discussion/mail/answered.txt",
    _("Your question was answered"),
    _("Your question was answered: %(title)s"),
    _("Read the answer"),
)
MENTIONED = _kind(
    "discussion/mail/mentioned.txt", _("Somebody named you"), _("Somebody named you: %(title)s"), _("Read the comment")
)
QUESTION_ASKED = _kind(
    "discussion/mail/question_asked.txt",
    _("A question for you"),
    _("A question for you: %(title)s"),
    _("Read and answer"),
)
# People can't do without these: they say why, and until when a new look can be asked.
TEXT_HIDDEN = _kind(
    "discussion/mail/text_hidden.txt",
    _("Your text was hidden"),
    _("Your text was hidden: %(title)s"),
    _("Read what you can do"),
    switchable=False,
)
TEXT_RETURNED = _kind(
    "discussion/mail/text_returned.txt",
    _("Your text was returned"),
    _("Change your text, please: %(title)s"),
    _("Change your text"),
    switchable=False,
)
TEXT_SHOWN = _kind(
    "discussion/mail/text_shown.txt",
    _("Your text can be read"),
    _("Your text can be read: %(title)s"),
    _("Go to your text"),
)
APPEAL_DECIDED = _kind(
    "discussion/mail/appeal_decided.txt",
    _("A new look was taken at your text"),
    _("We looked again at your text: %(title)s"),
    _("Read the outcome"),
    switchable=False,
)
REPORT_DECIDED = _kind(
    "discussion/mail/report_decided.txt",
    _("Your report was dealt with"),
    _("Your report was dealt with: %(title)s"),
    _("Go to the discussion"),
)
TEXT_HELD = _kind(
    "discussion/mail/text_held.txt",
    _("A text waits for a check"),
    _("Waits for a check: %(title)s"),
    _("Look at the text"),
    MODERATION,
)
TEXT_REPORTED = _kind(
    "discussion/mail/text_reported.txt",
    _("A text was reported"),
    _("Reported: %(title)s"),
    _("Look at the text"),
    MODERATION,
)
APPEAL_MADE = _kind(
    "discussion/mail/appeal_made.txt",
    _("A new look was asked"),
    _("A new look was asked: %(title)s"),
    _("Look at the request"),
    MODERATION,
)


def tell_published(comment: Comment) -> None:
    """To everybody whom a new comment concerns; each person gets one message, the one that says most."""
    told = {comment.author_id} | tell_mentioned(comment)
    parent = comment.parent
    if parent is not None and parent.author_id not in told and parent.author_id is not None:
        writer = participants.readers(comment.thread, User.objects.filter(pk=parent.author_id))
        told |= _send(ANSWERED if comment.is_answer else REPLIED, comment, writer, "posted")
    if parent is None and comment.thread.kind == ThreadKind.QUESTIONS:
        told |= _send(
            QUESTION_ASKED, comment, participants.hosts(comment.thread).exclude(pk__in=_known(told)), "posted"
        )
    _send(COMMENT_POSTED, comment, participants.followers(comment.thread).exclude(pk__in=_known(told)), "posted")


def tell_mentioned(comment: Comment) -> set[int | None]:
    """To people named with @; the outbox knows who was told before, so a changed text tells only who is new in it."""
    named = User.objects.filter(mentions__comment=comment).exclude(pk__in=_known([comment.author_id]))
    return _send(MENTIONED, comment, participants.readers(comment.thread, named), "mentioned")


def tell_held(comment: Comment) -> None:
    people = participants.moderators(comment.thread.municipality).exclude(pk__in=_known([comment.author_id]))
    _send(TEXT_HELD, comment, people, f"held-{comment.version}", url=_desk(comment))


def tell_reported(comment: Comment) -> None:
    """To the moderators, once for all reports that wait for one decision."""
    people = participants.moderators(comment.thread.municipality).exclude(pk__in=_known([comment.author_id]))
    _send(TEXT_REPORTED, comment, people, f"reported-{comment.last_decision_id or 0}", url=_desk(comment))


def tell_decided(decision: Decision) -> None:
    """To the writer: what was decided, why, and what they can do. That a report led to nothing is not theirs to know."""
    comment = decision.comment
    if comment.author is None or decision.action == Action.KEEP:
        return
    kind = {Action.HIDE: TEXT_HIDDEN, Action.RETURN: TEXT_RETURNED}.get(Action(decision.action), TEXT_SHOWN)
    more: dict[str, Any] = {"explanation": decision.explanation}
    if decision.action in NEED_REASON:
        more |= {
            "reason": decision.reason,
            "weeks": access.settings_of(comment.thread.municipality).appeal_weeks,
        }
    url = _mine(comment) if decision.action in NEED_REASON else comment.get_absolute_url()
    _send(kind, comment, [comment.author], f"decision-{decision.pk}", url=url, **more)


def tell_reporters(decision: Decision, reporters: Iterable[User]) -> None:
    hidden = decision.action in NEED_REASON
    thread = decision.comment.thread
    _send(
        REPORT_DECIDED,
        decision.comment,
        reporters,
        f"decision-{decision.pk}",
        url=thread.get_absolute_url(),
        hidden=hidden,
    )


def tell_appeal_made(appeal: Appeal, comment: Comment) -> None:
    """To the moderators who may decide it: not the one of the first decision."""
    people = participants.moderators(comment.thread.municipality).exclude(pk=appeal.first_by_id)
    _send(
        APPEAL_MADE,
        comment,
        people.exclude(pk__in=_known([comment.author_id])),
        f"appeal-{appeal.pk}",
        url=_desk(comment),
    )


def tell_appeal_decided(appeal: Appeal, comment: Comment) -> None:
    if comment.author is None:
        return
    granted = appeal.outcome == Outcome.GRANTED
    _send(
        APPEAL_DECIDED,
        comment,
        [comment.author],
        f"appeal-{appeal.pk}",
        url=comment.get_absolute_url() if granted else _mine(comment),
        granted=granted,
        explanation=appeal.explanation,
    )


def _known(told: Iterable[int | None]) -> list[int]:
    return [pk for pk in told if pk is not None]


def _desk(comment: Comment) -> str:
    return reverse("discussion:case", args=[comment.thread.municipality.slug, comment.pk])


def _mine(comment: Comment) -> str:
    return reverse("discussion:appeal", args=[comment.thread.municipality.slug, comment.pk])


def _send(
    kind: Kind, comment: Comment, recipients: Iterable[User], moment: str, url: str = "", **more: Any
) -> set[int | None]:
    people = list(recipients)
    if people:
        notify(
            kind=kind,
            recipients=people,
            about=f"discussion.comment:{comment.pk}",
            moment=moment,
            context={"title": comment.thread.title, **more},
            url=url or comment.get_absolute_url(),
            municipality=comment.thread.municipality,
        )
    return {user.pk for user in people}
