"""Addresses of a survey's pages, under its municipality or above them all."""

from __future__ import annotations

from django import template

from foundation.surveys.models import Survey

register = template.Library()


@register.simple_tag
def survey_url(survey: Survey, name: str, *args: object) -> str:
    """The path of a page of this survey: ``{% survey_url survey "results" %}``."""
    return survey.address(name, *args)
