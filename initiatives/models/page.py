"""What a team puts on the page of its initiative, and who follows it."""

from __future__ import annotations

import uuid
from pathlib import PurePath

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.discussion.models import Thread
from initiatives.enums import BudgetKind, TeamRole
from initiatives.models.initiative import Initiative


def private_storage() -> FileSystemStorage:
    """Where documents lie: outside the folder that a web server may serve."""
    return FileSystemStorage(location=settings.PRIVATE_ROOT)


def picture_path(instance: models.Model, name: str) -> str:
    """A name that cannot be guessed and tells nothing."""
    return f"initiatives/{uuid.uuid4().hex}{PurePath(name).suffix}"


def document_path(instance: models.Model, name: str) -> str:
    return f"initiatives/{uuid.uuid4().hex}{PurePath(name).suffix}"


class News(models.Model):
    """News of an initiative, in Markdown; its followers are told."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="news")
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=10_000)
    picture = models.ImageField(_("picture"), upload_to=picture_path, blank=True)
    picture_alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("news item")
        verbose_name_plural = _("news")
        constraints = [
            models.CheckConstraint(
                condition=Q(picture="") | ~Q(picture_alt=""),
                name="news_picture_is_described",
                violation_error_message=_("Say what the picture shows, for people who do not see it."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Picture(models.Model):
    """A picture on the page; the first one stands on the card too."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="pictures")
    image = models.ImageField(_("picture"), upload_to=picture_path)
    alt = models.CharField(_("what the picture shows"), max_length=200)
    position = models.PositiveSmallIntegerField(_("place in the row"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="picture_is_described",
                violation_error_message=_("Say what the picture shows, for people who do not see it."),
            )
        ]

    def __str__(self) -> str:
        return self.alt


class Document(models.Model):
    """A file for downloading: for everybody, or only for the team and the municipality."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(_("what it is"), max_length=120)
    file = models.FileField(_("file"), upload_to=document_path, storage=private_storage)
    name = models.CharField(_("name of the file"), max_length=120, editable=False)
    mime_type = models.CharField(_("type"), max_length=120, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    is_public = models.BooleanField(_("for everybody"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.title


class BudgetLine(models.Model):
    """One line of the budget: what something costs, or where money comes from."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="budget_lines")
    kind = models.CharField(_("kind"), max_length=5, choices=BudgetKind)
    label = models.CharField(_("what for, or from whom"), max_length=120)
    amount_cents = models.BigIntegerField(_("amount in cents"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("line of the budget")
        verbose_name_plural = _("lines of the budget")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0),
                name="budget_line_is_an_amount",
                violation_error_message=_("Type an amount above nothing."),
            ),
            models.CheckConstraint(condition=Q(kind__in=BudgetKind.values), name="budget_line_kind_known"),
        ]

    def __str__(self) -> str:
        return self.label


class Milestone(models.Model):
    """A step of the planning with the day by which the team wants it done."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("what"), max_length=120)
    day = models.DateField(_("ready by"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["day", "pk"]
        verbose_name = _("step of the planning")
        verbose_name_plural = _("planning")

    def __str__(self) -> str:
        return self.title


class TeamInvitation(models.Model):
    """Somebody asked by e-mail to join a team. The secret stands in the mail only; here is its SHA-256."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=9, choices=TeamRole, default=TeamRole.MEMBER)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("invitation for a team")
        verbose_name_plural = _("invitations for a team")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "email"],
                name="team_invitation_once",
                violation_error_message=_("This address was invited already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.role}"


class Follow(models.Model):
    """Somebody who wants to hear how an initiative goes on."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="follows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_initiatives")
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [models.UniqueConstraint(fields=["initiative", "user"], name="follow_once_per_person")]

    def __str__(self) -> str:
        return f"{self.initiative_id}"


class Conversation(models.Model):
    """The questions and answers under an initiative; the thread itself is of ``foundation.discussion``."""

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="conversation")
    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, related_name="initiative_conversation")

    class Meta:
        verbose_name = _("questions and answers")
        verbose_name_plural = _("questions and answers")

    def __str__(self) -> str:
        return f"{self.initiative_id}"
