"""Addresses of the learning network: pages of the installation, for it lies above municipalities."""

from django.urls import URLPattern, path

from learning_network.views import joining, lead, public

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
