from __future__ import annotations

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.contrib.auth.models import User


class Adapter(DefaultOIDCAdapter):
    """Tells more than a portal should keep, as real providers do; people called "burger..." come through a DigiD broker."""

    def get_user_sub(self, client: Any, user: User) -> str:
        return user.last_name if user.username == "burger-bsn" else f"sub-{user.pk}"

    def get_user_by_sub(self, client: Any, sub: str) -> User | None:
        return User.objects.filter(last_name=sub).first() or User.objects.filter(pk=sub.removeprefix("sub-")).first()

    def get_claims(self, purpose: Any, user: User, client: Any, scopes: Any, **kwargs: Any) -> dict[str, Any]:
        claims = super().get_claims(purpose, user, client, scopes, **kwargs)
        claims |= {
            "acr": "urn:etoegang:core:assurance-class:loa3",
            "phone_number": "0612345678",
            "birthdate": "1970-01-01",
        }
        if user.username.startswith("burger"):
            for key in ("name", "given_name", "family_name", "preferred_username"):
                claims.pop(key, None)
            claims["bsn"] = user.last_name
        return claims
