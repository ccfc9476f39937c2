"""Elections as they were held, published by the portal and checked by the program that residents download."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from foundation.core import clock
from foundation.voting.counting import blt, pabulib
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


@pytest.mark.parametrize(
    "path", ["pabulib/France_Toulouse_2019.pb", "ranked/aberdeenshire_2022_ward4.blt"], ids=["points", "ranking"]
)
def test_a_real_election_on_another_kind_of_paper_is_published_and_recounted(path: str, tmp_path: Path) -> None:
    source = FILES.parent / path
    file = blt.read(source) if source.suffix == ".blt" else pabulib.read(source)
    municipality = MunicipalityFactory()
    ballot = historic.import_historic(municipality=municipality, file=file, by=civil_servant(municipality))
    counting.count_ballot(ballot_id=ballot.pk)
    ballot.refresh_from_db()
    by = administrator(municipality)
    ballot = publishing.publish(ballot=publishing.certify(ballot=ballot, by=by), by=by)
    bundled = tmp_path / "bundel.zip"
    bundled.write_bytes(bundle.bundle(ballot))
    assert recount.main([str(bundled), "--rules", ballot.rules_sha256]) == 0
