from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.discussion.enums import COMMENT_TRANSITIONS, CommentState, Side
from foundation.discussion.models.threads import Thread
from foundation.municipalities.models import Municipality

MAX_CHARACTERS = 5000
_MOVES = [(old, new) for old, followers in COMMENT_TRANSITIONS.table.items() for new in followers]


class CommentQuerySet(models.QuerySet["Comment"]):
    def for_municipality(self, municipality: Municipality) -> CommentQuerySet:
        return self.filter(thread__municipality=municipality)

    def visible(self) -> CommentQuerySet:
        return self.filter(state=CommentState.VISIBLE)

    def held(self) -> CommentQuerySet:
        return self.filter(state=CommentState.HELD)


class Comment(models.Model):
    """One contribution: a comment or question, or a reply to one (one level deep).

    ``text`` is the newest version; earlier ones stand in CommentVersion. A withdrawn one keeps its place without text.
    """

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="replies", null=True, blank=True)
    # None: the account was erased.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="comments", null=True, blank=True
    )
    side = models.CharField(_("side"), max_length=8, choices=Side, blank=True)
    is_answer = models.BooleanField(_("answer of the team or the municipality"), default=False)
    text = models.TextField(_("text"))
    version = models.PositiveIntegerField(default=1, editable=False)
    # Earlier versions were hidden, returned or never checked: only moderators and the writer see them.
    public_from = models.PositiveIntegerField(default=1, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=CommentState, default=CommentState.VISIBLE)
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    edited_at = models.DateTimeField(_("changed at"), null=True, blank=True)
    published_at = models.DateTimeField(_("first shown at"), null=True, blank=True)
    waiting_since = models.DateTimeField(_("waits since"), null=True, blank=True)
    reply_count = models.PositiveIntegerField(default=0, editable=False)  # replies that can be read
    open_reports = models.PositiveIntegerField(default=0, editable=False)
    last_decision = models.ForeignKey(
        "discussion.Decision", on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), MAX_CHARACTERS),
                name="comment_text_not_too_long",
                violation_error_message=_("A text has at most 5,000 characters."),
            ),
            models.CheckConstraint(
                condition=Q(state=CommentState.WITHDRAWN, text="") | (~Q(state=CommentState.WITHDRAWN) & ~Q(text="")),
                name="comment_text_unless_withdrawn",
                violation_error_message=_("Write something first."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(side=""),
                name="comment_side_at_top_only",
                violation_error_message=_("Only a comment has a side; a reply has none."),
            ),
            models.CheckConstraint(
                condition=Q(is_answer=False) | Q(parent__isnull=False),
                name="comment_answer_is_a_reply",
                violation_error_message=_("Only a reply can be an answer."),
            ),
        ]
        indexes = [
            models.Index(fields=["thread", "-created_at"], name="comment_top_newest", condition=Q(parent=None)),
            models.Index(
                fields=["thread", "-reply_count", "-created_at"], name="comment_top_replies", condition=Q(parent=None)
            ),
            models.Index(fields=["parent", "created_at"], name="comment_replies", condition=Q(parent__isnull=False)),
            models.Index(
                fields=["waiting_since"],
                name="comment_waiting",
                condition=Q(waiting_since__isnull=False),
            ),
        ]
        triggers = [pgtrigger.FSM(name="known_moves_only", field="state", transitions=_MOVES)]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    def get_absolute_url(self) -> str:
        """The page with this comment and all replies; of a reply the page of what it replies to."""
        top = self.parent_id or self.pk
        return f"{reverse('discussion:comment', args=[self.thread.municipality.slug, top])}#{self.anchor}"

    @property
    def audit_label(self) -> str:
        """Without text or name: the audit trail outlives both."""
        return f"{self.pk}"

    @property
    def is_reply(self) -> bool:
        return self.parent_id is not None

    @property
    def is_withdrawn(self) -> bool:
        return self.state == CommentState.WITHDRAWN

    @property
    def is_visible(self) -> bool:
        return self.state == CommentState.VISIBLE

    @property
    def anchor(self) -> str:
        return f"reactie-{self.pk}"


class CommentVersion(models.Model):
    """What a comment said in one of its versions; written once, and gone only when the writer withdraws the text."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written at"), default=timezone.now)

    class Meta:
        ordering = ["number"]
        verbose_name = _("version of a comment")
        verbose_name_plural = _("versions of comments")
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="comment_version_once")]
        triggers = [pgtrigger.Protect(name="written_once", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.number}"


class Mention(models.Model):
    """Somebody named with @ in a comment; they are told once."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions")

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.user_id}"
