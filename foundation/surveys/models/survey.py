from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.surveys.addresses import address
from foundation.surveys.enums import Audience, Phase, SurveyState
from foundation.surveys.models.questionnaire import Version

if TYPE_CHECKING:
    from foundation.municipalities.models import Municipality


class SurveyQuerySet(models.QuerySet["Survey"]):
    def for_municipality(self, municipality: Municipality | None) -> SurveyQuerySet:
        """Those of a municipality; with None those of the installation, such as the learning network's."""
        return self.filter(municipality=municipality)

    def open(self, now: datetime) -> SurveyQuerySet:
        return self.filter(state=SurveyState.PUBLISHED, opens_at__lte=now, closes_at__gt=now)

    def due_for_count(self, now: datetime) -> SurveyQuerySet:
        return self.filter(state=SurveyState.PUBLISHED, closes_at__lte=now, counted_at=None)


class Survey(models.Model):
    """One use of a questionnaire: for whom, when, and whether answers carry a name.

    ``host`` names the app that stands above it (see ``foundation.surveys.hosts``); ``host_title`` and ``host_url`` are
    plain data, given at the hand-over. ``responses`` and ``counted_at`` come with the count, after closing.
    """

    municipality = models.ForeignKey(
        "municipalities.Municipality",
        verbose_name=_("municipality"),
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
    )
    version = models.ForeignKey(Version, verbose_name=_("questionnaire"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80, editable=False)
    intro = models.TextField(_("introduction"), max_length=2000, blank=True)
    thanks = models.TextField(_("words of thanks"), max_length=1000, blank=True)
    audiences = ArrayField(models.CharField(max_length=12, choices=Audience), verbose_name=_("for whom"), default=list)
    is_anonymous = models.BooleanField(_("anonymous"), default=True)
    asks_area = models.BooleanField(_("ask for the neighbourhood"), default=False)
    asks_age = models.BooleanField(_("ask for the age"), default=False)
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=SurveyState, default=SurveyState.DRAFT, editable=False)
    is_named_in_benchmark = models.BooleanField(_("others may see our name beside our scores"), default=False)
    results_are_public = models.BooleanField(_("residents see the results"), default=False)
    host = models.CharField(max_length=60, blank=True, editable=False)
    host_title = models.CharField(max_length=200, blank=True, editable=False)
    host_url = models.CharField(max_length=300, blank=True, editable=False)
    responses = models.PositiveIntegerField(_("answered"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "slug"], name="survey_address_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="survey_closes_after_opening",
                violation_error_message=_("A survey closes after it opens."),
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="survey_published_has_times",
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=True) | ~Q(audiences__contains=["anyone"]),
                name="survey_public_link_is_anonymous",
                violation_error_message=_("A survey for anyone with the link is anonymous."),
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="survey_by_closing")]
        triggers = [
            # What people were told when they answered stays true.
            pgtrigger.Protect(
                name="promise_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'draft' AND (OLD.is_anonymous <> NEW.is_anonymous OR OLD.version_id <> NEW.version_id)"
                ),
            ),
            pgtrigger.Protect(
                name="counted_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.counted_at IS NOT NULL AND (NEW.counted_at IS DISTINCT FROM OLD.counted_at "
                    "OR NEW.closes_at IS DISTINCT FROM OLD.closes_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.address("detail")

    def address(self, name: str, *args: object) -> str:
        """Path of a page of this survey; under its municipality, or of the installation where it has none."""
        return address(self.municipality, name, self.slug, *args)

    def phase(self, now: datetime) -> Phase:
        if self.state != SurveyState.PUBLISHED:
            return Phase(self.state)
        assert self.opens_at is not None
        assert self.closes_at is not None
        if self.counted_at is not None:
            return Phase.COUNTED
        if now < self.opens_at:
            return Phase.PLANNED
        return Phase.OPEN if now < self.closes_at else Phase.CLOSED

    def takes_answers(self, now: datetime) -> bool:
        return self.phase(now) == Phase.OPEN

    @property
    def is_public(self) -> bool:
        """Whether anyone with the link may answer."""
        return Audience.ANYONE in self.audiences
