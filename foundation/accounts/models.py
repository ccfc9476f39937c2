from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts import roles


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user; without a password they log in by an e-mailed code or an OpenID provider.

        Raises:
            ValueError: without an e-mail address.
        """
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account: resident, civil servant, council member; what they may do follows from their roles."""

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("There is already an account with this e-mail address.")},
    )
    name = models.CharField(
        _("name"), max_length=120, blank=True, help_text=_("As others see it; a first name or nickname will do.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may see the technical administration"), default=False)
    date_joined = models.DateTimeField(_("member since"), default=timezone.now)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message=_("Write the e-mail address in small letters."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email.partition("@")[0]

    @property
    def audit_label(self) -> str:
        """The name that the audit trail keeps: only of people who act for a municipality or the installation.

        The trail can never be changed, so the name of a resident must not get into it: they may ask to be erased.
        """
        return str(self) if self.is_staff or (self.pk is not None and roles.has_role(self)) else ""

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
