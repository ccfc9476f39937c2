"""Texts that are written together: versions in numbered paragraphs, remarks at a paragraph, and what came of those."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from participation.models.contribution import Contribution
from participation.models.group import Group
from participation.models.process import Process


class Document(models.Model):
    """A text that is written together; of the process, or of one of its groups.

    ``number`` counts within the process and stands in the address. ``last_key`` is the highest key that a paragraph of it
    ever had: keys are never used again.
    """

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="documents")
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("group")
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    title = models.CharField(_("title"), max_length=160)
    intro = models.TextField(_("what it is and what is asked"), blank=True, max_length=4_000)
    last_key = models.PositiveIntegerField(default=0, editable=False)
    sent_key = models.UUIDField(null=True, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["number"]
        verbose_name = _("text written together")
        verbose_name_plural = _("texts written together")
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="document_number_once")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("participation:text", args=[self.process.municipality.slug, self.process.slug, self.number])


class DocumentVersion(models.Model):
    """One version of a text: a draft that writers work on, until it is published and stays as it is.

    ``note`` says what changed since the version before. ``version`` counts every change to the draft.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    note = models.TextField(_("what changed"), blank=True, max_length=2_000)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["number"]
        verbose_name = _("version of a text")
        verbose_name_plural = _("versions of texts")
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once"),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(published_at__isnull=True),
                name="document_one_draft",
                violation_error_message=_("There is a draft of a next version already."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.published_at IS NOT NULL AND (OLD.document_id, OLD.number, OLD.note, OLD.published_at)"
                    " IS DISTINCT FROM (NEW.document_id, NEW.number, NEW.note, NEW.published_at)"
                ),
            ),
            pgtrigger.Protect(
                name="only_drafts_of_texts_go",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.published_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.number}"


_STAYS = """
    IF EXISTS (SELECT 1 FROM participation_documentversion v
               WHERE v.published_at IS NOT NULL
                 AND v.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.document_version_id ELSE OLD.document_version_id END) THEN
        RAISE EXCEPTION 'a published version of a text stays as it is';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class Paragraph(models.Model):
    """One paragraph or heading in one version of a text, Markdown.

    ``key`` is the same in every version, wherever it stands and whatever it says. ``place`` is the order, ``number`` what
    readers see (none for headings and what was removed). ``level``: 0 for text, 1 to 3 for headings. ``is_removed``: gone
    in this version; the row stays to say because of which remarks. ``because_of``: the remarks that led to this change.
    """

    document_version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="paragraphs")
    key = models.PositiveIntegerField(_("key"))
    place = models.PositiveSmallIntegerField(_("place"))
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("level of the heading"), default=0)
    text = models.TextField(_("text"), max_length=40_000)
    is_removed = models.BooleanField(_("removed"), default=False)
    because_of: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "participation.Remark", related_name="led_to", blank=True, verbose_name=_("because of these remarks")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        ordering = ["place", "pk"]
        verbose_name = _("paragraph")
        verbose_name_plural = _("paragraphs")
        constraints = [
            models.UniqueConstraint(fields=["document_version", "key"], name="paragraph_key_once"),
            models.CheckConstraint(condition=Q(level__lte=3), name="paragraph_level_known"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="paragraph_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_STAYS,
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Remark(Contribution):
    """What somebody says of one paragraph; it lives on with the key of that paragraph.

    ``number`` is that of the paragraph when it was written, ``suggestion`` how it could read instead.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="remarks")
    document_version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="remarks")
    key = models.PositiveIntegerField(_("key"), editable=False)
    number = models.PositiveSmallIntegerField(_("paragraph"), null=True, editable=False)
    text = models.TextField(_("your remark"), max_length=10_000)
    suggestion = models.TextField(_("how it could read instead"), blank=True, max_length=40_000)
    sent_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("remark on a text")
        verbose_name_plural = _("remarks on a text")
        indexes = [
            models.Index(fields=["document", "key", "created_at"], name="remark_at_paragraph"),
            models.Index(fields=["process", "created_at"], name="remark_list"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def said(self) -> str:
        """The remark with the number of its paragraph, and the wording it proposes."""
        where = gettext("Paragraph %(number)s") % {"number": self.number} if self.number else gettext("A heading")
        parts = [f"{where}: {self.text}"]
        if self.suggestion:
            parts.append(gettext("Proposed wording: %(text)s") % {"text": self.suggestion})
        return "\n\n".join(parts)
