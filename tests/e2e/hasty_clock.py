"""The settings of a beat that closes and counts every three seconds instead of every minute."""

from config.settings import *  # noqa: F403
from config.settings import CELERY_BEAT_SCHEDULE

CLOSING = "close-and-count-due-ballots"
CELERY_BEAT_SCHEDULE = {**CELERY_BEAT_SCHEDULE, CLOSING: {**CELERY_BEAT_SCHEDULE[CLOSING], "schedule": 3}}
