"""Elections as they were held, published by the portal and checked by the program that residents download."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from foundation.core import clock
from foundation.voting.counting import pabulib
from foundation.voting.queries import bundle
from foundation.voting.services import counting, historic, publishing
from foundation.voting.verifier import recount
from tests.factories.municipalities import MunicipalityFactory, administrator, civil_servant
from tests.voting.counting.elections import FILES, REAL

pytestmark = pytest.mark.django_db(transaction=True)

if not REAL:
    pytest.skip("no ../shared/data/pabulib on this machine", allow_module_level=True)


@pytest.mark.parametrize("rule", ["equal_shares", "greedy"])
@pytest.mark.parametrize("name", ["Netherlands_Assen_2024", "Poland_Swiecie_2023"])
def test_a_real_election_is_published_and_recounted(name: str, rule: str, tmp_path: Path) -> None:
    municipality = MunicipalityFactory()
    ballot = historic.import_historic(
        municipality=municipality,
        file=pabulib.read(FILES / f"{name}.pb"),
        by=civil_servant(municipality),
        rule=rule,
        closes_at=clock.now() - timedelta(days=1),
    )
    counting.count_ballot(ballot_id=ballot.pk)
    ballot.refresh_from_db()
    by = administrator(municipality)
    ballot = publishing.publish(ballot=publishing.certify(ballot=ballot, by=by), by=by)
    path = tmp_path / "bundel.zip"
    path.write_bytes(bundle.bundle(ballot))
    assert recount.main([str(path), "--rules", ballot.rules_sha256]) == 0
