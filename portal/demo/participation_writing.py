"""A text of the demo that was written together: two versions, remarks with answers, and what came of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from foundation.accounts.models import User
from participation.enums import PhaseKind
from participation.models import Document, Process
from participation.services import answers, documents, paragraphs, phases, remarks
from portal.demo.initiatives import _on as on_day

TITLE = "Afspraken over parkeren op de Wendekade"
TEXT = """# Waar we voor kiezen

De Wendekade blijft een straat om te wonen. Parkeren mag, maar de brandweer kan er altijd door.

Bewoners parkeren in de vakken aan de kant van de huizen. Bezoekers parkeren aan de Rietlaan.

# Wat we doen

Er komen nieuwe vakken aan de Rietlaan.

Fietsen staan in rekken bij de winkels.

Na een jaar tellen we opnieuw hoeveel auto's er staan."""
# paragraph, remark, proposed wording, outcome, answer
REMARKS = (
    (3, "Waar laat mijn thuiszorg de auto? Die kan niet van de Rietlaan komen lopen.", "", "adopted",
     "U heeft gelijk. Zorg mag voortaan voor de deur staan."),
    (5, "Hoeveel vakken dan? Zo is het geen afspraak.", "Er komen acht nieuwe vakken aan de Rietlaan.", "adopted",
     "We noemen nu het aantal."),
    (6, "Ook graag rekken bij de bushalte.", "", "partly", "Bij de bushalte is plek voor vier rekken, niet voor meer."),
    (7, "Een jaar is te lang. Tel na drie maanden.", "", "not_adopted",
     "Na drie maanden is het nog winter. Dan krijgen we een verkeerd beeld."),
    (2, "Fijn dat de brandweer er altijd door kan.", "", "noted", "Dank u wel."),
)  # fmt: skip


def tell(process: Process, staff: User, people: list[User], begin: datetime) -> Document:
    """Write the text in the process, beginning at ``begin``; two versions and five remarks."""
    with on_day(begin):
        phase = phases.add(
            process=process,
            by=staff,
            kind=PhaseKind.WRITING,
            title="Samen schrijven aan de afspraken",
            intro="Lees de afspraken en zeg per alinea wat je ervan vindt.",
            opens_at=begin,
            closes_at=begin + timedelta(days=21),
        )
        while phase.number > 2:  # beside the information, before the views
            phases.put(phase=phase, by=staff, up=True)
            phase.refresh_from_db()
        document = documents.create(
            process=process,
            by=staff,
            title=TITLE,
            intro="Dit spreken bewoners, winkels en gemeente met elkaar af. Zeg per alinea wat je ervan vindt.",
            text=TEXT,
        )
        documents.publish(document=document, by=staff, version=None)
    made = []
    for day, (key, text, suggestion, outcome, answer) in enumerate(REMARKS, start=2):
        with on_day(begin + timedelta(days=day)):
            remark = remarks.add(
                document=document,
                by=people[day % len(people)],
                paragraph=key,
                text=text,
                suggestion=suggestion,
                name_is_public=day % 2 == 0,
            )
        with on_day(begin + timedelta(days=16)):
            answers.answer(contribution=remark, outcome=outcome, text=answer, by=staff)
        made.append(remark)
    with on_day(begin + timedelta(days=20)):
        documents.begin_version(document=document, by=staff)
        for key, text, remark in (
            (3, "Bewoners parkeren in de vakken aan de kant van de huizen. Bezoekers parkeren aan de Rietlaan. "
                "Wie zorg verleent, mag voor de deur staan.", made[0]),
            (5, "Er komen acht nieuwe vakken aan de Rietlaan.", made[1]),
            (6, "Fietsen staan in rekken bij de winkels. Bij de bushalte komen vier rekken.", made[2]),
        ):  # fmt: skip
            row = document.versions.get(number=2).paragraphs.get(key=key)
            paragraphs.write_paragraph(paragraph=row, by=staff, version=row.version, text=text, because_of=[remark.pk])
        paragraphs.add_paragraph(
            document=document, by=staff, after=6, text="Wie een auto deelt, krijgt een vak dat dicht bij de kade ligt."
        )
        documents.publish(
            document=document,
            by=staff,
            version=None,
            note="Plek voor zorg, het aantal vakken, en rekken bij de bushalte.",
        )
    return document
