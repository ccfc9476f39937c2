import pytest

from foundation.core.states import IllegalMove, Transitions

DOOR = Transitions("state", {"open": ["closed"], "closed": ["open", "locked"], "locked": []})


class Door:
    state = "open"


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [(old, new, new in DOOR.table[old]) for old in DOOR.table for new in DOOR.table],
)
def test_every_pair_of_states_moves_or_is_refused(old: str, new: str, allowed: bool) -> None:
    door = Door()
    door.state = old
    if allowed:
        assert DOOR.move(door, new) == old
        assert door.state == new
    else:
        with pytest.raises(IllegalMove):
            DOOR.move(door, new)
        assert door.state == old


def test_a_follower_without_a_line_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="locked"):
        Transitions("state", {"open": ["locked"]})


def test_final_states_are_those_without_followers() -> None:
    assert [state for state in DOOR.table if DOOR.is_final(state)] == ["locked"]
