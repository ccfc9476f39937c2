"""Bringing the areas of a municipality up to an official list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from foundation.core.models import AuditEvent
from foundation.municipalities.enums import AreaKind
from foundation.municipalities.imports import ImportErrors, parse_areas
from foundation.municipalities.imports.rows import PostcodeRow
from foundation.municipalities.models import Area, Municipality, PostcodeArea
from foundation.municipalities.services.areas import AreaReport, import_areas, import_postcodes, mark_attention_areas
from tests.factories.municipalities import (
    MunicipalityFactory,
    NeighbourhoodFactory,
    ResidencyFactory,
    administrator,
    buurt,
    civil_servant,
    geojson,
    square,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dordrecht() -> Municipality:
    return MunicipalityFactory(name="Dordrecht", slug="dordrecht", cbs_code="GM0505")


def do(municipality: Municipality, data: bytes, *, year: int | None = 2024, name: str = "lijst.geojson") -> AreaReport:
    file = parse_areas(data, file_name=name, municipality_code=municipality.cbs_code, year=year)
    return import_areas(municipality=municipality, file=file, by=None, file_name=name)


def test_a_list_makes_neighbourhoods_and_the_districts_that_it_names(dordrecht: Municipality) -> None:
    report = do(
        dordrecht, geojson(buurt(101, wijknaam="Binnenstad"), buurt(201, wijknaam="Krispijn"), buurt(202, water="JA"))
    )
    assert len(report.added) == 5
    found = Area.objects.for_municipality(dordrecht)
    assert list(found.districts().values_list("code", "name")) == [("WK050501", "Binnenstad"), ("WK050502", "Krispijn")]
    first = found.get(code="BU05050101")
    assert (first.name, first.year, first.population, first.parent.code) == ("Buurt 101", 2024, 10100, "WK050501")  # type: ignore[union-attr]
    assert found.get(code="BU05050202").is_water


def test_the_same_list_again_changes_nothing_and_leaves_no_trace(dordrecht: Municipality) -> None:
    data = geojson(buurt(101), buurt(102))
    do(dordrecht, data)
    events = AuditEvent.objects.count()
    rows = list(Area.objects.order_by("pk").values())
    report = do(dordrecht, data)
    assert (report.added, report.changed, report.ended, report.unchanged) == ([], [], [], 3)
    assert list(Area.objects.order_by("pk").values()) == rows
    assert AuditEvent.objects.count() == events


def test_names_people_and_shapes_that_differ_are_changed(dordrecht: Municipality) -> None:
    do(dordrecht, geojson(buurt(101), buurt(102), buurt(103)))
    report = do(
        dordrecht,
        geojson(
            buurt(101, buurtnaam="Nieuw"), buurt(102, aantal_inwoners=-99997), buurt(103, geometry=square(4.9, 51.9))
        ),
    )
    assert len(report.changed) == 3
    assert report.unchanged == 1
    assert Area.objects.get(code="BU05050101").name == "Nieuw"
    assert Area.objects.get(code="BU05050102").population is None


def test_a_list_without_shapes_leaves_shapes_as_they_are(dordrecht: Municipality) -> None:
    do(dordrecht, geojson(buurt(101)))
    report = do(dordrecht, b"buurtcode;buurtnaam\nBU05050101;Anders\n", year=2025)
    area = Area.objects.get(code="BU05050101")
    assert report.changed == ["Anders (BU05050101)"]
    assert (area.name, area.population, area.year) == ("Anders", 10100, 2025)
    assert area.geometry is not None


def test_what_is_no_longer_listed_ends_and_goes_on_in_what_covers_it(dordrecht: Municipality) -> None:
    do(dordrecht, geojson(buurt(101), buurt(102), buurt(103)), year=2023)
    resident = ResidencyFactory(municipality=dordrecht, neighbourhood=Area.objects.get(code="BU05050101"))
    both = square(4.6 + 1.01, 51.8, 0.02)  # over 101 and most of the gap before 103
    report = do(dordrecht, geojson(buurt(103), buurt(301, geometry=both)), year=2024)
    old = Area.objects.get(code="BU05050101")
    assert (old.ended_in, old.superseded_by.code) == (2024, "BU05050301")  # type: ignore[union-attr]
    assert set(report.ended) == {"Buurt 101 (BU05050101)", "Buurt 102 (BU05050102)"}
    resident.refresh_from_db()
    assert resident.neighbourhood_id == old.pk  # who lives there is asked anew, never moved by us
    assert set(Area.objects.current().neighbourhoods().values_list("code", flat=True)) == {"BU05050103", "BU05050301"}


def test_without_shapes_the_only_new_one_of_the_same_name_takes_its_place(dordrecht: Municipality) -> None:
    do(dordrecht, b"buurtcode;buurtnaam\nBU05050101;Centrum\nBU05050102;Haven\n", year=2023)
    do(dordrecht, b"buurtcode;buurtnaam\nBU05050901;CENTRUM\nBU05050102;Haven\n", year=2024)
    assert Area.objects.get(code="BU05050101").superseded_by.code == "BU05050901"  # type: ignore[union-attr]


def test_an_ended_area_that_is_listed_again_lives_again(dordrecht: Municipality) -> None:
    do(dordrecht, geojson(buurt(101), buurt(102)), year=2022)
    do(dordrecht, geojson(buurt(101)), year=2023)
    report = do(dordrecht, geojson(buurt(101), buurt(102)), year=2024)
    assert report.changed == ["Buurt 102 (BU05050102)"]
    assert Area.objects.get(code="BU05050102").ended_in is None


def test_an_older_list_is_refused(dordrecht: Municipality) -> None:
    do(dordrecht, geojson(buurt(101)), year=2024)
    with pytest.raises(ImportErrors) as caught:
        do(dordrecht, geojson(buurt(101)), year=2023)
    assert caught.value.problems[0].code == "older"


def test_half_a_list_is_refused_and_nothing_ends(dordrecht: Municipality) -> None:
    do(dordrecht, geojson(*[buurt(n) for n in range(101, 111)]))
    with pytest.raises(ImportErrors) as caught:
        do(dordrecht, geojson(buurt(101), buurt(102)))
    assert caught.value.problems[0].code == "too_few"
    assert not Area.objects.exclude(ended_in=None).exists()


def test_areas_of_another_municipality_are_never_touched(dordrecht: Municipality) -> None:
    other = NeighbourhoodFactory(code="BU03080000", municipality__cbs_code="GM0308")
    do(dordrecht, geojson(buurt(101), buurt(1, gm="0308")))
    other.refresh_from_db()
    assert other.ended_in is None
    assert Area.objects.for_municipality(dordrecht).neighbourhoods().count() == 1


def test_an_import_is_recorded_with_its_numbers(dordrecht: Municipality) -> None:
    by = administrator(dordrecht)
    file = parse_areas(geojson(buurt(101)), municipality_code="GM0505", year=2024)
    import_areas(municipality=dordrecht, file=file, by=by, file_name="x.geojson")
    event = AuditEvent.objects.get(verb="municipalities.areas_imported")
    assert (event.actor_id, event.municipality_id) == (by.pk, dordrecht.pk)
    assert event.new == {"file": "x.geojson", "year": 2024, "added": 2, "changed": 0, "ended": 0}


def test_a_civil_servant_may_not_import(dordrecht: Municipality) -> None:
    file = parse_areas(geojson(buurt(101)), municipality_code="GM0505", year=2024)
    with pytest.raises(PermissionDenied):
        import_areas(municipality=dordrecht, file=file, by=civil_servant(dordrecht))
    assert not Area.objects.exists()


def test_the_most_common_postcode_is_kept_for_looking_up(dordrecht: Municipality) -> None:
    do(dordrecht, geojson(buurt(101, meest_voorkomende_postcode="3311"), buurt(102, meest_voorkomende_postcode=None)))
    do(dordrecht, geojson(buurt(101, meest_voorkomende_postcode="3312"), buurt(102, meest_voorkomende_postcode="3312")))
    assert sorted(PostcodeArea.objects.values_list("postcode", "neighbourhood__code")) == [
        ("3312", "BU05050101"),
        ("3312", "BU05050102"),
    ]


def test_a_list_of_postcodes_replaces_what_was_known(dordrecht: Municipality) -> None:
    do(dordrecht, geojson(buurt(101, meest_voorkomende_postcode="3311")))
    rows = [PostcodeRow("3311GR", "BU05050101", 12)]
    assert import_postcodes(municipality=dordrecht, rows=rows, by=None) == 1
    assert list(PostcodeArea.objects.values_list("postcode", "addresses")) == [("3311GR", 12)]


def test_attention_areas_are_exactly_those_that_were_chosen(dordrecht: Municipality) -> None:
    do(dordrecht, geojson(buurt(101), buurt(102), buurt(103)))
    first, second, _third = Area.objects.neighbourhoods()
    by = administrator(dordrecht)
    mark_attention_areas(municipality=dordrecht, areas=[first], by=by)
    mark_attention_areas(municipality=dordrecht, areas=[second], by=by)
    mark_attention_areas(municipality=dordrecht, areas=[second], by=by)
    assert list(Area.objects.filter(is_attention_area=True)) == [second]
    event = AuditEvent.objects.filter(verb="municipalities.attention_areas_marked").first()
    assert event is not None
    assert (event.old["areas"], event.new["areas"]) == (["Buurt 101"], ["Buurt 102"])
    assert AuditEvent.objects.filter(verb="municipalities.attention_areas_marked").count() == 2


def test_an_area_of_elsewhere_is_no_attention_area(dordrecht: Municipality) -> None:
    with pytest.raises(ValueError, match="another"):
        mark_attention_areas(municipality=dordrecht, areas=[NeighbourhoodFactory()], by=None)


# --- With the real lists -----------------------------------------------------------------------------------------------


def real(path: Path, municipality: Municipality) -> AreaReport:
    return do(municipality, path.read_bytes(), year=None, name=path.name)


def test_dordrecht_from_the_list_of_2014_to_the_shapes_of_2024(shared_data: Path, dordrecht: Municipality) -> None:
    geo = shared_data / "geo"
    first = real(geo / "buurten_2014.csv", dordrecht)
    assert sum(1 for name in first.added if "BU" in name) == 129
    old = set(Area.objects.neighbourhoods().values_list("code", flat=True))
    second = real(geo / "buurten_2024_doelgemeenten_benaderd.geojson", dordrecht)
    new = set(Area.objects.current().neighbourhoods().values_list("code", flat=True))
    assert len(new) == 132
    assert {name[-11:-1] for name in second.added if "(BU" in name} == new - old
    assert {name[-11:-1] for name in second.ended if "(BU" in name} == old - new
    third = real(geo / "buurten_2024.csv", dordrecht)
    assert (third.added, third.ended) == ([], [])
    again = real(geo / "buurten_2024.csv", dordrecht)
    assert (again.added, again.changed, again.ended) == ([], [], [])
    assert Area.objects.current().neighbourhoods().filter(geometry=None).count() == 0


@pytest.mark.parametrize("name", ["buurten_2024_amsterdam.geojson", "buurten_2024.csv"])
def test_amsterdam_with_letters_is_the_same_the_second_time(shared_data: Path, name: str) -> None:
    amsterdam = MunicipalityFactory(cbs_code="GM0363")
    first = real(shared_data / "geo" / name, amsterdam)
    second = real(shared_data / "geo" / name, amsterdam)
    assert second.unchanged == len(first.added) > 516
    assert (second.added, second.changed, second.ended) == ([], [], [])
    assert Area.objects.districts().filter(code="WK0363AA").exists()


def test_queries_of_an_import_do_not_grow_with_the_list(
    dordrecht: Municipality, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(25):
        do(dordrecht, geojson(*[buurt(n) for n in range(101, 181)]))
    assert Area.objects.filter(kind=AreaKind.NEIGHBOURHOOD).count() == 80
