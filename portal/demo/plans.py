"""The initiatives of the demo: what residents of Rivierdam and Zuiderbrink want to do. Pure data; ``initiatives`` makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Plan:
    """An initiative. ``days``: how long ago it was handed in; ``end``: how far it has come; ``support``: how many people."""

    title: str
    summary: str
    story: str
    days: int
    end: str
    area: str = "BU99010201"
    kind: str = "neighbourhood"
    support: int = 3
    reasons: str = ""
    conditions: str = ""


RIVIERDAM = (
    Plan(
        "Moestuin aan de Weversdijk",
        "Een lege strook gras wordt een moestuin waar de hele buurt mag oogsten.",
        "Achter de flats aan de Weversdijk ligt al jaren een strook gras.\n\nWij willen daar:\n\n- twaalf bakken, ook op "
        "rolstoelhoogte\n- een regenton per drie bakken\n- elke zaterdag koffie en samen wieden\n\nDe school doet mee met groep 6.",
        28,
        "in_assessment",
        support=11,
    ),
    Plan(
        "Zitbank bij de bushalte Molenkamp",
        "Een bank met leuning, zodat wachten op de bus te doen is voor wie slecht ter been is.",
        "Bij de halte is niets om op te zitten. Wij zoeken een stevige bank en onderhouden die zelf.",
        4,
        "submitted",
        "BU99010202",
    ),
    Plan(
        "Repaircafé in het Ambachtskwartier",
        "Elke eerste zaterdag van de maand maken we samen wat stuk is.",
        "We hebben acht handige buren en een lijst met gereedschap. We zoeken een ruimte met stroom.",
        35,
        "incomplete",
        "BU99010101",
        support=6,
    ),
    Plan(
        "Veilig oversteken bij de Spoorlaan",
        "Kinderen steken hier over naar school. Wij willen klaar-overs en een drempel.",
        "Met twintig ouders staan we om de beurt bij de oversteek. Van de gemeente vragen we een drempel en hesjes.",
        75,
        "late",
        "BU99010102",
        support=12,
    ),
    Plan(
        "Buurtkeuken in de Sterrenbuurt",
        "Twee keer per week een warme maaltijd voor drie euro, gekookt door en voor de buurt.",
        "We koken in de kantine van de voetbalclub. Wie niet kan betalen, helpt mee met snijden.",
        90,
        "agreed_partly",
        "BU99010400",
        support=9,
        reasons="Het plan past bij het beleid voor ontmoeting en er is veel steun in de buurt.",
        conditions="De keuken wordt vóór de start gekeurd. Na een half jaar bekijken we samen het geluid in de avond.",
    ),
    Plan(
        "Vuurkorven op het Marktplein",
        "In de winter vier vuurkorven waar buren elkaar ontmoeten.",
        "Elke vrijdagavond van december tot en met februari, met toezicht van de winkeliers.",
        80,
        "refused",
        "BU99010001",
        support=2,
        reasons="Open vuur op het Marktplein is volgens de brandweer niet veilig: de doorgang voor hulpdiensten wordt te smal.",
    ),
    Plan(
        "Geveltuinen in de Vogelhof",
        "Zestig huizen krijgen een strook groen langs de gevel.",
        "We lichten samen de tegels. De gemeente haalt ze op; wij planten en geven water.",
        120,
        "in_execution",
        "BU99010401",
        support=10,
        reasons="Groene gevels koelen de straat en vangen regen op.",
    ),
    Plan(
        "Schommels terug in Tuindorp",
        "De oude schommels komen opgeknapt terug op het veldje.",
        "De schommels lagen bij de gemeentewerf. We hebben ze zelf geschuurd en geverfd.",
        150,
        "finished",
        "BU99010402",
        support=7,
        reasons="Een klein plan met veel plezier; de gemeente keurt de schommels.",
    ),
    Plan(
        "Buurtbos in Noorderhof",
        "Een bosje van tweehonderd vierkante meter, geplant door drie scholen.",
        "Inheemse bomen en struiken dicht op elkaar, met een pad en een buitenlokaal.",
        260,
        "evaluated",
        "BU99010203",
        support=12,
        reasons="Het plan versterkt het groen en de scholen zorgen voor het onderhoud.",
    ),
    Plan(
        "Straatmuziek bij Oude Haven",
        "Een podium voor straatmuzikanten op zaterdag.",
        "Wij wilden een klein podium, maar vonden te weinig mensen die het elke week opbouwen.",
        110,
        "withdrawn",
        "BU99010000",
    ),
    Plan(
        "Zon op school: energie van de buurt",
        "Een coöperatie van bewoners legt zonnepanelen op drie scholen.",
        "Leden leggen in vanaf 50 euro en delen de opbrengst. Zo blijft de winst in de wijk.",
        60,
        "cooperative",
        "BU99010403",
        kind="energy",
        support=8,
        reasons="De daken zijn geschikt en de coöperatie draagt het onderhoud.",
    ),
    Plan(
        "Wij onderhouden het Wilgenpark",
        "Bewoners nemen het onderhoud van het Wilgenpark over van de gemeente.",
        "Wij kennen elke boom in het park. Met vijfentwintig vrijwilligers en een hovenier doen we het beter én goedkoper.",
        18,
        "challenge",
        "BU99010300",
        kind="challenge",
        support=9,
    ),
)
ZUIDERBRINK = (
    Plan(
        "Dorpsmoestuin achter de kerk",
        "Een moestuin waar jong en oud samen groente kweken voor het hele dorp.",
        "De tuin ligt er nu drie jaar. De oogst gaat naar wie meedoet en naar de voedselbank.",
        400,
        "evaluated",
        "",
        support=5,
        reasons="Het kerkbestuur geeft de grond in bruikleen en het dorp doet het werk.",
    ),
)
LESSONS: dict[str, Any] = {
    "results": "Het ligt er en het wordt elke week gebruikt. Ruim zeventig mensen hielpen mee.",
    "went_well": "Eén vast contact bij de gemeente. En: eerst planten, dan pas het hek. Zo kwam de buurt vanzelf kijken.",
    "went_not": "We rekenden te krap op water in de zomer. Vraag het waterpunt meteen in het eerste plan aan; bij ons duurde het vier maanden.",
    "satisfaction": 4,
    "goes_on": True,
}
