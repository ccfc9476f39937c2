"""Every page there is, with real things behind it: the story of the demo, and a sample for each part of an address.

Whoever adds a URL with a new kind of argument adds a sample to ``World.samples``; the tests that walk all pages say so.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from changelab import links as lab_links
from changelab.services import decisions, follow_ups, harvesting, journey, kitchen, obstacles, stakeholders
from changelab.services import members as members_of_lab
from changelab.services import plans as lab_plans
from foundation.accounts.models import User
from foundation.core import clock
from foundation.meetings import personal_links
from foundation.meetings.models import Meeting
from foundation.meetings.services import feeds
from foundation.meetings.times import span_of
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Area, Municipality, Residency, Role, Sector
from foundation.municipalities.services import import_runs, newsletters, people, residency
from foundation.notifications.models import Message
from foundation.surveys.models import Invitation, Survey
from foundation.voting.enums import BallotState, Electorate
from foundation.voting.models import Ballot
from foundation.voting.services import ballots, codes, groups
from initiatives.models import Draft, Initiative
from initiatives.services import drafts, initiatives
from initiatives.services import import_runs as import_initiatives
from learning_network import links as learning_links
from learning_network import links_members
from learning_network.models import Programme, Session
from learning_network.services import circles, endings, letters, mailings, members, participants, plan, sessions
from learning_network.services import network as network_services
from learning_network.services.sessions import Outline
from participation.models import Merger, Process
from portal.demo.geography import FILE
from portal.demo.people import logins
from tests import story
from tests.factories import changelab as changelabs
from tests.factories import discussion as talk
from tests.factories import learning_network as learn
from tests.factories import learning_sharing as sharing
from tests.factories import meetings as meet
from tests.factories import surveys as surveys_above
from tests.factories.accounts import UserFactory
from tests.factories.choices import made as a_choice

# Not ours to walk: Django's own pages for superusers, and addresses that only a mail or another site knows.
SKIPPED = ("admin:", "openid_connect", "socialaccount_", "mfa_login_webauthn", "account_signup_by_passkey")

CODE_PAGES = (
    "code",
    "codes",
    "codes_new",
    "code_replace",
    "codes_batch",
    "codes_step",
    "codes_letters",
    "codes_block",
)
PAPER_PAGES = (
    "paper",
    "paper_sheet",
    "paper_envelope",
    "paper_step",
    "paper_new",
    "paper_batch",
    "paper_enter",
    "paper_settle",
    "paper_undo",
)


@dataclass(frozen=True)
class PageUrl:
    """A page: its name with namespaces, and an address of it."""

    name: str
    path: str

    @property
    def is_staff(self) -> bool:
        return "/beheer/" in self.path


@dataclass
class World:
    """The demo's municipalities and people, and two who belong elsewhere."""

    municipality: Municipality
    people: dict[str, User]
    samples: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def make(cls) -> World:
        """Tell the story and find a sample for each argument of a URL."""
        story.told()
        rivierdam = Municipality.objects.get(slug="rivierdam")
        village = Municipality.objects.get(slug="zuiderbrink")
        cast = logins()
        cast["resident_elsewhere"] = UserFactory(name="Bewoner van elders")
        residency.declare_residency(
            municipality=village,
            neighbourhood=Area.objects.for_municipality(village).neighbourhoods().first(),
            by=cast["resident_elsewhere"],
        )
        cast["civil_servant_elsewhere"] = UserFactory(name="Ambtenaar van elders")
        people.appoint(municipality=village, user=cast["civil_servant_elsewhere"], kind=RoleKind.CIVIL_SERVANT, by=None)
        return cls(rivierdam, cast, _samples(rivierdam, cast))

    def urls(self) -> Iterator[PageUrl]:
        """Every address of every page, one for each sample."""
        for name, pattern in _patterns(get_resolver(), ()):
            if name.startswith(SKIPPED):
                continue
            arguments = sorted({*pattern})
            for values in product(*(self._sample(name, argument) for argument in arguments)):
                yield PageUrl(name, reverse(name, kwargs=dict(zip(arguments, values, strict=True))))

    def _sample(self, name: str, argument: str) -> list[Any]:
        for key in (f"{name}.{argument}", f"{name.partition(':')[0]}.{argument}", argument):
            if key in self.samples:
                return self.samples[key]
        raise AssertionError(f"tests/pages.py has no sample of '{argument}' for the page '{name}': add one")


def _patterns(resolver: URLResolver, namespaces: tuple[str, ...], before: tuple[str, ...] = ()) -> Iterator[Any]:
    for entry in resolver.url_patterns:
        arguments = (*before, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLPattern):
            if entry.name:
                yield ":".join([*namespaces, entry.name]), arguments
        else:
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _patterns(entry, inner, arguments)


def _with_codes(ballot: Ballot, by: User) -> Ballot:
    """An announced ballot made into one for holders of codes, with a letter ready to print."""
    ballot = ballots.change(ballot=ballot, by=by, electorate=Electorate.CODES)
    batch = codes.ask_for_batch(ballot=ballot, name="Dijkkwartier", size=1, language="nl", area=None, by=by)
    codes.make_letters(batch_id=batch.pk)
    return ballot


def _discussion(municipality: Municipality, cast: dict[str, User]) -> dict[str, list[Any]]:
    """A thread with a comment of the demo's resident, which waits for a moderator."""
    thread = talk.debate(municipality)
    return {"thread_id": [thread.pk], "comment_id": [talk.reported(thread, by=cast["resident"]).pk]}


def _meetings(municipality: Municipality, cast: dict[str, User]) -> dict[str, list[Any]]:
    """A meeting with minutes and a document, and one of a series that belongs to no municipality."""
    held = Meeting.objects.for_municipality(municipality).filter(minutes__isnull=False).first()
    assert held is not None
    ours = meet.meeting(meet.national(), chair=cast["resident"])
    guest = meet.invited_address(ours)
    return {
        "series_id": [held.series_id],
        "meeting_id": [held.pk],
        "document_id": [0],
        "meetings_installation.series_id": [ours.series_id],
        "meetings_installation.meeting_id": [ours.pk],
        "meetings_installation:invitation.token": [personal_links.token_of(guest)],
        "meetings_installation:own_feed.token": [personal_links.feed_token(feeds.renew(by=cast["resident"]))],
    }


def _plan(municipality: Municipality, by: User) -> Initiative:
    """An initiative of this person that is handed in, and a plan that they did not send yet."""
    fields = {"title": "Moestuin achter de school", "summary": "Samen groente telen.", "story": "Iedereen doet mee."}
    drafts.begin(municipality=municipality, kind="neighbourhood", by=by)
    made = initiatives.create(municipality=municipality, kind="neighbourhood", by=by, **fields)
    return initiatives.submit(initiative=made, by=by)


def _newsletter(municipality: Municipality, by: User) -> int:
    """A draft for who follows the municipality."""
    text = [{"heading": "Het park", "text": "Het park gaat open."}]
    made = newsletters.create(
        municipality=municipality, by=by, subject="Nieuws", blocks=text, audiences=["municipality:"]
    )
    return made.pk


def _surveys(municipality: Municipality, cast: dict[str, User]) -> dict[str, list[Any]]:
    """The survey of the demo that is open, and the one that was counted, with a way into each page."""
    rows = Survey.objects.filter(municipality=municipality).order_by("closes_at")
    over, now_open = rows.first(), rows.last()
    assert over is not None
    assert now_open is not None
    mine = Invitation.objects.get(survey=now_open, user=cast["resident"])
    question = now_open.version.questions.exclude(kind="page").first()
    assert question is not None
    own = surveys_above.questionnaire(cast["superuser"], None)
    above = surveys_above.draft_above(cast["superuser"], own)
    ended = ("result", "results", "open_answer", "export", "named", "benchmark")
    return {
        "surveys.slug": [now_open.slug],
        **{f"surveys:{name}.slug": [over.slug] for name in ended},
        "surveys.token": [mine.token],
        "surveys.page": [1],
        "surveys.form": ["csv", "xlsx"],
        "surveys.questionnaire_id": [now_open.version.questionnaire_id],
        "surveys.key": [question.key],
        "surveys.answer_id": [over.open_answers.values_list("pk", flat=True)[0]],
        "surveys_installation.slug": [above.slug],
        "surveys_installation.token": ["bestaat-niet"],
        "surveys_installation.page": [1],
        "surveys_installation.form": ["csv"],
        "surveys_installation.questionnaire_id": [own.pk],
        "surveys_installation.key": ["bestaat-niet"],
        "surveys_installation.answer_id": [over.open_answers.values_list("pk", flat=True)[0]],
    }


def _choice_aid(municipality: Municipality, by: User) -> dict[str, list[Any]]:
    """A choice that was made, and parts of the default aid."""
    made = a_choice(municipality, by)
    return {
        **{f"participation:{name}.pk": [made.pk] for name in ("choice", "choice_advice", "choice_begin", "choice_tie")},
        "participation:choice_throw_away.pk": [made.pk],
        "participation:aid_question.key": ["open"],
        "participation:aid_form.key": ["panel"],
        "participation:aid_rule.key": ["law"],
        **{f"participation:{name}.key": ["open"] for name in ("aid_move", "aid_remove")},
        **{f"participation:{name}.part": ["vraag"] for name in ("aid_move", "aid_remove")},
        "participation:aid_move.where": ["op"],
        "participation:aid_version.number": [0, made.aid.number],
    }


def _participation(municipality: Municipality) -> dict[str, list[Any]]:
    """A process that is over with everything in it, and one that runs now."""
    rows = Process.objects.for_municipality(municipality)
    over, running = (
        rows.filter(report__isnull=False).get(),
        rows.exclude(published_at=None).exclude(report__isnull=False)[0],
    )
    view, decision = over.publicviews.first(), over.decisions.first()
    steps = list(over.milestones.all())
    assert view is not None
    assert decision is not None
    both = [over.slug, running.slug]
    return {
        "participation.slug": [over.slug],
        **{f"participation:{name}.slug": both for name in ("detail", "phase", "staff", "plan", "phases", "answers")},
        "participation.number": [1, 2],
        "participation.kind": ["publicview"],
        **{f"participation:{name}.number": [view.pk] for name in ("staff_answer", "staff_hide")},
        **{f"participation:{name}.number": [decision.pk] for name in ("decision", "decision_record")},
        **{f"participation:{name}.number": [steps[-1].pk] for name in ("milestone", "milestone_close")},
        "participation:start.number": [0],
        "participation:evaluation_open.group": ["deelnemers", "betrokkenen"],
        **_texts(over),
    }


def _texts(process: Process) -> dict[str, list[Any]]:
    """A text that was written together in this process."""
    document = process.documents.first()
    assert document is not None
    pages = ("", "_version", "_pdf", "_compare", "_paragraph", "_write", "_about", "_whole", "_add", "_publish")
    names = (*pages, "_edit", "_remove", "_move")
    return {
        **{f"participation:text{name}.number": [document.number] for name in names},
        **{f"participation:text{name}.key": [3] for name in ("_paragraph", "_edit", "_remove", "_move")},
        "participation:text_version.edition": [1, 2],
        "participation:text_pdf.edition": [1],
    }


def _proposals(municipality: Municipality) -> dict[str, list[Any]]:
    """A process in which residents make proposals: a problem, a checked proposal, a plan to merge."""
    merger = Merger.objects.filter(process__municipality=municipality).first()
    assert merger is not None
    running, judged = merger.process, merger.process.proposals.filter(verdicts__isnull=False).first()
    problem = running.problems.first()
    assert problem is not None
    assert judged is not None
    about_problems = ("problem", "problem_edit", "problem_withdraw", "problem_endorse", "problem_hide")
    of_one = ("history", "support", "edit", "submit", "withdraw", "team", "picture", "hide")
    about_proposals = ("proposal", "check", *(f"proposal_{name}" for name in of_one))
    lists = ("problems", "problem_new", "problem_statement", "problem_state", "proposals", "proposal_new", "merger_new")
    desk = ("proposal_work", "proposal_export", "proposal_assign", "check_points", "vote", "vote_new", "vote_step")
    return {
        **{f"participation:{name}.pk": [problem.pk] for name in about_problems},
        **{f"participation:{name}.pk": [judged.pk] for name in about_proposals},
        "participation:merger.pk": [merger.pk],
        **{
            f"participation:{name}.slug": [running.slug]
            for name in (*about_problems, *about_proposals, "merger", *lists, *desk, "proposal_join")
        },
        "participation:proposal_export.kind": ["csv", "xlsx"],
        "participation:proposal_picture.name": ["bestaat-niet.jpg"],
        "participation:proposal_join.token": ["bestaat-niet"],
    }


def _exchange(boss: User) -> dict[str, list[Any]]:
    """A question with an advice, a tool, a mailing and an invitation, of the network as a whole."""
    question = sharing.advice_request(sharing.place(None, None, boss), visibility="everyone")
    advice = question.advices.create(author=boss, text="Bel eerst met de verzekeraar.")
    tool = sharing.tool(sharing.place(None, None, boss), visibility="everyone")
    mailing = mailings.write(by=boss, subject="Nieuws", text="Dag!")
    invited = members.invite(email="nieuw@gemeente.example", by=boss)
    of_question = ("request", "change", "close", "share", "take_away", "own", "thank")
    of_tool = ("tool", "tool_change", "tool_act", "tool_take_away")
    return {
        **{f"learning_network:advice_{name}.number": [question.pk] for name in of_question},
        **{f"learning_network:advice_{name}.advice": [advice.pk] for name in ("own", "thank")},
        **{f"learning_network:{name}.number": [tool.pk] for name in of_tool},
        **{f"learning_network:{name}.number": [mailing.pk] for name in ("mailing", "mailing_change")},
        "learning_network:member_invitation.number": [invited.pk],
        "learning_network:become_member.token": [links_members.token_of(invited), "bestaat-niet"],
    }


def _changelab(cast: dict[str, User]) -> dict[str, list[Any]]:
    """A lab that the administrator leads, with one of everything in it, and an application that waits."""
    boss = cast["administrator"]
    network_services.appoint_lead(user=boss, by=None)
    cohort = changelabs.open_cohort(by=boss, title="Lichting van de proef")
    asked = changelabs.application(cohort)
    made = changelabs.lab(cohort, by=boss)
    placed = members_of_lab.invite(lab=made, email="wethouder@gemeente.example", role="alderman", by=boss)
    stakeholder = stakeholders.add(lab=made, by=boss, name="Woonstichting", kind="institution")
    observation = journey.observe(lab=made, by=boss, text="De bankjes zijn altijd bezet.")
    insight = journey.find_insight(lab=made, by=boss, text="Mensen willen buiten zitten.")
    prototype = journey.try_something(lab=made, by=boss, title="Een tafel", hypothesis="Er komt iemand bij zitten.")
    obstacle = obstacles.add(lab=made, by=boss, kind="legal", title="Vergunning")
    plan_of_lab = lab_plans.begin(lab=made, title="Groen in eigen beheer", by=boss)
    task = lab_plans.add_task(plan=plan_of_lab, by=boss, title="Maaien", present_cents=100_00, transfer_cents=90_00)
    risk = lab_plans.add_risk(plan=plan_of_lab, by=boss, text="Droogte", carrier="both")
    decisions.ask_advice(plan=plan_of_lab, by=boss)
    advice = decisions.advise(plan=plan_of_lab, text="Vraag de school.", by=boss)
    follow_ups.plan_for(made, clock.today())
    dropped = journey.try_something(lab=made, by=boss, title="Een bel", hypothesis="Het lukt.")
    kitchen.share(item=dropped, level="everyone", by=boss)
    circles.share(item=harvesting.begin(lab=made, item=dropped, by=boss), visibility="everyone", by=boss)
    kitchen.withdraw(item=dropped, by=boss)
    taken = made.harvests.get()
    of_application = ("answer", "application_change", "application_withdraw")
    return {
        "changelab.cohort": [cohort.slug],
        "api.labsoort": ["plannen-van-aanpak"],
        "api:lab_item.nummer": [plan_of_lab.pk],
        "changelab.lab": [made.slug],
        "changelab.pk": [plan_of_lab.pk],
        **{f"changelab:{name}.pk": [asked.pk] for name in of_application},
        **{f"changelab:member_{name}.pk": [placed.pk] for name in ("leave", "role")},
        **{f"changelab:stakeholder_{name}.pk": [stakeholder.pk] for name in ("change", "invite")},
        "changelab:observation_change.pk": [observation.pk],
        "changelab:insight_change.pk": [insight.pk],
        **{f"changelab:prototype_{name}.pk": [prototype.pk] for name in ("change", "move")},
        **{f"changelab:obstacle_{name}.pk": [obstacle.pk] for name in ("change", "move")},
        "changelab:check.pk": [made.check_items.values_list("pk", flat=True)[0]],
        "changelab:share.pk": [obstacle.pk],
        "changelab:harvest.pk": [obstacle.pk],
        "changelab.kind": ["obstacle"],
        "changelab.task": [task.pk],
        "changelab.risk": [risk.pk],
        "changelab.advice": [advice.pk],
        "changelab.months": [3],
        "changelab:step.step": ["starten"],
        "changelab:plan_step.step": ["tekenen"],
        "changelab:plan_end.step": ["afwijzen"],
        "changelab:let_go.number": [taken.pk],
        "changelab:room.token": [lab_links.token_of(placed), "bestaat-niet"],
        "changelab:join.token": [lab_links.token_of(placed), "bestaat-niet"],
    }


def _learning_network(cast: dict[str, User]) -> dict[str, list[Any]]:
    """A programme that the administrator leads; somebody of one municipality is in, somebody else is asked."""
    boss = cast["administrator"]
    network_services.appoint_lead(user=boss, by=None)
    programme = learn.running(by=boss, title="Loslaten in de wijk")
    enrolled = learn.enrolment(programme)
    learn.participant(enrolled, UserFactory(name="Iemand van een gemeente"))
    asked = participants.invite(enrolment=enrolled, email="collega@gemeente.example", by=boss)
    learn.participant(enrolled, boss)
    partner = plan.save_partner(programme=programme, partner=None, by=boss, name="Fonds", kind="subsidiser")
    cost = plan.save_cost(programme=programme, cost=None, by=boss, name="Zalen", amount_cents=100_000)
    agreed = endings.agree(programme=programme, parties=[enrolled], by=boss, what="Bij elkaar kijken")
    written = endings.save_intention(enrolment=enrolled, by=boss, what="Het groenbeheer gaat naar de wijk.")
    endings.share_intention(intention=written, visibility="everyone", by=boss)
    [letter] = letters.mark_sent(
        programme=programme, kind="invitation", enrolments=[enrolled], sent_on=clock.today(), by=boss
    )
    session = _session(programme, boss)
    written = sharing.place(programme, enrolled.municipality, boss)
    shared = {
        "practice": sharing.practice(written),
        "lesson": sharing.lesson(written),
        "answer": sharing.answer(written),
    }
    thread = sharing.red_thread(written)
    piece = thread.pieces.create(place=1, kind="lesson", lesson=shared["lesson"])
    bench = ("edit", "change", "choose", "line", "put", "remove", "preview", "publish", "take_back")
    return {
        **{f"learning_network:{name}{end}.number": [row.pk] for name, row in shared.items() for end in ("", "_edit")},
        **{f"learning_network:answer_{name}.number": [shared["answer"].pk] for name in ("take_back", "history")},
        **{f"learning_network:{name}.number": [shared["lesson"].pk] for name in ("share", "take_back", "take_away")},
        **{f"learning_network:{name}.number": [thread.pk] for name in ("red_thread", "red_thread_pdf")},
        **{f"learning_network:red_thread_{name}.number": [thread.pk] for name in bench},
        "learning_network.piece": [piece.pk],
        "api.soort": ["lessen"],
        "api:shared_item.nummer": [shared["lesson"].pk],
        "learning_network.what": ["lessen"],
        "learning_network.slug": [programme.slug],
        "learning_network.session_id": [session.pk, 999999],
        "learning_network.question_id": [programme.questions.values_list("pk", flat=True)[0]],
        "learning_network:partner.row_id": [partner.pk],
        "learning_network:cost.row_id": [cost.pk],
        "learning_network:agreement.number": [agreed.pk],
        "learning_network:agreement_change.number": [agreed.pk],
        "learning_network.code": [enrolled.municipality_id, "GM0000"],
        **{f"learning_network:{name}.kind": ["csv", "xlsx"] for name in ("board_export", "board_money_file")},
        **{
            f"learning_network:{name}.kind": ["invitation"]
            for name in ("letter_words", "letters_sent", "letters_pdf", "card_letter", "letter_mail")
        },
        "learning_network:letter_as_sent.number": [letter.pk],
        **_exchange(boss),
        "learning_network:join.token": [learning_links.token_of(asked), "bestaat-niet"],
    }


def _session(programme: Programme, boss: User) -> Session:
    """A session in three weeks, with somebody in the room and a line of what it brought."""
    span = span_of(clock.today() + timedelta(days=21), time(13), time(17))
    [made] = sessions.plan(programme=programme, outlines_=[Outline(span, theme="Wie doet wat?")], by=boss)
    sessions.let_in(session=made, name="Gast", enrolment=programme.enrolments.get(), by=boss)
    sessions.note_yield(session=made, by=boss, text="Begin klein", question=programme.questions.all()[0])
    return made


def _samples(municipality: Municipality, cast: dict[str, User]) -> dict[str, list[Any]]:
    by = cast["administrator"]
    run = import_runs.start_import(
        municipality=municipality,
        file=io.BytesIO(FILE.read_bytes()),
        file_name="rivierdam.geojson",
        year=None,
        by=by,
    )
    known = Ballot.objects.for_municipality(municipality).order_by("pk")
    coded = _with_codes(known.filter(state=BallotState.ANNOUNCED)[0], by)
    group = groups.create(municipality=municipality, name="Jongerenraad", by=by)
    groups.add_members(group=group, addresses=["lid@example.org"], by=by)
    message = Message.objects.filter(recipient=cast["resident"]).first()
    assert message is not None
    plan = _plan(municipality, cast["resident"])
    file = import_initiatives.upload(municipality=municipality, content=b"titel\nBankje\n", file_name="oud.csv", by=by)
    return {
        "initiatives.slug": [plan.slug],
        "initiatives.run_id": [file.pk],
        "initiatives.number": [plan.team.values_list("pk", flat=True)[0]],
        "initiatives:draft_step.step": ["plan", "plek", "samen", "vraag", "fotos", "controleren"],
        "initiatives:challenge_step.step": ["taak", "aanbod", "groep", "middelen", "controleren", "verder"],
        "initiatives.key": [str(Draft.objects.get(owner=cast["resident"]).pk)],
        "offer_number": [1],
        "section": ["nieuws", "fotos", "documenten", "begroting", "planning"],
        "newsletter_id": [_newsletter(municipality, by)],
        "municipalities:newsletter_action.action": ["proef"],
        "municipality_slug": [municipality.slug],
        "gemeente": [municipality.slug],
        "stemming": list(known.values_list("slug", flat=True)),
        "slug": list(known.values_list("slug", flat=True)),
        "voting:vote.slug": list(known.filter(state=BallotState.OPEN).values_list("slug", flat=True)[:1]),
        "voting:check.slug": list(known.filter(state=BallotState.OPEN).values_list("slug", flat=True)[:1]),
        **{f"voting:{name}.slug": [coded.slug] for name in CODE_PAGES},
        **{f"voting:{name}.slug": [coded.slug] for name in PAPER_PAGES},
        "group_id": [group.pk],
        "member_id": [group.members.get().pk],
        "code": ["BU99010201"],
        "core:language.code": ["en", "nl"],
        "run_id": [run.pk],
        "sector_id": [Sector.objects.filter(municipality=municipality).values_list("pk", flat=True)[0]],
        "role_id": [Role.objects.get(municipality=municipality, user=cast["ambassador"]).pk],
        "residency_id": [Residency.objects.get(municipality=municipality, user=cast["resident"]).pk],
        "invitation_id": [municipality.invitations.values_list("pk", flat=True)[0]],
        "message_id": [message.pk],
        "delivery_id": [0],
        "provider_id": ["bestaat-niet"],
        "action": ["opnieuw"],
        "token": ["bestaat-niet"],
        "key": ["bestaat-niet"],
        "uidb36": ["1"],
        "pk": [0],
        "folder": ["themes"],
        "name": ["bestaat-niet.css"],
        "step": ["gegevens"],
        "number": [1],
        "path": ["bestaat-niet"],
        **_discussion(municipality, cast),
        **_meetings(municipality, cast),
        **_surveys(municipality, cast),
        **_participation(municipality),
        **_proposals(municipality),
        **_choice_aid(municipality, by),
        **_learning_network(cast),
        **_changelab(cast),
    }
