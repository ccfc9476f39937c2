"""A proposal of residents: its text, its makers, its support and its earlier versions."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import PurePath
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.discussion.models import Thread
from foundation.municipalities.models import Area, Sector
from participation.enums_proposals import LIVING, TRANSITIONS, ProposalState
from participation.models import _counted
from participation.models.contribution import Contribution


def picture_path(instance: models.Model, name: str) -> str:
    """A name that cannot be guessed and tells nothing."""
    return f"proposals/{uuid.uuid4().hex}{PurePath(name).suffix}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def public(self) -> ProposalQuerySet:
        """What everybody may read: handed in once, not taken off the site."""
        return self.filter(submitted_at__isnull=False, hidden_at__isnull=True)

    def living(self) -> ProposalQuerySet:
        """Those still in the running."""
        return self.filter(state__in=LIVING)

    def visible_to(self, user: Any, *, staff: bool) -> ProposalQuerySet:
        """The public ones; one's own too; for staff everything that was handed in."""
        if not user.is_authenticated:
            return self.public()
        own = Q(models.Exists(Maker.objects.filter(proposal=models.OuterRef("pk"), user=user)))
        others = Q(submitted_at__isnull=False) if staff else Q(submitted_at__isnull=False, hidden_at__isnull=True)
        return self.filter(own | others)


class ProposalManager(models.Manager.from_queryset(ProposalQuerySet)):  # type: ignore[misc]
    """Leaves the search column in the database: it is as long as the text and nobody reads it."""

    def get_queryset(self) -> ProposalQuerySet:
        rows: ProposalQuerySet = super().get_queryset().defer("search")
        return rows


class Proposal(Contribution):
    """What residents propose (*voorstel*), from a draft that only its makers see to the result of the vote.

    ``cost_cents`` is what the makers think it costs, ``municipal_cost_cents`` what the municipality thinks.
    ``adapt_by``: last day for the makers to change it. ``won`` follows from a published vote. ``sent_key`` is that of the
    form, so that a double click makes one.
    """

    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in short"), max_length=300, blank=True)
    text = models.TextField(_("the proposal"), blank=True, max_length=10_000)
    cost_cents = models.BigIntegerField(_("what it costs (cents)"), null=True, blank=True)
    cost_text = models.TextField(_("how you got to that amount"), blank=True, max_length=2_000)
    category = models.CharField(_("theme"), max_length=80, blank=True)
    co_makers = models.CharField(_("together with"), max_length=300, blank=True)
    neighbourhood = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("neighbourhood")
    )
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    picture = models.ImageField(_("picture"), upload_to=picture_path, blank=True)
    picture_alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=ProposalState, default=ProposalState.DRAFT, editable=False
    )
    state_reason = models.TextField(_("why it stopped"), blank=True, editable=False, max_length=2_000)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, editable=False)
    adapt_by = models.DateField(_("to be changed by"), null=True, blank=True, editable=False)
    municipal_cost_cents = models.BigIntegerField(_("cost as the municipality sees it (cents)"), null=True, blank=True)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    sector = models.ForeignKey(
        Sector, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from", editable=False
    )
    won = models.BooleanField(_("won the vote"), null=True, editable=False)
    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    sent_key = models.UUIDField(null=True, unique=True, editable=False)
    supporters_total = models.PositiveIntegerField(_("supporters"), default=0, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch")
        + SearchVector("summary", weight="B", config="dutch")
        + SearchVector("text", weight="C", config="dutch"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProposalManager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProposalState.DRAFT, submitted_at__isnull=True)
                | ~Q(state=ProposalState.DRAFT) & Q(submitted_at__isnull=False),
                name="proposal_public_after_sending",
            ),
            models.CheckConstraint(
                condition=Q(cost_cents__isnull=True) | Q(cost_cents__gte=0),
                name="proposal_cost_not_negative",
                violation_error_message=_("The cost can't be negative."),
            ),
            models.CheckConstraint(
                condition=Q(municipal_cost_cents__isnull=True) | Q(municipal_cost_cents__gte=0),
                name="proposal_own_cost_not_negative",
                violation_error_message=_("The cost can't be negative."),
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.MERGED, merged_into__isnull=False)
                | ~Q(state=ProposalState.MERGED) & Q(merged_into__isnull=True),
                name="proposal_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="proposal_place_on_earth",
                violation_error_message=_("A place has a longitude and a latitude."),
            ),
            models.CheckConstraint(
                condition=Q(picture="") | ~Q(picture_alt=""),
                name="proposal_picture_is_described",
                violation_error_message=_("Say what the picture shows, for people who do not see it."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="proposal_search"),
            models.Index(fields=["process", "-submitted_at", "-id"], name="proposal_newest"),
            models.Index(fields=["process", "-supporters_total", "-id"], name="proposal_most_supported"),
            models.Index(fields=["process", "state"], name="proposal_by_state"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="state_table",
                field="state",
                transitions=[(old, new) for old, followers in TRANSITIONS.table.items() for new in followers],
            ),
            pgtrigger.Protect(
                name="only_drafts_go",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.submitted_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        process = self.process
        return reverse("participation:proposal", args=[process.municipality.slug, process.slug, self.pk])

    @property
    def is_public(self) -> bool:
        return self.submitted_at is not None and self.hidden_at is None

    @property
    def is_living(self) -> bool:
        """Whether it is still in the running."""
        return self.is_public and self.state in LIVING

    @property
    def known_cost_cents(self) -> int | None:
        """What it costs: as the municipality sees it, else as its makers do."""
        return self.cost_cents if self.municipal_cost_cents is None else self.municipal_cost_cents

    @property
    def picture_version(self) -> str:
        """Changes with the picture, so that browsers may keep one."""
        return hashlib.sha256(str(self.picture.name).encode()).hexdigest()[:8]


class Maker(models.Model):
    """Somebody with an account who makes a proposal; all makers may change it, and all are asked before it is merged."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="makers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proposals_made")
    is_public = models.BooleanField(_("name on the page"), default=True)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("maker of a proposal")
        verbose_name_plural = _("makers of proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "user"],
                name="proposal_maker_once",
                violation_error_message=_("This person makes this proposal already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}"


class MakerInvitation(models.Model):
    """Somebody asked by e-mail to make a proposal together. The secret stands in the mail only; kept is its hash."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("works until"))

    class Meta:
        verbose_name = _("invitation of a maker")
        verbose_name_plural = _("invitations of makers")
        constraints = [models.UniqueConstraint(fields=["proposal", "email"], name="maker_invited_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id}"


class ProposalSupport(models.Model):
    """One person's support; the number on the proposal is kept by the database."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="supports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proposals_supported")
    created_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("support of a proposal")
        verbose_name_plural = _("supports of proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "user"],
                name="proposal_support_once_per_person",
                violation_error_message=_("You support this proposal already."),
            )
        ]
        triggers = [
            *_counted.kept("participation_proposal", "proposal_id", "supporters_total"),
            pgtrigger.ReadOnly(name="who_and_what_stay", fields=["proposal", "user"]),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}"


class ProposalVersion(models.Model):
    """What a proposal said, from the moment it was handed in; the newest one is what it says now. Append-only."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in short"), max_length=300, blank=True)
    text = models.TextField(_("the proposal"), blank=True)
    cost_cents = models.BigIntegerField(_("what it costs (cents)"), null=True)
    cost_text = models.TextField(_("how you got to that amount"), blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of a proposal")
        verbose_name_plural = _("versions of proposals")
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="proposal_version_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.number}"
