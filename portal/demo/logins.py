"""The people of the demo. Pure data, so that the settings can name them without loading anything."""

PASSWORD = "demo-aanzet"  # noqa: S105  (shown on the log-in page of the demo; production refuses the demo)

# ``kind`` is for load_demo: what this person is; ``role`` and ``story`` are read on the demo's pages.
LOGINS = [
    {
        "email": "bewoner@demo.example",
        "name": "Samira",
        "kind": "resident",
        "role": "Bewoner van de Weversbuurt",
        "story": "Samira heeft nog niet gestemd. Log in en breng haar stem uit.",
    },
    {
        "email": "gestemd@demo.example",
        "name": "Joost",
        "kind": "voted",
        "role": "Bewoner van de Sterrenbuurt, heeft gestemd",
        "story": "Joost stemde al. Bij Mijn AanZet zie je dát hij stemde, niet wat.",
    },
    {
        "email": "ambtenaar@demo.example",
        "name": "Marloes",
        "kind": "civil_servant",
        "role": "Ambtenaar van Rivierdam",
        "story": "Marloes maakt stemmingen, kondigt ze aan en stelt de uitslag vast. Ze doet mee aan een leerprogramma.",
    },
    {
        "email": "programmaleider@demo.example",
        "name": "Wouter",
        "kind": "programme_lead",
        "role": "Programmaleider van het leernetwerk",
        "story": "Wouter werft gemeenten, plant bijeenkomsten en oogst wat ze leren.",
    },
    {
        "email": "beheerder@demo.example",
        "name": "Henk",
        "kind": "administrator",
        "role": "Beheerder van Rivierdam en Kruiswolde",
        "story": "Henk richt gemeenten in: buurten, mensen, huisstijl. Kruiswolde is nog leeg.",
    },
    {
        "email": "ambassadeur@demo.example",
        "name": "Yusuf",
        "kind": "ambassador",
        "role": "Participatieambassadeur van Rivierdam",
        "story": "Yusuf draagt de werkwijze de sector Openbare ruimte in en kijkt mee.",
    },
    {
        "email": "raadslid@demo.example",
        "name": "Annemiek",
        "kind": "council_member",
        "role": "Raadslid van Rivierdam",
        "story": "Annemiek volgt wat haar aangaat.",
    },
    {
        "email": "techniek@demo.example",
        "name": "Priya",
        "kind": "superuser",
        "role": "Technisch beheer",
        "story": "Priya ziet de techniek achter het portaal.",
    },
]
for _person in LOGINS:
    _person["password"] = PASSWORD
