"""The projects of the demo's votes: invented, and written for the demo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Project:
    """``cost`` in whole euros; ``area``: the CBS code of the neighbourhood, "" for the whole municipality; ``pull``: how
    much voters like it, 1 to 10 (for the made-up votes only)."""

    title: str
    cost: int
    area: str
    theme: str
    text: str
    pull: int = 5


THIS_YEAR = (
    Project("Schaduw op het schoolplein van De Wissel", 18_500, "BU99010400", "Groen", "We planten acht grote bomen en leggen een groen dak op het fietsenhok. Op warme dagen kunnen kinderen dan ook in de pauze buiten spelen. De school zorgt voor het water in de zomer.", 8),
    Project("Buurtkeuken in De Schuit", 24_000, "BU99010102", "Ontmoeten", "In wijkgebouw De Schuit komt een keuken waar je met twintig mensen kunt koken. Elke woensdag eten buren samen. Wie weinig geld heeft, eet gratis mee.", 9),
    Project("Veilig oversteken bij de Oosterlaan", 31_000, "BU99010100", "Verkeer", "De weg wordt smaller en er komt een zebrapad met een plateau. Veel kinderen steken hier over naar school. Auto's remmen straks vanzelf af.", 9),
    Project("Bankjes langs de dijk", 7_200, "BU99010200", "Ontmoeten", "Zes houten banken met rugleuning, elke driehonderd meter een. Zo kunnen ook mensen die slecht lopen een rondje maken langs de Wende.", 7),
    Project("Moestuin op de oude kwekerij", 12_800, "BU99010201", "Groen", "Vijftig tuintjes, een kas en een waterpomp. Een groep van dertig buren houdt de tuin bij. De helft van de oogst gaat naar de voedselbank.", 6),
    Project("Verlichting van het fietspad door het Kersenbos", 27_500, "BU9901AA01", "Veiligheid", "Lampen die pas fel gaan branden als er iemand aankomt. Dat scheelt stroom en stoort de dieren minder. Het pad voelt 's avonds nu onveilig.", 6),
    Project("Skatebaan onder de brug", 42_000, "BU99010000", "Sport", "Onder de nieuwe brug is het altijd droog. Jongeren tekenden zelf de baan. De gemeente controleert elk jaar of alles nog veilig is.", 5),
    Project("Repareercafé met gereedschapsbibliotheek", 9_400, "BU99010001", "Duurzaam", "Twee keer per maand helpen vrijwilligers je iets te maken dat stuk is. Je kunt er ook een boor of ladder lenen. Het geld is voor gereedschap en de huur van een jaar.", 7),
    Project("Een deelbus voor de Uiterwaard", 36_000, "BU99010302", "Vervoer", "Een elektrische bus met acht plaatsen, gereden door vrijwilligers. Je belt een dag van tevoren. Zo kom je zonder auto naar de dokter of de markt.", 5),
    Project("Muziekles in het Wevershuis", 14_500, "BU99010201", "Cultuur", "Een jaar lang gratis les voor tachtig kinderen, met instrumenten om te lenen. Aan het eind spelen ze samen een concert in de Marktkerk.", 6),
    Project("Natuurpad met vlonders in de Rietlanden", 22_000, "BU99010301", "Groen", "Een pad van negenhonderd meter, breed genoeg voor een rolstoel. Borden vertellen welke vogels hier broeden. In het broedseizoen gaat een deel dicht.", 6),
    Project("Zwemmen na zessen", 11_000, "BU99010103", "Sport", "Het zwembad blijft een jaar lang twee avonden langer open. Eén avond is voor vrouwen, de andere voor gezinnen. Een kaartje kost dan € 1,50.", 6),
    Project("Hofje zonder stenen", 8_900, "BU99010003", "Groen", "We halen de tegels uit drie hofjes en planten struiken en bloemen. Regen zakt weer in de grond. De bewoners onderhouden hun eigen hofje.", 5),
    Project("Taalmaatjes in de bibliotheek", 6_500, "BU99010002", "Leren", "Veertig nieuwe Rivierdammers krijgen een maatje om Nederlands mee te oefenen. Het geld is voor een training, boeken en koffie.", 7),
    Project("Speeltuin voor alle kinderen in Tuindorp", 38_500, "BU99010402", "Spelen", "Een draaimolen voor rolstoelen, een hoek met water en zand, en een hek tegen weglopen. Ouders van kinderen met een handicap dachten mee.", 8),
    Project("Pontje over de Wende", 48_000, "BU99010302", "Vervoer", "In de zomer vaart een pontje op zonnestroom tussen Veerdorp en de Binnenstad. Fietsers hoeven dan niet meer om over de drukke brug.", 6),
    Project("Voetbalkooi opknappen in de Vogelhof", 16_000, "BU99010401", "Sport", "Een nieuwe vloer die minder lawaai maakt, nieuwe doelen en een bank. Jongeren uit de buurt letten op en houden het schoon.", 6),
    Project("Geluid meten langs het spoor", 5_800, "BU99010102", "Milieu", "Tien meetkastjes bij mensen thuis. De cijfers staan elke dag op een open website. Zo weten we samen waar het te hard is.", 4),
    Project("Buurtbieb in elke straat van Lindenhof", 3_600, "BU9901AA02", "Ontmoeten", "Twaalf kastjes waar je boeken ruilt, gemaakt in de werkplaats van het wijkgebouw. Schilderen doen we op een zaterdag met z'n allen.", 4),
    Project("Fruitbomen langs de Molenweg", 4_900, "BU99010202", "Groen", "Zestig appel-, peren- en pruimenbomen waarvan iedereen mag plukken. De boomgaardgroep snoeit en geeft elk jaar een snoeiles.", 5),
)  # fmt: skip

LAST_YEAR = (
    Project("Een dak boven de markt", 45_000, "BU99010001", "Ontmoeten", "Een groot zeil boven de helft van het Marktplein, zodat er ook bij regen iets te doen is.", 6),
    Project("Watertappunten op zes plekken", 15_000, "", "Gezond", "Gratis water bij sportvelden, het station en de markt.", 9),
    Project("Beweegtuin bij het Gasthuis", 28_000, "BU99010100", "Sport", "Toestellen voor jong en oud, naast het verzorgingshuis.", 7),
    Project("Dertig nestkasten voor gierzwaluwen", 3_200, "BU99010003", "Groen", "Kasten onder de daken van de Singelbuurt, gemaakt door leerlingen.", 5),
    Project("Fietsenstalling bij de halte Sterrenplein", 21_000, "BU99010400", "Vervoer", "Veertig droge plekken met verlichting.", 6),
    Project("Jongerenruimte De Loods", 52_000, "BU99010102", "Ontmoeten", "Een eigen plek met een studio en een werkplaats, drie avonden per week open.", 8),
    Project("Kruidentuin op het dak van de bieb", 9_800, "BU99010002", "Groen", "Een tuin op het dak, open als de bibliotheek open is.", 4),
    Project("Minder stenen in de Weversbuurt", 17_500, "BU99010201", "Groen", "Vier pleintjes krijgen planten in plaats van tegels.", 7),
    Project("Zaterdagschool in Dijkzicht", 13_000, "BU99010200", "Leren", "Hulp bij huiswerk en een warme lunch, een jaar lang.", 6),
    Project("Kunst op het gemaal", 8_000, "BU99010300", "Cultuur", "Een muurschildering over het leven met water.", 3),
    Project("AED's in alle buurten", 19_500, "", "Veiligheid", "Vijftien kasten buiten, dag en nacht open, en een cursus.", 9),
    Project("Picknickplek in de Buitenpolder", 6_400, "BU99010303", "Ontmoeten", "Tafels, een afdak en een plek om je fiets te zetten.", 4),
)  # fmt: skip

PLAY = (
    Project("Klimtoren in de Vogelhof", 22_000, "BU99010401", "Spelen", "Een toren van acht meter, met touwen en een glijbaan. Voor kinderen vanaf acht jaar."),
    Project("Waterbaan in de Componistenrij", 14_000, "BU99010403", "Spelen", "Een pomp, goten en dammen. In de winter gaat het water eraf."),
    Project("Pannakooi in de Sterrenbuurt", 11_500, "BU99010400", "Sport", "Een klein voetbalveld met hoge randen, gekozen door de jongeren zelf."),
    Project("Natuurspeelplek in Tuindorp", 17_000, "BU99010402", "Spelen", "Boomstammen, heuvels en een hut van wilgentenen."),
    Project("Schaakplein", 6_000, "BU99010400", "Ontmoeten", "Vier tafels met een schaakbord en banken eromheen."),
)  # fmt: skip

GREEN = (
    Project("Bomen op de Kapittelstraat", 26_000, "BU99010002", "Groen", "Negen lindes in ruime plantvakken."),
    Project("Gevels vol groen", 9_000, "BU99010003", "Groen", "Klimplanten voor honderd huizen, met hulp bij het planten."),
    Project("Drijvende tuinen in de Oude Haven", 19_000, "BU99010000", "Groen", "Vlotten met waterplanten, goed voor vissen en het water."),
)  # fmt: skip

BENCHES = (
    Project("Zitplek bij de veerstoep", 4_200, "BU99010302", "Ontmoeten", "Een ronde bank met uitzicht op het water.", 8),
    Project("Leesbank bij de bibliotheek", 2_900, "BU99010002", "Ontmoeten", "Een bank met een afdak en een boekenkast.", 6),
    Project("Steiger om op te zitten", 9_500, "BU99010000", "Ontmoeten", "Brede treden aan de kade, met een trap voor zwemmers.", 7),
    Project("Schommelbank op de dijk", 3_800, "BU99010200", "Ontmoeten", "Voor twee volwassenen, of vier kinderen.", 9),
)  # fmt: skip

UITERWAARD = (
    Project("Vogelkijkhut aan de plas", 9_500, "BU99010301", "Groen", "Een hut met kijkgaten op twee hoogten, ook voor wie in een rolstoel zit.", 7),
    Project("Glasvezel voor de laatste huizen", 14_000, "BU99010303", "Wonen", "Veertien huizen in de Buitenpolder krijgen snel internet.", 4),
    Project("Trailerhelling voor roeiboten", 8_000, "BU99010302", "Sport", "Een helling van beton en een steiger van zes meter.", 6),
    Project("Kerstmarkt in Veerdorp", 4_500, "BU99010302", "Ontmoeten", "Kramen, verlichting en een koor. De opbrengst gaat naar het dorpshuis.", 5),
    Project("Knotwilgen en een snoeicursus", 3_200, "BU99010300", "Groen", "Tachtig nieuwe wilgen, en een cursus om ze te knotten.", 6),
)  # fmt: skip

ART = (
    Project("Muurschildering bij station Spoorzicht", 12_000, "BU99010102", "Cultuur", "Een kunstenaar schildert met jongeren de tunnel.", 8),
    Project("Beelden in het Bospark", 18_000, "BU9901AA03", "Cultuur", "Vijf beelden van hout uit de buurt.", 5),
    Project("Gedichten op de stoep", 4_000, "", "Cultuur", "Twintig gedichten van bewoners, zichtbaar als het regent.", 9),
    Project("Klankbank op de Markt", 7_500, "BU99010001", "Cultuur", "Een bank die muziek speelt als je erop gaat zitten.", 4),
)  # fmt: skip

ZUIDERBRINK = (
    Project("Dorpshuis isoleren", 30_000, "BU99030000", "Duurzaam", "Nieuwe ramen en een dik dak. Het dorpshuis blijft dan betaalbaar.", 9),
    Project("Schapen op de brink", 6_000, "BU99030001", "Groen", "Zes schapen, een hek en een drinkbak.", 7),
    Project("Zebrapad bij de winkel", 12_000, "BU99030000", "Verkeer", "Een oversteekplaats met verlichting.", 8),
    Project("IJsbaan met lampen", 8_500, "BU99030002", "Sport", "Acht masten met zuinige lampen.", 5),
)  # fmt: skip

ZUIDERBRINK_AREAS = """buurtcode;buurtnaam;wijkcode;wijknaam;gemeentecode;gemeentenaam;aantal_inwoners
BU99030000;Zuiderbrink-Dorp;WK990300;Zuiderbrink;GM9903;Zuiderbrink;1890
BU99030001;De Brink;WK990300;Zuiderbrink;GM9903;Zuiderbrink;745
BU99030002;Achterveen;WK990300;Zuiderbrink;GM9903;Zuiderbrink;410
BU99030003;Verspreide huizen;WK990300;Zuiderbrink;GM9903;Zuiderbrink;230
"""
