"""The only writers of the outbox."""

from foundation.notifications.services.messages import mail_to, mark_all_read, mark_read, notify, withdraw

__all__ = ["mail_to", "mark_all_read", "mark_read", "notify", "withdraw"]
