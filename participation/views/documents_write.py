"""Writing a text together: for staff, chairs and note-takers, residents among them; on pages for everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.core.refused import saved_meanwhile, send, tell
from foundation.municipalities.tenancy import MunicipalityRequest
from participation.errors import ParticipationError
from participation.forms.documents import AboutForm, BeginForm, ParagraphForm, PublishForm, RemoveForm, WholeForm
from participation.models import Document, DocumentVersion, Paragraph
from participation.queries import documents as queries
from participation.services import documents, paragraphs
from participation.views._shared import process_or_404
from participation.views._typed import give_back, log_in_first
from participation.views.documents import address, text_or_404


def for_writers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Log in first; then only who writes this text. The view gets the text itself; pages but the first ask for a draft."""

    @wraps(view)
    def guarded(request: MunicipalityRequest, slug: str, number: int, **more: Any) -> HttpResponse:
        document = text_or_404(request, slug, number)
        if not request.user.is_authenticated:
            return log_in_first(request)
        if not documents.may_write(request.user, document):
            raise PermissionDenied(_("Only who writes this text can do this."))
        home = address(document, "text_write")
        if request.method != "POST" and request.path != home and _draft(document) is None:
            return redirect(home)
        return view(request, document, **more)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Begin a text."""
    process = process_or_404(request, slug)
    if not request.user.is_authenticated:
        return log_in_first(request)
    groups, for_all = queries.groups_to_write_for(request.user, process)
    if not groups and not for_all:
        raise PermissionDenied(_("Only staff, chairs and note-takers begin a text."))
    chosen = {"group": request.GET.get("groep", "")}
    form = BeginForm(
        request.POST or None, initial=chosen, groups=groups, for_all=for_all, cancel_url=process.get_absolute_url()
    )
    give_back(request, form)
    sent = send(
        request,
        form,
        lambda: documents.create(process=process, by=request.user, **form.values()),
        told=_("The draft is there. Look it over, then publish it."),
    )
    if sent.done:
        return redirect(address(sent.made, "text_write"))
    context = {"process": process, "form": form, "title": _("Begin a text"), "back": process}
    return render(request, "participation/texts/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def write(request: MunicipalityRequest, document: Document) -> HttpResponse:
    """The draft, paragraph by paragraph; or the way to begin the next version (POST)."""
    if request.method == "POST":
        try:
            documents.begin_version(document=document, by=request.user)
        except ParticipationError as error:
            messages.error(request, str(error))
        return redirect(request.path)
    draft = _draft(document)
    rows = list(draft.paragraphs.prefetch_related("because_of")) if draft else []
    said = queries.remarks_per_key(document) if draft else {}
    return render(
        request,
        "participation/texts/write.html",
        {
            "process": document.process,
            "document": document,
            "draft": draft,
            "rows": [{"row": row, "label": queries.label_of(row), "said": said.get(row.key, 0)} for row in rows],
            "newest": next(reversed(queries.published(document)), None),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def about(request: MunicipalityRequest, document: Document) -> HttpResponse:
    """Its title, and what it says of itself."""
    form = AboutForm(request.POST or None, document=document, cancel_url=address(document, "text_write"))
    return _saved(
        request,
        document,
        form,
        lambda data: documents.change(document=document, by=request.user, **data),
        title=_("Title and explanation"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def whole(request: MunicipalityRequest, document: Document) -> HttpResponse:
    """The whole draft in one field."""
    draft = _newest(document)
    back = address(document, "text_write")
    form = WholeForm(request.POST or None, draft=draft, text=queries.whole(draft), cancel_url=back)
    return _saved(
        request,
        document,
        form,
        lambda data: paragraphs.rewrite(document=document, by=request.user, **data),
        title=_("The whole text"),
        lead=_("Paragraphs that you leave as they are keep their remarks."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def edit(request: MunicipalityRequest, document: Document, key: int) -> HttpResponse:
    """Change one paragraph."""
    row = _paragraph_or_404(document, key)
    form = ParagraphForm(
        request.POST or None,
        paragraph=row,
        causes=queries.causes(document, row),
        cancel_url=address(document, "text_write"),
    )
    return _saved(
        request,
        document,
        form,
        lambda data: paragraphs.write_paragraph(paragraph=row, by=request.user, **data),
        title=queries.label_of(row),
        anchor=key,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def add(request: MunicipalityRequest, document: Document) -> HttpResponse:
    """A paragraph more, after the one that the address names."""
    after = request.GET.get("na", "")
    key = int(after) if after.isdecimal() and len(after) < 9 else 0
    causes = queries.causes(document, None)
    form = ParagraphForm(
        request.POST or None, paragraph=None, causes=causes, cancel_url=address(document, "text_write")
    )
    return _saved(
        request,
        document,
        form,
        lambda data: paragraphs.add_paragraph(
            document=document,
            by=request.user,
            after=key,
            text=data["text"],
            because_of=data.get("because_of", ()),
        ),
        title=_("A paragraph more"),
        anchor=key,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def remove(request: MunicipalityRequest, document: Document, key: int) -> HttpResponse:
    """Take a paragraph out, and say because of which remarks."""
    row = _paragraph_or_404(document, key)
    back = address(document, "text_write")
    form = RemoveForm(request.POST or None, paragraph=row, causes=queries.causes(document, row), cancel_url=back)
    return _saved(
        request,
        document,
        form,
        lambda data: paragraphs.remove_paragraph(paragraph=row, by=request.user, **data),
        title=_("Take a paragraph out"),
        lead=row.text[:300],
    )


@require_POST
@for_writers
def move(request: MunicipalityRequest, document: Document, key: int) -> HttpResponse:
    """One place up or down."""
    row = _paragraph_or_404(document, key)
    try:
        paragraphs.move_paragraph(paragraph=row, by=request.user, up="op" in request.POST)
    except ParticipationError as error:
        messages.error(request, str(error))
    return redirect(f"{address(document, 'text_write')}#p-{key}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def publish(request: MunicipalityRequest, document: Document) -> HttpResponse:
    """Publish the draft."""
    draft = _draft(document)
    if draft is None:
        messages.error(request, _("This version is published already. Begin the next one to change something."))
        return redirect(address(document, "text_write"))
    form = PublishForm(request.POST or None, draft=draft, cancel_url=address(document, "text_write"))
    return _saved(
        request,
        document,
        form,
        lambda data: documents.publish(document=document, by=request.user, **data),
        title=_("Publish version %(number)s") % {"number": draft.number},
        lead=_("From then on this version stays as it is. Who follows the process gets a message."),
        done=_("The version is published."),
        to=document.get_absolute_url(),
    )


def _saved(
    request: MunicipalityRequest,
    document: Document,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    lead: str = "",
    done: str = "",
    to: str = "",
    anchor: int = 0,
) -> HttpResponse:
    """Ask a form, do what it asks, and go back to the draft; what was refused is told, what somebody else saved is shown."""
    give_back(request, form)
    theirs: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except (ParticipationError, ValidationError) as error:
            if tell(form, error):
                theirs = saved_meanwhile(form)
        else:
            messages.success(request, done or _("Saved."))
            back = address(document, "text_write")
            return redirect(to or (f"{back}#p-{anchor}" if anchor else back))
    context = {
        "process": document.process,
        "document": document,
        "form": form,
        "title": title,
        "lead": lead,
        "theirs": theirs,
        "back": address(document, "text_write"),
    }
    return render(request, "participation/texts/form.html", context)


def _draft(document: Document) -> DocumentVersion | None:
    return document.versions.filter(published_at=None).first()


def _newest(document: Document) -> DocumentVersion:
    """The draft, else the version published last: who typed while somebody else published keeps the text on the form."""
    return document.versions.order_by("-number")[0]


def _paragraph_or_404(document: Document, key: int) -> Paragraph:
    found = _newest(document).paragraphs.filter(key=key).select_related("document_version__document").first()
    if found is None:
        raise Http404
    return found
