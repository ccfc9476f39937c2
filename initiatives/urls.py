"""Addresses of this app under a municipality: paths in Dutch, names in English."""

from django.urls import URLPattern, path

from initiatives.views import case, public, wizard, worklist

app_name = "initiatives"
urlpatterns: list[URLPattern] = [
    path("initiatieven/", public.index, name="index"),
]
urlpatterns += [
    path("beheer/initiatieven/", worklist.work, name="work"),
    path("beheer/initiatieven/bord/", worklist.board, name="board"),
    path("beheer/initiatieven/lijst.csv", worklist.export, {"kind": "csv"}, name="work_csv"),
    path("beheer/initiatieven/lijst.xlsx", worklist.export, {"kind": "xlsx"}, name="work_xlsx"),
    path("beheer/initiatieven/toewijzen/", worklist.assign, name="work_assign"),
    path("beheer/initiatieven/weergave/", worklist.save_view, name="work_view"),
    path("beheer/initiatieven/termijnen/", case.term_setup, name="term_setup"),
    path("beheer/initiatieven/<slug:slug>/", case.case, name="case"),
    path("beheer/initiatieven/<slug:slug>/oppakken/", case.take_up, name="case_take_up"),
    path("beheer/initiatieven/<slug:slug>/aanvullen/", case.additions, name="case_additions"),
    path("beheer/initiatieven/<slug:slug>/verlengen/", case.extend, name="case_extend"),
    path("beheer/initiatieven/<slug:slug>/doorsturen/", case.forward, name="case_forward"),
    path("beheer/initiatieven/<slug:slug>/besluiten/", case.decide, name="case_decide"),
    path("beheer/initiatieven/<slug:slug>/heroverwegen/", case.reconsider, name="case_reconsider"),
    path("initiatieven/<slug:slug>/brief-<int:number>.pdf", case.letter, name="letter"),
]
urlpatterns += [
    path("initiatieven/nieuw/", wizard.new, name="new"),
    path("initiatieven/kaartje.svg", wizard.place_picture, name="place_picture"),
    path("initiatieven/nieuw/<str:key>/", wizard.resume, name="draft"),
    path("initiatieven/nieuw/<str:key>/bewaren/", wizard.later, name="draft_later"),
    path("initiatieven/nieuw/<str:key>/weggooien/", wizard.discard, name="draft_discard"),
    path("initiatieven/nieuw/<str:key>/<slug:step>/", wizard.step, name="draft_step"),
]
# Last among the public ones, so that words such as "nieuw" win from an address of the same name.
urlpatterns += [
    path("initiatieven/<slug:slug>/", public.detail, name="detail"),
    path("initiatieven/<slug:slug>/foto/<str:name>", public.picture, name="picture"),
]
