from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changelab.enums import LAB_TRANSITIONS, LabRole, LabState, Movement
from changelab.models.cohort import Application, Cohort
from foundation.municipalities.models import Area, Municipality, OfficialMunicipality


class Lab(models.Model):
    """The Changelab of one municipality: a neighbourhood, tasks that it may hand over, and all who hold the problem.

    ``tenant`` is the municipality in this installation, where it is one: its areas and initiatives can be linked then.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="labs")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="lab")
    municipality = models.ForeignKey(
        OfficialMunicipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    tenant = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in short"), max_length=300, blank=True)
    question = models.TextField(_("the question of the lab"), max_length=4_000, blank=True)
    tasks_text = models.TextField(_("which tasks may be handed over"), max_length=4_000, blank=True)
    areas: models.ManyToManyField[Area, Any] = models.ManyToManyField(
        Area, verbose_name=_("neighbourhoods"), blank=True, related_name="+"
    )
    area_text = models.CharField(_("which neighbourhood"), max_length=200, blank=True)
    movement = models.CharField(
        _("movement"), max_length=10, choices=Movement, default=Movement.SENSING, editable=False
    )
    movement_since = models.DateTimeField(_("in this movement since"), default=timezone.now, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=LabState, default=LabState.RUNNING, editable=False)
    state_reason = models.TextField(_("why it ended"), blank=True, editable=False)
    series = models.OneToOneField(
        "meetings.Series", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["municipality__name", "pk"]
        verbose_name = _("lab")
        verbose_name_plural = _("labs")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "slug"],
                name="lab_slug_once_per_cohort",
                violation_error_message=_("There is already a lab with this address."),
            )
        ]
        triggers = [
            pgtrigger.FSM(
                name="lab_states",
                field="state",
                transitions=[(old, new) for old, followers in LAB_TRANSITIONS.table.items() for new in followers],
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("changelab:lab", args=[self.cohort.slug, self.slug])

    @property
    def place(self) -> str:
        """Where it is, in words: the neighbourhoods that were chosen, else what was written."""
        names = ", ".join(area.name for area in self.areas.all())
        return names or self.area_text


class LabMemberQuerySet(models.QuerySet["LabMember"]):
    def present(self) -> LabMemberQuerySet:
        return self.filter(joined_at__isnull=False, left_at__isnull=True)


class LabMember(models.Model):
    """Somebody in a lab. Asked by mail with a personal link; ``user`` is empty until they came in with an account."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="lab_places"
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    role = models.CharField(_("role"), max_length=13, choices=LabRole)
    function = models.CharField(_("function or organisation"), max_length=120, blank=True)
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now, editable=False)
    joined_at = models.DateTimeField(_("in since"), null=True, editable=False)
    left_at = models.DateTimeField(_("left at"), null=True, editable=False)

    objects = LabMemberQuerySet.as_manager()

    class Meta:
        ordering = ["role", "pk"]
        verbose_name = _("member of a lab")
        verbose_name_plural = _("members of a lab")
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "user"],
                condition=Q(user__isnull=False),
                name="lab_member_once",
                violation_error_message=_("This person is in the lab already."),
            ),
            models.UniqueConstraint(
                "lab",
                Lower("email"),
                condition=~Q(email=""),
                name="lab_member_address_once",
                violation_error_message=_("This address is on the list already."),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(email=""),
                name="lab_member_person_or_address",
                violation_error_message=_("Give an e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(joined_at__isnull=True) | Q(user__isnull=False), name="lab_member_in_has_account"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user is not None else (self.name or self.email)

    @property
    def audit_label(self) -> str:
        return f"member of a lab {self.pk}"
