"""How a process ends: decisions, views, milestones, what became an initiative, and the final report."""

from __future__ import annotations

from datetime import date
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core import clock
from initiatives.models import Initiative
from participation.enums_outcome import DECIDED, Body, Channel, DecisionState, MilestoneMoment
from participation.models.contribution import Contribution
from participation.models.process import Process
from participation.models.proposal import Proposal


class PublicView(Contribution):
    """A view (*zienswijze*) on a draft (Awb 3:15): given online, or written down by staff from a letter or a talk.

    ``sender`` is who sent it otherwise than online; only staff reads it. ``text`` is public.
    """

    text = models.TextField(_("the view"), max_length=20_000)
    channel = models.CharField(_("came in"), max_length=7, choices=Channel, default=Channel.ONLINE)
    sender = models.CharField(_("sent by"), max_length=200, blank=True)
    received_on = models.DateField(_("received on"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    sent_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ["received_on", "pk"]
        verbose_name = _("view on the draft")
        verbose_name_plural = _("views on the draft")
        indexes = [models.Index(fields=["process", "received_on", "id"], name="public_view_list")]

    def __str__(self) -> str:
        return self.text[:60]


class Decision(models.Model):
    """A decision about the outcome of a process, from council proposal (*raadsvoorstel*) to what was decided, and why."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="decisions")
    body = models.CharField(_("who decides"), max_length=9, choices=Body)
    title = models.CharField(_("about what"), max_length=200)
    proposal = models.TextField(_("what is proposed"), max_length=20_000, blank=True)
    reference = models.CharField(_("number"), max_length=60, blank=True)
    url = models.URLField(_("address of the documents"), blank=True, max_length=300)
    submitted_on = models.DateField(_("sent on"), null=True, blank=True)
    committee_on = models.DateField(_("talked about in the committee on"), null=True, blank=True)
    decides_on = models.DateField(_("to be decided on"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=DecisionState, default=DecisionState.PREPARING, editable=False
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    text = models.TextField(_("what was decided"), max_length=20_000, blank=True, editable=False)
    reasons = models.TextField(_("reasons"), max_length=20_000, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | (Q(decided_on__isnull=False) & ~Q(text="") & ~Q(reasons="")),
                name="process_decision_says_what_and_why",
                violation_error_message=_("A decision says what was decided, when, and why."),
            ),
            models.CheckConstraint(
                condition=Q(submitted_on__isnull=True)
                | Q(decides_on__isnull=True)
                | Q(decides_on__gte=models.F("submitted_on")),
                name="process_decision_after_proposal",
                violation_error_message=_("The decision lies before the proposal."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED


class Milestone(models.Model):
    """A step of carrying out what was decided, shown until it is done."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("what"), max_length=160)
    text = models.TextField(_("more about it"), blank=True, max_length=4_000)
    due_on = models.DateField(_("planned on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True, editable=False)
    note = models.TextField(_("how it went"), blank=True, max_length=4_000)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(dropped_on__isnull=True),
                name="milestone_done_or_dropped",
                violation_error_message=_("A milestone is done, or it is not done; not both."),
            ),
            models.CheckConstraint(
                condition=Q(dropped_on__isnull=True) | ~Q(note=""),
                name="milestone_dropped_with_reason",
                violation_error_message=_("Say why it is not done."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def moment(self, today: date | None = None) -> MilestoneMoment:
        """Where it is now."""
        if self.done_on is not None:
            return MilestoneMoment.DONE
        if self.dropped_on is not None:
            return MilestoneMoment.DROPPED
        return MilestoneMoment.LATE if self.due_on < (today or clock.today()) else MilestoneMoment.PLANNED


class HandOver(models.Model):
    """A proposal that became an initiative in execution; each proposal once."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="hand_overs")
    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        related_name="hand_over",
        error_messages={"unique": _("This proposal is an initiative already.")},
    )
    initiative = models.OneToOneField(Initiative, on_delete=models.PROTECT, related_name="+")
    budget_cents = models.BigIntegerField(_("budget (cents)"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("hand-over of a proposal")
        verbose_name_plural = _("hand-overs of proposals")
        triggers = [pgtrigger.ReadOnly(name="what_became_what_stays", fields=["proposal", "initiative"])]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.initiative_id}"


class Report(models.Model):
    """The final report (*eindverslag*): a text that staff writes, and the facts of the process.

    ``chapters`` are the facts as they were when it was published: ``[{"title": ..., "blocks": [...]}]`` in the blocks of
    ``foundation.core.pdf``. None before that: then they are gathered anew on each look.
    """

    process = models.OneToOneField(Process, on_delete=models.CASCADE, related_name="report")
    text = models.TextField(_("the report"), blank=True, max_length=60_000)
    chapters: models.JSONField[Any, Any] = models.JSONField(_("facts"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("final report")
        verbose_name_plural = _("final reports")

    def __str__(self) -> str:
        return f"{self.process_id}"
