"""The turnout as a picture: shades and a table, and no figure that may not be shown."""

from typing import Any

import pytest

from foundation.voting.queries.turnout import turnout_by_area
from foundation.voting.queries.turnout_map import turnout_map
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory

pytestmark = pytest.mark.django_db


def square(at: float) -> dict[str, Any]:
    corners = [[at, 52.0], [at + 0.01, 52.0], [at + 0.01, 52.01], [at, 52.01], [at, 52.0]]
    return {"type": "Polygon", "coordinates": [corners]}


def test_the_map_shows_large_areas_and_hides_small_ones() -> None:
    municipality = MunicipalityFactory()
    big, middle, small = (
        NeighbourhoodFactory(municipality=municipality, geometry=square(5 + place / 50)) for place in range(3)
    )
    ballot = voting.opened(municipality)
    for area, number in ((big, 14), (middle, 11), (small, 2)):
        for _voter in range(number):
            voting.vote(ballot, 1, by=voting.resident(municipality, area))
    drawn = turnout_map(ballot, turnout_by_area(ballot))
    assert drawn is not None
    assert {row.name: row.value_text for row in drawn.rows} == {big.name: "14", middle.name: "", small.name: ""}
    assert ">2<" not in drawn.svg


def test_without_shapes_there_is_no_map() -> None:
    ballot = voting.opened()
    NeighbourhoodFactory(municipality=ballot.municipality, geometry=None)
    assert turnout_map(ballot, []) is None
