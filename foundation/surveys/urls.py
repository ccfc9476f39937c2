"""Addresses of this app: paths in Dutch, names in English. The same lists stand under a municipality and above them all."""

from django.urls import URLPattern, path

from foundation.surveys.views import answering, builder, public, results, staff

app_name = "surveys"
_ONE = "vragenlijsten/<slug:slug>/"


def public_urls() -> list[URLPattern]:
    return [
        path("vragenlijsten/", public.index, name="index"),
        path(_ONE, public.detail, name="detail"),
        path(f"{_ONE}bedankt/", public.thanks, name="thanks"),
        path(f"{_ONE}uitslag/", public.result, name="result"),
        path(f"{_ONE}invullen/<int:page>/", answering.fill, name="fill"),
        path(f"{_ONE}p/<str:token>/", answering.personal, name="personal"),
        path(f"{_ONE}p/<str:token>/<int:page>/", answering.personal_fill, name="personal_fill"),
    ]


def staff_urls(root: str) -> list[URLPattern]:
    """``root``: the path of the back office of surveys, with a slash at its end."""
    model = f"{root}sets/<int:questionnaire_id>/"
    one = f"{root}lijst/<slug:slug>/"
    return [
        path(root, staff.index, name="staff_index"),
        path(f"{root}nieuw/", staff.new, name="new"),
        path(f"{root}sets/", builder.library, name="library"),
        path(model, builder.builder, name="builder"),
        path(f"{model}doe/", builder.act, name="builder_act"),
        path(f"{model}gegevens/", builder.questionnaire_edit, name="questionnaire_edit"),
        path(f"{model}voorbeeld/", builder.preview, name="preview"),
        path(f"{model}vraag/", builder.question_new, name="question_new"),
        path(f"{model}vraag/<slug:key>/", builder.question, name="question"),
        path(one, staff.detail, name="staff_detail"),
        path(f"{one}wijzigen/", staff.edit, name="edit"),
        path(f"{one}stap/", staff.step, name="step"),
        path(f"{one}annuleren/", staff.cancel, name="cancel"),
        path(f"{one}uitnodigen/", staff.invite, name="invite"),
        path(f"{one}berichten/", staff.reminders, name="reminders"),
        path(f"{one}uitkomst/", results.results, name="results"),
        path(f"{one}uitkomst/cijfers.<slug:form>", results.export, name="export"),
        path(f"{one}uitkomst/namen.<slug:form>", results.named, name="named"),
        path(f"{one}uitkomst/antwoord/<uuid:answer_id>/", results.open_answer, name="open_answer"),
        path(f"{one}vergelijken/", results.benchmark, name="benchmark"),
    ]


urlpatterns = [*public_urls(), *staff_urls("beheer/vragenlijsten/")]
