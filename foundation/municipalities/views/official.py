"""The official list of municipalities: what is known, and reading a newer one. For who manages this installation."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.accounts.requests import PersonRequest
from foundation.core.refused import add_errors
from foundation.municipalities import queries
from foundation.municipalities.forms.official import OfficialListForm
from foundation.municipalities.forms.settings import posted
from foundation.municipalities.imports import ImportErrors
from foundation.municipalities.services.register import import_file
from foundation.municipalities.tenancy import installation_page


@require_http_methods(["GET", "HEAD", "POST"])
@installation_page
def official_list(request: PersonRequest) -> HttpResponse:
    """Read a file with municipalities, and say what came of it."""
    form = OfficialListForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            report, kept = import_file(
                data=given.read(), file_name=given.name, only_shapes=form.cleaned_data["only_shapes"], by=request.user
            )
        except ImportErrors as errors:
            for problem in errors.problems[:10]:
                form.add_error("file", problem.sentence)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if report is not None:
                told = _(
                    "%(added)d municipalities are new, %(changed)d changed, %(ended)d ended, %(same)d stayed as they were."
                )
                numbers = (report.added, report.changed, report.ended)
                added, changed, ended = (len(codes) for codes in numbers)
                messages.success(
                    request, told % {"added": added, "changed": changed, "ended": ended, "same": report.unchanged}
                )
            if kept is not None:
                told = _("%(kept)d outlines are new or changed; %(missing)d municipalities have none yet.")
                messages.success(request, told % {"kept": kept.kept, "missing": len(kept.missing)})
            elif report is None:
                messages.error(request, _("There are no outlines in this file. Take a GeoJSON file."))
            return redirect("municipalities_installation:official_list")
    context = {"form": form, "known": queries.official_numbers()}
    return render(request, "municipalities/official_list.html", context, status=422 if form.errors else 200)
