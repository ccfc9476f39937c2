"""Pages of one municipality, under its slug."""

from django.urls import path, re_path

from foundation.municipalities.views import areas, follows, log, newsletters, people, public, residency, settings

app_name = "municipalities"
SETUP, SETTINGS = {"wizard": True}, {"wizard": False}
urlpatterns = [
    path("buurten/", public.areas, name="areas"),
    path("buurten/kaart.svg", public.areas_picture, name="areas_picture"),
    re_path(r"^buurten/(?P<code>BU\d{4}[0-9A-Z]{4})/$", public.area, name="area"),
    path("mijn-buurt/", residency.my_neighbourhood, name="my_neighbourhood"),
    path("mijn-buurt/vergeten/", residency.forget, name="forget_residency"),
    # Setting up, step by step
    path("beheer/inrichten/", settings.setup, name="setup"),
    path("beheer/inrichten/gegevens/", settings.details, SETUP, name="setup_details"),
    path("beheer/inrichten/buurten/", areas.areas, SETUP, name="setup_areas"),
    path("beheer/inrichten/huisstijl/", settings.style, SETUP, name="setup_style"),
    path("beheer/inrichten/sectoren/", settings.sectors, SETUP, name="setup_sectors"),
    path("beheer/inrichten/mensen/", settings.people_step, name="setup_people"),
    path("beheer/inrichten/verordening/", settings.by_law, SETUP, name="setup_by_law"),
    path("beheer/inrichten/openen/", settings.open_step, SETUP, name="setup_open"),
    # The same, afterwards
    path("beheer/instellingen/", settings.settings_index, name="settings"),
    path("beheer/instellingen/gegevens/", settings.details, SETTINGS, name="settings_details"),
    path("beheer/instellingen/buurten/", areas.areas, SETTINGS, name="settings_areas"),
    path("beheer/instellingen/buurten/aandacht/", areas.attention_areas, name="attention_areas"),
    path("beheer/instellingen/huisstijl/", settings.style, SETTINGS, name="settings_style"),
    path("beheer/instellingen/huisstijl/voorbeeld/", settings.style_preview, name="style_preview"),
    path("beheer/instellingen/sectoren/", settings.sectors, SETTINGS, name="settings_sectors"),
    path("beheer/instellingen/sectoren/<int:sector_id>/", settings.sector_rename, name="sector_rename"),
    path("beheer/instellingen/sectoren/<int:sector_id>/weg/", settings.sector_remove, name="sector_remove"),
    path("beheer/instellingen/verordening/", settings.by_law, SETTINGS, name="settings_by_law"),
    path("beheer/instellingen/openen/", settings.open_step, SETTINGS, name="settings_open"),
    path("beheer/import/<int:run_id>/", areas.import_run, name="import_run"),
    path("beheer/mensen/", people.people, name="people"),
    path("beheer/mensen/uitnodigen/", people.invite, name="invite"),
    re_path(
        r"^beheer/mensen/uitnodiging/(?P<invitation_id>\d+)/(?P<action>opnieuw|intrekken)/$",
        people.invitation_action,
        name="invitation_action",
    ),
    path("beheer/mensen/rol/<int:role_id>/beeindigen/", people.end, name="end_role"),
    path("beheer/balie/", residency.desk, name="desk"),
    path("beheer/balie/<int:residency_id>/", residency.desk_confirm, name="desk_confirm"),
    path("beheer/logboek/", log.log, name="log"),
    # Following and newsletters
    path("volgen/", follows.follow, name="follow"),
    path("volgen/mijn/", follows.follow_mine, name="follow_mine"),
    path("volgen/schakel/", follows.follow_switch, name="follow_switch"),
    path("volgen/<str:token>/", follows.follow_choices, name="follow_choices"),
    path("volgen/<str:token>/bevestigen/", follows.follow_confirm, name="follow_confirm"),
    path("nieuwsbrieven/", newsletters.archive, name="newsletter_archive"),
    path("nieuwsbrieven/rss.xml", newsletters.newsletter_feed, name="newsletter_feed"),
    path("nieuwsbrieven/<int:newsletter_id>/", newsletters.newsletter_public, name="newsletter_public"),
    path("beheer/nieuwsbrieven/", newsletters.newsletters, name="newsletters"),
    path("beheer/nieuwsbrieven/nieuw/", newsletters.newsletter_new, name="newsletter_new"),
    path("beheer/nieuwsbrieven/themas/", newsletters.newsletter_themes, name="newsletter_themes"),
    path("beheer/nieuwsbrieven/<int:newsletter_id>/", newsletters.newsletter, name="newsletter"),
    path("beheer/nieuwsbrieven/<int:newsletter_id>/tekst/", newsletters.newsletter_edit, name="newsletter_edit"),
    path(
        "beheer/nieuwsbrieven/<int:newsletter_id>/voor-wie/",
        newsletters.newsletter_audience,
        name="newsletter_audience",
    ),
    path("beheer/nieuwsbrieven/<int:newsletter_id>/mail/", newsletters.newsletter_mail, name="newsletter_mail"),
    path(
        "beheer/nieuwsbrieven/<int:newsletter_id>/versturen/",
        newsletters.newsletter_schedule,
        name="newsletter_schedule",
    ),
    re_path(
        r"^beheer/nieuwsbrieven/(?P<newsletter_id>\d+)/(?P<action>proef|terug|weg)/$",
        newsletters.newsletter_action,
        name="newsletter_action",
    ),
]
