"""When beat sends which task. The schedule is code: it is reviewed, tested and the same everywhere."""

from celery.schedules import crontab

_STALE = {"options": {"expires": 50}}  # the next run does the work of one that waited too long
SCHEDULE = {
    "heartbeat": {"task": "foundation.core.tasks.heartbeat", "schedule": 30, **_STALE},
    "close-and-count-due-ballots": {"task": "foundation.voting.tasks.close_due_ballots", "schedule": 60, **_STALE},
    "empty-inlets": {"task": "foundation.voting.tasks.empty_inlets", "schedule": 300, **_STALE},
    "take-over-letters": {"task": "foundation.voting.tasks.take_over_letters", "schedule": 60, **_STALE},
    "take-over-imports": {"task": "foundation.municipalities.tasks.take_over_imports", "schedule": 60, **_STALE},
    "take-over-initiative-imports": {"task": "initiatives.tasks.take_over_imports", "schedule": 60, **_STALE},
    "deliver-outbox": {"task": "foundation.notifications.tasks.deliver_due", "schedule": 60, **_STALE},
    "deliver-bulk": {"task": "foundation.notifications.tasks.deliver_bulk", "schedule": 60, **_STALE},
    "run-newsletters": {"task": "foundation.municipalities.tasks.run_newsletters", "schedule": 60, **_STALE},
    "forget-followers": {
        "task": "foundation.municipalities.tasks.forget_followers",
        "schedule": crontab(hour="3", minute="50"),
    },
    "warn-of-terms": {"task": "initiatives.tasks.warn_of_terms", "schedule": 1800, "options": {"expires": 1500}},
    "remind-sectors": {"task": "initiatives.tasks.remind_sectors", "schedule": 1800, "options": {"expires": 1500}},
    "remind-of-agreements": {
        "task": "initiatives.tasks.remind_of_agreements",
        "schedule": 1800,
        "options": {"expires": 1500},
    },
    "tell-phases": {"task": "participation.tasks.tell_phases", "schedule": 300, **_STALE},
    "note-results": {"task": "participation.tasks.note_results", "schedule": 300, **_STALE},
    "remind-of-follow-ups": {
        "task": "changelab.tasks.remind_of_follow_ups",
        "schedule": 1800,
        "options": {"expires": 1500},
    },
    "remind-of-meetings": {"task": "foundation.meetings.tasks.send_reminders", "schedule": 60, **_STALE},
    "invite-to-meetings": {"task": "foundation.meetings.tasks.invite_members", "schedule": 60, **_STALE},
    "forget-needs-of-attendees": {
        "task": "foundation.meetings.tasks.forget_needs",
        "schedule": crontab(hour="3", minute="50"),
    },
    "nudge-municipalities": {
        "task": "learning_network.tasks.nudge_municipalities",
        "schedule": 1800,
        "options": {"expires": 1500},
    },
    "follow-up-agreements": {
        "task": "learning_network.tasks.follow_up_agreements",
        "schedule": 1800,
        "options": {"expires": 1500},
    },
    "remind-of-advice": {
        "task": "learning_network.tasks.remind_of_advice",
        "schedule": 1800,
        "options": {"expires": 1500},
    },
    "send-network-mailings": {"task": "learning_network.tasks.send_mailings", "schedule": 60, **_STALE},
    "daily-digest": {"task": "foundation.notifications.tasks.send_digests", "schedule": 900, **_STALE},
    "sign-hours": {"task": "foundation.voting.tasks.sign_hours", "schedule": crontab(minute="0")},
    "destroy-old-letters": {
        "task": "foundation.voting.tasks.destroy_old_letters",
        "schedule": crontab(minute="40"),
    },
    "count-closed-surveys": {"task": "foundation.surveys.tasks.count_closed", "schedule": 60, **_STALE},
    "send-survey-mailings": {"task": "foundation.surveys.tasks.send_mailings", "schedule": 60, **_STALE},
    "forget-old-survey-drafts": {
        "task": "foundation.surveys.tasks.forget_old_drafts",
        "schedule": crontab(hour="3", minute="50"),
    },
    "forget-old-drafts": {
        "task": "initiatives.tasks.forget_old_drafts",
        "schedule": crontab(hour="3", minute="30"),
    },
    "forget-ended-sessions": {
        "task": "foundation.accounts.tasks.forget_ended_sessions",
        "schedule": crontab(hour="3", minute="20"),
    },
}
