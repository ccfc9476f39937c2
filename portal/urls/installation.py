"""Pages of one municipality, under its slug."""

from django.urls import URLPattern

app_name = "home"
urlpatterns: list[URLPattern] = []
