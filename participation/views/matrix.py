"""The matrix of subject x form: for staff with what is being prepared, for everybody with what is public."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.core.csvs import csv_response
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from participation.queries import matrix as queries


@require_safe
def public(request: MunicipalityRequest) -> HttpResponse:
    """All public processes by subject and form."""
    return _page(request, public_only=True)


@require_safe
def public_csv(request: MunicipalityRequest) -> HttpResponse:
    """The same for a spreadsheet."""
    return _csv(request, public_only=True)


@require_safe
@permission_required("participation.see_figures")
def staff(request: MunicipalityRequest) -> HttpResponse:
    """All processes, those in preparation too."""
    return _page(request, public_only=False)


@require_safe
@permission_required("participation.see_figures")
def staff_csv(request: MunicipalityRequest) -> HttpResponse:
    """The same for a spreadsheet."""
    return _csv(request, public_only=False)


def _page(request: MunicipalityRequest, *, public_only: bool) -> HttpResponse:
    found = queries.matrix(request.municipality, public_only=public_only, year=request.GET.get("jaar", ""))
    return render(
        request,
        "participation/choice/matrix.html",
        {
            "base": "base.html" if public_only else "base_staff.html",
            "public_only": public_only,
            "matrix": found,
            "rows": list(found.rows()),
            "csv_url": "participation:matrix_csv" if public_only else "participation:staff_matrix_csv",
        },
    )


def _csv(request: MunicipalityRequest, *, public_only: bool) -> HttpResponse:
    found = queries.matrix(request.municipality, public_only=public_only, year=request.GET.get("jaar", ""))
    rows = queries.csv_rows(found, absolute=request.build_absolute_uri)
    return csv_response(f"samenwerking-{request.municipality.slug}", queries.csv_head(), rows)
