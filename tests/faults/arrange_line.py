"""Run inside a portal's environment: two civil servants and two residents, logged in. Prints JSON.

``python -m tests.faults.arrange_line``
"""

from __future__ import annotations

import json

import django

django.setup()

from django.conf import settings  # noqa: E402

from tests.factories.municipalities import (  # noqa: E402
    MunicipalityFactory,
    NeighbourhoodFactory,
    ResidencyFactory,
    civil_servant,
)
from tests.faults.arrange import log_in  # noqa: E402


def main() -> None:
    municipality = MunicipalityFactory(name="Waterstad", slug="waterstad")
    area = NeighbourhoodFactory(municipality=municipality)
    people = {
        "officer": civil_servant(municipality, name="Marloes"),
        "colleague": civil_servant(municipality, name="Henk"),
        "first": ResidencyFactory(neighbourhood=area).user,
        "second": ResidencyFactory(neighbourhood=area).user,
    }
    print(
        json.dumps(
            {
                "cookies": {name: log_in(user) for name, user in people.items()},
                "session_name": settings.SESSION_COOKIE_NAME,
            }
        )
    )


if __name__ == "__main__":
    main()
