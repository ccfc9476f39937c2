"""Addresses of the learning network: pages of the installation, for it lies above municipalities."""

from django.urls import URLPattern, path

from learning_network.views import (
    advice,
    board,
    board_card,
    board_letters,
    board_sums,
    joining,
    lead,
    public,
    session_pages,
    session_room,
    sessions,
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
    path(_CARD + "verstuurd/<int:number>.pdf", board_letters.as_sent, name="letter_as_sent"),
]
