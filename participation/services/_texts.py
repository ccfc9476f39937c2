"""Texts that are too long: Django leaves the length of text fields to forms, and services have other callers too."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import ngettext


def clean(row: models.Model) -> None:
    """Check every field of a row, its constraints and the length of its texts.

    Raises:
        ValidationError: per field.
    """
    row.full_clean(exclude=["search"])
    errors = {}
    for field in row._meta.concrete_fields:
        if isinstance(field, models.TextField) and field.max_length:
            over = len(getattr(row, field.attname) or "") - field.max_length
            if over > 0:
                words = ngettext("This is %(n)d letter too long.", "This is %(n)d letters too long.", over)
                errors[field.name] = words % {"n": over}
    if errors:
        raise ValidationError(errors)
