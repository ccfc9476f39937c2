"""Own account: data, export, deletion, security."""

from django.urls import URLPattern

app_name = "accounts"
urlpatterns: list[URLPattern] = []
