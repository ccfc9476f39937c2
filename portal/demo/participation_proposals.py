"""Problems and proposals of the demo: what residents of a neighbourhood see going wrong, and what they want to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle, islice

from foundation.accounts.models import User
from foundation.core import clock
from foundation.discussion.services import comments
from participation.enums import PhaseKind
from participation.models import Problem, Process, Proposal
from participation.services import feasibility, mergers, problems, proposals
from portal.demo.initiatives import _on as on_day

EURO = 100
# Title, what goes on, what causes it, who it touches, how many endorse it.
PROBLEMS = (
    (
        "’s Avonds is het plein te donker",
        "Van de twaalf lampen doen er vijf het. Wie van de bushalte komt, loopt om.",
        "De lampen zijn oud en worden niet vervangen zolang er geen plan is.",
        "Ouderen, en meiden die van training komen.",
        14,
    ),
    (
        "Je kunt er nergens zitten",
        "De twee bankjes zijn weggehaald en er kwam niets terug.",
        "Er was overlast, en weghalen was het makkelijkst.",
        "Wie slecht ter been is en onderweg even moet rusten.",
        11,
    ),
    (
        "In de zomer is het er veel te heet",
        "Het is een vlakte van steen. Boven de dertig graden komt er niemand meer.",
        "Er staan maar drie bomen.",
        "Kinderen en ouderen.",
        9,
    ),
    ("Auto's rijden dwars over het plein", "Vooral bij de school. Er is niets dat hen tegenhoudt.", "", "Kinderen.", 7),
    (
        "Na regen staat er water bij de winkels",
        "De put bij de bakker loopt elke keer over.",
        "Alles is verhard.",
        "",
        5,
    ),
    ("Er ligt veel zwerfvuil", "Vooral op maandag, na de markt.", "Te weinig bakken.", "", 4),
    ("Jongeren hebben geen eigen plek", "Ze hangen in de portieken omdat er niets anders is.", "", "Jongeren.", 3),
    ("De markt wordt elk jaar kleiner", "Er staan nog vier kramen.", "", "", 1),
)
STATEMENT = (
    "Een plein waar je niet wilt blijven",
    "Het plein is **donker, heet en leeg**. Daardoor komt er niemand, en omdat er niemand komt, voelt het onveilig.\n\n"
    "Dat raakt vooral ouderen en kinderen: zij hebben geen plek om te zitten, te spelen of elkaar te ontmoeten. "
    "De oorzaken zijn oud licht, te veel steen en te weinig bomen.",
)
# Title, in short, text, euros, theme, supporters, verdict, reasons, euros of the municipality.
PROPOSALS = (
    ("Lampen die wél branden", "Twaalf zuinige lampen rond het plein.", 14_000, "Veiligheid", 12, "feasible", 15_500),
    ("Zes bomen en een picknicktafel", "Schaduw om onder te zitten.", 9_500, "Groen", 15, "feasible", 11_000),
    ("Bankjes voor oud en jong", "Vier bankjes met leuning, twee lage.", 4_800, "Ontmoeten", 9, "feasible", 4_800),
    ("Een watertafel om mee te spelen", "Pompen, dammen, kliederen.", 21_000, "Spelen", 8, "if_changed", 26_000),
    ("Een fontein in het midden", "Water dat verkoelt.", 45_000, "Spelen", 6, "not_feasible", 98_000),
    ("Paaltjes bij de school", "Zodat er geen auto's meer over het plein rijden.", 2_200, "Verkeer", 7, "", 0),
    ("Een podium voor de buurt", "Voor muziek, theater en de intocht.", 12_000, "Ontmoeten", 5, "", 0),
    ("Stenen eruit, planten erin", "Wij planten, de gemeente haalt de tegels weg.", 3_500, "Groen", 6, "", 0),
    ("Geveltuinen rond het plein", "Elke gevel een tegel minder.", 1_200, "Groen", 4, "", 0),
    ("Een kast met spullen om te lenen", "Een partytent, spelletjes, gereedschap.", 2_800, "Ontmoeten", 3, "", 0),
    ("Een plek voor jongeren", "Overdekt, met wifi, door jongeren gemaakt.", 8_000, "Ontmoeten", 4, "in_check", 0),
    ("Meer afvalbakken na de markt", "Vier bakken die niet omwaaien.", 1_600, "Schoon", 2, "", 0),
)
REASONS = {
    "feasible": "Het mag, het kan en het past binnen het geld. We hebben de prijs nagevraagd bij onze leverancier.",
    "if_changed": "De tafel past niet op de plek die jullie kozen: daar ligt een hoofdleiding. Zes meter naar het westen kan wel. "
    "Rekenen jullie ook het onderhoud mee?",
    "not_feasible": "Een fontein kost elk jaar 12.000 euro aan onderhoud en controle van het water. Dat geld is er niet.",
}
ARGUMENTS = (
    ("for", "Eindelijk weer ’s avonds veilig naar huis."),
    ("against", "Let op dat het licht niet bij ons naar binnen schijnt."),
    ("for", "Met zuinige lampen verdient dit zich terug."),
)


def tell(process: Process, by: User, people: Sequence[User]) -> None:
    """Problems with a shared statement, and proposals in every state, through the services.

    Args:
        process: published, with a phase of analysis that is over or open and one of proposals that is open.
        by: a civil servant who checks.
        people: residents; a dozen or more.
    """
    process = Process.objects.select_related("municipality").get(pk=process.pk)  # as it was published
    begin = process.phases.get(kind=PhaseKind.ANALYSIS).opens_at
    made: list[Problem] = []
    for number, (title, text, causes, touched, endorsed) in enumerate(PROBLEMS):
        writer, *others = list(islice(cycle(people), number, number + endorsed + 1))
        with on_day(begin + timedelta(days=1 + number)):
            there = problems.add(process=process, by=writer, title=title, text=text, causes=causes, touched=touched)
            for person in {person.pk: person for person in others if person != writer}.values():
                problems.endorse(problem=there, by=person)
        made.append(there)
    with on_day(begin + timedelta(days=19)):
        problems.state(process=process, by=by, title=STATEMENT[0], text=STATEMENT[1], sources=made[:4], version=0)
    start = process.phases.get(kind=PhaseKind.PROPOSALS).opens_at
    handed_in: list[Proposal] = []
    for number, (title, summary, euros, theme, supporters, _verdict, _cost) in enumerate(PROPOSALS):
        maker, *others = list(islice(cycle(people), 3 * number, 3 * number + supporters + 1))
        with on_day(start + timedelta(hours=6 + 16 * number)):
            proposal = proposals.create(
                process=process,
                by=maker,
                title=title,
                summary=summary,
                text=f"{summary}\n\nWij wonen aan het plein en willen dit met de buren doen. Na aanleg houden we het zelf bij.",
                cost_cents=euros * EURO,
                cost_text="Gevraagd bij een leverancier in de buurt.",
                category=theme,
                neighbourhood=process.areas.first(),
                name_is_public=number % 3 != 0,
            )
            proposal = proposals.submit(proposal=proposal, by=maker)
            for person in {person.pk: person for person in others if person != maker}.values():
                proposals.support(proposal=proposal, by=person)
        handed_in.append(proposal)
    for side, text in ARGUMENTS:
        thread = handed_in[0].thread
        assert thread is not None
        comments.post(thread=thread, by=people[len(text) % len(people)], text=text, side=side)
    for proposal, (*_facts, verdict, cost) in zip(handed_in, PROPOSALS, strict=True):
        if verdict == "in_check":
            feasibility.assign(process=process, ids=[proposal.pk], by=by, handler=by)
        elif verdict:
            feasibility.judge(
                proposal=proposal,
                by=by,
                verdict=verdict,
                reasons=REASONS[verdict],
                version=None,
                marks=[
                    {"point": "Het mag van de wet", "mark": "yes"},
                    {"point": "Het past binnen het geld", "mark": "no" if verdict == "not_feasible" else "yes"},
                ],
                cost_cents=cost * EURO,
                adapt_by=clock.today() + timedelta(days=12) if verdict == "if_changed" else None,
            )
    mergers.propose(
        process=process,
        by=by,
        sources=[handed_in[8]],
        target=handed_in[7],
        reason="Jullie willen allebei minder steen en meer planten. Samen hebben jullie meer steun.",
    )
    gone = handed_in[11]
    assert gone.author is not None
    proposals.withdraw(proposal=gone, by=gone.author, reason="De gemeente zet de bakken al neer.")
