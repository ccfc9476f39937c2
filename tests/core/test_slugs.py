from __future__ import annotations

import re

import pytest

from foundation.core import slugs
from foundation.municipalities.models import Municipality
from tests.factories.municipalities import MunicipalityFactory


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Groen in De Wielen!", "groen-in-de-wielen"),
        ("Überall ‘één’ tuin", "uberall-een-tuin"),
        ("???", "plan"),
        ("", "plan"),
        ("a" * 59 + " b", "a" * 59),  # no dash at the cut
        ("a" * 90, "a" * 60),
    ],
)
def test_an_address_is_made_of_the_words(title: str, address: str) -> None:
    assert slugs.words(title, otherwise="plan") == address


@pytest.mark.django_db
def test_an_address_is_free_and_leads_to_no_other_page() -> None:
    rows = Municipality.objects.all()
    made = []
    for _number in range(3):
        made.append(slugs.free("De Tuin", rows, otherwise="plan"))
        MunicipalityFactory(slug=made[-1])
    assert made == ["de-tuin", "de-tuin-2", "de-tuin-3"]
    assert slugs.free("Nieuw", rows, otherwise="plan", reserved={"nieuw", "nieuw-2"}) == "nieuw-3"
    assert slugs.free("De Tuinen", rows, otherwise="plan", length=7) == "de-tuin-4"


@pytest.mark.django_db
def test_an_address_without_a_number_tells_nothing_of_the_others() -> None:
    rows = Municipality.objects.all()
    assert slugs.free_unnumbered("De Tuin", rows, otherwise="plan") == "de-tuin"
    MunicipalityFactory(slug="de-tuin")
    assert re.fullmatch(r"de-tuin-[0-9a-f]{6}", slugs.free_unnumbered("De Tuin", rows, otherwise="plan"))
    assert re.fullmatch(r"plan-[0-9a-f]{6}", slugs.free_unnumbered("", rows, otherwise="plan", reserved=["plan"]))
