"""Pages above the municipalities: starting a new one."""

from django.urls import URLPattern

app_name = "municipalities_installation"
urlpatterns: list[URLPattern] = []
