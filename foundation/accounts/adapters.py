"""Our words and choices in allauth's flows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import time
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import User
from foundation.core.ratelimit import client_address

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount, SocialLogin
    from django.forms import BaseForm

log = logging.getLogger(__name__)

LOGGED_IN_AT = "accounts_logged_in_at"  # in the session: seconds since 1970

EMAIL_MAX_LENGTH = 254  # of the column

# Mails without which the person can't go on: they are told when such a mail can't be sent.
WAITED_FOR = (
    "account/email/login_code",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/password_reset_code",
    "account/email/unknown_account",
    "account/email/account_already_exists",
)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up with a name, mails that may fail, the way back after logging in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("This e-mail address and password do not belong together."),
        "incorrect_code": gettext_lazy("This code is not right. Look in the last mail that we sent you."),
        "incorrect_password": gettext_lazy("This password is not right."),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "too_many_login_attempts": gettext_lazy("That was tried too often. Wait a few minutes and try again."),
        "rate_limited": gettext_lazy("That was tried too often. Wait a few minutes and try again."),
        "same_as_current": gettext_lazy("This is what it is already."),
        "duplicate_email": gettext_lazy("You use this e-mail address already."),
    }

    def clean_email(self, email: str) -> str:
        if len(email) > EMAIL_MAX_LENGTH:  # allauth would cut it off
            raise ValidationError(_("This e-mail address is too long."))
        return email

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name") or user.name
        return super().save_user(request, user, form, commit)  # type: ignore[no-any-return]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send at once, as somebody waits for it; a mail server that fails gives a page that says so."""
        try:
            super().send_mail(template_prefix, email, {"site_url": settings.SITE_URL, **context})
        except (OSError, SMTPException) as error:  # the address stays out of the log
            log.error("mail %s could not be sent: %s", template_prefix, type(error).__name__)
            if template_prefix in WAITED_FOR:
                page = render(self.request, "accounts/mail_failed.html", status=503)
                raise ImmediateHttpResponse(page) from error

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        request.session[LOGGED_IN_AT] = time.time()

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who logged in a moment ago has just shown who they are."""
        ago: float = time.time() - self.request.session.get(LOGGED_IN_AT, 0)
        return ago > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT and super().is_reauthentication_required(
            app=app, **kwargs
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "::"

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code from your app or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use your passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": words.get(method["id"], method["description"])} for method in methods]


def _vault() -> MultiFernet:
    """Encrypts with SECRET_KEY; what was encrypted with one of SECRET_KEY_FALLBACKS can still be read."""
    secrets = [force_bytes(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(b"foundation.accounts.mfa" + secret).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class MFAAdapter(DefaultMFAAdapter):
    """Second step: a QR code that a phone can read in dark mode too, names in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right. Codes change every half minute: take the newest one."),
        "rate_limited": gettext_lazy("That was tried too often. Wait a few minutes and try again."),
    }

    def build_totp_svg(self, url: str) -> str:
        code = segno.make(url, error="m", micro=False)
        drawn: str = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None)
        return drawn

    def encrypt(self, text: str) -> str:
        """Secrets of apps and recovery codes: who reads the database alone can't make codes with them."""
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = user.authenticator_set.filter(type=type).count() + 1  # type: ignore[attr-defined]
        return _("My passkey") if number == 1 else _("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "AanZet"}


def pseudonym(provider_id: str, value: str) -> str:
    """A keyed hash of an identifier at a provider: recognises somebody again, says nothing without the key.

    The provider is part of it, so that one person has different pseudonyms at two providers.

    Returns:
        64 hexadecimal digits (HMAC-SHA256).
    """
    key = settings.PSEUDONYM_KEY.encode()
    return hmac.new(key, f"{provider_id}\0{value}".encode(), hashlib.sha256).hexdigest()


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """What we keep of an OpenID Connect log-in: as little as possible, and never a citizen service number (BSN).

    Per provider in the settings (``docs/login.md``): ``loa_claim``, the claim with the level of assurance (``acr`` unless
    told); ``bsn_claim``, the claim with the BSN at a DigiD broker.
    """

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": gettext_lazy("Choose a password first: without it and without this link you could not log in."),
        "connected_other": gettext_lazy("This log-in is linked to another account already."),
    }

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.email = user.email.lower()
        parts = [data.get("first_name"), data.get("last_name")]
        user.name = (data.get("name") or " ".join(part for part in parts if part))[:120]
        # Here, before allauth looks up or writes anything, what the provider told is cut down to what we may keep.
        self._keep_little(sociallogin)
        return user

    def _keep_little(self, sociallogin: SocialLogin) -> None:
        account: SocialAccount = sociallogin.account
        asked = sociallogin.provider.app.settings
        told = account.extra_data
        claims: dict[str, Any] = {**(told.get("id_token") or {}), **(told.get("userinfo") or {})}
        kept: dict[str, str] = {}
        if loa := claims.get(asked.get("loa_claim", "acr")):
            kept["loa"] = str(loa)
        if bsn := claims.get(asked.get("bsn_claim", "")):
            kept["pseudonym"] = pseudonym(account.provider, str(bsn))
            if account.uid == str(bsn):  # some brokers use it as the subject
                account.uid = kept["pseudonym"]
        account.extra_data = kept

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """An address that is known here is never enough to enter that account: log in as usual, then link."""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        verified = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
        if User.objects.filter(email__in=verified).exists():  # the owner of the address: no secret is given away
            name = sociallogin.provider.name
            text = _(
                "You have an account with this e-mail address already. Log in to it first; then you can link %(name)s."
            )
            messages.info(request, text % {"name": name})
            after = urlencode({"next": reverse("socialaccount_connections")})
            raise ImmediateHttpResponse(redirect(f"{reverse('account_login')}?{after}"))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        log.warning("log-in at %s failed: %s %s", provider.sub_id, error, type(exception).__name__ if exception else "")
