"""Addresses of this app under a municipality: paths in Dutch, names in English."""

from django.urls import URLPattern, path

from initiatives.views import public

app_name = "initiatives"
urlpatterns: list[URLPattern] = [
    path("initiatieven/", public.index, name="index"),
]
# Last among the public ones, so that words such as "nieuw" win from an address of the same name.
urlpatterns += [
    path("initiatieven/<slug:slug>/", public.detail, name="detail"),
    path("initiatieven/<slug:slug>/foto/<str:name>", public.picture, name="picture"),
]
