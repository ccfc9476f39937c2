"""Reads over accounts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings

from foundation.core.models import AuditEvent

if TYPE_CHECKING:
    from foundation.accounts.models import User


def has_two_factor(user: User) -> bool:
    """Whether the user has set up a second factor (TOTP or passkey); recovery codes alone do not count.

    Asked once per user object and kept on it.
    """
    kept: bool | None = user.__dict__.get("_has_two_factor")
    if kept is None:
        kept = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        user.__dict__["_has_two_factor"] = kept
    return kept


def overview(user: User) -> dict[str, Any]:
    """The facts of the account page."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return {
        "has_password": user.has_usable_password(),
        "has_app": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "sessions": sum(map(store.exists, UserSession.objects.filter(user=user).values_list("session_key", flat=True))),
        "linked_log_ins": SocialAccount.objects.filter(user=user).count(),
    }


def export(user: User) -> dict[str, Any]:
    """What accounts keeps of a user, for the download of their data. Never secrets: no hash, no key, no code."""
    return {
        "naam": user.name,
        "e-mailadres": user.email,
        "lid sinds": user.date_joined,
        "laatst ingelogd": user.last_login,
        "e-mailadressen": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "tweede stap": [
            {"soort": row.type, "toegevoegd": row.created_at, "laatst gebruikt": row.last_used_at}
            for row in Authenticator.objects.filter(user=user)
        ],
        "gekoppelde inlogdiensten": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data", "date_joined", "last_login")
        ),
        "ingelogd op": list(UserSession.objects.filter(user=user).values("created_at", "ip", "user_agent")),
    }


def export_audit(user: User) -> list[dict[str, Any]]:
    """What the audit trail keeps of what a user did."""
    kept = ("created_at", "verb", "object_type", "object_id", "reason")
    return [{name: getattr(event, name) for name in kept} for event in AuditEvent.objects.by(user)]
