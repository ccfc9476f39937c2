from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.discussion.enums import Audience, HostRole, ThreadKind, Writers
from foundation.municipalities.models import Municipality

if TYPE_CHECKING:
    from foundation.accounts.models import User

MOST_HELD = 10


class DiscussionSettings(models.Model):
    """How a municipality wants its discussions; without a row the defaults hold."""

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="discussion_settings")
    hold_first = models.PositiveSmallIntegerField(
        _("first contributions that are checked"), default=0, validators=[MaxValueValidator(MOST_HELD)]
    )
    ground_rules = models.TextField(_("ground rules"), blank=True, max_length=2000)
    closing_words = models.TextField(_("text under a closed discussion"), blank=True, max_length=500)
    appeal_weeks = models.PositiveSmallIntegerField(
        _("weeks to ask for a new look"), default=6, validators=[MinValueValidator(1), MaxValueValidator(26)]
    )

    class Meta:
        verbose_name = _("settings of discussions")
        verbose_name_plural = _("settings of discussions")
        constraints = [
            models.CheckConstraint(
                condition=Q(hold_first__lte=MOST_HELD),
                name="discussion_hold_first_few",
                violation_error_message=_("Check at most ten first contributions."),
            ),
            models.CheckConstraint(
                condition=Q(appeal_weeks__range=(1, 26)),
                name="discussion_appeal_weeks_range",
                violation_error_message=_("Give between 1 and 26 weeks."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.municipality)


class ThreadQuerySet(models.QuerySet["Thread"]):
    def for_municipality(self, municipality: Municipality) -> ThreadQuerySet:
        return self.filter(municipality=municipality)

    def readable_by(self, user: User, municipality: Municipality) -> ThreadQuerySet:
        """Those of this municipality that this person may read; who may not gets a 404."""
        audiences = [Audience.EVERYBODY]
        if user.is_authenticated and user.has_perm("municipalities.enter_back_office", municipality):
            audiences.append(Audience.STAFF)
        return self.for_municipality(municipality).filter(audience__in=audiences)


class Thread(models.Model):
    """A discussion under something of an upper app, which points down to it and gives title and url of its page."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(_("kind"), max_length=12, choices=ThreadKind, default=ThreadKind.COMMENTS)
    title = models.CharField(_("title"), max_length=200)
    url = models.CharField(
        _("page it stands under"), max_length=300, blank=True, help_text=_("A path in this portal; empty for none.")
    )
    audience = models.CharField(_("who may read"), max_length=10, choices=Audience, default=Audience.EVERYBODY)
    writers = models.CharField(_("who may write"), max_length=10, choices=Writers, default=Writers.ACCOUNTS)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    # Numbers of what can be read, kept by the services under the lock of this row.
    visible_count = models.PositiveIntegerField(default=0, editable=False)
    for_count = models.PositiveIntegerField(default=0, editable=False)
    against_count = models.PositiveIntegerField(default=0, editable=False)
    # Grows with everything that changes what readers see.
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion thread")
        verbose_name_plural = _("discussion threads")
        constraints = [
            models.CheckConstraint(
                condition=Q(url="") | Q(url__regex=r"^/([^/\\]|$)"),
                name="thread_url_is_a_path_here",
                violation_error_message=_("The page of a discussion is a path in this portal, such as /plaats/plan/."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-created_at"], name="thread_by_municipality")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The stand-alone page of this thread."""
        return reverse("discussion:thread", args=[self.municipality.slug, self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def has_sides(self) -> bool:
        return self.kind == ThreadKind.FOR_AGAINST


class ThreadHost(models.Model):
    """Somebody who belongs to the page above the thread: shown with a badge, answers questions, hears of new ones."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="hosts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hosted_threads")
    role = models.CharField(_("role"), max_length=12, choices=HostRole, default=HostRole.TEAM)

    class Meta:
        verbose_name = _("host of a discussion")
        verbose_name_plural = _("hosts of discussions")
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="thread_host_once")]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.user_id} ({self.role})"


class Follow(models.Model):
    """Somebody who wants to hear of new comments in a thread."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="follows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_threads")
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("follower of a discussion")
        verbose_name_plural = _("followers of discussions")
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="thread_followed_once")]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.user_id}"
