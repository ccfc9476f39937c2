"""The nlds form pack and the helpers of forms."""

from __future__ import annotations

import re

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.utils import translation

from foundation.core.forms import DateInput, EuroField, explain, helper, limits, parse_euro


class PlanForm(forms.Form):
    name = forms.CharField(label="Naam", help_text="Kort graag.")
    email = forms.EmailField(label="E-mail", required=False)
    kind = forms.ChoiceField(label="Soort?", widget=forms.RadioSelect, choices=[("a", "Aap"), ("b", "Beer")])
    needs = forms.MultipleChoiceField(
        label="Nodig", required=False, widget=forms.CheckboxSelectMultiple, choices=[("g", "Geld")]
    )
    start = forms.DateField(label="Begin", widget=DateInput, required=False)
    picture = forms.FileField(label="Foto", required=False)
    agree = forms.BooleanField(label="Akkoord")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        explain(self.fields["kind"], {"a": "Klein en vlug."})
        limits(self.fields["picture"], kinds="Een foto", max_bytes=5 * 1024 * 1024)
        self.helper = helper(self, submit="Stuur in", guard=True)


@pytest.fixture(autouse=True)
def _dutch():
    with translation.override("nl"):
        yield


def html_of(form: forms.Form) -> str:
    return str(render_crispy_form(form))


def part(html: str, name: str) -> str:
    """The markup of one field."""
    return html[html.index(f'id="div_id_{name}"') :].split('id="div_', 2)[1]


def test_label_help_error_and_input_come_in_that_order():
    field = part(html_of(PlanForm({"name": ""})), "name")
    order = [field.index(mark) for mark in ("<label", "id_name_help", 'id="id_name_error"', "<input")]
    assert order == sorted(order)


def test_help_and_error_are_tied_to_the_input():
    html = html_of(PlanForm({"name": ""}))
    field = re.search(r'<input[^>]*name="name"[^>]*>', html).group()
    assert 'aria-describedby="id_name_help id_name_error"' in field
    assert 'aria-invalid="true"' in field
    for target in ("id_name_help", "id_name_error"):
        assert html.count(f'id="{target}"') == 1


def test_a_field_without_errors_is_not_called_invalid():
    assert "aria-invalid" not in html_of(PlanForm())


def test_only_optional_fields_are_marked():
    html = html_of(PlanForm())
    assert html.count("(niet verplicht)") == 4  # e-mail, needs, start, picture
    assert "(niet verplicht)" not in part(html, "name")


def test_the_summary_links_to_fields_and_takes_the_focus():
    html = html_of(PlanForm({"name": ""}))
    summary = html[html.index("error-summary") :].split("</ul>")[0]
    assert "autofocus" in summary
    for target in ("id_name", "id_kind_0", "id_agree"):
        assert f'href="#{target}"' in summary
        assert html.count(f'id="{target}"') == 1


def test_choices_are_a_group_with_a_legend_and_explanations():
    field = part(html_of(PlanForm()), "kind")
    assert "<legend" in field
    assert 'aria-describedby="id_kind_0_help"' in field
    assert "Klein en vlug." in field


def test_what_was_chosen_stays_chosen():
    field = part(html_of(PlanForm({"kind": "b", "needs": ["g"]})), "kind")
    assert re.search(r'value="b"[^>]*checked', field)
    assert not re.search(r'value="a"[^>]*checked', field)


def test_an_email_field_sets_keyboard_and_autocomplete():
    field = part(html_of(PlanForm()), "email")
    assert 'autocomplete="email"' in field
    assert 'inputmode="email"' in field


def test_a_file_says_its_limits_before_it_is_chosen():
    html = html_of(PlanForm())
    field = part(html, "picture")
    assert "Een foto, hoogstens 5,0" in field
    assert field.index("Een foto, hoogstens") < field.index('type="file"')
    assert 'enctype="multipart/form-data"' in html


def test_a_date_is_the_browsers_own_picker_with_an_iso_value():
    assert 'type="date"' in part(html_of(PlanForm()), "start")
    assert 'value="2026-03-12"' in html_of(PlanForm(initial={"start": __import__("datetime").date(2026, 3, 12)}))


def test_typed_markup_comes_back_as_text():
    assert "<b>" not in html_of(PlanForm({"name": "<b>"}))


def test_no_inline_script_or_style_in_a_form():
    html = html_of(PlanForm({}))
    assert "style=" not in html
    assert "onclick" not in html


def test_the_button_says_what_happens_and_a_guard_is_set():
    html = html_of(PlanForm())
    assert re.search(r"<button[^>]*utrecht-button--primary-action[^>]*>Stuur in</button>", html)
    assert "data-guard" in html


def test_a_get_form_holds_no_token():
    form = PlanForm()
    form.helper = helper(form, "name", submit="Zoek", method="get")
    html = str(render_crispy_form(form, context={"csrf_token": "x"}))
    assert "csrfmiddlewaretoken" not in html
    assert 'method="get"' in html


def test_a_dangerous_button_is_not_the_primary_one():
    form = PlanForm()
    form.helper = helper(form, "name", submit="Trek in", danger=True)
    html = html_of(form)
    assert "button--danger" in html
    assert "utrecht-button--primary-action" not in html


@pytest.mark.parametrize(
    "text, cents",
    [
        ("4500", 450_000),
        ("4.500", 450_000),
        ("4,500", 450_000),
        ("4.500,50", 450_050),
        ("4,500.50", 450_050),
        ("€ 4500,5", 450_050),
        ("4500,-", 450_000),
        ("1.234.567,89", 123_456_789),
        ("0,05", 5),
        ("veel", None),
        ("-5", -500),
        ("€ -1.234,50", -123_450),
        ("\u22125", -500),
        ("--5", None),
        ("5-", None),
        ("-", None),
        ("4.5000", None),
        ("1.23.456", None),
        ("1,2,3", None),
        ("", None),
        ("€", None),
        ("٣", None),
        (",50", None),
    ],
)
def test_amounts_are_read_as_people_write_them(text, cents):
    assert parse_euro(text) == cents


def test_an_amount_field_keeps_what_was_typed_and_explains():
    class Money(forms.Form):
        cost = EuroField(label="Kosten", min_cents=100, max_cents=500_000)

    assert Money({"cost": "12,50"}).fields["cost"].clean("12,50") == 1_250
    wrong = Money({"cost": "veel"})
    assert not wrong.is_valid()
    assert "4500,50" in wrong.errors["cost"][0]
    assert 'value="veel"' in str(wrong["cost"])
    assert not Money({"cost": "0,50"}).is_valid()
    assert "€\u00a05.000" in Money({"cost": "6000"}).errors["cost"][0]
    assert 'value="12,50"' in str(Money(initial={"cost": 1_250})["cost"])
