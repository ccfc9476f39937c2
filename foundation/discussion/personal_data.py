"""What this app keeps of a person: for their export, and for erasing them.

Texts go with the account (AVG art. 17): what people write about their street says who they are, also without their name, and
nothing obliges a municipality to keep it. The place stays where others replied, so that their words stay understandable. What
somebody wrote in a role (an answer of the team or the municipality) is the record of what the municipality or team said: it
stays, without the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from foundation.accounts.personal_data import register_eraser, register_exporter
from foundation.discussion.enums import CommentState
from foundation.discussion.models import Appeal, Comment, Follow, Mention, Report, ThreadHost
from foundation.discussion.services._locks import count_again, locked_comment
from foundation.discussion.services.comments import empty

if TYPE_CHECKING:
    from foundation.accounts.models import User


def export(user: User) -> dict[str, Any]:
    """Own texts with every version, reports and requests that they made, and what they follow."""
    comments = (
        Comment.objects.filter(author=user)
        .select_related("thread", "thread__municipality")
        .prefetch_related("versions")
        .order_by("pk")
    )
    appeals = Appeal.objects.filter(decision__comment__author=user).order_by("pk")
    return {
        "reacties": [
            {
                "gemeente": comment.thread.municipality.name,
                "gesprek": comment.thread.title,
                "kant": comment.get_side_display(),
                "toestand": comment.get_state_display(),
                "geschreven op": comment.created_at,
                "versies": [{"tekst": one.text, "geschreven op": one.written_at} for one in comment.versions.all()],
            }
            for comment in comments
        ],
        "meldingen": [
            {"reden": report.get_reason_display(), "toelichting": report.explanation, "gemeld op": report.at}
            for report in Report.objects.filter(by=user)
        ],
        "herbeoordelingen": [
            {
                "tekst": appeal.text,
                "gevraagd op": appeal.made_at,
                "uitkomst": appeal.get_outcome_display(),
                "toelichting": appeal.explanation,
            }
            for appeal in appeals
        ],
        "gevolgde gesprekken": list(Follow.objects.filter(user=user).order_by("pk").values("thread__title", "since")),
    }


def erase(user: User) -> None:
    """Texts, reports' explanations, requests, mentions and follows go; answers given in a role stay without the name."""
    for pk in Comment.objects.filter(author=user).order_by("thread_id", "pk").values_list("pk", flat=True):
        comment = locked_comment(pk)
        if not comment.is_answer and comment.state != CommentState.WITHDRAWN:
            empty(comment)
        Appeal.objects.filter(decision__comment=comment).update(text="")
        comment.author = None
        comment.save(update_fields=["author"])
        count_again(comment.thread, comment)
    Report.objects.filter(by=user).exclude(explanation="").update(explanation="–")
    Report.objects.filter(by=user).update(by=None)
    Mention.objects.filter(user=user).delete()
    Follow.objects.filter(user=user).delete()
    ThreadHost.objects.filter(user=user).delete()


def register() -> None:
    register_exporter("gesprekken", export)
    register_eraser(
        erase,
        erases=_("What you wrote in discussions, what you reported, and which discussions you follow."),
        keeps=_(
            "Answers that you gave for a team or the municipality, without your name: residents must be able to read them. "
            "Where others replied to you, the empty place stays."
        ),
    )
