"""Own account: data, export, deletion, security."""

from django.urls import path

from foundation.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("naam/", views.name, name="name"),
    path("tweede-stap/", views.two_factor_needed, name="two_factor_needed"),
    path("tweede-stap/klaar/", views.two_factor_ready, name="two_factor_ready"),
    path("gegevens/", views.export, name="export"),
    path("wissen/", views.erase, name="erase"),
    path("gewist/", views.erased, name="erased"),
    # The addresses of allauth's openid_connect_login and _callback, which come after these in config/urls.py.
    path("oidc/<str:provider_id>/login/", views.openid_log_in, name="openid_log_in"),
    path("oidc/<str:provider_id>/login/callback/", views.openid_callback, name="openid_callback"),
]
