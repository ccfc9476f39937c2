"""What every contribution of a resident has in common: who gave it, in which process, and the answer to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participation.enums import AnswerOutcome
from participation.models.process import Process


class Contribution(models.Model):
    """A problem, a proposal, a view, a remark: what residents bring in, and what was done with it.

    Every contribution gets an answer (VNG model by-law on participation, final report): ``answer_outcome`` with the
    reason in ``answer``. ``hidden_at``: taken off the site by the municipality, with a reason in the audit trail.
    """

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="%(class)ss")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    author_is_public = models.BooleanField(_("name on the page"), default=True)
    created_at = models.DateTimeField(_("given at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    hidden_at = models.DateTimeField(_("taken off the site at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    answer_outcome = models.CharField(_("what was done with it"), max_length=11, choices=AnswerOutcome, blank=True)
    answer = models.TextField(_("answer"), blank=True, max_length=10_000)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        abstract = True

    @property
    def said(self) -> str:
        """What was said, in words for lists and the report; a kind with more than one text joins them."""
        parts = (getattr(self, name, "") for name in ("title", "summary", "text"))
        return "\n\n".join(part for part in parts if part) or str(self)
