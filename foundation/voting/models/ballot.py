from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cached_property, reduce
from operator import or_
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.enums import Assurance
from foundation.municipalities.models import Area, Municipality
from foundation.voting.enums import (
    BUDGET_RULES,
    HIDDEN_STATES,
    PAIRS,
    TRANSITIONS,
    BallotState,
    BallotType,
    CountingRule,
    Electorate,
    LimitKind,
)
from foundation.voting.models.group import VoterGroup

# What staff may change until opening, and what the rules are made of.
EDITABLE = (
    "title",
    "question",
    "type",
    "limit_kind",
    "max_choices",
    "budget_cents",
    "points_total",
    "points_each",
    "scale",
    "rule",
    "rule_settings",
    "electorate",
    "minimum_age",
    "required_assurance",
    "takes_paper",
    "is_binding",
    "allow_change",
    "group",
    "opens_at",
    "closes_at",
)
# From opening on the database refuses any change of these columns.
_OWN_COLUMNS = tuple("group_id" if name == "group" else name for name in EDITABLE)
FROZEN_COLUMNS = ("municipality_id", "slug", *_OWN_COLUMNS, "rules_json", "rules_sha256", "announced_by_id")
_FROZEN_CHANGES = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in FROZEN_COLUMNS)
# Test votes are wiped before opening, or nothing opens.
_REFUSE_REHEARSED = """
    IF EXISTS (SELECT 1 FROM voting_rehearsal WHERE ballot_id = NEW.id) THEN
        RAISE EXCEPTION 'no_rehearsal_when_open: the test votes of this ballot have not been wiped';
    END IF;
    RETURN NEW;
"""
# A vote whose request arrived before closing time may still be on its way through the program for this long.
CLOSING_GRACE = timedelta(seconds=5)


class BallotQuerySet(models.QuerySet["Ballot"]):
    def for_municipality(self, municipality: Municipality) -> BallotQuerySet:
        return self.filter(municipality=municipality)

    def public(self) -> BallotQuerySet:
        return self.exclude(state__in=HIDDEN_STATES).exclude(state=BallotState.CANCELLED, announced_at=None)

    def open(self, now: datetime) -> BallotQuerySet:
        """Those that take votes at this moment (an announced one whose time has come is opened by the first visitor)."""
        return self.filter(
            state__in=[BallotState.OPEN, BallotState.ANNOUNCED], opens_at__lte=now, closes_at__gt=now
        ).order_by("closes_at")

    def coming(self, now: datetime) -> BallotQuerySet:
        return self.filter(state=BallotState.ANNOUNCED, opens_at__gt=now).order_by("opens_at")

    def past(self, now: datetime) -> BallotQuerySet:
        """Those that take no votes any more, cancelled ones included."""
        return self.filter(closes_at__lte=now).exclude(state__in=HIDDEN_STATES).order_by("-closes_at")

    def due(self, now: datetime) -> BallotQuerySet:
        """Those for which the clock asks a step: opening, closing or counting."""
        return self.filter(
            Q(state=BallotState.ANNOUNCED, opens_at__lte=now)
            | Q(state=BallotState.OPEN, closes_at__lte=now - CLOSING_GRACE)
            | Q(state=BallotState.CLOSED)
        )


class Ballot(models.Model):
    """The event (*stemming*): a question put to residents, from draft to published result."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="ballots")
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    question = models.TextField(_("explanation"), blank=True, help_text=_("What is it about? Markdown is allowed."))
    type = models.CharField(_("on the ballot paper"), max_length=12, choices=BallotType, default=BallotType.APPROVAL)
    limit_kind = models.CharField(
        _("how much one voter may choose"), max_length=8, choices=LimitKind, default=LimitKind.BUDGET
    )
    max_choices = models.PositiveSmallIntegerField(_("number of projects"), null=True, blank=True)
    budget_cents = models.BigIntegerField(_("budget"), null=True, blank=True)
    points_total = models.PositiveSmallIntegerField(_("points for each voter"), null=True, blank=True)
    points_each = models.PositiveSmallIntegerField(_("most points for one option"), null=True, blank=True)
    scale: models.JSONField[Any, Any] = models.JSONField(_("answers, from worst to best"), default=list, blank=True)
    rule = models.CharField(_("counting rule"), max_length=20, choices=CountingRule, default=CountingRule.EQUAL_SHARES)
    rule_settings: models.JSONField[Any, Any] = models.JSONField(_("settings of the rule"), default=dict, blank=True)
    electorate = models.CharField(_("who may vote"), max_length=12, choices=Electorate, default=Electorate.RESIDENTS)
    areas = models.ManyToManyField(
        Area, through="voting.BallotArea", related_name="ballots", verbose_name=_("neighbourhoods"), blank=True
    )
    minimum_age = models.PositiveSmallIntegerField(_("minimum age"), null=True, blank=True)
    required_assurance = models.PositiveSmallIntegerField(
        _("how sure we must be of the residency"), choices=Assurance, default=Assurance.DECLARED
    )
    takes_paper = models.BooleanField(
        _("votes on paper count too"),
        default=False,
        help_text=_("You let envelopes in, and two people type the papers. Nothing is counted before all paper is in."),
    )
    is_binding = models.BooleanField(_("the municipality does what the result says"), default=True)
    allow_change = models.BooleanField(
        _("voters may change their vote until closing, with the code of their proof"), default=False
    )
    group = models.ForeignKey(
        VoterGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ballots",
        verbose_name=_("group"),
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=BallotState, default=BallotState.DRAFT, editable=False)
    is_historic = models.BooleanField(_("votes of an earlier election"), default=False, editable=False)
    rules_json = models.TextField(_("frozen rules"), blank=True, editable=False)
    rules_sha256 = models.CharField(_("hash of the rules"), max_length=64, blank=True, editable=False)
    cancel_reason = models.TextField(_("reason of cancelling"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        editable=False,
        db_constraint=False,
    )
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    announced_at = models.DateTimeField(_("announced at"), null=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, editable=False)
    certified_at = models.DateTimeField(_("certified at"), null=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "-pk"]
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "slug"],
                name="ballot_slug_once_per_municipality",
                violation_error_message=_("There is already a ballot with this address."),
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")) | Q(opens_at=None) | Q(closes_at=None),
                name="ballot_closes_after_opening",
                violation_error_message=_("Closing must come after opening."),
            ),
            models.CheckConstraint(
                condition=Q(budget_cents=None) | Q(budget_cents__gt=0),
                name="ballot_budget_positive",
                violation_error_message=_("The budget must be more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(max_choices=None) | Q(max_choices__gt=0),
                name="ballot_max_choices_positive",
                violation_error_message=_("A voter must be able to choose at least one project."),
            ),
            models.CheckConstraint(
                condition=~Q(electorate=Electorate.ANYONE, is_binding=True),
                name="ballot_of_anyone_is_indicative",
                violation_error_message=_("A vote that is open to anyone can only be indicative."),
            ),
            models.CheckConstraint(
                condition=Q(electorate=Electorate.GROUP) | Q(group=None),
                name="ballot_group_fits",
                violation_error_message=_("Only a vote for members of a group has a group."),
            ),
            models.CheckConstraint(
                condition=~Q(electorate=Electorate.GROUP)
                | Q(group__isnull=False)
                | Q(state__in=[BallotState.DRAFT, BallotState.CANCELLED]),
                name="ballot_of_group_has_one",
                violation_error_message=_("Choose the group whose members may vote."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[BallotState.DRAFT, BallotState.CANCELLED])
                | Q(opens_at__isnull=False, closes_at__isnull=False)
                & (Q(budget_cents__isnull=False) | ~Q(rule__in=BUDGET_RULES)),
                name="ballot_complete_when_announced",
            ),
            models.CheckConstraint(
                condition=Q(budget_cents=None) | Q(rule__in=BUDGET_RULES),
                name="ballot_budget_only_to_spend",
                violation_error_message=_("This counting rule spends no money: leave the budget empty."),
            ),
            models.CheckConstraint(
                condition=reduce(or_, (Q(type=type_, rule__in=rules) for type_, rules in PAIRS.items())),
                name="ballot_rule_fits_type",
                violation_error_message=_("Choose a counting rule that fits this kind of ballot."),
            ),
            models.CheckConstraint(
                condition=Q(type=BallotType.POINTS, points_total__gt=0, points_each__gt=0)
                & Q(points_each__lte=F("points_total"))
                | ~Q(type=BallotType.POINTS) & Q(points_total=None, points_each=None),
                name="ballot_points_fit",
                violation_error_message=_("Give every voter points, and at most all of them to one option."),
            ),
            models.CheckConstraint(
                condition=Q(type=BallotType.SCALE) & ~Q(scale=[]) | ~Q(type=BallotType.SCALE) & Q(scale=[]),
                name="ballot_scale_fits",
                violation_error_message=_("Give the answers from which voters choose."),
            ),
            models.CheckConstraint(
                condition=~Q(limit_kind=LimitKind.BUDGET) | Q(rule__in=BUDGET_RULES, type=BallotType.APPROVAL),
                name="ballot_limit_fits",
                violation_error_message=_("Only ticks for projects with a budget can be limited by that budget."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[BallotState.DRAFT, BallotState.ANNOUNCED, BallotState.CANCELLED])
                | ~Q(rules_sha256=""),
                name="ballot_rules_frozen_when_open",
            ),
            models.CheckConstraint(
                condition=Q(state=BallotState.CANCELLED) | Q(cancelled_at=None),
                name="ballot_cancelled_at_fits_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=BallotState.CANCELLED) | ~Q(cancel_reason=""),
                name="ballot_cancelled_with_reason",
                violation_error_message=_("Say why: residents will read it."),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "state", "closes_at"], name="ballot_by_municipality"),
            models.Index(fields=["state", "closes_at"], name="ballot_by_state"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="state_table",
                field="state",
                transitions=[(old, new) for old, followers in TRANSITIONS.table.items() for new in followers],
            ),
            pgtrigger.Protect(
                name="frozen_when_open",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.rules_sha256 <> '' AND ({_FROZEN_CHANGES})"),
            ),
            # The second pair of eyes is not only asked for by the program.
            pgtrigger.Protect(
                name="certified_by_another",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'counted' AND NEW.state = 'certified' AND (NEW.certified_by_id IS NULL"
                    " OR NEW.is_binding AND NEW.certified_by_id IS NOT DISTINCT FROM NEW.announced_by_id)"
                ),
            ),
            pgtrigger.Trigger(
                name="no_rehearsal_when_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.rules_sha256 = '' AND NEW.rules_sha256 <> ''"),
                func=_REFUSE_REHEARSED,
            ),
            pgtrigger.Protect(
                name="only_drafts_go", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__state=BallotState.DRAFT)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("voting:detail", args=[self.municipality.slug, self.slug])

    @cached_property
    def frozen(self) -> dict[str, Any]:
        """The frozen rules; empty before opening."""
        rules: dict[str, Any] = json.loads(self.rules_json) if self.rules_json else {}
        return rules

    @property
    def spends(self) -> bool:
        """Whether the rule divides a budget; otherwise options have no cost."""
        return self.rule in BUDGET_RULES

    @property
    def is_editable(self) -> bool:
        return not self.rules_sha256 and self.state in (BallotState.DRAFT, BallotState.ANNOUNCED)

    def phase(self, now: datetime) -> str:
        """The state as the clock sees it: an announced ballot whose time has come is open, one past its end closed."""
        if self.state in (BallotState.ANNOUNCED, BallotState.OPEN) and self.opens_at and self.closes_at:
            if now >= self.closes_at:
                return BallotState.CLOSED
            return BallotState.OPEN if now >= self.opens_at else BallotState.ANNOUNCED
        return BallotState(self.state)

    def takes_votes(self, now: datetime) -> bool:
        return self.phase(now) == BallotState.OPEN

    def is_due(self, now: datetime) -> bool:
        """Whether the clock asks for opening or closing; the first visitor who notices does it."""
        if self.state == BallotState.ANNOUNCED:
            return self.opens_at is not None and now >= self.opens_at
        return self.state == BallotState.OPEN and self.closes_at is not None and now >= self.closes_at + CLOSING_GRACE
