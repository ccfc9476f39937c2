"""Pages of one municipality, under its slug: the votes for residents, and behind ``beheer`` for staff."""

from django.urls import path

from foundation.voting.views import (
    casting,
    changing,
    code_entry,
    codes,
    embed,
    public,
    rehearsal,
    results,
    staff,
    verification,
    wizard,
)

app_name = "voting"

public_urls = [
    path("stemmingen/", public.index, name="index"),
    path("stemmingen/<slug:slug>/", public.detail, name="detail"),
    path("stemmingen/<slug:slug>/regels.json", public.rules_json, name="rules_json"),
    path("stemmingen/<slug:slug>/stem/", casting.vote, name="vote"),
    path("stemmingen/<slug:slug>/stem/controleren/", casting.check, name="check"),
    path("stemmingen/<slug:slug>/stem/wijzigen/", changing.change, name="change"),
    path("stemmingen/<slug:slug>/code/", code_entry.enter, name="code"),
    path("stemmingen/<slug:slug>/uitslag/", results.result, name="result"),
    path("stemmingen/<slug:slug>/uitslag/stemmen.pb", results.votes_pb, name="votes_pb"),
    path("stemmingen/<slug:slug>/uitslag/stemmen.blt", results.votes_blt, name="votes_blt"),
    path("stemmingen/<slug:slug>/uitslag/stemmen.csv", results.votes_csv, name="votes_csv"),
    path("stemmingen/<slug:slug>/uitslag/uitslag.json", results.result_json, name="result_json"),
    path("stemmingen/<slug:slug>/uitslag/bundel.zip", verification.bundle_zip, name="bundle"),
    path("stemmingen/<slug:slug>/uitslag/recount.py", verification.verifier, name="verifier"),
    path("stemmingen/<slug:slug>/nagaan/", verification.explain, name="verify"),
    path("stemmingen/<slug:slug>/bewijs/", verification.proof, name="proof"),
    path("stemmingen/<slug:slug>/kader/", embed.frame, name="frame"),
    path("stemmingen/<slug:slug>/insluiten/", embed.embed, name="embed"),
    path("stemmingen/<slug:slug>/logboek/", verification.log, name="log"),
    path("stemmingen/<slug:slug>/logboek/koppen.json", verification.log_json, name="log_json"),
    path("stemmingen/<slug:slug>/logboek/koppen.rss", verification.log_rss, name="log_rss"),
    path("stemmingen/<slug:slug>/logboek/regels.txt", verification.log_entries, name="log_entries"),
]
staff_urls = [
    path("beheer/stemmingen/", staff.index, name="staff_index"),
    path("beheer/stemmingen/nieuw/", wizard.new, name="new"),
    path("beheer/stemmingen/<slug:slug>/", staff.detail, name="staff_detail"),
    path("beheer/stemmingen/<slug:slug>/gegevens/", wizard.basics, name="basics"),
    path("beheer/stemmingen/<slug:slug>/projecten/", wizard.projects, name="projects"),
    path("beheer/stemmingen/<slug:slug>/projecten/bestand/", wizard.projects_file, name="projects_file"),
    path("beheer/stemmingen/<slug:slug>/regels/", wizard.rules, name="rules"),
    path("beheer/stemmingen/<slug:slug>/wie-en-wanneer/", wizard.who_and_when, name="who_and_when"),
    path("beheer/stemmingen/<slug:slug>/controle/", wizard.check, name="wizard_check"),
    path("beheer/stemmingen/<slug:slug>/voorbeeld/", staff.preview, name="preview"),
    path("beheer/stemmingen/<slug:slug>/oefenen/", rehearsal.home, name="rehearsal"),
    path("beheer/stemmingen/<slug:slug>/oefenen/stem/", rehearsal.paper, name="rehearsal_paper"),
    path("beheer/stemmingen/<slug:slug>/stap/", staff.step, name="step"),
    path("beheer/stemmingen/<slug:slug>/annuleren/", staff.cancel, name="cancel"),
    path("beheer/stemmingen/<slug:slug>/codes/", codes.index, name="codes"),
    path("beheer/stemmingen/<slug:slug>/codes/nieuw/", codes.new, name="codes_new"),
    path("beheer/stemmingen/<slug:slug>/codes/vervangen/", codes.replace, name="code_replace"),
    path("beheer/stemmingen/<slug:slug>/codes/<int:number>/", codes.batch, name="codes_batch"),
    path("beheer/stemmingen/<slug:slug>/codes/<int:number>/stap/", codes.step, name="codes_step"),
    path("beheer/stemmingen/<slug:slug>/codes/<int:number>/brieven/", codes.letters, name="codes_letters"),
    path("beheer/stemmingen/<slug:slug>/codes/<int:number>/blokkeren/", codes.block, name="codes_block"),
]
urlpatterns = public_urls + staff_urls
