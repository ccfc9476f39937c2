"""Forms of who comes, and of who leads a meeting."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from crispy_forms.layout import Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import DateInput, helper, limits
from foundation.core.uploads import DOCUMENT_BYTES, document_help
from foundation.meetings.enums import Reply
from foundation.meetings.models import AgendaItem, Meeting
from foundation.meetings.models.minutes import MOST_CHARACTERS
from foundation.meetings.services.registration import MOST_NEEDS

MOST_ADDRESSES = 500


def _needs() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("What do you need to be able to take part?"),
        help_text=gettext_lazy(
            "For example a place for a wheelchair, or an interpreter. Only the organisers read it; it is deleted two weeks after."
        ),
        max_length=MOST_NEEDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SignUpForm(forms.Form):
    needs = _needs()

    def __init__(self, *args: Any, meeting: Meeting, action: str, full: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "aanmelden_%s", **kwargs})
        if not meeting.asks_needs:
            del self.fields["needs"]
        self.helper = helper(self, submit=_("Put me on the waiting list") if full else _("Sign me up"), action=action)


class OtherForm(forms.Form):
    """Somebody whom one signs up, with their consent."""

    name = forms.CharField(label=gettext_lazy("Name of the other"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the other"),
        help_text=gettext_lazy("Then they get the invitation for their calendar, and hear of changes themselves."),
        required=False,
    )
    needs = _needs()
    consents = forms.BooleanField(
        label=gettext_lazy("The other knows that I sign them up, and agrees that I give their name and e-mail address.")
    )

    def __init__(self, *args: Any, meeting: Meeting, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].label = _("What does the other need to be able to take part?")
        if not meeting.asks_needs:
            del self.fields["needs"]
        self.helper = helper(self, submit=_("Sign the other up"), cancel_url=cancel_url, guard=True)


class ReplyForm(forms.Form):
    """The answer to an invitation."""

    reply = forms.ChoiceField(label=gettext_lazy("Do you come?"), choices=Reply.choices, widget=forms.RadioSelect)
    needs = _needs()

    def __init__(self, *args: Any, meeting: Meeting, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "antwoord_%s", **kwargs})
        if not meeting.asks_needs:
            del self.fields["needs"]
        self.helper = helper(self, submit=_("Send your answer"), action=action)


class InviteForm(forms.Form):
    """Addresses, one on a line, as people paste them: with or without a name."""

    addresses = forms.CharField(
        label=gettext_lazy("Whom do you invite?"),
        help_text=gettext_lazy(
            "One on a line: an e-mail address, or a name with the address: Ria de Boer <ria@example.nl>."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=60_000,
    )

    def __init__(self, *args: Any, cancel_url: str, submit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit or _("Send the invitations"), cancel_url=cancel_url, guard=True)

    def clean_addresses(self) -> list[tuple[str, str]]:
        text = self.cleaned_data["addresses"].replace(";", "\n")
        found, wrong = [], []
        for line in text.splitlines():
            if not line.strip():
                continue
            name, email = parseaddr(line.strip().rstrip(","))
            try:
                forms.EmailField().clean(email)
            except forms.ValidationError:
                wrong.append(line.strip()[:80])
            else:
                found.append((name, email))
        if wrong:
            raise forms.ValidationError(
                _("These are no e-mail addresses: %(lines)s") % {"lines": ", ".join(wrong[:10])}, code="invalid"
            )
        if len(found) > MOST_ADDRESSES:
            raise forms.ValidationError(_("Invite at most %(most)s people at once.") % {"most": MOST_ADDRESSES})
        return found


class ItemForm(forms.Form):
    """A line of the programme."""

    title = forms.CharField(label=gettext_lazy("Subject"), max_length=160)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=0, max_value=600, initial=15)
    who = forms.CharField(label=gettext_lazy("Who leads it"), max_length=120, required=False)
    text = forms.CharField(
        label=gettext_lazy("Explanation"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, item: AgendaItem | None, hidden: dict[str, Any], cancel_url: str = "", **kwargs: Any
    ) -> None:
        if item is not None:
            kwargs["initial"] = {name: getattr(item, name) for name in ("title", "minutes", "who", "text")}
        super().__init__(*args, **{"auto_id": f"regel_{hidden.get('part', '')}_%s", **kwargs})
        for name, value in hidden.items():
            self.fields[name] = forms.CharField(widget=forms.HiddenInput, initial=value)
        self.helper = helper(
            self,
            Row("title", "minutes"),
            "who",
            "text",
            *hidden,
            submit=_("Save the line") if item else _("Add to the programme"),
            cancel_url=cancel_url,
        )


class AttachForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What is it?"), max_length=120)
    file = forms.FileField(label=gettext_lazy("File"))
    doe = forms.CharField(widget=forms.HiddenInput, initial="stuk")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "stuk_%s", **kwargs})
        limits(self.fields["file"], kinds=document_help().rpartition(",")[0], max_bytes=DOCUMENT_BYTES)
        self.helper = helper(self, submit=_("Add the document"))


class MinutesForm(forms.Form):
    """The minutes; ``version`` is the one that the writer began with."""

    text = forms.CharField(
        label=gettext_lazy("Minutes"),
        help_text=gettext_lazy("**Bold**, lists and headings (# before a line) are possible."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 18, "maxlength": None}),
        strip=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    doe = forms.CharField(widget=forms.HiddenInput, initial="tekst")

    def __init__(self, *args: Any, submit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "notulen_%s", **kwargs})
        self.helper = helper(self, submit=submit or _("Save the minutes"), guard=True)


class DecisionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Decision"),
        help_text=gettext_lazy("One sentence that stands by itself."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    doe = forms.CharField(widget=forms.HiddenInput, initial="besluit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "besluit_%s", **kwargs})
        self.helper = helper(self, submit=_("Add the decision"))


class ActionForm(forms.Form):
    """Who does what by when: somebody with an account from the list, or a name."""

    text = forms.CharField(label=gettext_lazy("What is to be done?"), max_length=500)
    owner = forms.ChoiceField(label=gettext_lazy("Who does it?"), required=False)
    owner_name = forms.CharField(label=gettext_lazy("Or another name"), max_length=120, required=False)
    due_on = forms.DateField(label=gettext_lazy("Ready by"), widget=DateInput(), required=False)
    doe = forms.CharField(widget=forms.HiddenInput, initial="actie")

    def __init__(self, *args: Any, people: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "actie_%s", **kwargs})
        self.fields["owner"].choices = [("", _("Somebody else, or nobody yet"))] + [  # type: ignore[attr-defined]
            (str(pk), name) for pk, name in people.items()
        ]
        self.helper = helper(
            self, "text", Row("owner", "owner_name"), "due_on", "doe", submit=_("Add the action point")
        )
