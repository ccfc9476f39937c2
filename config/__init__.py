"""Wiring: settings, urls, Celery, the embedded servers. Knows the apps by dotted strings only."""

from config.celery import app as celery_app

__all__ = ("celery_app",)
