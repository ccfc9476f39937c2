"""Between the programmes of the demo: questions for advice at every stage, the toolbox, members, a mailing, a meeting."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.core import clock
from foundation.meetings.services import meetings
from foundation.meetings.times import days_of_series, span_of
from learning_network.enums import QuestionTheme, TimeNeeded, Visibility
from learning_network.models import AdviceRequest, Member, Programme, Tool
from learning_network.services import advice, agenda, mailings, members, tools
from learning_network.services.voices import voice
from portal.demo.initiatives import _on as on_day

_T = QuestionTheme
# Name -> interests, what others can ask.
PAGES: dict[str, tuple[tuple[str, ...], str]] = {
    "Ans Bos": ((_T.ROLE, _T.SUPPORT), "Hoe je als wijkmanager een stap terug doet zonder weg te lopen."),
    "Teun de Wit": ((_T.SUPPORT, _T.SAVINGS), "Hoe je een directie meekrijgt, en wat een overdracht kost en oplevert."),
    "Bo Blij": ((_T.TASKS, _T.RESIDENTS), "Bewoners die zelf een park beheren: afspraken, sleutels, verzekering."),
    "Mirjam Kool": (
        (_T.TASKS, _T.OBSTACLES),
        "Groenbeheer overdragen: bestek, veiligheid, en wie er maait in augustus.",
    ),
    "Dirk de Graaf": ((_T.OBSTACLES,), "Aanbestedingsregels en bewoners: wat kan wel."),
    "Els Prins": ((_T.SUPPORT,), "Hoe je de raad vroeg betrekt, zonder dat die het overneemt."),
}
FEW, CONFLICT, TRUST, INSIDE, RULES, ROLES, START = "few", "conflict", "trust", "inside", "rules", "roles", "start"
# title, summary, situation, steps, needs, hours, people, euros, time, matters, moments
TOOLS: tuple[tuple[Any, ...], ...] = (
    (
        "De lege stoel",
        "Zie in een kwartier wie er niet aan tafel zit, en spreek af wie hen vraagt.",
        "Er komen steeds dezelfde mensen. Of er wordt iets besloten over mensen die er niet bij zijn.",
        "Zet één lege stoel in de kring.\nVraag: wie hoort hier te zitten, en zit er niet?\n"
        "Schrijf elk antwoord op een kaart en leg die op de stoel.\nSpreek per kaart af wie deze week belt.\n"
        "Begin de volgende keer met de vraag wat dat opleverde.",
        "Een stoel\nKaarten en stiften",
        1,
        1,
        0,
        TimeNeeded.HOUR,
        [FEW, TRUST],
        ["begin", "middle"],
    ),
    (
        "Rondje langs de deuren",
        "Praat met dertig bewoners aan hun eigen deur, in plaats van hen uit te nodigen.",
        "Op bijeenkomsten komt niemand, maar je wilt weten wat er speelt in een straat.",
        "Kies drie straten.\nGa met een bewoner en een collega, op een doordeweekse avond en op zaterdag.\n"
        "Stel twee vragen: wat gaat hier goed, en wat zou u zelf willen doen?\nSchrijf op wat mensen zeggen, in hun woorden.\n"
        "Breng binnen twee weken langs wat je hoorde.",
        "Een kaartje met je naam en nummer\nEen opschrijfboekje\nEen bewoner die mee wil",
        24,
        3,
        100,
        TimeNeeded.WEEKS,
        [FEW, TRUST, START],
        ["before", "begin"],
    ),
    (
        "Wie beslist wat",
        "Eén vel papier met alle besluiten, en bij elk één naam.",
        "Iedereen praat mee, niemand weet wie het laatste woord heeft.",
        "Schrijf alle besluiten van het komende half jaar onder elkaar.\nMaak vier kolommen: bewoners, samen, gemeente, raad.\n"
        "Zet bij elk besluit één kruisje. Twee kruisjes mag niet.\nBespreek alleen de besluiten waarover jullie het oneens zijn.\n"
        "Hang het vel op en kijk er elke bijeenkomst naar.",
        "Een groot vel\nIemand die mag toezeggen",
        3,
        2,
        0,
        TimeNeeded.HOUR,
        [ROLES, CONFLICT],
        ["begin", "middle", "end"],
    ),
    (
        "Stoelendans",
        "Verdedig een kwartier lang het standpunt van de ander.",
        "Twee groepen herhalen hun gelijk en luisteren niet meer.",
        "Laat elke groep de drie belangrijkste zinnen van de ander opschrijven.\nWissel van stoel.\n"
        "Verdedig nu een kwartier de zinnen van de ander.\nDe ander zegt wat er klopt, en wat er mist.\n"
        "Schrijf samen op waarover jullie het wél eens zijn.",
        "Een gespreksleider die nergens bij hoort",
        4,
        1,
        250,
        TimeNeeded.HOUR,
        [CONFLICT],
        ["middle"],
    ),
    (
        "Koffie met de risico-eigenaar",
        "Zoek de collega die het risico draagt op, voordat die nee zegt.",
        "Een plan loopt vast bij een afdeling die je pas aan het eind om advies vraagt.",
        "Schrijf op welke afdelingen iets te verliezen hebben.\nVraag elk van hen: wat mag er niet misgaan?\n"
        "Vraag daarna: onder welke voorwaarde kan het wel?\nDeel het risico op papier over minstens twee schouders.\n"
        "Laat zien wat je met hun antwoord deed.",
        "Een lijst van afdelingen\nEen directeur die achter je staat",
        8,
        1,
        0,
        TimeNeeded.WEEKS,
        [INSIDE, RULES],
        ["before", "middle"],
    ),
    (
        "De raad aan de keukentafel",
        "Laat raadsleden bij bewoners thuis horen waar het om gaat, ruim voor het raadsvoorstel.",
        "De raad hoort pas van een plan als het op de agenda staat, en vraagt dan om cijfers.",
        "Vraag drie bewoners of er raadsleden mogen komen eten.\nNodig van elke partij één raadslid uit.\n"
        "Geen presentatie: de bewoner vertelt, het raadslid vraagt.\nSpreek af dat niemand die avond iets toezegt.\n"
        "Stuur na een week een half vel: dit hoorde u, dit gaan wij doen.",
        "Drie keukentafels\nDe griffier",
        12,
        2,
        150,
        TimeNeeded.WEEKS,
        [INSIDE, TRUST],
        ["before", "begin"],
    ),
    (
        "Proefjaar met een terugknop",
        "Draag een taak een jaar over, en schrijf vooraf op wanneer jullie stoppen.",
        "Een overdracht is te spannend om voor altijd te doen, maar uitstellen helpt ook niet.",
        "Kies één taak en één plek.\nSchrijf op: hoeveel geld, wie doet wat, wie is verzekerd.\n"
        "Schrijf drie redenen op waarom je eerder stopt.\nPlan drie momenten om samen te kijken.\n"
        "Beslis na negen maanden: doorgaan, anders of stoppen.",
        "Een bewonersgroep met een rekening\nEen brief van het college\nEen verzekering",
        40,
        3,
        500,
        TimeNeeded.MONTHS,
        [RULES, START, INSIDE],
        ["begin", "end"],
    ),
    (
        "De sleuteloverdracht",
        "Een lijst met alles wat je op de laatste dag vergeet: sleutels, alarm, lekkage, feestdagen.",
        "De overdracht is besloten en nu moet het ook echt gebeuren.",
        "Loop samen een rondje en schrijf alles op wat iemand van de gemeente nu doet.\n"
        "Zet achter elke regel een naam van een bewoner, of ‘blijft bij ons’.\nOefen één keer een storing op zaterdagavond.\n"
        "Geef sleutels en codes tegen een handtekening.\nBel na een week, een maand en een kwartaal.",
        "Wie het werk nu doet\nSleutels en codes",
        10,
        4,
        0,
        TimeNeeded.DAY,
        [ROLES, RULES],
        ["end", "after"],
    ),
)
# tool, who, how it went, what happened
EXPERIENCES = (
    ("De lege stoel", "Ans Bos", "yes", "Er bleken geen jongeren te zijn. Twee weken later zaten er vijf."),
    ("De lege stoel", "Bo Blij", "partly", "Mooi gesprek, maar niemand belde. Nu spreken we een dag af."),
    ("Wie beslist wat", "Mirjam Kool", "yes", "Bij zes van de acht besluiten bleek er niets te bespreken."),
    ("Stoelendans", "Teun de Wit", "no", "Te vroeg: mensen waren nog te boos. Praat eerst met ieder apart."),
    ("Proefjaar met een terugknop", "Mirjam Kool", "yes", "De terugknop gaf rust. We hebben hem niet gebruikt."),
)


def tell_exchange(cast: dict[str, User], now: datetime) -> None:
    """Tell what is missing."""
    boss = cast["programme_lead"]
    people = {user.name: user for user in User.objects.filter(name__in=PAGES)}
    if Tool.objects.exists():
        return
    with transaction.atomic():
        _members(boss, people, now)
        _toolbox(boss, people, now)
        _advice(cast, people, now)
        _letters(boss, now)


def _members(boss: User, people: dict[str, User], now: datetime) -> None:
    Member.objects.filter(welcomed_at__isnull=True).update(welcomed_at=now)  # who logs in has been here before
    for name, (interests, about) in PAGES.items():
        if name in people:
            members.change_page(by=people[name], interests=list(interests), about=about)
    members.change_page(
        by=boss, function="Programmaleider", interests=[_T.SUPPORT], about="Alles over meedoen aan een programma."
    )
    members.invite(email="nieuw@fluitendam.example", name="Noor Fluit", function="Beleidsadviseur", by=boss)


def _toolbox(boss: User, people: dict[str, User], now: datetime) -> None:
    names = ("title", "summary", "situation", "steps", "needs", "hours", "people", "cost_cents", "time_needed")
    made: dict[str, Tool] = {}
    for number, told in enumerate(TOOLS):
        fields = dict(zip((*names, "matters", "moments"), told, strict=True))
        fields["cost_cents"] *= 100
        with on_day(now - timedelta(days=430 if number == 3 else 200 - number)):  # one is to be confirmed again
            made[fields["title"]] = tools.add(
                by=boss, municipality=voice(boss, None), visibility=Visibility.EVERYONE, **fields
            )
    for number, (title, name, worked, text) in enumerate(EXPERIENCES):
        with on_day(now - timedelta(days=395 if title == "Stoelendans" else 60 - number)):
            if name in people:
                tools.tell_experience(tool=made[title], worked=worked, text=text, by=people[name])


def _advice(cast: dict[str, User], people: dict[str, User], now: datetime) -> None:
    """One question that is open, one of which the day has passed, and one that is closed."""
    programme = Programme.objects.get(title="Burgers aan het stuur")
    people = people | {cast["civil_servant"].name: cast["civil_servant"]}
    today = clock.today(now)

    def ask(by: User, days_ago: int, days: int, **fields: Any) -> AdviceRequest:
        with on_day(now - timedelta(days=days_ago)):
            return advice.ask(
                by=by,
                programme=programme,
                municipality=voice(by, programme),
                until=today + timedelta(days=days),
                **fields,
            )

    def give(row: AdviceRequest, name: str, days_ago: int, text: str) -> int:
        with on_day(now - timedelta(days=days_ago)):
            return advice.give(request=row, text=text, by=people[name]).pk

    row = ask(
        cast["civil_servant"],
        6,
        12,
        title="Hoe verzekeren jullie bewoners die een plein beheren?",
        theme=_T.OBSTACLES,
        visibility=Visibility.NETWORK,
        situation="Drie groepen bewoners willen elk een plein beheren. Onze verzekeraar vindt vrijwilligers op een "
        "openbaar plein ‘een nieuw risico’ en wil per groep een aparte polis.",
        tried="We vroegen twee andere verzekeraars. Die wilden alleen een stichting verzekeren.",
        wants="Welke polis hebben jullie, en wie betaalt het eigen risico?",
    )
    give(row, "Mirjam Kool", 4, "Bij ons vallen ze onder de vrijwilligerspolis van de gemeente. Die was er al: vraag het "
         "bij de afdeling die over sportvrijwilligers gaat.")  # fmt: skip
    give(row, "Teun de Wit", 2, "Zet het eigen risico bij de gemeente. Het kostte ons in drie jaar € 800.")
    ask(
        people["Bo Blij"],
        30,
        -3,
        title="Wat doe je als de trekker van een groep verhuist?",
        theme=_T.RESIDENTS,
        visibility=Visibility.LAB,
        situation="Het parkbeheer draait op één vrouw. Ze vertrekt over drie maanden en niemand wil haar werk.",
        wants="Hoe verdeelden jullie het werk over meer mensen?",
    )
    done = ask(
        people["Ans Bos"],
        75,
        -40,
        title="Hoe overtuig je een raad die eerst cijfers wil?",
        theme=_T.SUPPORT,
        visibility=Visibility.EVERYONE,
        situation="De raad vindt het plan sympathiek, maar wil weten wat het oplevert. Dat weten we pas over twee jaar.",
        wants="Waarmee kreeg je de raad over de streep, zonder iets te beloven wat je niet weet?",
    )
    first = give(done, "Mirjam Kool", 70, "Laat bewoners het vertellen, niet jij. Wij lieten drie bewoners inspreken.")
    second = give(done, "Bo Blij", 66, "Reken voor wat het nú kost. Dat cijfer had bij ons niemand.")
    third = give(done, "Dirk de Graaf", 60, "Huur een bureau in voor een businesscase.")
    advice.thank(advice=done.advices.get(pk=second), by=people["Ans Bos"])
    with on_day(now - timedelta(days=30)):
        advice.close(
            request=done,
            closing="We rekenden uit wat het groen nu kost: € 61.000 per jaar. Twee bewoners vertelden wat zij ermee "
            "zouden doen. De raad zei ja, met 19 tegen 8.",
            outcomes={
                first: ("used", "Het verhaal van de bewoners gaf de doorslag."),
                second: ("used", ""),
                third: ("not_used", "Te duur, en het zou vier maanden duren."),
            },
            by=people["Ans Bos"],
        )


def _letters(boss: User, now: datetime) -> None:
    series = agenda.begin(by=boss)
    [free] = days_of_series(clock.today(now) + timedelta(days=33), every_weeks=1, times=1)
    meetings.plan(
        series=series,
        spans=[span_of(free.day, time(13, 0), time(16, 30))],
        by=boss,
        title="Open middag: wat mislukte er dit jaar?",
        place="Buurthuis De Sluis, Rivierdam",
    )
    mailings.write(
        by=boss,
        subject="Open middag: wat mislukte er dit jaar?",
        text="Beste leden,\n\nVan wat mislukt leer je het meest. Daarom is er een open middag over alles wat dit jaar "
        "niet lukte. Iedereen neemt één mislukking mee.\n\nTot dan!",
    )
