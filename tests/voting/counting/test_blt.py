from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.voting.counting import Option, blt, count
from foundation.voting.counting.blt_errors import MESSAGES, BltError

SMALL = '''# made by hand
4 2
-3
5 1 2 3 0
2 3 4 0
(K7Q2) 1 4 1 0
3 0
1 3 0
0
"Anna" "De Partij"
"Bo ""Beter"" "
Cees
"Dré ""Lijst 4"""
"Een stemming"
'''


def test_everything_in_a_file_is_understood() -> None:
    file = blt.read(SMALL)
    assert (file.seats, file.title, file.withdrawn) == (2, "Een stemming", (3,))
    assert file.names == (("Anna", "De Partij"), ("Bo", "Beter"), ("Cees", ""), ("Dré", "Lijst 4"))
    assert file.ballots == ((5, (1, 2, 3)), (2, (3, 4)), (1, (4, 1)), (3, ()), (1, (3,)))
    assert file.codes == ("", "", "K7Q2", "", "")
    assert file.comments == ("made by hand",)
    assert file.notes() == ("Withdrawn, so passed over on every ballot: Cees.",)


def test_withdrawn_candidates_are_passed_over_and_what_is_left_may_be_blank() -> None:
    profile = blt.read(SMALL).profile()
    assert [option.id for option in profile.options] == ["1", "2", "4"]
    assert profile.options[0].extra == (("party", "De Partij"),)
    assert (profile.cast, profile.blank) == (12, 4)
    assert profile.votes == (6, 5, 3)


def test_weights_are_numbers_of_papers_and_are_not_written_out() -> None:
    file = blt.read('2 1\n1000000000 1 2 0\n999999999 2 0\n0\n"a"\n"b"\n"t"\n')
    assert count(file.profile(), "stv").winners == ("1",)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\n\n"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(ending: str) -> None:
    assert blt.read(("\ufeff" + SMALL.replace("\n", ending)).encode()) == blt.read(SMALL)


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("4 2\n", "4\n"), "heading", 2),
        (("4 2\n", "0 2\n"), "heading_numbers", 2),
        (("4 2\n", "4 0\n"), "heading_numbers", 2),
        (("-3\n", "-3 -3\n"), "withdrawn", 3),
        (("-3\n", "-9\n"), "withdrawn", 3),
        (("5 1 2 3 0\n", "5 1 2 3\n"), "no_zero", 4),
        (("5 1 2 3 0\n", "0 1 2 3 0\n"), "weight", 4),
        (("5 1 2 3 0\n", "5 1 9 3 0\n"), "unknown", 4),
        (("5 1 2 3 0\n", "5 1 0 3 0\n"), "unknown", 4),
        (("5 1 2 3 0\n", "5 1 2 1 0\n"), "twice", 4),
        (("5 1 2 3 0\n", "5 1=2 3 0\n"), "equal_or_skipped", 4),
        (("5 1 2 3 0\n", "5 1 - 3 0\n"), "equal_or_skipped", 4),
        (("5 1 2 3 0\n", "5 1_0 3 0\n"), "not_numbers", 4),
        (("5 1 2 3 0\n", "five 1 0\n"), "not_numbers", 4),
        (("\n3 0\n", "\n3 0\n-1\n"), "withdrawn_late", 8),
        (('0\n"Anna"', '"Anna"'), "not_numbers", 9),
        (("Cees\n", ""), "names", None),
        (('stemming"\n', 'stemming"\nmeer\n'), "names", None),
        ((SMALL, " \n"), "empty", None),
        ((SMALL[SMALL.index('0\n"Anna') :], ""), "no_end", None),
    ],
)
def test_what_is_wrong_is_told_with_its_line(change: tuple[str, str], code: str, line: int | None) -> None:
    assert change[0] in SMALL
    with pytest.raises(BltError) as caught:
        blt.read(SMALL.replace(*change, 1))
    assert (caught.value.code, caught.value.line) == (code, line)
    assert caught.value.text("nl") != caught.value.text("en")


def test_bytes_that_are_no_text_and_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(BltError, match="UTF-8"):
        blt.read(b"4 2\n\xff")
    with pytest.raises(BltError, match="cannot be read"):
        blt.read(tmp_path / "none.blt")


def test_every_message_has_both_languages() -> None:
    assert all(len(texts) == 2 and all(texts) for texts in MESSAGES.values())


def test_our_own_options_must_be_numbered() -> None:
    with pytest.raises(BltError, match="called 1, 2, 3"):
        blt.build(title="t", seats=1, options=[Option("a")], ballots=[])


def test_with_codes_papers_are_sorted_by_code_and_not_merged() -> None:
    options = [Option("1", "a"), Option("2", "b")]
    made = blt.build(title="t", seats=1, options=options, ballots=[(1, "21"), (1, "21")], codes=["z", "k"])
    assert (made.codes, made.ballots) == (("k", "z"), ((1, (2, 1)), (1, (2, 1))))
    assert blt.read(blt.write(made)) == made
    merged = blt.build(title="t", seats=1, options=options, ballots=[(1, "21"), (1, "1"), (1, "21")])
    assert merged.ballots == ((1, (1,)), (2, (2, 1)))


NAMES = st.text(st.characters(blacklist_categories=["C", "Z"]), max_size=8)


@st.composite
def files(draw: st.DrawFn) -> blt.BltFile:
    number = draw(st.integers(1, 5))
    choices = st.lists(st.integers(1, number), unique=True).map(tuple)
    return blt.BltFile(
        seats=draw(st.integers(1, 4)),
        names=tuple(draw(st.lists(st.tuples(NAMES, NAMES), min_size=number, max_size=number))),
        ballots=tuple(draw(st.lists(st.tuples(st.integers(1, 999), choices), max_size=6))),
        title=draw(NAMES.filter(lambda text: '"' not in text)),
        withdrawn=tuple(draw(st.lists(st.integers(1, number), unique=True, max_size=2))),
        comments=tuple(draw(st.lists(NAMES, max_size=2))),
    )


@given(files())
def test_what_is_written_is_read_back(file: blt.BltFile) -> None:
    assert blt.read(blt.write(file)) == file


@given(st.text(max_size=60) | st.text('0123 -\n"#()=a', max_size=80))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        file = blt.read(text)
    except BltError:
        return  # any other error fails the test
    assert blt.read(blt.write(file)) == file
    file.profile()
