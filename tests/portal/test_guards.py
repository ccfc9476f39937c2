"""Nobody votes in one neighbourhood and moves to the next for another vote."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from foundation.municipalities.models import Municipality
from foundation.municipalities.services.residency import declare_residency
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, ResidencyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rivierdam() -> Municipality:
    return MunicipalityFactory(slug="rivierdam")


def test_moving_is_refused_while_a_vote_for_the_neighbourhood_runs(rivierdam: Municipality) -> None:
    north, south = NeighbourhoodFactory.create_batch(2, municipality=rivierdam)
    samira = ResidencyFactory(neighbourhood=north).user
    ballot = voting.opened(rivierdam, title="Budget Noord", areas=[north])
    voting.vote(ballot, 1, by=samira)

    with pytest.raises(ValidationError, match="Budget Noord"):
        declare_residency(municipality=rivierdam, neighbourhood=south, by=samira)

    voting.close(ballot)
    moved = declare_residency(municipality=rivierdam, neighbourhood=south, by=samira)
    assert moved.neighbourhood == south


def test_moving_is_free_after_a_vote_for_the_whole_municipality_or_without_a_vote(rivierdam: Municipality) -> None:
    north, south = NeighbourhoodFactory.create_batch(2, municipality=rivierdam)
    samira = ResidencyFactory(neighbourhood=north).user
    voting.opened(rivierdam, areas=[north])
    voting.vote(voting.opened(rivierdam), 1, by=samira)

    assert declare_residency(municipality=rivierdam, neighbourhood=south, by=samira).neighbourhood == south
