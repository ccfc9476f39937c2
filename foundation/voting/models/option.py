from __future__ import annotations

import hashlib

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Area
from foundation.voting.models.ballot import Ballot

_REFUSE_WHEN_OPEN = """
    IF EXISTS (
        SELECT 1 FROM voting_ballot
        WHERE id = ANY (CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.ballot_id]
                                   WHEN 'DELETE' THEN ARRAY[OLD.ballot_id]
                                   ELSE ARRAY[OLD.ballot_id, NEW.ballot_id] END)
          AND rules_sha256 <> ''
    ) THEN
        RAISE EXCEPTION 'frozen_when_open: the rules of this ballot are frozen (%)', TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def frozen_with_ballot() -> pgtrigger.Trigger:
    """For tables with a ``ballot_id``: no row comes, changes or goes once the rules are frozen."""
    return pgtrigger.Trigger(
        name="frozen_when_open",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_REFUSE_WHEN_OPEN,
    )


class BallotArea(models.Model):
    """A neighbourhood or district whose residents may vote; a ballot without any is for the whole municipality."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="ballot_areas")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("area of a ballot")
        verbose_name_plural = _("areas of a ballot")
        constraints = [models.UniqueConstraint(fields=["ballot", "area"], name="ballot_area_once")]
        triggers = [frozen_with_ballot()]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.area_id}"


class Option(models.Model):
    """What can be chosen: a frozen copy of a proposal. ``number`` is its name in counting and in what is published."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="options")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("explanation"), blank=True)
    cost_cents = models.BigIntegerField(_("cost"), default=0)  # 0 where no money is divided
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField(_("theme"), max_length=80, blank=True)
    picture = models.ImageField(_("picture"), upload_to="ballots/", blank=True)
    picture_alt = models.CharField(
        _("what the picture shows"),
        max_length=200,
        blank=True,
        help_text=_("For people who can't see it. Empty when it only decorates."),
    )
    url = models.URLField(_("page with the whole proposal"), max_length=300, blank=True)
    reference = models.CharField(_("number in the source"), max_length=80, blank=True)

    class Meta:
        ordering = ["ballot", "number"]
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "number"],
                name="option_number_once_per_ballot",
                violation_error_message=_("This number is already used."),
            ),
            models.CheckConstraint(
                condition=Q(cost_cents__gte=0),
                name="option_cost_not_negative",
                violation_error_message=_("The cost can't be negative."),
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="option_number_positive"),
        ]
        triggers = [frozen_with_ballot()]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def picture_version(self) -> str:
        """Changes with the picture, so that browsers may keep one for good."""
        return hashlib.sha256(str(self.picture.name).encode()).hexdigest()[:8]
