"""What everything that is shared in the network has in common: whose it is, and who may read it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import SharedState, Visibility
from learning_network.models.programme import Programme


class SharedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> SharedQuerySet:
        """What this person may read; the one place where that is decided for lists, pages, search, feeds and documents."""
        from learning_network.visibility import readable

        return self.filter(readable(user))

    def for_everyone(self) -> SharedQuerySet:
        """What may stand where anybody can read it."""
        return self.filter(state=SharedState.SHARED, hidden_at__isnull=True, visibility=Visibility.EVERYONE)


class Shared(models.Model):
    """A practice, a lesson, a question for advice, a tool: somebody's text with the visibility that they chose.

    Without a programme it belongs to the network as a whole, and can't be for one programme only. ``municipality`` is
    whose experience it is; a text of the programme's own people has none. ``hidden_at``: taken away by a lead.
    """

    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("programme"),
    )
    municipality = models.ForeignKey(
        OfficialMunicipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("municipality"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    visibility = models.CharField(_("who may read it"), max_length=8, choices=Visibility, default=Visibility.NETWORK)
    state = models.CharField(_("state"), max_length=9, choices=SharedState, default=SharedState.DRAFT, editable=False)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    shared_at = models.DateTimeField(_("shared at"), null=True, editable=False)
    hidden_at = models.DateTimeField(_("taken away at"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(programme__isnull=False) | ~Q(visibility=Visibility.LAB),
                name="%(class)s_lab_has_programme",
                violation_error_message=_("Choose the programme that may read this, or a wider circle."),
            ),
            models.CheckConstraint(
                condition=Q(state=SharedState.DRAFT) | Q(shared_at__isnull=False), name="%(class)s_shared_since"
            ),
        ]
