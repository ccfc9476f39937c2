"""Addresses of this app under a municipality: paths in Dutch, names in English."""

from django.urls import URLPattern, path

from participation.views import public, staff

app_name = "participation"
_PUBLIC = "meedoen/<slug:slug>/"
_STAFF = "beheer/processen/<slug:slug>/"
# First the addresses with words of their own, so that no process hides them.
urlpatterns: list[URLPattern] = [
    path("meedoen/", public.index, name="index"),
    path("beheer/processen/", staff.work, name="work"),
    path("beheer/processen/nieuw/", staff.new, name="new"),
]
urlpatterns += [
    path(_PUBLIC, public.detail, name="detail"),
    path(_PUBLIC + "volgen/", public.follow, name="follow"),
    path(_PUBLIC + "fase-<int:number>/", public.phase, name="phase"),
    path(_STAFF, staff.overview, name="staff"),
    path(_STAFF + "kopie/", staff.copy, name="copy"),
    path(_STAFF + "plan/", staff.plan, name="plan"),
    path(_STAFF + "fasen/", staff.phases, name="phases"),
    path(_STAFF + "fasen/nieuw/", staff.phase, name="phase_new"),
    path(_STAFF + "fasen/<int:number>/", staff.phase, name="phase_edit"),
    path(_STAFF + "fasen/<int:number>/weg/", staff.phase_remove, name="phase_remove"),
    path(_STAFF + "mensen/", staff.people, name="people"),
    path(_STAFF + "publiceren/", staff.publish, name="publish"),
    path(_STAFF + "afronden/", staff.finish, name="finish"),
    path(_STAFF + "stoppen/", staff.stop, name="stop"),
    path(_STAFF + "heropenen/", staff.reopen, name="reopen"),
    path(_STAFF + "weggooien/", staff.throw_away, name="throw_away"),
]
