"""Letters to the initiators: written in plain words when a step is taken, kept as they were sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from foundation.core.wording import short_day
from foundation.municipalities.queries import mail_language
from initiatives.enums import CompetentBody, LetterKind, Outcome
from initiatives.models import Decision, Initiative, Letter


def write(
    initiative: Initiative,
    kind: LetterKind,
    *,
    subject: str,
    paragraphs: list[str],
    day: date,
    by: Any,
    signed_as: str = "",
) -> Letter:
    """Keep a letter, in the caller's transaction. Empty paragraphs are left out; ``signed_as``: else who wrote it, and the municipality."""
    return Letter.objects.create(
        initiative=initiative,
        kind=kind,
        dated_on=day,
        subject=subject[:200],
        paragraphs=[text for text in paragraphs if text.strip()],
        signed_as=signed_as or _signature(initiative, by),
        by=by,
    )


def additions(initiative: Initiative, *, reason: str, until: date, day: date, by: Any) -> Letter:
    """What is missing, until when, and that the term stands still (Awb 4:5 and 4:15)."""
    with _language(initiative):
        return write(
            initiative,
            LetterKind.ADDITIONS,
            subject=_("We need something more for “%(title)s”") % {"title": initiative.title},
            paragraphs=[
                _("You handed in the plan “%(title)s”. We can't assess it yet, because something is missing:")
                % {"title": initiative.title},
                reason,
                _("Send us this on %(day)s at the latest. You can do that on the page of your plan.")
                % {"day": short_day(until)},
                _(
                    "Until then the time in which we must decide stands still (article 4:15 of the General Administrative Law "
                    "Act). If we receive nothing, we may decide not to treat your plan (article 4:5)."
                ),
            ],
            day=day,
            by=by,
        )


def extension(initiative: Initiative, *, reason: str, due: date, day: date, by: Any) -> Letter:
    """More time, why, and the new last day (Awb 4:14)."""
    with _language(initiative):
        return write(
            initiative,
            LetterKind.EXTENSION,
            subject=_("We need more time for “%(title)s”") % {"title": initiative.title},
            paragraphs=[
                _("We can't decide on your plan “%(title)s” within the time we have for it. This is why:")
                % {"title": initiative.title},
                reason,
                _(
                    "You hear our decision on %(day)s at the latest (article 4:14 of the General Administrative Law Act)."
                )
                % {"day": short_day(due)},
            ],
            day=day,
            by=by,
        )


def forwarded(initiative: Initiative, *, reason: str, day: date, by: Any) -> Letter:
    """Who decides, when that is not who the plan was sent to."""
    with _language(initiative):
        body = CompetentBody(initiative.competent_body).label
        return write(
            initiative,
            LetterKind.FORWARDED,
            subject=_("Who decides on “%(title)s”") % {"title": initiative.title},
            paragraphs=[
                _("The decision on your plan “%(title)s” is not ours to take. We have sent it on to %(body)s.")
                % {"title": initiative.title, "body": body},
                reason,
                _("You don't have to do anything. Your contact at the town hall stays the same."),
            ],
            day=day,
            by=by,
        )


def decision(initiative: Initiative, taken: Decision, *, by: Any) -> Letter:
    """The decision, its reasons and how to object, the plain sentence first and the article behind it."""
    with _language(initiative):
        body = str(CompetentBody(taken.body).label)
        said = {
            Outcome.AGREED: _("%(body)s agrees to your plan “%(title)s”."),
            Outcome.AGREED_PARTLY: _("%(body)s agrees to your plan “%(title)s”, with conditions."),
            Outcome.REFUSED: _("%(body)s does not agree to your plan “%(title)s”."),
            Outcome.NOT_TREATED: _("%(body)s does not treat your plan “%(title)s”, because it is not complete."),
        }[Outcome(taken.outcome)]
        grounds = [str(ground.get("text", "")) for ground in taken.grounds]
        return write(
            initiative,
            LetterKind.DECISION,
            subject=_("Decision on “%(title)s”") % {"title": initiative.title},
            paragraphs=[
                said % {"body": body[:1].upper() + body[1:], "title": initiative.title},
                _("The reasons:"),
                taken.reasons,
                *([_("By the by-law this counts:"), *grounds] if grounds else []),
                *([_("The conditions:"), taken.conditions] if taken.conditions else []),
                _("The decision was taken on %(day)s.") % {"day": short_day(taken.decided_on)},
                objection_clause(taken),
            ],
            day=taken.notified_on,
            by=by,
            signed_as=_on_behalf(taken, by),
        )


def reconsidered(initiative: Initiative, *, reason: str, due: date | None, day: date, by: Any) -> Letter:
    """The decision is looked at again (Awb 7:11)."""
    with _language(initiative):
        return write(
            initiative,
            LetterKind.RECONSIDERED,
            subject=_("We look at “%(title)s” again") % {"title": initiative.title},
            paragraphs=[
                _("We look at our decision on “%(title)s” again. This is why:") % {"title": initiative.title},
                reason,
                _("You hear the new decision on %(day)s at the latest.") % {"day": short_day(due)} if due else "",
            ],
            day=day,
            by=by,
        )


def objection_clause(taken: Decision) -> str:
    """How to object, to whom and until when (Awb 3:45, 6:4, 6:5 and 6:7)."""
    return _(
        "Do you disagree? Then you can object. Send a letter to %(body)s of %(municipality)s, on %(day)s at the latest. Write in it: "
        "your name and address, the date, which decision you object to, and why. Sign the letter. Objecting costs nothing "
        "(articles 6:4 to 6:7 of the General Administrative Law Act)."
    ) % {
        "body": CompetentBody(taken.body).in_full,
        "municipality": taken.initiative.municipality,
        "day": short_day(taken.objection_until),
    }


def _on_behalf(taken: Decision, by: Any) -> str:
    """Who signs a decision says on whose behalf (Awb 10:10)."""
    told = _("On behalf of %(body)s of %(municipality)s") % {
        "body": CompetentBody(taken.body).in_full,
        "municipality": taken.initiative.municipality,
    }
    return f"{told}, {by}" if by is not None else told


def _signature(initiative: Initiative, by: Any) -> str:
    name = str(by) if by is not None else ""
    return ", ".join(part for part in (name, str(initiative.municipality)) if part)


def _language(initiative: Initiative) -> Any:
    """The municipality writes in its own form of Dutch, whatever the language of who pressed the button."""
    return translation.override(mail_language(initiative.municipality_id))
