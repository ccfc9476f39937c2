"""The only writers of the outbox."""

from foundation.notifications.services.bounces import Noted, forget_bounces, note_dsn
from foundation.notifications.services.delivery import Report, deliver_bulk, deliver_due, resend, settle
from foundation.notifications.services.digests import send_digests
from foundation.notifications.services.messages import forget, mail_to, mark_all_read, mark_read, notify, withdraw
from foundation.notifications.services.preferences import resubscribe, set_preferences, unsubscribe

__all__ = [
    "Noted",
    "Report",
    "deliver_bulk",
    "deliver_due",
    "forget",
    "forget_bounces",
    "mail_to",
    "mark_all_read",
    "mark_read",
    "note_dsn",
    "notify",
    "resend",
    "resubscribe",
    "send_digests",
    "set_preferences",
    "settle",
    "unsubscribe",
    "withdraw",
]
