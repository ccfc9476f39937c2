"""Codes as texts: easy to type, a typo is always found, nothing can be read back from what is kept."""

from __future__ import annotations

import itertools
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.voting import codes
from foundation.voting.codes import CodeTypo, Typo
from foundation.voting.papers import CODE_ALPHABET

CODES = st.builds(codes.new_code)


def typo_of(text: str) -> Typo | None:
    try:
        codes.parse(text)
    except CodeTypo as typo:
        return typo.typo
    return None


@given(CODES)
def test_what_is_made_is_understood(code: str) -> None:
    assert len(code) == codes.LENGTH
    assert codes.parse(code) == code
    assert codes.parse(codes.readable(code)) == code


@given(CODES, st.sampled_from([" ", "-", "–", "\u00a0", "\u200b", "."]), st.booleans())
def test_case_spaces_dashes_and_lookalikes_make_no_difference(code: str, filler: str, small: bool) -> None:
    typed = filler.join(code[at : at + 3] for at in range(0, len(code), 3)).replace("0", "O").replace("1", "l")
    assert codes.parse(f"  {typed.lower() if small else typed}\n") == code
    assert codes.parse(code.replace("1", "I")) == code


@given(CODES)
def test_the_address_of_the_qr_code_is_understood(code: str) -> None:
    assert codes.parse(f"https://aanzet.example/dorp/stemmingen/x/code/#{codes.readable(code)}") == code


@given(CODES)
def test_every_single_wrong_character_is_found(code: str) -> None:
    for place, sign in itertools.product(range(codes.LENGTH), CODE_ALPHABET):
        if sign != code[place]:
            assert typo_of(code[:place] + sign + code[place + 1 :]) == Typo.CHECK


@given(CODES)
def test_any_two_characters_that_changed_places_are_found(code: str) -> None:
    for one, other in itertools.combinations(range(codes.LENGTH), 2):
        if code[one] != code[other]:
            signs = list(code)
            signs[one], signs[other] = signs[other], signs[one]
            assert typo_of("".join(signs)) == Typo.CHECK


@given(CODES, st.data())
def test_any_two_wrong_characters_are_found(code: str, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, codes.LENGTH - 1), min_size=2, max_size=2, unique=True))
    signs = list(code)
    for place in places:
        signs[place] = data.draw(st.sampled_from([sign for sign in CODE_ALPHABET if sign != signs[place]]))
    assert typo_of("".join(signs)) == Typo.CHECK


@pytest.mark.parametrize(
    ("text", "typo"),
    [("", Typo.EMPTY), (" - ", Typo.EMPTY), ("ABC", Typo.LENGTH), ("0" * 19, Typo.LENGTH), ("U" * 18, Typo.SIGN)],
)
def test_what_can_be_no_code_is_told_apart(text: str, typo: Typo) -> None:
    assert typo_of(text) == typo


def test_codes_use_all_their_bits() -> None:
    made = [codes.new_code() for _ in range(2000)]
    assert len(set(made)) == len(made)
    for place in range(codes.DATA_LENGTH):
        assert {code[place] for code in made} == set(CODE_ALPHABET)


def test_keys_of_ballots_keep_codes_and_voters_apart() -> None:
    code, key, other = codes.new_code(), secrets.token_bytes(32), secrets.token_bytes(32)
    print_of = codes.fingerprint(key, code)
    assert print_of != codes.fingerprint(other, code)
    assert codes.voter_key(key, print_of) != codes.voter_key(other, print_of)
    assert codes.voter_key(key, print_of) != print_of
