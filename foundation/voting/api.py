"""Votes and their results for programs of others: routes and shapes only. Dutch, as the NL GOV API Design Rules ask.

Nobody logs in here, so the gate is asked for nobody: what stands here, everybody may know.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Path, Query, Router

from foundation.core import clock
from foundation.core.api_lists import PageNumber, PageSize, address, page_of, told
from foundation.municipalities.models import Municipality
from foundation.voting.api_shapes import (
    TYPES,
    Gebied,
    Gemeente,
    Gemeenten,
    Kop,
    Koppen,
    OpkomstInGebied,
    Optie,
    Opties,
    Status,
    Stemming,
    Stemmingen,
    StemmingKort,
    Telregel,
    Uitslag,
    Uitslagen,
    UitslagKort,
    UitslagOptie,
    Vingerafdrukken,
)
from foundation.voting.models import Ballot, LogHead, Option
from foundation.voting.queries import bundle, exports, open_data, public_log, results, results_visible
from foundation.voting.queries.ballots import limit_text, public_ballot
from foundation.voting.services import ballots as services

router = Router(by_alias=True)
_SLUG = {"pattern": r"^[-a-zA-Z0-9_]+$", "max_length": 80}
MunicipalitySlug = Annotated[
    str, Path(..., description="Naam van de gemeente in webadressen.", examples=["rivierdam"], **_SLUG)
]
BallotSlug = Annotated[
    str, Path(..., description="Naam van de stemming in webadressen.", examples=["buurtbudget"], **_SLUG)
]


@router.get("/gemeenten", response=Gemeenten, summary="Alle gemeenten", tags=["Gemeenten"], operation_id="gemeenten")
def municipalities(request: HttpRequest, pagina: PageNumber = 1, pagina_grootte: PageSize = 20) -> Any:
    """De gemeenten die dit portaal gebruiken, op naam in webadressen."""
    found = page_of(open_data.municipalities(), pagina, pagina_grootte)
    return Gemeenten(resultaten=[_municipality(row) for row in found.rows], **told(found, address("municipalities")))


@router.get(
    "/gemeenten/{gemeente}", response=Gemeente, summary="Een gemeente", tags=["Gemeenten"], operation_id="gemeente"
)
def municipality(request: HttpRequest, gemeente: MunicipalitySlug) -> Any:
    """Naam en code van een gemeente, met de weg naar haar stemmingen."""
    return _municipality(_existing(gemeente))


@router.get(
    "/gemeenten/{gemeente}/stemmingen",
    response=Stemmingen,
    summary="Stemmingen van een gemeente",
    tags=["Stemmingen"],
    operation_id="stemmingen",
)
def ballots(
    request: HttpRequest,
    gemeente: MunicipalitySlug,
    status: Annotated[Status | None, Query(None, description="Alleen stemmingen die hier zijn.")] = None,
    pagina: PageNumber = 1,
    pagina_grootte: PageSize = 20,
) -> Any:
    """Aangekondigde, open, gesloten en gepubliceerde stemmingen; wat het laatst opende staat voorop."""
    now = clock.now()
    found = page_of(open_data.ballots(_existing(gemeente), now, status.value if status else ""), pagina, pagina_grootte)
    more = {"status": status.value} if status else {}
    return Stemmingen(
        resultaten=[StemmingKort(**_ballot(row, now, row.number_of_options)) for row in found.rows],
        **told(found, address("ballots", gemeente), more),
    )


@router.get(
    "/gemeenten/{gemeente}/stemmingen/{stemming}",
    response=Stemming,
    summary="Een stemming",
    tags=["Stemmingen"],
    operation_id="stemming",
)
def ballot(request: HttpRequest, gemeente: MunicipalitySlug, stemming: BallotSlug) -> Any:
    """Waarover gestemd wordt, wie mag stemmen en tot wanneer. Nooit hoeveel stemmen er al zijn, of waarop."""
    now = clock.now()
    found = _public_ballot(gemeente, stemming, now)
    return Stemming(
        **_ballot(found, now, found.options.count()),
        toelichting=found.question,
        beperking=limit_text(found),
        gebieden=[Gebied(code=area.code, naam=area.name) for area in open_data.areas(found)],
        minimumleeftijd=found.minimum_age,
        regels_sha256=found.rules_sha256,
        reden_annulering=found.cancel_reason,
    )


@router.get(
    "/gemeenten/{gemeente}/stemmingen/{stemming}/opties",
    response=Opties,
    summary="Opties van een stemming",
    tags=["Stemmingen"],
    operation_id="opties",
)
def options(
    request: HttpRequest,
    gemeente: MunicipalitySlug,
    stemming: BallotSlug,
    pagina: PageNumber = 1,
    pagina_grootte: PageSize = 20,
) -> Any:
    """Wat er te kiezen is, op nummer."""
    found = page_of(open_data.options(_public_ballot(gemeente, stemming, clock.now())), pagina, pagina_grootte)
    return Opties(
        resultaten=[_option(row) for row in found.rows], **told(found, address("options", gemeente, stemming))
    )


@router.get(
    "/gemeenten/{gemeente}/stemmingen/{stemming}/koppen",
    response=Koppen,
    summary="Koppen van het openbare logboek",
    tags=["Stemmingen"],
    operation_id="koppen",
)
def heads(
    request: HttpRequest,
    gemeente: MunicipalitySlug,
    stemming: BallotSlug,
    pagina: PageNumber = 1,
    pagina_grootte: PageSize = 20,
) -> Any:
    """De getekende koppen, de nieuwste voorop. Wie er een bewaart, kan later nagaan dat er niets veranderd is."""
    of = _public_ballot(gemeente, stemming, clock.now())
    found = page_of(public_log.heads(of), pagina, pagina_grootte)
    return Koppen(
        publieke_sleutel=of.frozen.get("log", {}).get("public_key", ""),
        regels_sha256=of.rules_sha256,
        resultaten=[_head(row) for row in found.rows],
        **told(found, address("heads", gemeente, stemming)),
    )


@router.get(
    "/gemeenten/{gemeente}/uitslagen",
    response=Uitslagen,
    summary="Uitslagen van een gemeente",
    tags=["Uitslagen"],
    operation_id="uitslagen",
)
def published(
    request: HttpRequest, gemeente: MunicipalitySlug, pagina: PageNumber = 1, pagina_grootte: PageSize = 20
) -> Any:
    """Gepubliceerde uitslagen, de nieuwste voorop."""
    found = page_of(open_data.published(_existing(gemeente), clock.now()), pagina, pagina_grootte)
    return Uitslagen(
        resultaten=[UitslagKort(**_result(row)) for row in found.rows], **told(found, address("published", gemeente))
    )


@router.get(
    "/gemeenten/{gemeente}/uitslagen/{stemming}",
    response=Uitslag,
    summary="Uitslag van een stemming",
    tags=["Uitslagen"],
    operation_id="uitslag",
)
def result(request: HttpRequest, gemeente: MunicipalitySlug, stemming: BallotSlug) -> Any:
    """Wat gekozen is en waarom, met de weg naar alle stemmen. Bestaat pas na publicatie."""
    now = clock.now()
    found = _public_ballot(gemeente, stemming, now)
    if not results_visible(found, None, now):
        raise Http404("Van deze stemming is nog geen uitslag gepubliceerd.")
    story = results.story(found)
    return Uitslag(
        **_result(found),
        uitgebracht=story.cast,
        blanco=story.blank,
        geteld_op=story.counted_at,
        gekozen=[row["number"] for row in story.winners],
        opties=[
            UitslagOptie(
                nummer=row["number"],
                titel=row["title"],
                stemmen=row["votes"],
                gekozen=row["funded"],
                kosten_in_centen=row["cost_cents"],
                toelichting=row["why"],
            )
            for row in story.rows
        ],
        budget_in_centen=story.budget_cents if found.spends else None,
        besteed_in_centen=story.spent_cents if found.spends else None,
        opkomst=[OpkomstInGebied(code=code, naam=name, stemmers=n) for code, name, n in open_data.turnout(found)],
        gelijke_standen=story.ties,
        vingerafdrukken=Vingerafdrukken(
            regels=story.rules_sha256, stemmen=story.box_hash, uitslag=story.outcome_sha256
        ),
    )


def _existing(slug: str) -> Municipality:
    found = open_data.municipality(slug)
    if found is None:
        raise Http404("Deze gemeente is hier niet.")
    return found


def _public_ballot(gemeente: str, slug: str, now: datetime) -> Ballot:
    """As on the pages: the first visitor after opening or closing time moves its state."""
    of = _existing(gemeente)
    found = public_ballot(of, slug)
    if found is not None and found.is_due(now) and services.advance(ballot_id=found.pk, now=now):
        found = public_ballot(of, slug)
    if found is None:
        raise Http404("Deze stemming is hier niet.")
    return found


def _page(name: str, ballot: Ballot) -> str:
    return f"{settings.SITE_URL}{reverse(f'voting:{name}', args=[ballot.municipality.slug, ballot.slug])}"


def _municipality(row: Municipality) -> Gemeente:
    links = {
        "self": address("municipality", row.slug),
        "stemmingen": address("ballots", row.slug),
        "uitslagen": address("published", row.slug),
    }
    return Gemeente(gemeente=row.slug, naam=row.name, cbs_code=row.cbs_code or "", links=links)


def _ballot(row: Ballot, now: datetime, number_of_options: int) -> dict[str, Any]:
    status = open_data.phase(row, now)
    at = (row.municipality.slug, row.slug)
    links = {
        "self": address("ballot", *at),
        "opties": address("options", *at),
        "koppen": address("heads", *at),
        "pagina": _page("detail", row),
        "logboek": _page("log", row),
    }
    if row.rules_sha256:
        links["regels"] = _page("rules_json", row)
    if results_visible(row, None, now):
        links["uitslag"] = address("result", *at)
    return {
        "stemming": row.slug,
        "titel": row.title,
        "status": status,
        "soort": TYPES[row.type],
        "telregel": Telregel(code=row.rule, naam=str(row.get_rule_display())),
        "opent_op": row.opens_at,
        "sluit_op": row.closes_at,
        "bindend": row.is_binding,
        "historisch": row.is_historic,
        "budget_in_centen": row.budget_cents if row.spends else None,
        "aantal_opties": number_of_options,
        "links": links,
    }


def _option(row: Option) -> Optie:
    place = Gebied(code=row.area.code, naam=row.area.name) if row.area is not None else None
    return Optie(
        nummer=row.number,
        titel=row.title,
        tekst=row.text,
        categorie=row.category,
        kosten_in_centen=row.cost_cents,
        gebied=place,
    )


def _head(row: LogHead) -> Kop:
    return Kop(
        nummer=row.number,
        aantal=row.size,
        wortel=row.root,
        dag=row.day,
        vorige=row.previous,
        handtekening=row.signature,
        naam=row.name,
    )


def _result(row: Ballot) -> dict[str, Any]:
    at = (row.municipality.slug, row.slug)
    links = {
        "self": address("result", *at),
        "stemming": address("ballot", *at),
        "pagina": _page("result", row),
        "stemmenCsv": _page("votes_csv", row),
        "uitslagJson": _page("result_json", row),
    }
    if (kind := exports.kind(row)) != "csv":
        links[f"stemmen{kind.capitalize()}"] = _page(f"votes_{kind}", row)
    if bundle.has_bundle(row):
        links |= {"bundel": _page("bundle", row), "natelprogramma": _page("verifier", row)}
    return {"stemming": row.slug, "titel": row.title, "gepubliceerd_op": row.published_at, "links": links}
