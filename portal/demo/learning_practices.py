"""What municipalities of the demo share: practices, lessons of what worked and what went wrong, answers, red threads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from learning_network.enums import Credit, Outcome, PieceKind, QuestionTheme, Visibility
from learning_network.models import Lesson, Participant, Practice, Programme
from learning_network.services import answers, circles, practices, red_threads
from portal.demo.initiatives import _on as on_day

_T, _V = QuestionTheme, Visibility
EURO = 100
NOW, BEFORE = "burgers-aan-het-stuur", "passende-samenwerking"
FARM, PARK, HOUSE, LITTER, TABLE, CHOICE = "farm", "park", "house", "litter", "table", "choice"
# key -> programme, who writes, visibility (None: a draft), fields. Amounts in euros a year.
PRACTICES: dict[str, tuple[str, str, str | None, dict[str, Any]]] = {
    FARM: (
        NOW,
        "Ans Bos",
        _V.EVERYONE,
        {
            "title": "Bewoners runnen de kinderboerderij",
            "summary": "Een stichting van twaalf bewoners nam de kinderboerderij over, met sleutels, dieren en budget.",
            "place": "De Weide",
            "about": "De kinderboerderij zou sluiten. De gemeente had geen beheerder meer.",
            "handed_over": "Het beheer, de dieren, de sleutels en het hele budget. De grond bleef van de gemeente.",
            "took_part": "Twaalf bewoners, de dierenarts, twee scholen en de wijkmanager.",
            "role": "Eén ambtenaar belt elke maand. De gemeente keurt eens per jaar de speeltoestellen.",
            "costs": (120_000, 90_000, 30_000),
            "support": "De wethouder kwam drie keer mest scheppen. Daarna vroeg de raad niet meer of het kon.",
            "obstacles": "De verzekeraar wilde eerst niet. Het duurde vijf maanden voordat iemand durfde te tekenen.",
            "result": "Meer bezoekers dan ooit, en een wachtlijst van vrijwilligers.",
            "again": "Weer doen: klein beginnen, met één dag per week. Anders doen: de verzekering eerst regelen.",
            "credit": Credit.BOTH,
        },
    ),
    PARK: (
        NOW,
        "Bo Blij",
        _V.EVERYONE,
        {
            "title": "Een straat onderhoudt haar eigen park",
            "summary": "Veertig huishoudens maaien, snoeien en kiezen zelf wat er groeit.",
            "place": "Parkstrook Zuid",
            "handed_over": "Het maaien en snoeien, met het budget uit het bestek.",
            "took_part": "Veertig huishoudens en de groenploeg van de gemeente.",
            "role": "De groenploeg leent machines uit en geeft twee keer per jaar les.",
            "costs": (18_000, 15_000, 3_000),
            "obstacles": "In augustus was iedereen met vakantie. Het gras stond een meter hoog.",
            "result": "Het park is mooier. Er zijn minder meldingen.",
            "again": "Weer doen: de groenploeg erbij houden. Anders doen: een rooster voor de zomer.",
        },
    ),
    HOUSE: (
        NOW,
        "civil_servant",
        _V.NETWORK,
        {
            "title": "Het buurthuis in handen van de buurt",
            "summary": "Bewoners kregen het buurthuis in gebruik. Na een jaar stopte de stichting.",
            "place": "Oud-Rivierdam",
            "handed_over": "Het gebouw en de programmering. De energierekening bleef bij de gemeente.",
            "took_part": "Een bestuur van vijf bewoners.",
            "role": "De gemeente stapte op dag één terug, en keek niet meer om.",
            "costs": (64_000, 40_000, 0),
            "support": "De raad stemde in, de afdeling Vastgoed niet van harte.",
            "obstacles": "Vijf mensen deden alles. Twee vielen uit. De ketel ging stuk en niemand wist wie betaalt.",
            "result": "Na veertien maanden gaf het bestuur de sleutels terug.",
            "again": "Weer doen: het gesprek aan de keukentafel. Anders doen: het eerste jaar elke maand langsgaan.",
        },
    ),
    LITTER: (
        NOW,
        "Dirk de Graaf",
        _V.LAB,
        {
            "title": "Zwerfafval: geld per schone straat",
            "summary": "Straten krijgen geld voor de straatkas als zij schoon blijven.",
            "theme": _T.SAVINGS,
            "handed_over": "Het budget voor het vegen van acht straten.",
            "costs": (22_000, 22_000, 0),
            "obstacles": "Wie meet of een straat schoon is? Dat gaf ruzie.",
        },
    ),
    TABLE: (
        BEFORE,
        "Els Prins",
        _V.EVERYONE,
        {
            "title": "Raad en bewoners schrijven samen een kader",
            "summary": "Een open tafel van raadsleden, bewoners en ambtenaren schreef het kader voor de binnenstad.",
            "theme": _T.SUPPORT,
            "place": "Binnenstad",
            "handed_over": "De pen: bewoners schreven de eerste versie.",
            "took_part": "Twee raadsleden, vier bewoners en drie ambtenaren.",
            "role": "De griffie regelde zaal en verslag, en bemoeide zich niet met de tekst.",
            "result": "De raad nam het kader zonder wijziging aan.",
            "again": "Weer doen: bewoners laten voorzitten.",
        },
    ),
    CHOICE: (
        NOW,
        "civil_servant",
        None,
        {
            "title": "Een plein kiest zijn eigen beheer",
            "summary": "We leggen vier vormen van beheer voor aan de bewoners van een plein.",
            "place": "Havenplein",
        },
    ),
}
# programme, who writes, visibility, practice, fields
LESSONS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    (
        NOW,
        "Ans Bos",
        _V.EVERYONE,
        FARM,
        {
            "title": "Regel de verzekering voordat je over sleutels praat",
            "outcome": Outcome.FAILURE,
            "theme": _T.OBSTACLES,
            "for_whom": "wie een gebouw of terrein overdraagt",
            "happened": "We hadden alles rond, behalve de polis. Vijf maanden stond alles stil.",
            "learned": "Bestuurders van een stichting zijn bang voor hun eigen geld. Dat is terecht.",
            "advice": "Bel in de eerste week met de verzekeraar van de gemeente. Die dekt vaak ook vrijwilligers.",
            "credit": Credit.BOTH,
        },
    ),
    (
        NOW,
        "Ans Bos",
        _V.EVERYONE,
        FARM,
        {
            "title": "Eén vaste beller is beter dan een loket",
            "outcome": Outcome.SUCCESS,
            "theme": _T.ROLE,
            "for_whom": "wijkmanagers",
            "learned": "Een maandelijks telefoontje van tien minuten voorkomt bijna elk probleem.",
            "advice": "Zet het in je agenda, ook als er niets is.",
        },
    ),
    (
        NOW,
        "Bo Blij",
        _V.NETWORK,
        PARK,
        {
            "title": "Maak een zomerrooster, anders maait er niemand",
            "outcome": Outcome.FAILURE,
            "theme": _T.TASKS,
            "happened": "In augustus kwamen er dertig klachten binnen, en bijna was het project voorbij.",
            "advice": "Spreek in mei af wie er in juli en augustus is, en laat de groenploeg één keer inspringen.",
        },
    ),
    (
        NOW,
        "civil_servant",
        _V.EVERYONE,
        HOUSE,
        {
            "title": "Loslaten is niet hetzelfde als weglopen",
            "outcome": Outcome.FAILURE,
            "theme": _T.ROLE,
            "for_whom": "opdrachtgevers op het gemeentehuis",
            "happened": "Wij vonden dat we ons er niet mee mochten bemoeien. Het bestuur voelde zich in de steek gelaten.",
            "learned": "Bewoners willen ruimte én iemand die opneemt.",
            "advice": "Ga het eerste jaar elke maand langs, en vraag: wat heb je nodig?",
            "credit": Credit.NOBODY,
        },
    ),
    (
        BEFORE,
        "Els Prins",
        _V.EVERYONE,
        TABLE,
        {
            "title": "Laat een bewoner voorzitten",
            "outcome": Outcome.SUCCESS,
            "theme": _T.SUPPORT,
            "for_whom": "griffiers",
            "learned": "Raadsleden luisteren beter als zij niet aan het hoofd van de tafel zitten.",
            "advice": "Kies de voorzitter met alle deelnemers, in de eerste tien minuten.",
        },
    ),
    (
        BEFORE,
        "Ans Bos",
        _V.NETWORK,
        "",
        {
            "title": "Een keuzehulp zonder gesprek wordt een formulier",
            "outcome": Outcome.FAILURE,
            "theme": _T.SUPPORT,
            "happened": "Opdrachtgevers vulden de keuzehulp in als laatste stap, toen alles al vaststond.",
            "advice": "Vul hem in met drie mensen, voordat er een plan ligt.",
        },
    ),
)
# number of the question, who answers, the answer, what it grew into ("" for not), visibility
ANSWERS: tuple[tuple[int, str, str, str, str], ...] = (
    (
        1,
        "Ans Bos",
        "Groen en dieren.",
        "Groen en dieren gaan het makkelijkst: iedereen ziet het, en een fout kost weinig. "
        "Een gebouw is moeilijker dan het lijkt.",
        _V.EVERYONE,
    ),
    (1, "Bo Blij", "Alles wat je in een straat kunt doen. Niet wat een vergunning vraagt.", "", _V.NETWORK),
    (2, "civil_servant", "De verzekering, en de afdeling die het geld nu uitgeeft.", "", _V.LAB),
    (3, "Dirk de Graaf", "Wij blijven keuren en betalen. De rest niet.", "", _V.LAB),
)


def tell_practices(cast: dict[str, User], now: datetime) -> None:
    """Tell what is missing; a second time changes nothing."""
    if Practice.objects.exists():
        return
    boss = cast["programme_lead"]
    with transaction.atomic():
        made = _practices(cast, now)
        _lessons(cast, now, made)
        _answers(cast, boss, now)
        _red_threads(boss, now)


def _writer(cast: dict[str, User], programme: Programme, name: str) -> Participant:
    rows = Participant.objects.select_related("user", "enrolment__municipality").filter(enrolment__programme=programme)
    return rows.get(user=cast[name]) if name in cast else rows.get(user__name=name)


def _practices(cast: dict[str, User], now: datetime) -> dict[str, Practice]:
    made: dict[str, Practice] = {}
    for days, (key, (slug, name, visibility, told)) in enumerate(PRACTICES.items()):
        programme = Programme.objects.get(slug=slug)
        writer = _writer(cast, programme, name)
        assert writer.user is not None
        before, budget, saving = told.get("costs", (None, None, None))
        fields = {name: value for name, value in told.items() if name != "costs"}
        amounts = {
            name: None if euros is None else euros * EURO
            for name, euros in (
                ("present_cost_cents", before),
                ("budget_cents", budget),
                ("saving_cents", saving),
            )
        }
        with on_day(now - timedelta(days=28 - 3 * days)):
            row = practices.begin(
                by=writer.user, programme=programme, municipality=writer.enrolment.municipality, **fields, **amounts
            )
            made[key] = circles.share(item=row, visibility=visibility, by=writer.user) if visibility else row
    return made


def _lessons(cast: dict[str, User], now: datetime, made: dict[str, Practice]) -> None:
    for days, (slug, name, visibility, of, told) in enumerate(LESSONS):
        programme = Programme.objects.get(slug=slug)
        writer = _writer(cast, programme, name)
        assert writer.user is not None
        questions = programme.questions.filter(theme=told["theme"])
        with on_day(now - timedelta(days=20 - 2 * days)):
            row = practices.begin_lesson(
                by=writer.user,
                programme=programme,
                municipality=writer.enrolment.municipality,
                practice=made.get(of),
                questions=questions,
                **told,
            )
            circles.share(item=row, visibility=visibility, by=writer.user)


def _answers(cast: dict[str, User], boss: User, now: datetime) -> None:
    programme = Programme.objects.get(slug=NOW)
    for number, name, text, grown, visibility in ANSWERS:
        question = programme.questions.filter(number=number).first()
        if question is None:
            continue
        writer = _writer(cast, programme, name)
        assert writer.user is not None
        with on_day(now - timedelta(days=24)):
            row = answers.answer(
                question=question,
                text=text,
                by=writer.user,
                municipality=writer.enrolment.municipality,
                visibility=visibility,
            )
        if grown:
            with on_day(now - timedelta(days=4)):
                answers.change(answer=row, text=grown, by=writer.user, meeting=None, visibility=visibility)
    first = programme.questions.filter(number=1).first()
    if first is not None:
        with on_day(now - timedelta(days=3)):
            answers.summarise(
                question=first,
                text="Begin met wat iedereen ziet en wat weinig kost als het misgaat: groen, dieren, de straat.",
                by=boss,
                visibility=Visibility.NETWORK,
            )


def _red_threads(boss: User, now: datetime) -> None:
    """Published for the programme that ended, in preparation for the one that runs."""
    ended, running = Programme.objects.get(slug=BEFORE), Programme.objects.get(slug=NOW)
    with on_day(now - timedelta(days=6)):
        thread = red_threads.begin(
            programme=ended, title="Rode draden: wat past waar?", by=boss, visibility=Visibility.NETWORK
        )
        red_threads.change(
            thread=thread,
            by=boss,
            intro="Drie gemeenten zochten een half jaar naar de vorm die past. Dit namen zij mee naar huis.",
        )
        red_threads.add_words(thread=thread, kind=PieceKind.HEADING, text="Aan tafel", by=boss)
        for item in (Practice.objects.get(programme=ended), Lesson.objects.get(programme=ended, outcome="success")):
            red_threads.add(thread=thread, item=item, by=boss)
        red_threads.add_words(thread=thread, kind=PieceKind.HEADING, text="Wat we niet meer doen", by=boss)
        piece = red_threads.add(thread=thread, item=Lesson.objects.get(programme=ended, outcome="failure"), by=boss)
        red_threads.write_line(piece=piece, text="Dit kwam in elke sessie terug.", by=boss)
        red_threads.publish(thread=thread, by=boss)
        draft = red_threads.begin(
            programme=running, title="Rode draden: loslaten", by=boss, visibility=Visibility.EVERYONE
        )
        for item in Lesson.objects.filter(programme=running, visibility=Visibility.EVERYONE).order_by("pk")[:2]:
            red_threads.add(thread=draft, item=item, by=boss)
