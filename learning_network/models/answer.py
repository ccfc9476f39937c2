from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.meetings.models import Meeting
from learning_network.models.programme import LearningQuestion
from learning_network.models.shared import Shared


class Answer(Shared):
    """What a municipality found out about a learning question; it grows, and what it said before is kept.

    ``meeting`` is the session at which it came up. ``is_summary``: the answer of the programme as a whole, by who
    facilitates; one per question.
    """

    question = models.ForeignKey(LearningQuestion, on_delete=models.PROTECT, related_name="answers")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("session")
    )
    text = models.TextField(_("answer"), max_length=10_000)
    is_summary = models.BooleanField(_("summary of all answers"), default=False, editable=False)

    class Meta(Shared.Meta):
        ordering = ["shared_at", "pk"]
        verbose_name = _("answer to a learning question")
        verbose_name_plural = _("answers to learning questions")
        constraints = [
            *Shared.Meta.constraints,
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(is_summary=True),
                name="one_summary_per_question",
                violation_error_message=_("There is a summary already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.pk}"

    def get_absolute_url(self) -> str:
        question = self.question
        return reverse("learning_network:question", args=[question.programme.slug, question.number]) + f"#a{self.pk}"

    @property
    def audit_label(self) -> str:
        return str(self.question)


class AnswerVersion(models.Model):
    """What an answer said at a moment. Append-only."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("answer"), max_length=10_000)
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["number"]
        verbose_name = _("version of an answer")
        verbose_name_plural = _("versions of answers")
        constraints = [models.UniqueConstraint(fields=["answer", "number"], name="answer_version_once")]
        triggers = [
            pgtrigger.Protect(
                name="answer_versions_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.text IS DISTINCT FROM NEW.text OR OLD.number <> NEW.number"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.number}"
