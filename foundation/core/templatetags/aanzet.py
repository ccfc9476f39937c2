"""Tags and filters of every template (a builtin: no {% load %} needed)."""

from django import template

register = template.Library()
