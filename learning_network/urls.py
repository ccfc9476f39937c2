"""Addresses of the learning network: pages of the installation, for it lies above municipalities."""

from django.urls import URLPattern, path

from learning_network.views import (
    advice,
    board,
    board_card,
    board_letters,
    board_sums,
    circles,
    comparing,
    endings,
    innovation,
    joining,
    lead,
    members,
    members_lead,
    municipality,
    plan,
    practices,
    public,
    questions,
    red_threads,
    red_threads_lead,
    running,
    session_pages,
    session_room,
    sessions,
    tools,
)

app_name = "learning_network"
_HOME = "leernetwerk/"
_PROGRAMME = "leernetwerk/programmas/<slug:slug>/"
_WORK = "leernetwerk/beheer/"
_LEAD = "leernetwerk/beheer/programmas/<slug:slug>/"

urlpatterns: list[URLPattern] = [
    path(_HOME, public.home, name="home"),
    path("leernetwerk/uitnodiging/<str:token>/", joining.join, name="join"),
    path(_PROGRAMME, public.programme, name="programme"),
    path(_WORK, lead.work, name="work"),
    path(_WORK + "programmas/nieuw/", lead.new, name="new"),
    path(_LEAD, lead.overview, name="lead"),
    path(_LEAD + "plan/", lead.plan, name="plan"),
]
urlpatterns += [
    path("leernetwerk/advies/", advice.index, name="advice"),
    path("leernetwerk/advies/nieuw/", advice.ask, name="advice_new"),
    path("leernetwerk/advies/<int:number>/", advice.detail, name="advice_request"),
    path("leernetwerk/advies/<int:number>/wijzigen/", advice.change, name="advice_change"),
    path("leernetwerk/advies/<int:number>/afronden/", advice.close, name="advice_close"),
    path("leernetwerk/advies/<int:number>/delen/", advice.share, name="advice_share"),
    path("leernetwerk/advies/<int:number>/wegnemen/", advice.take_away, name="advice_take_away"),
    path("leernetwerk/advies/<int:number>/adviezen/<int:advice>/", advice.change_advice, name="advice_own"),
    path("leernetwerk/advies/<int:number>/adviezen/<int:advice>/bedankt/", advice.thank, name="advice_thank"),
]
urlpatterns += [
    path(_PROGRAMME + "sessies/", session_pages.index, name="sessions"),
    path(_PROGRAMME + "sessies/<int:session_id>/", session_pages.detail, name="session"),
    path(_PROGRAMME + "sessies/<int:session_id>/antwoord/", session_pages.reply, name="session_reply"),
    path(_PROGRAMME + "sessies/<int:session_id>/leiden/", session_room.room, name="session_room"),
    path(_LEAD + "sessies/", sessions.index, name="sessions_staff"),
    path(_LEAD + "sessies/plannen/", sessions.plan, name="sessions_plan"),
    path(_LEAD + "sessies/nieuw/", sessions.new, name="session_new"),
    path(_LEAD + "sessies/<int:session_id>/", sessions.detail, name="session_staff"),
    path(_LEAD + "sessies/<int:session_id>/wijzigen/", sessions.change, name="session_change"),
    path(_LEAD + "sessies/<int:session_id>/vragen/", sessions.nudge, name="session_nudge"),
]
_BOARD = _LEAD + "werving/"
_CARD = _BOARD + "gemeenten/<str:code>/"
urlpatterns += [
    path(_BOARD, board.board, name="board"),
    path(_BOARD + "tabel/", board.table, name="board_table"),
    path(_BOARD + "gemeenten.<str:kind>", board.export, name="board_export"),
    path(_BOARD + "toevoegen/", board.add, name="board_add"),
    path(_BOARD + "verplaatsen/", board.move, name="board_move"),
    path(_BOARD + "kaart/", board_sums.country, name="board_map"),
    path(_BOARD + "voorwaarden/", board_sums.conditions, name="board_readiness"),
    path(_BOARD + "voorwaarden/vragen/", board_sums.ask_several, name="board_ask"),
    path(_BOARD + "bijdragen/", board_sums.contributions, name="board_money"),
    path(_BOARD + "bijdragen.<str:kind>", board_sums.contributions_file, name="board_money_file"),
    path(_BOARD + "brieven/", board_letters.overview, name="board_letters"),
    path(_BOARD + "brieven/<str:kind>/tekst/", board_letters.words, name="letter_words"),
    path(_BOARD + "brieven/<str:kind>/verstuurd/", board_letters.mark_sent, name="letters_sent"),
    path(_BOARD + "brieven/<str:kind>.pdf", board_letters.of_stage, name="letters_pdf"),
    path(_CARD, board_card.card, name="card"),
    path(_CARD + "wijzigen/", board_card.change, name="card_change"),
    path(_CARD + "bijdrage/", board_card.pay, name="card_money"),
    path(_CARD + "voorwaarden/", board_card.ask, name="card_ask"),
    path(_CARD + "brief-<str:kind>.pdf", board_letters.one, name="card_letter"),
    path(_CARD + "brief-<str:kind>/mailen/", board_letters.mail, name="letter_mail"),
    path(_CARD + "verstuurd/<int:number>.pdf", board_letters.as_sent, name="letter_as_sent"),
]
urlpatterns += [
    path("leernetwerk/praktijken/", practices.index, name="practices"),
    path("leernetwerk/praktijken/nieuw/", practices.new_practice, name="practice_new"),
    path("leernetwerk/praktijken/vergelijken/", comparing.compare, name="compare"),
    path("leernetwerk/praktijken/<int:number>/", practices.practice, name="practice"),
    path("leernetwerk/praktijken/<int:number>/wijzigen/", practices.edit_practice, name="practice_edit"),
    path("leernetwerk/lessen/", practices.lessons, name="lessons"),
    path("leernetwerk/lessen/nieuw/", practices.new_lesson, name="lesson_new"),
    path("leernetwerk/lessen/<int:number>/", practices.lesson, name="lesson"),
    path("leernetwerk/lessen/<int:number>/wijzigen/", practices.edit_lesson, name="lesson_edit"),
    path("leernetwerk/delen/<slug:what>/<int:number>/", circles.share, name="share"),
    path("leernetwerk/delen/<slug:what>/<int:number>/terugnemen/", circles.take_back, name="take_back"),
    path("leernetwerk/delen/<slug:what>/<int:number>/weghalen/", circles.take_away, name="take_away"),
    path("leernetwerk/nieuws.rss", red_threads.news, name="news"),
]
urlpatterns += [
    path(_PROGRAMME + "vragen/<int:number>/", questions.question, name="question"),
    path(_PROGRAMME + "vragen/<int:number>/antwoord/", questions.answer, name="question_answer"),
    path(_LEAD + "vragen/<int:number>/samenvatting/", questions.summarise, name="question_summarise"),
    path("leernetwerk/antwoorden/<int:number>/wijzigen/", questions.edit_answer, name="answer_edit"),
    path("leernetwerk/antwoorden/<int:number>/terugnemen/", questions.take_back_answer, name="answer_take_back"),
    path("leernetwerk/antwoorden/<int:number>/eerder/", questions.history, name="answer_history"),
]
_THREAD = _LEAD + "rode-draden/<int:number>/"
urlpatterns += [
    path("leernetwerk/rode-draden/", red_threads.index, name="red_threads"),
    path("leernetwerk/rode-draden/<int:number>/", red_threads.thread, name="red_thread"),
    path("leernetwerk/rode-draden/<int:number>/document.pdf", red_threads.thread_pdf, name="red_thread_pdf"),
    path(_LEAD + "rode-draden/", red_threads_lead.work, name="red_threads_work"),
    path(_LEAD + "rode-draden/nieuw/", red_threads_lead.new, name="red_thread_new"),
    path(_THREAD, red_threads_lead.edit, name="red_thread_edit"),
    path(_THREAD + "tekst/", red_threads_lead.change, name="red_thread_change"),
    path(_THREAD + "kiezen/", red_threads_lead.choose, name="red_thread_choose"),
    path(_THREAD + "deel/<int:piece>/", red_threads_lead.line, name="red_thread_line"),
    path(_THREAD + "deel/<int:piece>/zetten/", red_threads_lead.put, name="red_thread_put"),
    path(_THREAD + "deel/<int:piece>/weg/", red_threads_lead.remove, name="red_thread_remove"),
    path(_THREAD + "bekijken/", red_threads_lead.preview, name="red_thread_preview"),
    path(_THREAD + "publiceren/", red_threads_lead.publish, name="red_thread_publish"),
    path(_THREAD + "terugnemen/", red_threads_lead.take_back, name="red_thread_take_back"),
]
urlpatterns += [
    path(_WORK + "leiders/", running.leaders, name="leaders"),
    path(_LEAD + "plan/fasen/", plan.phases, name="phases"),
    path(_LEAD + "plan/vragen/", plan.questions, name="questions"),
    path(_LEAD + "plan/vragen/<int:question_id>/", plan.question, name="question_change"),
    path(_LEAD + "plan/geld/", plan.money, name="money"),
    path(_LEAD + "plan/geld/partners/<int:row_id>/", plan.money_row, {"kind": "partner"}, name="partner"),
    path(_LEAD + "plan/geld/kosten/<int:row_id>/", plan.money_row, {"kind": "cost"}, name="cost"),
    path(_LEAD + "plan/spelregels/", running.ground_rules, name="rules_staff"),
    path(_LEAD + "plan/rollen/", running.roles, name="roles"),
    path(_LEAD + "plan/stand/", running.life, name="life"),
]
urlpatterns += [
    path("leernetwerk/ehbo/", tools.index, name="toolbox"),
    path("leernetwerk/ehbo/nieuw/", tools.add, name="tool_new"),
    path("leernetwerk/ehbo/<int:number>/", tools.detail, name="tool"),
    path("leernetwerk/ehbo/<int:number>/wijzigen/", tools.change, name="tool_change"),
    path("leernetwerk/ehbo/<int:number>/doen/", tools.act, name="tool_act"),
    path("leernetwerk/ehbo/<int:number>/wegnemen/", tools.take_away, name="tool_take_away"),
]
urlpatterns += [
    path("leernetwerk/innovatiekracht/", innovation.index, name="innovation_index"),
    path("leernetwerk/innovatiekracht/<str:code>/", innovation.detail, name="innovation"),
    path("leernetwerk/innovatiekracht/<str:code>/begin/", innovation.begin, name="innovation_begin"),
    path("leernetwerk/innovatiekracht/<str:code>/delen/", innovation.share, name="innovation_share"),
]
urlpatterns += [
    path(_PROGRAMME + "gemeente/", municipality.municipality, name="municipality"),
    path(_PROGRAMME + "gemeente/stoppen/", municipality.leave, name="leave"),
    path(_PROGRAMME + "gemeente/intentie/", endings.intention, name="intention"),
    path(_PROGRAMME + "spelregels/", municipality.rules, name="rules"),
    path(_PROGRAMME + "vervolg/", endings.endings, name="endings"),
    path(_PROGRAMME + "vervolg/nieuw/", endings.agree, name="agree"),
    path(_PROGRAMME + "vervolg/<int:number>/", endings.agreement, name="agreement"),
    path(_PROGRAMME + "vervolg/<int:number>/wijzigen/", endings.change_agreement, name="agreement_change"),
]
urlpatterns += [
    path("leernetwerk/zoeken/", members.find, name="search"),
    path("leernetwerk/welkom/", members.welcome, name="welcome"),
    path("leernetwerk/agenda/", members.agenda, name="agenda"),
    path("leernetwerk/agenda/plannen/", members.plan, name="agenda_plan"),
    path("leernetwerk/leden/", members.index, name="members"),
    path("leernetwerk/leden/mijn-pagina/", members.page, name="my_page"),
    path("leernetwerk/leden/mijn-pagina/weggaan/", members.leave, name="leave"),
    path("leernetwerk/lid-worden/<str:token>/", members.become, name="become_member"),
    path(_WORK + "leden/", members_lead.index, name="members_lead"),
    path(_WORK + "leden.csv", members_lead.export, name="members_export"),
    path(_WORK + "leden/uitnodigingen/<int:number>/", members_lead.invitation, name="member_invitation"),
    path(_WORK + "post/", members_lead.mailing_list, name="mailings"),
    path(_WORK + "post/nieuw/", members_lead.mailing_new, name="mailing_new"),
    path(_WORK + "post/<int:number>/", members_lead.mailing, name="mailing"),
    path(_WORK + "post/<int:number>/wijzigen/", members_lead.mailing_change, name="mailing_change"),
]
