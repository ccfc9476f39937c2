"""Working groups and open tables: how they are meant to be composed, who signed up, and how lots were drawn."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.meetings.models import Series
from participation.enums_groups import SeatFunction, SeatRole, SeatState
from participation.models.process import Process


class Group(models.Model):
    """A working group, an open table, or a group that deepens one theme of it.

    ``framework`` is what the group writes down: its advice. ``themes`` one per line: what an open table chose to deepen.
    """

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="groups")
    title = models.CharField(_("title"), max_length=120)
    purpose = models.TextField(_("what it is for"), blank=True, max_length=4_000)
    themes = models.TextField(_("themes"), blank=True, max_length=2_000)
    deepens = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="deepened_by", verbose_name=_("deepens")
    )
    framework = models.TextField(_("what the group advises"), blank=True, max_length=40_000)
    framework_at = models.DateTimeField(_("advice changed at"), null=True, editable=False)
    sign_up_until = models.DateTimeField(_("sign up until"), null=True, blank=True)
    is_open = models.BooleanField(_("one can sign up"), default=True)
    series = models.OneToOneField(Series, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [
            models.CheckConstraint(
                condition=Q(deepens__isnull=True) | ~Q(deepens=models.F("id")),
                name="group_deepens_another",
                violation_error_message=_("A group can't deepen itself."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("participation:group", args=[self.process.municipality.slug, self.process.slug, self.pk])


class Target(models.Model):
    """How many people of one role a group wants."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="targets")
    role = models.CharField(_("role"), max_length=8, choices=SeatRole)
    seats = models.PositiveSmallIntegerField(_("places"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("places for a role")
        verbose_name_plural = _("places per role")
        constraints = [
            models.UniqueConstraint(fields=["group", "role"], name="group_target_once"),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=500), name="group_target_some"),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.seats}"


class Seat(models.Model):
    """One person in a group: signed up, with a place, on the list, or gone. ``number`` is what lots are drawn with."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="group_seats")
    role = models.CharField(_("as who"), max_length=8, choices=SeatRole)
    number = models.PositiveIntegerField(_("number"))
    motivation = models.TextField(_("why you want to take part"), blank=True, max_length=2_000)
    name_is_public = models.BooleanField(_("name on the page"), default=True)
    state = models.CharField(_("state"), max_length=9, choices=SeatState, default=SeatState.SIGNED_UP, editable=False)
    function = models.CharField(_("what they do"), max_length=10, choices=SeatFunction, default=SeatFunction.MEMBER)
    place_in_line = models.PositiveIntegerField(_("place in the line"), null=True, blank=True, editable=False)
    signed_up_at = models.DateTimeField(_("signed up at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["role", "number"]
        verbose_name = _("place in a group")
        verbose_name_plural = _("places in groups")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "user"],
                name="group_seat_once",
                violation_error_message=_("You have signed up for this group already."),
            ),
            models.UniqueConstraint(fields=["group", "number"], name="group_seat_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.number}"


class Draw(models.Model):
    """Lots that were drawn: with which seed, among which numbers, in which order. Append-only and public."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="draws")
    role = models.CharField(_("among whom"), max_length=8, choices=SeatRole)
    seed = models.CharField(_("seed"), max_length=200)
    numbers: models.JSONField[Any, Any] = models.JSONField(_("numbers that took part"))
    order: models.JSONField[Any, Any] = models.JSONField(_("in the order drawn"))
    places = models.PositiveSmallIntegerField(_("places to give"))
    drawn_at = models.DateTimeField(_("drawn at"), default=timezone.now, editable=False)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["drawn_at", "pk"]
        verbose_name = _("drawing of lots")
        verbose_name_plural = _("drawings of lots")
        triggers = [
            pgtrigger.ReadOnly(name="stays_as_drawn", exclude=["drawn_by"]),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.role}"
