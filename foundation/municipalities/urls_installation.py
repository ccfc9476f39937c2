"""Pages above the municipalities: starting a new one, answering an invitation, files of house styles."""

from django.urls import path

from foundation.municipalities.views import installation, official, people, public

app_name = "municipalities_installation"
urlpatterns = [
    path("nieuwe-gemeente/", installation.new_municipality, name="new_municipality"),
    path("gemeenten/officiele-lijst/", official.official_list, name="official_list"),
    path("uitnodiging/<str:token>/", people.accept_invitation, name="accept_invitation"),
    path("media/<str:folder>/<str:name>", public.style_file, name="style_file"),
]
