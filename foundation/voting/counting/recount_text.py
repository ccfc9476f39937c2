"""The words of the recount report, Dutch and English. Not gettext: the recount must run without Django."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .outcome import Outcome, Story, Tie

Money = Callable[[Fraction | int], str]

_SIGNS = {"EUR": "€", "": "€"}


@dataclass(frozen=True)
class Words:
    """All sentences of one language; templates are filled with `str.format`."""

    decimal: str
    thousands: str
    cannot: str
    rules: Mapping[str, str]
    head: str
    assumed: str
    shares: str
    stopped_by: Mapping[str, str]
    stories: Mapping[str, str]
    facts: str
    full: str
    per_point: str
    less: str
    broke: str
    tied: str
    criteria: Mapping[str, str]
    phases: Mapping[str, str]
    sum: str
    nothing_stated: str
    same: str
    different: str
    missing: str
    extra: str
    other_record: str

    def money(self, currency: str, units: int) -> Money:
        """A printer of minor units, rounded to cents; whole amounts without decimals."""
        sign = _SIGNS.get(currency.upper(), currency)

        def show(amount: Fraction | int) -> str:
            cents = round(Fraction(amount) * 100 / units)
            whole, part = divmod(cents, 100)
            text = f"{whole:,}".replace(",", self.thousands)
            return f"{sign} {text}{self.decimal}{part:02d}" if part else f"{sign} {text}"

        return show

    def heading(self, outcome: Outcome, assumed: bool, money: Money) -> str:
        text = self.head.format(
            rule=self.rules[outcome.rule], cast=outcome.cast, blank=outcome.blank, budget=money(outcome.budget)
        )
        if assumed:
            text += " " + self.assumed
        settings = ", ".join(f"{key}={value}" for key, value in outcome.settings.items())
        text += f"\n({settings})"
        if outcome.shares is not None:
            shares = outcome.shares
            text += "\n" + self.shares.format(
                voters=shares.voters,
                start=money(shares.start),
                final=money(shares.final),
                steps=shares.steps,
                why=self.stopped_by[shares.stopped_by],
            )
        return text

    def story(self, story: Story, money: Money) -> str:
        values: dict[str, object] = dict(story.data)
        for key, value in story.data.items():
            if isinstance(value, Fraction) or (isinstance(value, int) and key in ("needs", "left")):
                values[key] = money(value)
        text = (
            self.facts.format(cost=money(story.cost), votes=story.votes)
            + " "
            + self.stories[story.code].format(**values)
        )
        if story.code == "chosen_by_shares" and story.payments:
            first, *rest = story.payments
            price = story.data["full_share"]
            assert isinstance(price, Fraction)
            by_points = first.amount != price  # then people pay for the points they gave
            fewer = sum(line.supporters for line in rest) + int(story.data["others"])
            if by_points:
                text += " " + self.per_point.format(amount=money(price))
            else:
                text += " " + self.full.format(people=first.supporters, amount=money(price))
            if fewer and not by_points:
                text += " " + self.less.format(people=fewer)
            if story.data["broke"]:
                text += " " + self.broke.format(people=story.data["broke"])
            text = text.removesuffix(";") + "."
        return text

    def tie(self, tie: Tie) -> str:
        return self.tied.format(
            options=", ".join(tie.options),
            chosen=tie.chosen,
            criterion=self.criteria[tie.decided_by],
            round=tie.round,
            phase=self.phases[tie.phase],
        )

    def total(self, outcome: Outcome, money: Money) -> str:
        return self.sum.format(winners=len(outcome.winners), spent=money(outcome.spent), left=money(outcome.left))


TEXTS: Mapping[str, Words] = {
    "nl": Words(
        decimal=",",
        thousands=".",
        cannot="Kan niet tellen",
        rules={"greedy": "Meeste stemmen eerst", "equal_shares": "Methode van Gelijke Delen"},
        head="{rule}: {cast} stemmen, waarvan {blank} blanco; budget {budget}.",
        assumed="Het bestand noemt niet alle regels; wat ontbreekt is aangenomen:",
        shares="{voters} kiezers begonnen met {start} en eindigden met {final} per kiezer, na {steps} verhogingen: {why}.",
        stopped_by={
            "no_completion": "zonder aanvulling",
            "exhaustive": "er past niets meer in wat over is",
            "overspend": "nog een verhoging zou te veel uitgeven",
            "all_chosen": "alles is gekozen",
        },
        stories={
            "chosen_by_votes": "Gekozen; daarna is er {left} over.",
            "chosen_by_shares": "Gekozen; daarna is er {left} over.",
            "chosen_by_fill": "Gekozen op stemmen uit wat over was; daarna is er {left} over.",
            "does_not_fit": "Past niet: nodig is {needs}, over is {left}.",
            "stopped": "Niet aan de beurt: het tellen stopte bij {after}, dat niet paste.",
            "below_threshold": "Minder steun dan de drempel van {threshold}.",
            "no_votes": "Niemand stemde hierop.",
            "supporters_short": "De voorstanders hadden samen nog {had} van de {needs}.",
        },
        facts="{cost}, {votes} stemmen.",
        full="Volle prijs {amount}: {people} voorstanders;",
        per_point="Prijs per punt {amount};",
        less="minder, want bijna op: {people};",
        broke="niets meer: {people};",
        tied="Gelijke stand ({phase}, ronde {round}): {options}. {criterion}: {chosen}.",
        criteria={
            "votes": "Meer stemmen",
            "cost": "Lagere kosten",
            "lot": "Loting",
            "listed": "Eerder in de lijst",
        },
        phases={"votes": "op stemmen", "shares": "gelijke delen", "fill": "aanvullen", "add1": "andere verhoging"},
        sum="{winners} projecten gekozen, samen {spent}; {left} blijft over.",
        nothing_stated="Het bestand zegt niet wat er gekozen is; er valt niets te vergelijken.",
        same="GELIJK: deze telling geeft dezelfde uitslag als in het bestand staat.",
        different="ANDERS: deze telling geeft een andere uitslag dan in het bestand staat.",
        missing="wel in het bestand, niet in deze telling",
        extra="niet in het bestand, wel in deze telling",
        other_record="het volledige verslag van de telling is anders dan dat waarvan het bestand de hash noemt",
    ),
    "en": Words(
        decimal=".",
        thousands=",",
        cannot="Cannot count",
        rules={"greedy": "Most votes first", "equal_shares": "Method of Equal Shares"},
        head="{rule}: {cast} votes, {blank} of them blank; budget {budget}.",
        assumed="The file does not state every setting; what is missing is assumed:",
        shares="{voters} voters started with {start} and ended with {final} each, after {steps} increments: {why}.",
        stopped_by={
            "no_completion": "no completion",
            "exhaustive": "nothing fits in what is left",
            "overspend": "one more increment would spend too much",
            "all_chosen": "everything is chosen",
        },
        stories={
            "chosen_by_votes": "Chosen; {left} is left then.",
            "chosen_by_shares": "Chosen; {left} is left then.",
            "chosen_by_fill": "Chosen by votes from what was left; {left} is left then.",
            "does_not_fit": "Does not fit: it needs {needs}, {left} is left.",
            "stopped": "Not reached: the count stopped at {after}, which did not fit.",
            "below_threshold": "Less support than the threshold of {threshold}.",
            "no_votes": "Nobody voted for it.",
            "supporters_short": "Its supporters together had {had} left of the {needs}.",
        },
        facts="{cost}, {votes} votes.",
        full="Full price {amount}: {people} supporters;",
        per_point="Price per point {amount};",
        less="less, all they had left: {people};",
        broke="nothing left: {people};",
        tied="Tie ({phase}, round {round}): {options}. {criterion}: {chosen}.",
        criteria={"votes": "More votes", "cost": "Lower cost", "lot": "Draw", "listed": "Earlier in the list"},
        phases={"votes": "by votes", "shares": "equal shares", "fill": "completion", "add1": "another increment"},
        sum="{winners} projects chosen, {spent} together; {left} is left.",
        nothing_stated="The file does not say what was chosen; there is nothing to compare.",
        same="SAME: this count gives the outcome that is in the file.",
        different="DIFFERENT: this count gives another outcome than is in the file.",
        missing="in the file, not in this count",
        extra="not in the file, but in this count",
        other_record="the full record of the count differs from the one whose hash is in the file",
    ),
}
