"""Addresses of this app under a municipality: paths in Dutch, names in English."""

from django.urls import URLPattern, path

from participation.views import (
    checking,
    choice_aids,
    choices,
    documents,
    documents_write,
    evaluations,
    groups,
    makers,
    matrix,
    mergers,
    outcome,
    outcome_staff,
    problems,
    proposals,
    public,
    series,
    staff,
    steps,
    votes,
)

app_name = "participation"
_PUBLIC = "meedoen/<slug:slug>/"
_STAFF = "beheer/processen/<slug:slug>/"
# First the addresses with words of their own, so that no process hides them.
urlpatterns: list[URLPattern] = [
    path("meedoen/", public.index, name="index"),
    path("beheer/processen/", staff.work, name="work"),
    path("beheer/processen/nieuw/", staff.new, name="new"),
]
# The choice aid and the matrix: their words come before the addresses of processes.
_AID = "beheer/processen/keuzehulp/"
urlpatterns += [
    path("meedoen/matrix/", matrix.public, name="matrix"),
    path("meedoen/matrix/samenwerking.csv", matrix.public_csv, name="matrix_csv"),
    path(_PUBLIC + "waarom-deze-vorm/", choices.why, name="choice_why"),
    path("beheer/processen/matrix/", matrix.staff, name="staff_matrix"),
    path("beheer/processen/matrix/samenwerking.csv", matrix.staff_csv, name="staff_matrix_csv"),
    path(_AID, choices.index, name="choices"),
    path(_AID + "nieuw/", choices.new, name="choice_new"),
    path(_AID + "<int:pk>/", choices.answer, name="choice"),
    path(_AID + "<int:pk>/advies/", choices.advice, name="choice_advice"),
    path(_AID + "<int:pk>/begin/", choices.begin, name="choice_begin"),
    path(_AID + "<int:pk>/koppel/", choices.tie, name="choice_tie"),
    path(_AID + "<int:pk>/weg/", choices.throw_away, name="choice_throw_away"),
    path(_AID + "inrichten/", choice_aids.overview, name="choice_aid"),
    path(_AID + "inrichten/vraag/", choice_aids.question, name="aid_question_new"),
    path(_AID + "inrichten/vraag/<slug:key>/", choice_aids.question, name="aid_question"),
    path(_AID + "inrichten/waarden/", choice_aids.values, name="aid_values"),
    path(_AID + "inrichten/vorm/<slug:key>/", choice_aids.form_of, name="aid_form"),
    path(_AID + "inrichten/regel/", choice_aids.rule, name="aid_rule_new"),
    path(_AID + "inrichten/regel/<slug:key>/", choice_aids.rule, name="aid_rule"),
    path(_AID + "inrichten/<slug:part>/<slug:key>/zet/<slug:where>/", choice_aids.move, name="aid_move"),
    path(_AID + "inrichten/<slug:part>/<slug:key>/weg/", choice_aids.remove, name="aid_remove"),
    path(_AID + "inrichten/proef/", choice_aids.preview, name="aid_preview"),
    path(_AID + "inrichten/in-gebruik/", choice_aids.use, name="aid_use"),
    path(_AID + "inrichten/standaard/", choice_aids.default, name="aid_default"),
    path(_AID + "inrichten/weggooien/", choice_aids.throw_away, name="aid_throw_away"),
    path(_AID + "inrichten/versies/<int:number>/", choice_aids.version, name="aid_version"),
]
urlpatterns += [
    path(_PUBLIC, public.detail, name="detail"),
    path(_PUBLIC + "volgen/", public.follow, name="follow"),
    path(_PUBLIC + "fase-<int:number>/", public.phase, name="phase"),
    path(_STAFF, staff.overview, name="staff"),
    path(_STAFF + "kopie/", staff.copy, name="copy"),
    path(_STAFF + "plan/", staff.plan, name="plan"),
    path(_STAFF + "fasen/", staff.phases, name="phases"),
    path(_STAFF + "fasen/nieuw/", staff.phase, name="phase_new"),
    path(_STAFF + "fasen/<int:number>/", staff.phase, name="phase_edit"),
    path(_STAFF + "fasen/<int:number>/weg/", staff.phase_remove, name="phase_remove"),
    path(_STAFF + "mensen/", staff.people, name="people"),
    path(_STAFF + "publiceren/", steps.publish, name="publish"),
    path(_STAFF + "afronden/", steps.finish, name="finish"),
    path(_STAFF + "stoppen/", steps.stop, name="stop"),
    path(_STAFF + "heropenen/", steps.reopen, name="reopen"),
    path(_STAFF + "weggooien/", steps.throw_away, name="throw_away"),
]
urlpatterns += [
    path(_PUBLIC + "zienswijze/", outcome.give_view, name="give_view"),
    path(_PUBLIC + "antwoorden/", outcome.answers, name="answers"),
    path(_PUBLIC + "verslag/", outcome.report, name="report"),
    path(_PUBLIC + "verslag.pdf", outcome.report_pdf, name="report_pdf"),
    path(_STAFF + "antwoorden/", outcome_staff.answers, name="staff_answers"),
    path(_STAFF + "antwoorden/<slug:kind>/<int:number>/", outcome_staff.answer, name="staff_answer"),
    path(_STAFF + "antwoorden/<slug:kind>/<int:number>/verbergen/", outcome_staff.hide, name="staff_hide"),
    path(_STAFF + "zienswijze/", outcome_staff.enter_view, name="enter_view"),
    path(_STAFF + "besluit/", outcome_staff.decision, name="decision_new"),
    path(_STAFF + "besluit/<int:number>/", outcome_staff.decision, name="decision"),
    path(_STAFF + "besluit/<int:number>/vastleggen/", outcome_staff.record, name="decision_record"),
    path(_STAFF + "mijlpaal/", outcome_staff.milestone, name="milestone_new"),
    path(_STAFF + "mijlpaal/<int:number>/", outcome_staff.milestone, name="milestone"),
    path(_STAFF + "mijlpaal/<int:number>/sluiten/", outcome_staff.close_milestone, name="milestone_close"),
    path(_STAFF + "uitvoeren/<int:number>/", outcome_staff.start, name="start"),
    path(_STAFF + "verslag/", outcome_staff.report, name="staff_report"),
    path(_STAFF + "verslag/publiceren/", outcome_staff.publish_report, name="publish_report"),
    path(_STAFF + "verslag/voorbeeld.pdf", outcome_staff.report_preview, name="report_preview"),
]
urlpatterns += [
    path(_PUBLIC + "problemen/", problems.index, name="problems"),
    path(_PUBLIC + "problemen/nieuw/", problems.new, name="problem_new"),
    path(_PUBLIC + "problemen/samen/", problems.statement, name="problem_statement"),
    path(_PUBLIC + "problemen/samen/schrijven/", problems.state, name="problem_state"),
    path(_PUBLIC + "problemen/<int:pk>/", problems.detail, name="problem"),
    path(_PUBLIC + "problemen/<int:pk>/wijzigen/", problems.edit, name="problem_edit"),
    path(_PUBLIC + "problemen/<int:pk>/steun/", problems.endorse, name="problem_endorse"),
    path(_PUBLIC + "problemen/<int:pk>/tonen/", problems.hide, name="problem_hide"),
]
urlpatterns += [
    path(_PUBLIC + "voorstellen/", proposals.index, name="proposals"),
    path(_PUBLIC + "voorstellen/nieuw/", makers.new, name="proposal_new"),
    path(_PUBLIC + "voorstellen/samenvoegen/", mergers.new, name="merger_new"),
    path(_PUBLIC + "voorstellen/samenvoegen/<int:pk>/", mergers.detail, name="merger"),
    path(_PUBLIC + "voorstellen/meemaken/<str:token>/", makers.join, name="proposal_join"),
    path(_PUBLIC + "voorstellen/<int:pk>/", proposals.detail, name="proposal"),
    path(_PUBLIC + "voorstellen/<int:pk>/foto/<str:name>", proposals.picture, name="proposal_picture"),
    path(_PUBLIC + "voorstellen/<int:pk>/geschiedenis/", proposals.history, name="proposal_history"),
    path(_PUBLIC + "voorstellen/<int:pk>/steun/", proposals.support, name="proposal_support"),
    path(_PUBLIC + "voorstellen/<int:pk>/wijzigen/", makers.edit, name="proposal_edit"),
    path(_PUBLIC + "voorstellen/<int:pk>/indienen/", makers.submit, name="proposal_submit"),
    path(_PUBLIC + "voorstellen/<int:pk>/intrekken/", makers.withdraw, name="proposal_withdraw"),
    path(_PUBLIC + "voorstellen/<int:pk>/makers/", makers.team, name="proposal_team"),
    path(_STAFF + "voorstellen/", checking.work, name="proposal_work"),
    path(_STAFF + "voorstellen/lijst.<str:kind>", checking.export, name="proposal_export"),
    path(_STAFF + "voorstellen/geven/", checking.assign, name="proposal_assign"),
    path(_STAFF + "voorstellen/punten/", checking.points, name="check_points"),
    path(_STAFF + "voorstellen/<int:pk>/", checking.check, name="check"),
    path(_STAFF + "voorstellen/<int:pk>/tonen/", checking.visibility, name="proposal_hide"),
    path(_STAFF + "stemming/", votes.overview, name="vote"),
    path(_STAFF + "stemming/nieuw/", votes.new, name="vote_new"),
    path(_STAFF + "stemming/stap/", votes.step, name="vote_step"),
]
urlpatterns += [
    path(_PUBLIC + "groep-<int:number>/", groups.group, name="group"),
    path(_PUBLIC + "groep-<int:number>/aanmelden/", groups.sign_up, name="group_sign_up"),
    path(_PUBLIC + "groep-<int:number>/afmelden/", groups.leave, name="group_leave"),
    path(_PUBLIC + "groep-<int:number>/advies/", groups.write, name="group_write"),
    path(_STAFF + "groep/", groups.edit, name="group_new"),
    path(_STAFF + "groep/<int:number>/", groups.seats, name="group_seats"),
    path(_STAFF + "groep/<int:number>/wijzigen/", groups.edit, name="group_edit"),
    path(_STAFF + "groep/<int:number>/loten/", groups.draw, name="group_draw"),
]
urlpatterns += [
    path(_STAFF + "evaluatie/", evaluations.overview, name="evaluation"),
    path(_STAFF + "evaluatie/bereik/", evaluations.count_reach, name="evaluation_reach"),
    path(_STAFF + "evaluatie/vragenlijst/<slug:group>/", evaluations.open_survey, name="evaluation_open"),
]
_TEXT = _PUBLIC + "tekst-<int:number>/"
urlpatterns += [
    path(_PUBLIC + "tekst/", documents_write.new, name="text_new"),
    path(_TEXT, documents.text, name="text"),
    path(_TEXT + "versie-<int:edition>/", documents.text, name="text_version"),
    path(_TEXT + "vergelijken/", documents.compare, name="text_compare"),
    path(_TEXT + "paragraaf-<int:key>/", documents.paragraph, name="text_paragraph"),
    path(_TEXT + "schrijven/", documents_write.write, name="text_write"),
    path(_TEXT + "schrijven/titel/", documents_write.about, name="text_about"),
    path(_TEXT + "schrijven/geheel/", documents_write.whole, name="text_whole"),
    path(_TEXT + "schrijven/erbij/", documents_write.add, name="text_add"),
    path(_TEXT + "schrijven/publiceren/", documents_write.publish, name="text_publish"),
    path(_TEXT + "schrijven/<int:key>/", documents_write.edit, name="text_edit"),
    path(_TEXT + "schrijven/<int:key>/weg/", documents_write.remove, name="text_remove"),
    path(_TEXT + "schrijven/<int:key>/zet/", documents_write.move, name="text_move"),
]
urlpatterns += [path(_PUBLIC + "bijeenkomsten/", series.begin, name="meetings_begin")]
