"""The only writers of accounts."""

from __future__ import annotations

import uuid
from functools import partial
from importlib import import_module

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from foundation.accounts import personal_data
from foundation.accounts.models import User
from foundation.core import audit

ERASED_HOST = "erased.invalid"  # a name that can never exist (RFC 2606)


class CannotErase(Exception):
    """Something must be arranged first; ``reasons`` are sentences for the person."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def open_account(*, email: str, name: str = "", password: str | None = None, by: User | None) -> User:
    """Make an account for an e-mail address that is known to be right, such as one whose owner followed a mailed link.

    Args:
        email: any case; kept in small letters.
        name: as others see it; may be empty.
        password: None for somebody who logs in with mailed codes.
        by: who opens it; None when the owner does.

    Raises:
        django.db.IntegrityError: when there is already an account with this address.
    """
    user = User.objects.create_user(email, password, name=name)
    confirm_email(user=user, by=by)
    audit.record("accounts.account_opened", user, by=by or user)
    return user


@transaction.atomic
def confirm_email(*, user: User, by: User | None) -> None:
    """Note that the e-mail address of ``user`` is really theirs, so that logging in does not ask for it again."""
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def rename(*, user: User, name: str, by: User) -> None:
    """Change the name that others see. The audit trail notes that it happened, not the names: those are personal."""
    user.name = name.strip()
    user.save(update_fields=["name"])
    audit.record("accounts.user_renamed", user, by=by)


@transaction.atomic
def erase(*, user: User, by: User | None) -> None:
    """Erase somebody for good: what tells who they are goes, in every app; what must stay, stays without their name.

    The row of the user stays, empty, because ballots, decisions and the audit trail refer to its number.

    Raises:
        CannotErase: when an app names an obstacle, or the account was erased before.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.erased_at is not None:
        raise CannotErase(["This account was erased before."])
    if reasons := personal_data.obstacles(row):
        raise CannotErase(reasons)
    for eraser in personal_data.erasers():
        eraser.function(row)
    row.email = f"{uuid.uuid4().hex}@{ERASED_HOST}"
    row.name = ""
    row.set_unusable_password()
    row.is_active = row.is_staff = row.is_superuser = False
    row.last_login = None
    row.erased_at = timezone.now()
    row.save()
    audit.record("accounts.user_erased", row, by=row if by is not None and by.pk == row.pk else by)


def erase_log_in_data(user: User) -> None:
    """Accounts' own part of erasing: addresses, second factors, linked log-ins, sessions, rights."""
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    UserSession.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    about_user = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=about_user, object_id=str(user.pk)).update(object_repr="", change_message="")
    # Sessions live in the cache, outside the transaction: end them only when the rest is certain.
    transaction.on_commit(partial(_end_sessions, keys))


def _end_sessions(keys: list[str]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in keys:
        store(key).delete()


def forget_ended_sessions() -> int:
    """Delete the notes (address of the computer, browser) of sessions that have ended; returns how many."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    ended = [pk for pk, key in UserSession.objects.values_list("pk", "session_key") if not store.exists(key)]
    UserSession.objects.filter(pk__in=ended).delete()
    return len(ended)
