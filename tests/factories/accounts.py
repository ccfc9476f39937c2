from __future__ import annotations

import factory

from foundation.accounts import services
from foundation.accounts.models import User

PASSWORD = "correct horse"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person with an account, a confirmed e-mail address and the password "correct horse"."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"bewoner{n}@example.nl")
    name = factory.Sequence(lambda n: f"Bewoner {n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: object, **kwargs: object) -> User:
        user = model_class.objects.create_user(*args, **{"password": PASSWORD, **kwargs})
        services.confirm_email(user=user, by=None)
        return user
