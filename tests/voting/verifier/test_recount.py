"""The bundle of a real vote, whole and tampered with: the verifier says yes to the one and why not to every other."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.voting import public_log
from foundation.voting.counting.canonical import canonical_json
from foundation.voting.models import Ballot
from foundation.voting.queries import bundle
from foundation.voting.services import mixing
from foundation.voting.verifier import recount
from tests.factories import voting

pytestmark = pytest.mark.django_db(transaction=True)
PAPERS = [(1, 2), (1,), (3,), (), (1, 3), (2,), (1,), (2, 3), (3,), (1,), (2,), (1, 2)]


def nothing(code: str, **data: Any) -> None:
    """The report that nobody reads."""


@pytest.fixture
def ballot() -> Ballot:
    """Published, after three batches."""
    made = voting.opened(limit_kind="none")
    for place, choices in enumerate(PAPERS):
        voting.vote(made, *choices)
        if place in (3, 8):
            mixing.empty_inlet(ballot_id=made.pk, at_least=1)
    return voting.finished(made)


@pytest.fixture
def files(ballot: Ballot) -> dict[str, bytes]:
    return recount.read_zip(bundle.bundle(ballot))


def reason(files: dict[str, bytes]) -> str:
    """Why these files are refused; "" when they are right."""
    try:
        recount.verify(files, nothing)
    except recount.Wrong as error:
        return error.code
    return ""


def resummed(files: dict[str, bytes]) -> dict[str, bytes]:
    """With fingerprints that fit, as a forger would make them."""
    made = {name: data for name, data in files.items() if name != recount.SUMS}
    sums = "".join(f"{hashlib.sha256(made[name]).hexdigest()}  {name}\n" for name in sorted(made))
    return {**made, recount.SUMS: sums.encode()}


def test_a_published_vote_is_right_and_the_report_says_so(ballot: Ballot, tmp_path: Path) -> None:
    path = tmp_path / "bundel.zip"
    path.write_bytes(bundle.bundle(ballot))
    for lang, words in (("nl", "Alles klopt."), ("en", "Everything is right.")):
        run = subprocess.run(
            [sys.executable, "-I", recount.__file__, str(path), "--lang", lang],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={"PYTHONIOENCODING": "utf-8"},
        )
        assert run.returncode == 0, run.stdout + run.stderr
        assert words in run.stdout
        assert "12" in run.stdout
    folder = tmp_path / "map"
    folder.mkdir()
    for name, data in recount.read_zip(path.read_bytes()).items():
        (folder / name).write_bytes(data)
    assert recount.main([str(folder)]) == 0
    (folder / "votes.txt").unlink()
    assert recount.main([str(folder)]) == 1
    assert recount.main([str(tmp_path / "bestaat-niet")]) == 2


def test_the_bundle_is_the_same_each_time_and_tells_no_time(ballot: Ballot) -> None:
    assert bundle.bundle(ballot) == bundle.bundle(ballot)
    heads = json.loads(recount.read_zip(bundle.bundle(ballot))["heads.json"])
    assert [head["size"] for head in heads] == [4, 9, 12]
    assert all(len(head["day"]) == 10 for head in heads)


def test_a_fingerprint_or_head_that_was_noted_must_be_there(files: dict[str, bytes]) -> None:
    heads = json.loads(files["heads.json"])
    rules = hashlib.sha256(files["rules.json"]).hexdigest()
    recount.verify(files, nothing, rules_noted=rules, heads_noted=(heads[0]["name"],))
    with pytest.raises(recount.Wrong, match="rules_not_noted"):
        recount.verify(files, nothing, rules_noted="0" * 64)
    with pytest.raises(recount.Wrong, match="head_not_noted"):
        recount.verify(files, nothing, heads_noted=("0" * 64,))


def test_any_changed_byte_of_the_zip_is_noticed(ballot: Ballot) -> None:
    whole = bundle.bundle(ballot)
    dice = random.Random(5)
    places = sorted({*dice.sample(range(len(whole)), 250), *range(40), *range(len(whole) - 60, len(whole))})
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << dice.randrange(8)
        with pytest.raises(recount.Wrong):
            recount.verify(recount.read_zip(bytes(changed)), nothing)
    for cut in (whole[:-1], whole + b"\n", whole[: len(whole) // 2], b""):
        with pytest.raises(recount.Wrong):
            recount.verify(recount.read_zip(cut), nothing)


@pytest.mark.parametrize("name", sorted(recount.FILES - {"README.txt"}))
def test_any_changed_byte_is_noticed_even_with_new_fingerprints(files: dict[str, bytes], name: str) -> None:
    """The forger writes SHA256SUMS anew. The README, and words in the .pb that nothing depends on, are not signed."""
    dice = random.Random(name)
    data = files[name]
    begin = data.index(b"VOTES\n") if name == "votes.pb" else 0
    for _try in range(60):
        changed = bytearray(data)
        place = dice.randrange(begin, len(data))
        changed[place] = (changed[place] + dice.randrange(1, 256)) % 256
        assert reason(resummed({**files, name: bytes(changed)})), (place, bytes(changed[place - 20 : place + 20]))


@pytest.mark.parametrize("name", sorted((recount.FILES | {recount.SUMS}) - {"votes.pb"}))
def test_a_missing_file_is_noticed(files: dict[str, bytes], name: str) -> None:
    assert reason({key: data for key, data in files.items() if key != name}) == "file_missing"


def lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def forged_vote(files: dict[str, bytes], code: str = "0123456789AB", choices: str = "1") -> bytes:
    return f"{code};{choices};{'0' * 32}\n".encode()


def drop_line(name: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda files: {**files, name: b"".join(lines(files[name])[1:])}


def swap_choice(files: dict[str, bytes]) -> dict[str, bytes]:
    first = lines(files["votes.txt"])[0].decode().split(";")
    changed = f"{first[0]};{'2' if first[1] != '2' else '3'};{first[2]}".encode()
    return {**files, "votes.txt": changed + b"".join(lines(files["votes.txt"])[1:])}


def add_vote(files: dict[str, bytes]) -> dict[str, bytes]:
    return {**files, "votes.txt": b"".join(sorted([*lines(files["votes.txt"]), forged_vote(files)]))}


def add_vote_and_entry(files: dict[str, bytes]) -> dict[str, bytes]:
    entry = hashlib.sha256(b"commit" + bytes(16) + b"0123456789AB;1").hexdigest()
    return {**add_vote(files), "log.txt": files["log.txt"] + f"{entry}\n".encode()}


def call_replaced(files: dict[str, bytes]) -> dict[str, bytes]:
    """A vote that the forger says was replaced by its voter."""
    code, choices, nonce = lines(files["votes.txt"])[0].decode().strip().split(";")
    seal = hashlib.sha256(b"commit" + bytes.fromhex(nonce) + f"{code};{choices}".encode()).hexdigest()
    rest = lines(files["votes.txt"])[1:]
    return {**files, "votes.txt": b"".join(sorted([*rest, f"{code};vervangen;{seal}\n".encode()]))}


def edit_json(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    def edited(files: dict[str, bytes]) -> dict[str, bytes]:
        value = json.loads(files[name])
        return {**files, name: canonical_json(change(value)).encode()}

    return edited


def another_key(files: dict[str, bytes]) -> dict[str, bytes]:
    """Heads and totals signed anew with a key that is not in the rules."""
    private, _public = public_log.new_key()
    signature = public_log.sign(private, public_log.result_message(files["statement.json"].decode()))
    return {**files, "statement.sig": f"{signature.hex()}\n".encode()}


def set_in(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda value: {**value, **changes}


FORGERIES: dict[str, tuple[Callable[[dict[str, bytes]], dict[str, bytes]], str]] = {
    "a vote dropped": (drop_line("votes.txt"), "commitment_without_vote"),
    "a vote changed": (swap_choice, "vote_not_in_log"),
    "a vote added": (add_vote, "vote_not_in_log"),
    "a vote added with a line in the log": (add_vote_and_entry, "log_longer"),
    "a vote called replaced": (call_replaced, "replaced_not_allowed"),
    "a line of the log dropped": (drop_line("log.txt"), "root_differs"),
    "the last head dropped": (edit_json("heads.json", lambda heads: heads[:-1]), "log_longer"),
    "the first head dropped": (edit_json("heads.json", lambda heads: heads[1:]), "chain_broken"),
    "a head with another size": (
        edit_json("heads.json", lambda heads: [{**heads[0], "size": 5}, *heads[1:]]),
        "head_not_signed",
    ),
    "a head on another day": (
        edit_json("heads.json", lambda heads: [{**heads[0], "day": "2020-01-01"}, *heads[1:]]),
        "head_not_signed",
    ),
    "another budget": (edit_json("rules.json", set_in(budget_cents=1)), "rules_differ"),
    "another total": (edit_json("statement.json", set_in(votes=13)), "statement_not_signed"),
    "another number of an area": (
        edit_json("statement.json", set_in(voters_per_area={"BU1": 11})),
        "statement_not_signed",
    ),
    "other winners": (edit_json("result.json", set_in(winners=["3"])), "result_not_signed"),
    "signed with another key": (another_key, "statement_not_signed"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_with_its_reason(files: dict[str, bytes], name: str) -> None:
    forge, expected = FORGERIES[name]
    assert reason(resummed(forge(files))) == expected


def test_a_wrong_count_is_found_even_when_it_was_signed(ballot: Ballot, files: dict[str, bytes]) -> None:
    """An operator who has the key and publishes other winners: counting again tells."""
    private, public = public_log.new_key()
    result = json.loads(files["result.json"])
    result["winners"] = list(reversed(result["winners"]))
    rules = json.loads(files["rules.json"])
    rules["log"]["public_key"] = public
    made = {**files, "rules.json": canonical_json(rules).encode(), "result.json": canonical_json(result).encode()}
    rules_hash = hashlib.sha256(made["rules.json"]).hexdigest()
    heads, previous = [], public_log.NOTHING_BEFORE
    for head in json.loads(files["heads.json"]):
        texts = ("aanzet-head-1", rules_hash, head["number"], head["size"], head["root"], head["day"], previous)
        message = "".join(f"{text}\n" for text in texts).encode()
        signature = public_log.sign(private, message)
        name = public_log.head_hash(message, signature)
        heads.append({**head, "previous": previous, "signature": signature.hex(), "name": name})
        previous = name
    statement = json.loads(files["statement.json"])
    statement |= {"rules_sha256": rules_hash, "last_head": previous}
    statement["outcome_sha256"] = hashlib.sha256(made["result.json"]).hexdigest()
    made |= {"heads.json": canonical_json(heads).encode(), "statement.json": canonical_json(statement).encode()}
    signature = public_log.sign(private, public_log.result_message(made["statement.json"].decode()))
    made["statement.sig"] = f"{signature.hex()}\n".encode()
    assert reason(resummed(made)) == "winners_differ"


# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_signatures_are_those_of_the_standard(key: str, message: str, signature: str) -> None:
    parts = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert recount.is_signed(*parts)
    assert not recount.is_signed(parts[0], parts[1] + b"x", parts[2])
    for place in range(0, 64, 5):
        changed = bytearray(parts[2])
        changed[place] ^= 1
        assert not recount.is_signed(parts[0], parts[1], bytes(changed))
