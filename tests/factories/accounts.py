from __future__ import annotations

import factory

from foundation.accounts.models import User


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person with an account and the password "correct horse"."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"bewoner{n}@example.nl")
    name = factory.Sequence(lambda n: f"Bewoner {n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: object, **kwargs: object) -> User:
        return model_class.objects.create_user(*args, **{"password": "correct horse", **kwargs})
