from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning_network.enums import PieceKind
from learning_network.models.practice import Lesson, Practice
from learning_network.models.shared import Shared


class RedThread(Shared):
    """The red threads of a programme (*rode draden*): lessons and practices in an order, with words between them.

    Title, intro and pieces are what who facilitates works on; readers get the newest ``RedThreadVersion``.
    """

    title = models.CharField(_("title"), max_length=120)
    intro = models.TextField(_("introduction"), max_length=5_000, blank=True)

    class Meta(Shared.Meta):
        ordering = ["-shared_at", "-pk"]
        verbose_name = _("red threads")
        verbose_name_plural = _("documents with red threads")
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(condition=Q(programme__isnull=False), name="red_threads_of_a_programme"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learning_network:red_thread", args=[self.pk])


class RedThreadPiece(models.Model):
    """One part of red threads that are worked on. ``text``: the heading, the paragraph, or a line at what was chosen."""

    thread = models.ForeignKey(RedThread, on_delete=models.CASCADE, related_name="pieces")
    place = models.PositiveSmallIntegerField(_("place"))
    kind = models.CharField(_("kind"), max_length=8, choices=PieceKind)
    text = models.TextField(_("text"), max_length=5_000, blank=True)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["place", "pk"]
        verbose_name = _("part of red threads")
        verbose_name_plural = _("parts of red threads")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=PieceKind.PRACTICE, practice__isnull=False, lesson__isnull=True)
                | Q(kind=PieceKind.LESSON, practice__isnull=True, lesson__isnull=False)
                | Q(kind__in=[PieceKind.HEADING, PieceKind.TEXT], practice__isnull=True, lesson__isnull=True)
                & ~Q(text=""),
                name="piece_is_what_it_says",
                violation_error_message=_("Choose a lesson or a practice, or write a text."),
            ),
            models.UniqueConstraint(
                fields=["thread", "practice"],
                name="practice_once_in_red_threads",
                violation_error_message=_("This is in it already."),
            ),
            models.UniqueConstraint(
                fields=["thread", "lesson"],
                name="lesson_once_in_red_threads",
                violation_error_message=_("This is in it already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.place}"

    @property
    def chosen(self) -> Practice | Lesson | None:
        return self.practice or self.lesson


class RedThreadVersion(models.Model):
    """Red threads as they were published: title, intro, and the order of what was chosen. Append-only.

    ``pieces`` holds the words in between and the numbers of practices and lessons, never their texts: these are read
    anew each time, so that what an author takes back is gone here at once. A piece: ``{"kind", "text", "id"}``.
    """

    thread = models.ForeignKey(RedThread, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120)
    intro = models.TextField(_("introduction"), max_length=5_000, blank=True)
    pieces: models.JSONField[Any, Any] = models.JSONField(_("parts"), default=list)
    published_at = models.DateTimeField(_("published at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of red threads")
        verbose_name_plural = _("versions of red threads")
        constraints = [models.UniqueConstraint(fields=["thread", "number"], name="red_thread_version_once")]
        triggers = [
            pgtrigger.Protect(
                name="red_thread_versions_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "ROW(OLD.number, OLD.title, OLD.intro, OLD.pieces, OLD.published_at)"
                    " IS DISTINCT FROM ROW(NEW.number, NEW.title, NEW.intro, NEW.pieces, NEW.published_at)"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.number}"
