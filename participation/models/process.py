from __future__ import annotations

from datetime import datetime
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

from foundation.core import clock
from foundation.municipalities.models import Area, Municipality, Sector
from participation.enums import TRANSITIONS, Form, Level, PhaseKind, PhaseMoment, ProcessRole, ProcessState

PUBLIC_STATES = (ProcessState.PUBLISHED, ProcessState.FINISHED, ProcessState.STOPPED)


class ProcessQuerySet(models.QuerySet["Process"]):
    def for_municipality(self, municipality: Municipality) -> ProcessQuerySet:
        return self.filter(municipality=municipality)

    def public(self) -> ProcessQuerySet:
        """What everybody may read: published once."""
        return self.filter(state__in=PUBLIC_STATES)

    def visible_to(self, user: Any, municipality: Municipality) -> ProcessQuerySet:
        """Of this municipality: the public ones; for its staff, and for who has a role in one, those in preparation too."""
        rows = self.for_municipality(municipality)
        if not user.is_authenticated:
            return rows.public()
        if user.has_perm("participation.see_work", municipality):
            return rows
        roles = Role.objects.filter(process=models.OuterRef("pk"), user=user)
        return rows.filter(Q(state__in=PUBLIC_STATES) | models.Exists(roles))


class ProcessManager(models.Manager.from_queryset(ProcessQuerySet)):  # type: ignore[misc]
    """Leaves the search column in the database: it is as long as the text and nobody reads it."""

    def get_queryset(self) -> ProcessQuerySet:
        rows: ProcessQuerySet = super().get_queryset().defer("search")
        return rows


class Process(models.Model):
    """A participation process (*participatieproces*): one subject, with its plan, its frame and its phases.

    ``money_cents`` is what there is to spend; ``open_text`` and ``fixed_text`` say what residents can still change and
    what stands. The time frame is that of its phases.
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="processes")
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in short"), max_length=300, blank=True)
    why = models.TextField(_("why we do this"), blank=True, max_length=10_000)
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.TOGETHER)
    form = models.CharField(_("form"), max_length=13, choices=Form, default=Form.RESIDENTS)
    open_text = models.TextField(_("what is open"), blank=True, max_length=4_000)
    fixed_text = models.TextField(_("what is fixed"), blank=True, max_length=4_000)
    money_cents = models.BigIntegerField(_("money there is (cents)"), null=True, blank=True)
    money_text = models.TextField(_("what may be spent on"), blank=True, max_length=2_000)
    decides = models.CharField(_("who decides in the end"), max_length=200, blank=True)
    aftermath = models.TextField(_("what happens with the result"), blank=True, max_length=4_000)
    picture = models.ImageField(_("picture"), upload_to="processes/", blank=True)
    picture_alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    areas: models.ManyToManyField[Area, Any] = models.ManyToManyField(
        Area, verbose_name=_("area"), blank=True, related_name="processes"
    )
    sector = models.ForeignKey(
        Sector, on_delete=models.SET_NULL, null=True, blank=True, related_name="processes", verbose_name=_("sector")
    )
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=ProcessState, default=ProcessState.DRAFT, editable=False)
    state_reason = models.TextField(_("why it ended"), blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch")
        + SearchVector("summary", weight="B", config="dutch")
        + SearchVector("why", weight="C", config="dutch"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProcessManager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("participation process")
        verbose_name_plural = _("participation processes")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "slug"],
                name="process_slug_once_per_municipality",
                violation_error_message=_("There is already a process with this address."),
            ),
            models.CheckConstraint(
                condition=Q(state=ProcessState.DRAFT) | Q(published_at__isnull=False),
                name="process_public_since",
            ),
            models.CheckConstraint(
                condition=Q(money_cents__isnull=True) | Q(money_cents__gte=0),
                name="process_money_not_negative",
                violation_error_message=_("Money there is can't be less than nothing."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="process_search"),
            models.Index(fields=["municipality", "state", "-published_at"], name="process_list"),
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
                condition=pgtrigger.Condition("OLD.published_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("participation:detail", args=[self.municipality.slug, self.slug])

    @property
    def is_public(self) -> bool:
        return self.state != ProcessState.DRAFT


class PhaseQuerySet(models.QuerySet["Phase"]):
    def open(self, now: datetime) -> PhaseQuerySet:
        """Phases of running processes that are open at ``now``."""
        return self.filter(process__state=ProcessState.PUBLISHED, opens_at__lte=now, closes_at__gt=now)


class Phase(models.Model):
    """A part of a process with its own times and its own kind, which says what can be done in it.

    ``outcome`` tells residents what will come of it. Open from ``opens_at`` until, not including, ``closes_at`` (UTC).
    """

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="phases")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=11, choices=PhaseKind)
    title = models.CharField(_("title"), max_length=100)
    intro = models.TextField(_("what you can do now"), blank=True, max_length=4_000)
    outcome = models.TextField(_("what will come of it"), blank=True, max_length=2_000)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))

    objects = PhaseQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint(
                fields=["process", "number"], name="phase_number_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("opens_at")),
                name="phase_closes_after_it_opens",
                violation_error_message=_("A phase ends after it begins."),
            ),
        ]
        indexes = [
            models.Index(fields=["opens_at"], name="phase_opens"),
            models.Index(fields=["closes_at"], name="phase_closes"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("participation:phase", args=[self.process.municipality.slug, self.process.slug, self.number])

    def moment(self, now: datetime | None = None) -> PhaseMoment:
        """Where this phase is; the clock alone decides."""
        now = now or clock.now()
        if now < self.opens_at:
            return PhaseMoment.UPCOMING
        return PhaseMoment.OPEN if now < self.closes_at else PhaseMoment.OVER


class Role(models.Model):
    """Who does what in a process; a resident can be its chair or note-taker."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="process_roles")
    role = models.CharField(_("role"), max_length=11, choices=ProcessRole)
    is_public = models.BooleanField(_("name on the page"), default=True)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["role", "since", "pk"]
        verbose_name = _("role in a process")
        verbose_name_plural = _("roles in a process")
        constraints = [
            models.UniqueConstraint(
                fields=["process", "user", "role"],
                name="process_role_once",
                violation_error_message=_("This person has this role already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.process_id}: {self.role}"


class Follow(models.Model):
    """Somebody with an account who wants news of a process."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="follows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_processes")
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("follower of a process")
        verbose_name_plural = _("followers of a process")
        constraints = [models.UniqueConstraint(fields=["process", "user"], name="process_followed_once")]

    def __str__(self) -> str:
        return f"{self.process_id}"


class ProcessEvent(models.Model):
    """One line of the public timeline of a process. Append-only."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(_("at"), default=timezone.now)
    verb = models.CharField(_("what"), max_length=40)
    reason = models.TextField(_("why"), blank=True)
    facts: models.JSONField[Any, Any] = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("line of the timeline")
        verbose_name_plural = _("timeline")
        indexes = [models.Index(fields=["process", "at"], name="process_timeline")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.process_id}: {self.verb}"
