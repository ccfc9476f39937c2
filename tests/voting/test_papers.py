import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.voting import papers


def test_the_commitment_is_what_the_documentation_says() -> None:
    nonce = bytes(range(16))
    expected = hashlib.sha256(b"commit" + nonce + b"ABCDEFGHJKMN;1,5").digest()
    assert papers.commitment(nonce, "ABCDEFGHJKMN", "1,5") == expected


@given(st.sets(st.integers(1, 500)))
def test_choices_come_back_from_their_text(numbers: set[int]) -> None:
    assert papers.parse_choices(papers.choices_text(numbers)) == tuple(sorted(numbers))


def test_a_blank_vote_is_an_empty_text() -> None:
    assert papers.choices_text([]) == ""
    assert papers.parse_choices("") == ()


def test_the_voter_key_is_an_hmac_under_the_key_of_the_ballot() -> None:
    assert papers.voter_key(b"k" * 32, 7) == hmac.new(b"k" * 32, b"user:7", "sha256").digest()
    assert papers.voter_key(b"l" * 32, 7) != papers.voter_key(b"k" * 32, 7)


def test_a_code_has_twelve_readable_characters_and_follows_from_form_browser_and_voter() -> None:
    code = papers.receipt_code(b"k" * 32, b"v" * 32, "token", "random")
    assert len(code) == 12
    assert set(code) <= set(papers.CODE_ALPHABET)
    assert code == papers.receipt_code(b"k" * 32, b"v" * 32, "token", "random")
    others = {
        papers.receipt_code(b"l" * 32, b"v" * 32, "token", "random"),
        papers.receipt_code(b"k" * 32, b"w" * 32, "token", "random"),
        papers.receipt_code(b"k" * 32, b"v" * 32, "tokem", "random"),
        papers.receipt_code(b"k" * 32, b"v" * 32, "token", "randon"),
    }
    assert code not in others
    assert len(others) == 4
    assert papers.readable_code("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, written down literally."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 33, 100])
def test_the_hash_of_a_box_is_the_merkle_root_of_the_sorted_commitments(size: int) -> None:
    leaves = [hashlib.sha256(str(n).encode()).digest() for n in range(size)]
    assert papers.box_hash(reversed(leaves)) == root(sorted(leaves)).hex()
