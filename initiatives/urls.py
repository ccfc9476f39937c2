"""Addresses of this app under a municipality: paths in Dutch, names in English."""

from django.urls import URLPattern, path

from initiatives.views import (
    agreements,
    case,
    challenge_wizard,
    challenges,
    cooperative,
    edit,
    elsewhere,
    follow,
    hands,
    imports,
    lines,
    public,
    team,
    townhall,
    wizard,
    worklist,
)

app_name = "initiatives"
urlpatterns: list[URLPattern] = [
    path("initiatieven/", public.index, name="index"),
    path("initiatieven/elders/", elsewhere.elsewhere, name="elsewhere"),
]
urlpatterns += [
    path("beheer/initiatieven/", worklist.work, name="work"),
    path("beheer/initiatieven/bord/", worklist.board, name="board"),
    path("beheer/initiatieven/lijst.csv", worklist.export, {"kind": "csv"}, name="work_csv"),
    path("beheer/initiatieven/lijst.xlsx", worklist.export, {"kind": "xlsx"}, name="work_xlsx"),
    path("beheer/initiatieven/toewijzen/", worklist.assign, name="work_assign"),
    path("beheer/initiatieven/weergave/", worklist.save_view, name="work_view"),
    path("beheer/initiatieven/termijnen/", case.term_setup, name="term_setup"),
    path("beheer/initiatieven/waarden/", townhall.values, name="values"),
    path("beheer/initiatieven/eisen/", challenges.requirements, name="requirements"),
    path("beheer/initiatieven/importeren/", imports.imports, name="imports"),
    path("beheer/initiatieven/importeren/<int:run_id>/", imports.import_run, name="import_run"),
    path("beheer/initiatieven/importeren/<int:run_id>/kolommen/", imports.columns, name="import_columns"),
    path("beheer/initiatieven/importeren/<int:run_id>/doen/", imports.begin_import, name="import_begin"),
    path("beheer/initiatieven/importeren/<int:run_id>/terug/", imports.undo_import, name="import_undo"),
    path("beheer/initiatieven/<slug:slug>/", case.case, name="case"),
    path("beheer/initiatieven/<slug:slug>/oppakken/", case.take_up, name="case_take_up"),
    path("beheer/initiatieven/<slug:slug>/verder/", case.go_on, name="case_go_on"),
    path("beheer/initiatieven/<slug:slug>/aanvullen/", case.additions, name="case_additions"),
    path("beheer/initiatieven/<slug:slug>/verlengen/", case.extend, name="case_extend"),
    path("beheer/initiatieven/<slug:slug>/doorsturen/", case.forward, name="case_forward"),
    path("beheer/initiatieven/<slug:slug>/besluiten/", case.decide, name="case_decide"),
    path("beheer/initiatieven/<slug:slug>/heroverwegen/", case.reconsider, name="case_reconsider"),
    path("beheer/initiatieven/<slug:slug>/verbergen/", case.hide, name="case_hide"),
    path("beheer/initiatieven/<slug:slug>/terugzetten/", case.show, name="case_show"),
    path("initiatieven/<slug:slug>/brief-<int:number>.pdf", case.letter, name="letter"),
]
urlpatterns += [
    path("beheer/initiatieven/<slug:slug>/gemeentehuis/", townhall.page, name="town_hall"),
    path("beheer/initiatieven/<slug:slug>/gemeentehuis/vragen/", townhall.ask, name="sector_ask"),
    path("beheer/initiatieven/<slug:slug>/gemeentehuis/mening/<int:number>/", townhall.view, name="sector_view"),
    path("beheer/initiatieven/<slug:slug>/gemeentehuis/risico/", townhall.risk, name="risk_new"),
    path("beheer/initiatieven/<slug:slug>/gemeentehuis/risico/<int:number>/", townhall.risk, name="risk"),
    path("beheer/initiatieven/<slug:slug>/gemeentehuis/opschalen/", townhall.escalate, name="escalate"),
    path("beheer/initiatieven/<slug:slug>/gemeentehuis/knoop/<int:number>/", townhall.answer, name="escalation"),
    path("beheer/initiatieven/<slug:slug>/gemeentehuis/notitie/", townhall.note, name="note"),
    path("beheer/initiatieven/<slug:slug>/gemeentehuis/waarde/", townhall.score, name="score"),
    path("beheer/initiatieven/<slug:slug>/gemeentehuis/waarde/<int:number>/weg/", townhall.unscore, name="unscore"),
]
urlpatterns += [
    path("uitdagingen/", challenges.register, name="register"),
    path("uitdagingen/lijst.csv", challenges.register_csv, name="register_csv"),
    path("initiatieven/uitdagen/", challenge_wizard.start, name="challenge_start"),
    path("initiatieven/uitdagen/<str:key>/<slug:step>/", challenge_wizard.step, name="challenge_step"),
    path("initiatieven/<slug:slug>/bewerken/uitdaging/", challenges.edit, name="challenge_edit"),
    path("initiatieven/<slug:slug>/overeenkomst/", agreements.agreement, name="agreement"),
    path("initiatieven/<slug:slug>/overeenkomst.pdf", agreements.document, name="agreement_pdf"),
    path("initiatieven/<slug:slug>/voortgang/", agreements.progress, name="progress"),
    path("beheer/initiatieven/<slug:slug>/toetsen/", challenges.assess, name="assess"),
    path("beheer/initiatieven/<slug:slug>/kosten/", challenges.costs, name="challenge_costs"),
    path("beheer/initiatieven/<slug:slug>/overeenkomst/", agreements.write, name="agreement_write"),
    path("beheer/initiatieven/<slug:slug>/overeenkomst/tekenen/", agreements.sign, name="agreement_sign"),
    path("beheer/initiatieven/<slug:slug>/betaald/<int:number>/", agreements.pay, name="instalment_pay"),
    path("beheer/initiatieven/<slug:slug>/contact/<int:number>/", agreements.talk, name="talk"),
    path("beheer/initiatieven/<slug:slug>/terugblik/", agreements.look_back, name="look_back"),
]
urlpatterns += [
    path("beheer/klussenbank/", hands.index, name="hands"),
    path("beheer/klussenbank/nieuw/", hands.ask_for_sector, name="hands_new"),
    path("klussenbank/<int:number>/", hands.one, name="hands_request"),
    path("klussenbank/<int:number>/aanbod/", hands.offer, name="hands_offer"),
    path("klussenbank/<int:number>/aanbod/<int:offer_number>/", hands.answer, name="hands_answer"),
    path("klussenbank/<int:number>/sluiten/", hands.close, name="hands_close"),
    path("initiatieven/<slug:slug>/handen/", hands.ask_for_team, name="hands_ask"),
    path("initiatieven/<slug:slug>/cooperatie/", cooperative.edit, name="cooperative"),
]
urlpatterns += [
    path("initiatieven/nieuw/", wizard.new, name="new"),
    path("initiatieven/kaartje.svg", wizard.place_picture, name="place_picture"),
    path("initiatieven/nieuw/<str:key>/", wizard.resume, name="draft"),
    path("initiatieven/nieuw/<str:key>/bewaren/", wizard.later, name="draft_later"),
    path("initiatieven/nieuw/<str:key>/weggooien/", wizard.discard, name="draft_discard"),
    path("initiatieven/nieuw/<str:key>/foto/<int:number>/", wizard.picture, name="draft_picture"),
    path("initiatieven/nieuw/<str:key>/<slug:step>/", wizard.step, name="draft_step"),
]
urlpatterns += [
    path("initiatieven/uitnodiging/<str:token>/", team.join, name="join"),
    path("initiatieven/<slug:slug>/bewerken/", edit.plan, name="edit"),
    path("initiatieven/<slug:slug>/bewerken/plek/", edit.place, name="edit_place"),
    path("initiatieven/<slug:slug>/bewerken/team/", team.team, name="team"),
    path("initiatieven/<slug:slug>/bewerken/team/<int:number>/", team.member, name="member"),
    path("initiatieven/<slug:slug>/bewerken/team/<int:number>/weg/", team.leave, name="leave"),
    path(
        "initiatieven/<slug:slug>/bewerken/uitnodiging/<int:number>/", team.cancel_invitation, name="cancel_invitation"
    ),
    path("initiatieven/<slug:slug>/bewerken/<slug:section>/", lines.lines, name="lines"),
    path("initiatieven/<slug:slug>/aanvullen/", edit.additions, name="additions"),
    path("initiatieven/<slug:slug>/intrekken/", edit.withdraw, name="withdraw"),
    path("initiatieven/<slug:slug>/stap/", edit.step, name="step"),
    path("initiatieven/<slug:slug>/steun/", follow.support, name="support"),
    path("initiatieven/<slug:slug>/volgen/", follow.follow, name="follow"),
    path("initiatieven/<slug:slug>/document/<int:number>/", follow.document, name="document"),
    path("initiatieven/<slug:slug>/nieuws.rss", follow.feed, name="feed"),
]
# Last among the public ones, so that words such as "nieuw" win from an address of the same name.
urlpatterns += [
    path("initiatieven/<slug:slug>/", public.detail, name="detail"),
    path("initiatieven/<slug:slug>/foto/<str:name>", public.picture, name="picture"),
]
