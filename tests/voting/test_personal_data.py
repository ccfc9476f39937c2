import pytest

from foundation.accounts import personal_data
from foundation.voting.models import InletVote, VoterRecord
from foundation.voting.services import publishing
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_export_tells_that_somebody_voted_and_not_what() -> None:
    ballot = voting.opened(MunicipalityFactory(name="Waterstad"), title="Buurtbudget")
    anna, other = voting.resident(ballot.municipality), voting.resident(ballot.municipality)
    receipt = voting.vote(ballot, 1, 2, by=anna)
    told = personal_data.export(anna)["stemmen"]
    assert [(row["gemeente"], row["stemming"]) for row in told] == [("Waterstad", "Buurtbudget")]
    assert receipt.code not in str(told)
    assert "1,2" not in str(told)
    assert personal_data.export(other)["stemmen"] == []


def test_after_certification_the_export_knows_nothing_any_more() -> None:
    ballot = voting.counted()
    publishing.certify(ballot=ballot, by=civil_servant(ballot.municipality))
    assert all(personal_data.export(user)["stemmen"] == [] for user in [voting.stranger()])


def test_erasing_somebody_leaves_the_count_right_and_says_so_beforehand() -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    voting.vote(ballot, 1, by=anna)
    for eraser in personal_data.erasers():
        if eraser.function.__module__ == "foundation.voting.personal_data":
            eraser.function(anna)
            assert "stembus" in str(eraser.keeps)
            break
    else:
        pytest.fail("voting declares nothing about erasing")
    assert (VoterRecord.objects.count(), InletVote.objects.count()) == (1, 1)
