"""The journey through the U: what must be done, what was seen, what it means, what is tried, and what people think of it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changelab.enums import (
    PROTOTYPE_TRANSITIONS,
    Movement,
    ObservationSource,
    PrototypeState,
    ReflectionMoment,
)
from changelab.models.kitchen import KitchenItem
from changelab.models.lab import Lab


class CheckItem(models.Model):
    """A line of the checklist of a movement."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="check_items")
    movement = models.CharField(_("movement"), max_length=10, choices=Movement)
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("what has to be done"), max_length=200)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["movement", "number", "pk"]
        verbose_name = _("line of a checklist")
        verbose_name_plural = _("lines of a checklist")

    def __str__(self) -> str:
        return self.text


class Insight(KitchenItem):
    """What several observations tell together."""

    text = models.CharField(_("what we come to see"), max_length=300)
    more = models.TextField(_("more about it"), max_length=4_000, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("insight")
        verbose_name_plural = _("insights")

    def __str__(self) -> str:
        return self.text[:80]


class Observation(KitchenItem):
    """Something seen or heard, without judging it; grouped under an insight later.

    ``sent_key`` comes from the form, so that a double click or a bad connection brings in one observation.
    """

    text = models.TextField(_("what did you see or hear?"), max_length=2_000)
    source = models.CharField(_("where"), max_length=9, choices=ObservationSource, default=ObservationSource.MEETING)
    who = models.CharField(_("from whom, without a name"), max_length=120, blank=True)
    insight = models.ForeignKey(
        Insight,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="observations",
        verbose_name=_("insight"),
    )
    sent_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        indexes = [models.Index(fields=["lab", "created_at"], name="observation_list")]

    def __str__(self) -> str:
        return self.text[:80]


class Prototype(KitchenItem):
    """Something small that is tried in practice: what we think will happen, what was done, what was learned."""

    title = models.CharField(_("what do we try?"), max_length=160)
    hypothesis = models.TextField(_("what do we think will happen?"), max_length=2_000)
    insight = models.ForeignKey(
        Insight,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="prototypes",
        verbose_name=_("from which insight"),
    )
    try_out = models.TextField(_("how do we try it?"), max_length=4_000, blank=True)
    learned = models.TextField(_("what did we learn?"), max_length=4_000, blank=True)
    next_try = models.TextField(_("what do we try next?"), max_length=2_000, blank=True)
    state = models.CharField(
        _("state"), max_length=7, choices=PrototypeState, default=PrototypeState.IDEA, editable=False
    )
    follows = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="followed_by"
    )

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("prototype")
        verbose_name_plural = _("prototypes")
        triggers = [
            pgtrigger.FSM(
                name="prototype_states",
                field="state",
                transitions=[(old, new) for old, followers in PROTOTYPE_TRANSITIONS.table.items() for new in followers],
            )
        ]

    def __str__(self) -> str:
        return self.title


class Reflection(models.Model):
    """What a participant thinks before or after a meeting: theirs alone, unless they share it with the lab."""

    lab = models.ForeignKey(Lab, on_delete=models.CASCADE, related_name="reflections")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lab_reflections")
    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    moment = models.CharField(_("when"), max_length=6, choices=ReflectionMoment)
    text = models.TextField(_("what do you think?"), max_length=4_000)
    is_shared = models.BooleanField(_("share it with the lab"), default=False)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("reflection")
        verbose_name_plural = _("reflections")
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "user", "meeting", "moment"],
                name="reflection_once_per_moment",
                nulls_distinct=False,
                violation_error_message=_("You wrote this one already; change it instead."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.lab_id}: {self.moment}"
