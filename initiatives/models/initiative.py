from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Area, Municipality, Sector
from initiatives.enums import (
    AT_THE_MOVE,
    TRANSITIONS,
    UNDECIDED,
    Ask,
    CompetentBody,
    InitiativeKind,
    InitiativeState,
    Mover,
    TeamRole,
)
from initiatives.models import changes

if TYPE_CHECKING:
    pass


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def for_municipality(self, municipality: Municipality) -> InitiativeQuerySet:
        return self.filter(municipality=municipality)

    def public(self) -> InitiativeQuerySet:
        """What everybody may read: handed in at least once, and not taken off the site."""
        return self.filter(submitted_at__isnull=False, hidden_at__isnull=True)

    def visible_to(self, user: Any) -> InitiativeQuerySet:
        """The public ones, and those whose team this person is in."""
        if not user.is_authenticated:
            return self.public()
        mine = TeamMember.objects.filter(initiative=models.OuterRef("pk"), user=user)
        return self.filter(Q(submitted_at__isnull=False, hidden_at__isnull=True) | models.Exists(mine))

    def undecided(self) -> InitiativeQuerySet:
        return self.filter(state__in=UNDECIDED)

    def late(self, today: date) -> InitiativeQuerySet:
        """Those whose term to decide has run out."""
        return self.undecided().filter(due_on__lt=today)


class InitiativeManager(models.Manager.from_queryset(InitiativeQuerySet)):  # type: ignore[misc]
    """Leaves the search column in the database: it is as long as the text and nobody reads it."""

    def get_queryset(self) -> InitiativeQuerySet:
        rows: InitiativeQuerySet = super().get_queryset().defer("search")
        return rows


class Initiative(models.Model):
    """What residents want to do themselves (*initiatief*), from a first idea to looking back on it.

    ``due_on`` is the last day to decide and ``answer_by`` the last day for additions; both follow from the term events
    and are kept here so that lists can be sorted by them (``services.terms`` writes them).
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="initiatives")
    slug = models.SlugField(_("address"), max_length=80)
    kind = models.CharField(_("kind"), max_length=13, choices=InitiativeKind, default=InitiativeKind.NEIGHBOURHOOD)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in short"), max_length=300, blank=True)
    story = models.TextField(_("the plan"), blank=True, max_length=20_000)
    picture = models.ImageField(_("picture"), upload_to="initiatives/", blank=True)
    picture_alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    neighbourhood = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("neighbourhood"),
    )
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    with_whom = models.TextField(_("with whom"), blank=True, max_length=2_000)
    asks = ArrayField(
        models.CharField(max_length=8, choices=Ask), verbose_name=_("what is asked"), default=list, blank=True
    )
    asks_text = models.TextField(_("what exactly is asked"), blank=True, max_length=2_000)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    state = models.CharField(
        _("state"), max_length=13, choices=InitiativeState, default=InitiativeState.DRAFT, editable=False
    )
    competent_body = models.CharField(
        _("who decides"), max_length=8, choices=CompetentBody, default=CompetentBody.COLLEGE
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="handled_initiatives",
        verbose_name=_("contact at the town hall"),
    )
    sector = models.ForeignKey(
        Sector, on_delete=models.SET_NULL, null=True, blank=True, related_name="initiatives", verbose_name=_("sector")
    )
    due_on = models.DateField(_("last day to decide"), null=True, blank=True, editable=False)
    answer_by = models.DateField(_("last day for additions"), null=True, blank=True, editable=False)
    # Given at a hand-over by an app above (a won vote, a transfer plan): a label and a link, no foreign key up.
    origin_label = models.CharField(_("comes from"), max_length=200, blank=True)
    origin_url = models.CharField(_("address of where it comes from"), max_length=300, blank=True)
    # What the place it comes from said of its support. Never added to ours: those are people we know to be one each.
    origin_supporters = models.PositiveIntegerField(_("supporters there"), null=True, blank=True)
    import_run = models.ForeignKey(
        "initiatives.ImportRun",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="initiatives",
        editable=False,
        verbose_name=_("import of initiatives"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("first handed in at"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    hidden_at = models.DateTimeField(_("taken off the site at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    supporters_total = models.PositiveIntegerField(_("supporters"), default=0, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch")
        + SearchVector("summary", weight="B", config="dutch")
        + SearchVector("story", weight="C", config="dutch"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = InitiativeManager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "slug"],
                name="initiative_slug_once_per_municipality",
                violation_error_message=_("There is already an initiative with this address."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[InitiativeState.DRAFT, InitiativeState.WITHDRAWN])
                | Q(submitted_at__isnull=False),
                name="initiative_public_after_sending",
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="initiative_place_on_earth",
                violation_error_message=_("A place has a longitude and a latitude."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="initiative_ends_after_it_starts",
                violation_error_message=_("The end lies before the start."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="initiative_search"),
            models.Index(fields=["municipality", "-submitted_at", "-id"], name="initiative_newest"),
            models.Index(fields=["municipality", "-supporters_total", "-id"], name="initiative_most_supported"),
            # Of the town hall: the order of the worklist, and the numbers of its lists and of the board.
            models.Index(
                fields=["municipality", "due_on", "submitted_at", "id"],
                condition=Q(submitted_at__isnull=False),
                name="initiative_by_term",
            ),
            models.Index(
                fields=["municipality", "state", "due_on", "submitted_at", "id"],
                include=["handler"],
                condition=Q(submitted_at__isnull=False),
                name="initiative_by_state",
            ),
            # Of readers: a neighbourhood newest first, and how many lie where. The columns of the filters are in it, so that
            # counting needs no table.
            models.Index(
                fields=["municipality", "neighbourhood", "-submitted_at", "-id"],
                include=["state", "kind"],
                condition=Q(submitted_at__isnull=False, hidden_at__isnull=True),
                name="initiative_by_area",
            ),
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
            *changes.notes(),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("initiatives:detail", args=[self.municipality.slug, self.slug])

    @property
    def is_public(self) -> bool:
        return self.submitted_at is not None and self.hidden_at is None

    @property
    def takes_support(self) -> bool:
        """Whether one can support it now: a plan that stopped asks for no support any more."""
        stopped = (InitiativeState.REFUSED, InitiativeState.WITHDRAWN, InitiativeState.EVALUATED)
        return self.is_public and self.state not in stopped

    @property
    def mover(self) -> Mover:
        """Who is at the move."""
        return AT_THE_MOVE[self.state]

    @property
    def move_by(self) -> date | None:
        """Until when whoever is at the move has; None where no day is set."""
        if self.state == InitiativeState.INCOMPLETE:
            return self.answer_by
        return self.due_on if self.state in UNDECIDED else None


class TeamMember(models.Model):
    """Somebody who carries an initiative. Initiators may do everything in its name, members may edit its page."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="initiative_teams")
    role = models.CharField(_("role"), max_length=9, choices=TeamRole, default=TeamRole.MEMBER)
    task = models.CharField(_("what they do"), max_length=80, blank=True)
    is_public = models.BooleanField(_("name on the page"), default=True)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["role", "since", "pk"]
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "user"],
                name="team_member_once",
                violation_error_message=_("This person is already in the team."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.role}"


_COUNT_UP = """
    UPDATE initiatives_initiative SET supporters_total = supporters_total + 1 WHERE id = NEW.initiative_id;
    RETURN NULL;
"""
_COUNT_DOWN = """
    UPDATE initiatives_initiative SET supporters_total = supporters_total - 1 WHERE id = OLD.initiative_id;
    RETURN NULL;
"""


class Support(models.Model):
    """One person's support (*steunbetuiging*). The number on the initiative is kept by the database, so it always agrees."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="supports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="supports")
    is_public = models.BooleanField(_("name on the page"), default=False)
    created_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "user"],
                name="support_once_per_person",
                violation_error_message=_("You already support this initiative."),
            )
        ]
        triggers = [
            pgtrigger.Trigger(name="count_up", when=pgtrigger.After, operation=pgtrigger.Insert, func=_COUNT_UP),
            pgtrigger.Trigger(name="count_down", when=pgtrigger.After, operation=pgtrigger.Delete, func=_COUNT_DOWN),
            pgtrigger.ReadOnly(name="who_and_what_stay", fields=["initiative", "user"]),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}"
