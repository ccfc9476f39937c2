"""What every answer of the API has in common: the NL GOV API Design Rules, kept in one place.

``dress`` gives a ``NinjaAPI`` these habits and returns its URLs. Readers need no account, so nobody's cookie is looked at
and none is set; limits go by address. Errors are problem details (RFC 9457), also those for addresses that don't exist.
The interface is Dutch, as the rules ask (core/interface-language, core/doc-language), whatever language a visitor chose.
"""

from __future__ import annotations

import copy
import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterable
from functools import partial, wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from foundation.core import ratelimit

log = logging.getLogger(__name__)
PER_MINUTE = 300  # requests of one address (of IPv6: one household); a whole town hall may share one
LANGUAGE = "nl"
PROBLEM_JSON = "application/problem+json"
METHODS = ("GET", "HEAD", "OPTIONS")
_TITLES = {
    400: "Ongeldige aanvraag",
    404: "Niet gevonden",
    405: "Methode niet toegestaan",
    429: "Te veel aanvragen",
    500: "Er ging iets mis",
}
_PLACES = {"query": "query", "path": "pad"}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Probleem",
    "description": "Wat er mis ging, volgens RFC 9457.",
    "required": ["status", "title", "detail"],
    "properties": {
        "status": {"type": "integer", "description": "De HTTP-statuscode."},
        "title": {"type": "string", "description": "De soort fout, in een paar woorden."},
        "detail": {"type": "string", "description": "Wat er mis is met deze aanvraag."},
        "errors": {
            "type": "array",
            "description": "Alles wat er mis is met de invoer, bij status 400.",
            "items": {
                "type": "object",
                "required": ["in", "name", "detail"],
                "properties": {
                    "in": {"type": "string", "enum": ["query", "pad"]},
                    "name": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_DESCRIBED_ERRORS = {400: "De aanvraag klopt niet.", 404: "Bestaat niet.", 429: "Te veel aanvragen.", 500: "Storing."}


def problem(status: int, detail: str, *, errors: Iterable[dict[str, str]] = ()) -> HttpResponse:
    """An answer that says what went wrong. ``errors``: each with ``in``, ``name`` and ``detail``."""
    body: dict[str, Any] = {"status": status, "title": _TITLES.get(status, HTTPStatus(status).phrase), "detail": detail}
    if found := list(errors):
        body["errors"] = found
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=PROBLEM_JSON)


def dress(api: NinjaAPI) -> list[URLPattern]:
    """Make every answer of this API keep the design rules.

    Args:
        api: with all its routers, and without its own pages for documentation.

    Returns:
        the URL patterns to include: the documentation for people, the description for programs, the routes, and last a
        pattern that catches everything else.
    """
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _refused)
    api.add_exception_handler(Exception, _broken)
    described = describe(api)
    major = f"v{api.version.split('.')[0]}"
    patterns = []
    for pattern in api.urls[0]:
        keys = _query_keys(described, str(pattern.pattern))
        # The pattern "api-root" only tells ninja where the API lives.
        if isinstance(pattern, URLPattern) and keys is not None and pattern.name != "api-root":
            view = _kept_to_the_rules(pattern.callback, api.version, keys)
            patterns.append(path(f"{major}/{pattern.pattern}", view, name=pattern.name))
    always = partial(_kept_to_the_rules, version=api.version)
    return [
        path("", partial(documentation, described=described), name="documentation"),
        path(f"{major}/openapi.json", always(partial(_openapi, described=described), keys=()), name="openapi"),
        *patterns,
        re_path("", always(_unknown, keys=None)),
    ]


def describe(api: NinjaAPI) -> dict[str, Any]:
    """The OpenAPI description: what ninja makes of the routes, with the headers and errors that all answers share."""
    made: dict[str, Any] = copy.deepcopy(dict(api.get_openapi_schema(path_prefix="")))
    made["components"]["schemas"]["Probleem"] = PROBLEM_SCHEMA
    made["components"]["headers"] = {
        "API-Version": {"description": "Het volledige versienummer van de API.", "schema": {"type": "string"}},
        "ETag": {"description": "Vingerafdruk van het antwoord, voor If-None-Match.", "schema": {"type": "string"}},
        "Retry-After": {"description": "Over hoeveel seconden het weer kan.", "schema": {"type": "integer"}},
    }
    for operations in made["paths"].values():
        for operation in operations.values():
            operation["responses"] = {str(code): answer for code, answer in operation["responses"].items()}
            for answer in operation["responses"].values():
                answer["description"] = "Gelukt."
                answer["headers"] = _headers("API-Version", "ETag")
            places = {parameter["in"] for parameter in operation["parameters"]}
            codes = [code for code in _DESCRIBED_ERRORS if code != HTTPStatus.NOT_FOUND or "path" in places]
            operation["responses"] |= {str(code): _described_error(code) for code in codes}
    return made


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _described_error(code: int) -> dict[str, Any]:
    more = ("Retry-After",) if code == HTTPStatus.TOO_MANY_REQUESTS else ()
    return {
        "description": _DESCRIBED_ERRORS[code],
        "headers": _headers("API-Version", *more),
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Probleem"}}},
    }


def _query_keys(described: dict[str, Any], route: str) -> list[str] | None:
    """The names that may stand behind the question mark of a route; None for a route that is not described."""
    known = described["paths"].get("/" + route.replace("<", "{").replace(">", "}"))
    if known is None:
        return None
    return [parameter["name"] for parameter in known["get"]["parameters"] if parameter["in"] == "query"]


def _kept_to_the_rules(
    view: Callable[..., HttpResponseBase], version: str, keys: Collection[str] | None
) -> Callable[..., HttpResponse]:
    """The view as the design rules want it. ``keys``: known query keys; None when the address itself is unknown."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(LANGUAGE):
            response = _answer(request, view, keys, args, kwargs)
        response.headers["API-Version"] = version
        response.headers["Access-Control-Allow-Origin"] = "*"  # open data: every page may read it
        response.headers["Access-Control-Expose-Headers"] = "API-Version, ETag, Link, Retry-After"
        response.headers["Content-Language"] = LANGUAGE
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def _answer(
    request: HttpRequest,
    view: Callable[..., HttpResponseBase],
    keys: Collection[str] | None,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> HttpResponse:
    verdict = ratelimit.take("core.api", ratelimit.household(request), capacity=PER_MINUTE, per_seconds=60)
    if not verdict.allowed:
        response = problem(429, f"Per minuut kan een adres {PER_MINUTE} keer iets vragen. Probeer het later weer.")
        response.headers["Retry-After"] = str(max(1, verdict.retry_after))
        return response
    if keys is not None and request.method == "OPTIONS":
        return _options()
    if keys is not None and request.method not in METHODS:
        response = problem(405, "Deze gegevens kunnen alleen gelezen worden, met GET of HEAD.")
        response.headers["Allow"] = ", ".join(METHODS)
        return response
    unknown = sorted(set(request.GET) - set(keys)) if keys is not None else []
    method, request.method = request.method, "GET"  # HEAD is GET without the body
    try:
        response = _checked(request, view, unknown, args, kwargs)
    finally:
        request.method = method
    if response.status_code == HTTPStatus.OK:
        response = _with_etag(request, response)
    if method == "HEAD":
        response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _checked(
    request: HttpRequest, view: Callable[..., Any], unknown: list[str], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    """The answer of the view, with unknown query keys told beside everything else that is wrong."""
    response: HttpResponse = view(request, *args, **kwargs)
    if not unknown or response.status_code not in (HTTPStatus.OK, HTTPStatus.BAD_REQUEST):
        return response
    found = json.loads(response.content)["errors"] if response.status_code == HTTPStatus.BAD_REQUEST else []
    found += [{"in": "query", "name": key, "detail": "Deze parameter bestaat niet."} for key in unknown]
    return _bad_request(found)


def _options() -> HttpResponse:
    response = HttpResponse(status=204)
    response.headers["Allow"] = response.headers["Access-Control-Allow-Methods"] = ", ".join(METHODS)
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _with_etag(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """May be kept, but must be asked for again each time: a vote closes by the clock."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, no-cache"
    kept = get_conditional_response(request, etag=etag, response=response)
    if isinstance(kept, HttpResponse) and kept.status_code == HTTPStatus.NOT_MODIFIED:
        kept.headers["Cache-Control"] = "public, no-cache"
        return kept
    return response


def _not_found(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(404, str(error) or "Hier is niets te vinden.")


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status_code, error.message)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    return _bad_request(
        [
            {
                "in": _PLACES.get(str(found["loc"][0]), "query"),
                "name": str(found["loc"][-1]),
                "detail": _in_dutch(found),
            }
            for found in error.errors
        ]
    )


def _bad_request(errors: list[dict[str, str]]) -> HttpResponse:
    said = "; ".join(f"{found['name']}: {found['detail']}" for found in errors)
    return problem(400, f"De aanvraag klopt niet. {said}", errors=errors)


def _in_dutch(found: dict[str, Any]) -> str:
    context = found.get("ctx") or {}
    return {
        "int_parsing": "Geef een geheel getal.",
        "int_parsing_size": "Dit getal is te groot.",
        "greater_than_equal": f"Geef een getal van {context.get('ge')} of meer.",
        "less_than_equal": f"Geef een getal van hoogstens {context.get('le')}.",
        "enum": "Kies een van de waarden uit de beschrijving.",
        "string_pattern_mismatch": "Gebruik alleen kleine letters, cijfers en koppeltekens.",
        "string_too_long": "Dit is te lang.",
    }.get(str(found.get("type")), "Deze waarde kan hier niet.")


def _broken(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    log.error("the API failed on %s", request.path, exc_info=error if isinstance(error, BaseException) else None)
    return problem(500, "Er ging iets mis bij ons. Probeer het later weer.")


def _unknown(request: HttpRequest) -> HttpResponse:
    return problem(404, "Dit adres bestaat niet. Adressen van de API eindigen niet op een schuine streep.")


def _openapi(request: HttpRequest, described: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(described, ensure_ascii=False), content_type="application/json")


@require_safe
def documentation(request: HttpRequest, described: dict[str, Any]) -> HttpResponse:
    """The description as a page for people, with an example of each request."""
    base = described["servers"][0]["url"]
    operations = []
    for route, known in described["paths"].items():
        operation = known["get"]
        example = route
        for parameter in operation["parameters"]:
            known_values = parameter["schema"].get("examples") or parameter["schema"].get("enum") or ["…"]
            example = example.replace(f"{{{parameter['name']}}}", str(known_values[0]))
        operations.append({**operation, "route": route, "example": f"{base}{example}"})
    limit = {"per_minute": PER_MINUTE, "site": settings.SITE_URL}
    return render(
        request, "core/api.html", {"info": described["info"], "operations": operations, "base": base, **limit}
    )
