#!/usr/bin/env python3
"""Check a published vote and count it again: python recount.py DIRECTORY-OR-ZIP-OR-URL [--lang en]

Needs Python 3.11 or newer and nothing else: no network (unless you give a URL), no packages, no part of the portal.

What it checks, in this order:
 1. every file has the fingerprint in SHA256SUMS, and the zip holds nothing else;
 2. the rules have the fingerprint that was published at the opening (compare it with what you wrote down: --rules);
 3. the heads of the public log form a chain, and each is signed (Ed25519, RFC 8032) with the key in the rules;
 4. each head has the Merkle root (RFC 6962) of the log as it was then (heads that you wrote down: --head);
 5. every vote opens one commitment of the log, and every commitment is a vote or a vote that was replaced;
 6. the totals of the voter roll are those of the votes, and the statement about them is signed;
 7. all votes counted again, exactly, give the published result.

Exit code 0: everything is right. 1: something is not; the reason is told. 2: this could not be checked.

A commitment is SHA-256("commit" || nonce || "code;choices"). Everything is exact: whole numbers and fractions.
"""

from __future__ import annotations

import argparse
import hashlib
import heapq
import io
import json
import math
import re
import sys
import urllib.request
import zipfile
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

REQUIRED = (
    "README.txt",
    "heads.json",
    "hours.json",
    "log.txt",
    "result.json",
    "rules.json",
    "statement.json",
    "statement.sig",
)
FILES = frozenset({*REQUIRED, "votes.txt", "votes.pb"})
SUMS = "SHA256SUMS"
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
NOTHING_BEFORE = "0" * 64
SMALLEST_GROUP = 10
LONG_COUNT = 5_000  # steps of equal shares from which who waits is told so
REPLACED = "vervangen"


class Wrong(Exception):
    """Something published is not right. ``code`` names the sentence in TEXTS, ``data`` fills it in."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code, self.data = code, data


class Unusable(Wrong):
    """It can't be checked at all."""


# -- reading ------------------------------------------------------------------------------------------------------


def read_bundle(source: str) -> dict[str, bytes]:
    """The files by name, from a folder, a zip or an address; raises Unusable or Wrong."""
    try:
        if re.match(r"https?://", source):
            address = source if source.endswith(".zip") else source.rstrip("/") + "/bundel.zip"
            with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  (http and https only)
                return read_zip(answer.read())
        path = Path(source)
        if path.is_dir():
            return {name: (path / name).read_bytes() for name in (*FILES, SUMS) if (path / name).is_file()}
        return read_zip(path.read_bytes())
    except OSError as error:
        raise Unusable("unreadable", source=source, error=str(error)) from None


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of a zip that is, byte for byte, what `write_zip` makes of them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = file.namelist()
            files = {name: file.read(name) for name in names}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise Wrong("bad_zip", error=str(error)) from None
    if write_zip(files) != data:
        raise Wrong("zip_differs")
    return files


def write_zip(files: dict[str, bytes]) -> bytes:
    """A zip of these files that is the same everywhere: sorted by name, not packed, without times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            file.writestr(info, files[name])
    return out.getvalue()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def load(files: dict[str, bytes], name: str) -> Any:
    """A JSON file that is written in the one canonical way."""
    try:
        value = json.loads(files[name].decode())
        same = canonical(value).encode() == files[name]
    except (ValueError, RecursionError):
        raise Wrong("bad_file", name=name) from None
    if not same:
        raise Wrong("bad_file", name=name)
    return value


def lines_of(files: dict[str, bytes], name: str) -> list[str]:
    """The lines of a text file; each ends in LF."""
    try:
        text = files[name].decode()
    except ValueError:
        raise Wrong("bad_file", name=name) from None
    if text and not text.endswith("\n"):
        raise Wrong("bad_file", name=name)
    return text.split("\n")[:-1]


def check_sums(files: dict[str, bytes]) -> None:
    """Check 1: the fingerprints of all files."""
    for name in (*REQUIRED, "votes.txt", SUMS):
        if name not in files:
            raise Wrong("file_missing", name=name)
    for name in files:
        if name not in FILES and name != SUMS:
            raise Wrong("file_extra", name=name)
    for name in sorted(files):
        if name != SUMS and f"{sha256(files[name])}  {name}" not in lines_of(files, SUMS):
            raise Wrong("sum_differs", name=name)
    expected = "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files) if name != SUMS)
    if files[SUMS] != expected.encode():
        raise Wrong("sums_differ")


# -- Ed25519, after RFC 8032, section 5.1 -----------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # extended coordinates: x = X/Z, y = Y/Z, x*y = T/Z


def point_add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_multiply(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = point_add(total, point)
        point = point_add(point, point)
        number >>= 1
    return total


def point_decompress(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point_decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the signature of the message under the public key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = point_decompress(public), point_decompress(signature[:32])
    answer = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or BASE is None or answer >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = point_multiply(answer, BASE), point_add(commitment, point_multiply(challenge, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


def unhex(text: Any, size: int) -> bytes | None:
    """The bytes of lower-case hexadecimal text of `size` bytes; None when it is something else."""
    if isinstance(text, str) and len(text) == 2 * size and re.fullmatch(r"[0-9a-f]*", text):
        return bytes.fromhex(text)
    return None


# -- the log ----------------------------------------------------------------------------------------------------------


class Tree:
    """The Merkle tree of RFC 6962, section 2.1, as it grows: the roots of its full subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.roots: list[bytes] = []

    def add(self, entry: bytes) -> None:
        node, full = hashlib.sha256(b"\x00" + entry).digest(), self.size
        while full & 1:
            node = hashlib.sha256(b"\x01" + self.roots.pop() + node).digest()
            full >>= 1
        self.roots.append(node)
        self.size += 1

    def root(self) -> str:
        if not self.roots:
            return sha256(b"")
        node = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node.hex()


def tree_root(entries: list[bytes]) -> str:
    tree = Tree()
    for entry in entries:
        tree.add(entry)
    return tree.root()


def check_heads(files: dict[str, bytes], rules_hash: str, key: bytes) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Checks 3 and 4: chain, signatures and Merkle roots of the heads; returns heads and log."""
    log = [unhex(line, 32) for line in lines_of(files, "log.txt")]
    if None in log:
        raise Wrong("bad_file", name="log.txt")
    entries = [entry for entry in log if entry is not None]
    if len(set(entries)) != len(entries):
        raise Wrong("commitment_twice")
    heads = load(files, "heads.json")
    if not isinstance(heads, list):
        raise Wrong("bad_file", name="heads.json")
    tree, previous = Tree(), NOTHING_BEFORE
    for number, head in enumerate(heads, start=1):
        known = {"number", "size", "root", "day", "previous", "signature", "name"}
        if not isinstance(head, dict) or set(head) != known:
            raise Wrong("bad_file", name="heads.json")
        if head["number"] != number or head["previous"] != previous:
            raise Wrong("chain_broken", number=number)
        texts = (rules_hash, str(number), str(head["size"]), str(head["root"]), str(head["day"]), previous)
        message = "".join(f"{text}\n" for text in ("aanzet-head-1", *texts)).encode()
        signature = unhex(head["signature"], 64)
        if signature is None or not is_signed(key, message, signature):
            raise Wrong("head_not_signed", number=number)
        if head["name"] != sha256(message + signature):
            raise Wrong("chain_broken", number=number)
        size = head["size"]
        if type(size) is not int or not tree.size < size <= len(entries):
            raise Wrong("log_shorter", number=number)
        for entry in entries[tree.size : size]:
            tree.add(entry)
        if tree.root() != head["root"]:
            raise Wrong("root_differs", number=number)
        previous = head["name"]
    if tree.size != len(entries):
        raise Wrong("log_longer", extra=len(entries) - tree.size)
    begin = 0
    for head in heads:
        batch = entries[begin : head["size"]]
        if batch != sorted(batch):
            raise Wrong("batch_unsorted", number=head["number"])
        begin = head["size"]
    return heads, entries


def check_hours(
    files: dict[str, bytes], rules_hash: str, key: bytes, heads: list[dict[str, Any]], statement: dict[str, Any]
) -> int:
    """Part of check 4: what was signed at each hour was true then, and never less than the hour before."""
    hours = load(files, "hours.json")
    if sha256(files["hours.json"]) != statement.get("hours_sha256", sha256(b"[]")):
        raise Wrong("hours_differ")
    before, number = "", 0
    for hour in hours:
        at = hour["hour"]
        fits = set(hour) == {"hour", "number", "size", "root", "head", "signature"} and at > before
        if not fits or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:00Z", at):
            raise Wrong("bad_file", name="hours.json")
        texts = (rules_hash, at, str(hour["number"]), str(hour["size"]), str(hour["root"]), str(hour["head"]))
        message = "".join(f"{text}\n" for text in ("aanzet-hour-1", *texts)).encode()
        signature = unhex(hour["signature"], 64)
        if signature is None or not is_signed(key, message, signature):
            raise Wrong("hour_not_signed", hour=at)
        if not number <= hour["number"] <= len(heads):
            raise Wrong("hour_differs", hour=at)
        number, before = hour["number"], at
        there = heads[number - 1] if number else {"size": 0, "root": sha256(b""), "name": NOTHING_BEFORE}
        if (hour["size"], hour["root"], hour["head"]) != (there["size"], there["root"], there["name"]):
            raise Wrong("hour_differs", hour=at)
    return len(hours)


def check_votes(
    files: dict[str, bytes], entries: list[bytes], may_change: bool
) -> tuple[list[tuple[str, str, str]], int, list[bytes]]:
    """Check 5: votes and commitments are one and the same; returns votes, number of replaced ones, commitments."""
    lines = lines_of(files, "votes.txt")
    if lines != sorted(lines):
        raise Wrong("votes_unsorted")
    waiting = set(entries)
    votes, commitments, replaced, codes = [], [], 0, set()
    for line in lines:
        parts = line.split(";")
        if len(parts) != 3 or not re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{12}", parts[0]):
            raise Wrong("vote_unreadable", line=line)
        code, choices, last = parts
        if code in codes:
            raise Wrong("code_twice", receipt=code)
        codes.add(code)
        if choices == REPLACED:
            if not may_change:
                raise Wrong("replaced_not_allowed", receipt=code)
            commitment = unhex(last, 32)
            replaced += 1
        else:
            nonce = unhex(last, 16)
            if nonce is None:
                raise Wrong("vote_unreadable", line=line)
            commitment = hashlib.sha256(b"commit" + nonce + f"{code};{choices}".encode()).digest()
            votes.append((code, choices, last))
            commitments.append(commitment)
        if commitment is None or commitment not in waiting:
            raise Wrong("vote_not_in_log", receipt=code)
        waiting.remove(commitment)
    if waiting:
        raise Wrong("commitment_without_vote", number=len(waiting))
    return votes, replaced, commitments


# -- counting ---------------------------------------------------------------------------------------------------------


class Election:
    """What is counted. Options by position in the list of the rules; `papers` are (choices, weights) with how often."""

    def __init__(self, rules: dict[str, Any], choices: Counter[str], settings: dict[str, Any]) -> None:
        self.kind, self.settings = rules["type"], settings
        self.ids = [str(option["number"]) for option in rules["options"]]
        self.costs = [option["cost_cents"] for option in rules["options"]]
        self.budget = rules["budget_cents"]
        self.scale = rules.get("scale") or []
        self.units = 100
        index = {option: place for place, option in enumerate(self.ids)}
        self.papers = [(*parse(rules, index, text, self.costs), times) for text, times in sorted(choices.items())]
        self._add_up()

    @classmethod
    def of(
        cls,
        kind: str,
        ids: list[str],
        costs: list[int],
        budget: int | None,
        papers: list[tuple[tuple[int, ...], tuple[int, ...], int]],
        settings: dict[str, Any],
        *,
        units: int = 100,
        scale: tuple[str, ...] = (),
    ) -> Election:
        """From parts, for tests: a paper is positions, a weight for each, and how often it was cast."""
        made = cls.__new__(cls)
        made.kind, made.ids, made.costs, made.budget = kind, ids, costs, budget
        made.papers, made.settings, made.units, made.scale = papers, settings, units, list(scale)
        made._add_up()
        return made

    def _add_up(self) -> None:
        self.cast = sum(times for _, _, times in self.papers)
        self.valid = sum(times for chosen, _, times in self.papers if chosen)
        self.votes, points = [0] * len(self.ids), [0] * len(self.ids)
        for chosen, weights, times in self.papers:
            for position, weight in zip(chosen, weights, strict=True):
                self.votes[position] += times
                points[position] += times * weight
        self.support = points if self.kind == "points" else self.votes
        self.rank = self._ranks()

    def _ranks(self) -> list[int]:
        """The place of each option in the tie-break; the draw sorts by SHA-256 of seed, newline and id."""
        seed = self.settings["lot_seed"]
        drawn = sorted(self.ids, key=lambda one: (hashlib.sha256(f"{seed}\n{one}".encode()).digest(), one))
        values = {
            "votes": [-number for number in self.votes],
            "cost": self.costs,
            "lot": [drawn.index(one) for one in self.ids],
            "listed": list(range(len(self.ids))),
        }
        order = sorted(range(len(self.ids)), key=lambda p: tuple(values[name][p] for name in self.settings["ties"]))
        rank = [0] * len(order)
        for place, position in enumerate(order):
            rank[position] = place
        return rank


def parse(
    rules: dict[str, Any], index: dict[str, int], text: str, costs: list[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The positions and weights on a paper; raises Wrong where the paper is not one of this ballot."""
    wrong = Wrong("paper_wrong", choices=text)
    kind = rules["type"]
    if not text:
        return (), ()
    if kind in ("points", "scale"):
        pairs = [item.split(":") for item in text.split(",")]
        if any(len(pair) != 2 or pair[0] not in index or not re.fullmatch(r"0|[1-9]\d*", pair[1]) for pair in pairs):
            raise wrong
        chosen, weights = [index[one] for one, _ in pairs], [int(weight) for _, weight in pairs]
        if kind == "points" and (
            not all(0 < weight <= rules["points"]["each"] for weight in weights)
            or sum(weights) > rules["points"]["total"]
        ):
            raise wrong
        if kind == "scale" and not all(weight < len(rules["scale"]) for weight in weights):
            raise wrong
    else:
        items = text.split(",")
        if any(item not in index for item in items):
            raise wrong
        chosen, weights = [index[item] for item in items], [1] * len(items)
    if len(set(chosen)) != len(chosen) or (kind == "single" and len(chosen) > 1):
        raise wrong
    numbers = [int(item.partition(":")[0]) for item in text.split(",")]
    if kind != "ranking" and numbers != sorted(numbers):
        raise wrong
    limit = rules["limit"]
    if kind == "approval" and limit["kind"] == "number" and len(chosen) > limit["max_choices"]:
        raise wrong
    if kind == "approval" and limit["kind"] == "budget" and sum(costs[p] for p in chosen) > rules["budget_cents"]:
        raise wrong
    return tuple(chosen), tuple(weights)


class Counted:
    """What a count found: positions in the order chosen, money spent, and more where a rule has more."""

    def __init__(self, winners: list[int], spent: int = 0, **more: Any) -> None:
        self.winners, self.spent, self.more = winners, spent, more


def walk(election: Election, candidates: list[int], left: int, order: str, when_full: str) -> list[int]:
    """Options by support; what still fits is taken; at the first that does not, go on ("skip") or end ("stop")."""

    def priority(p: int) -> tuple[int, Fraction, int]:
        support, cost = election.support[p], election.costs[p]
        if order == "votes":
            return (0, Fraction(-support), election.rank[p])
        if cost == 0:
            return (-1 if support else 0, Fraction(-support), election.rank[p])
        return (0, Fraction(-support, cost), election.rank[p])

    taken = []
    for p in sorted((p for p in candidates if election.support[p] >= election.settings["threshold"]), key=priority):
        if election.costs[p] <= left:
            left -= election.costs[p]
            taken.append(p)
        elif when_full == "stop":
            break
    return taken


def count_greedy(election: Election) -> Counted:
    """Most votes first."""
    settings = election.settings
    everything = list(range(len(election.ids)))
    winners = walk(election, everything, election.budget, settings["order"], settings["when_full"])
    return Counted(winners, sum(election.costs[p] for p in winners))


Supporters = list[tuple[int, int]]  # (group of equal papers, weight)


def shares_run(
    election: Election, supporters: dict[int, Supporters], times: list[int], share: Fraction
) -> list[tuple[int, Fraction]] | None:
    """One run of equal shares: options in order with the full price per weight; None when it spends too much.

    Money is kept as whole numbers over one common denominator that grows with the prices.
    """
    costs, by_cost = election.costs, election.settings["utility"] == "cost"
    unit, money = share.denominator, [share.numerator] * len(times)

    def price(p: int) -> Fraction | None:
        """The least price at which the supporters pay the option together, in parts of 1/unit."""
        need = costs[p] * unit
        backers = supporters[p]
        if sum(money[group] * times[group] for group, _ in backers) < need:
            return None
        if by_cost or election.settings["utility"] == "one":
            backers = sorted(backers, key=lambda backer: money[backer[0]])
        else:
            backers = sorted(backers, key=lambda backer: Fraction(money[backer[0]], backer[1]))
        weight = sum(times[group] * w for group, w in backers)
        for group, w in backers:
            if money[group] * weight >= need * w:
                return Fraction(need, weight)
            need -= money[group] * times[group]
            weight -= times[group] * w
        raise AssertionError("the richest can always pay the rest")

    bounds = [
        (Fraction(costs[p], sum(times[group] * w for group, w in backers) * (costs[p] if by_cost else 1)), p)
        for p, backers in supporters.items()
    ]
    heapq.heapify(bounds)
    bought: list[tuple[int, Fraction]] = []
    left = election.budget
    while True:
        best: Fraction | None = None
        looked: list[tuple[Fraction, int, Fraction]] = []
        while bounds and (best is None or bounds[0][0] <= best):
            _, p = heapq.heappop(bounds)
            asked = price(p)
            if asked is None:
                continue  # money only goes down, so it stays too dear
            value = asked / (unit * (costs[p] if by_cost else 1))
            looked.append((value, p, asked))
            best = value if best is None or value < best else best
        if best is None:
            return bought
        chosen, asked = min(
            ((p, asked) for value, p, asked in looked if value == best), key=lambda pair: election.rank[pair[0]]
        )
        for value, p, _ in looked:
            if p != chosen:
                heapq.heappush(bounds, (value, p))
        left -= costs[chosen]
        if left < 0:
            return None
        bought.append((chosen, asked / unit))
        if asked.denominator > 1:
            unit *= asked.denominator
            money = [amount * asked.denominator for amount in money]
            asked *= asked.denominator
        for group, w in supporters[chosen]:
            money[group] -= min(money[group], int(asked) * w)


def count_equal_shares(election: Election) -> Counted:
    """The Method of Equal Shares, with its completions."""
    settings = election.settings
    eligible = [
        p for p in range(len(election.ids)) if election.votes[p] and election.support[p] >= settings["threshold"]
    ]
    free = sorted((p for p in eligible if not election.costs[p]), key=election.rank.__getitem__)
    supporters: dict[int, Supporters] = {p: [] for p in eligible if election.costs[p]}
    merged: Counter[tuple[tuple[int, int], ...]] = Counter()
    for chosen, weights, number in election.papers:
        given = weights if settings["utility"] == "points" else (1,) * len(chosen)
        kept = tuple((p, w) for p, w in zip(chosen, given, strict=True) if p in supporters)
        if kept:
            merged[tuple(sorted(kept))] += number
    times = list(merged.values())
    for group, kept in enumerate(merged):
        for p, w in kept:
            supporters[p].append((group, w))
    start = Fraction(election.budget, election.valid) if election.valid else Fraction(0)
    increment = Fraction(settings["increment"]) * election.units
    step, bought = 0, shares_run(election, supporters, times, start) or []
    stopped_by = "no_completion"
    while settings["completion"] == "add1":
        left = election.budget - sum(election.costs[p] for p, _ in bought)
        chosen_now = {p for p, _ in bought}
        if len(bought) == len(supporters):
            stopped_by = "all_chosen"
            break
        if settings["stop_when_exhaustive"] and all(
            election.costs[p] > left for p in supporters if p not in chosen_now
        ):
            stopped_by = "exhaustive"
            break
        following = shares_run(election, supporters, times, start + (step + 1) * increment)
        if following is None:
            stopped_by = "overspend"
            break
        step, bought = step + 1, following
    winners = [*free, *(p for p, _ in bought)]
    if settings["fill"] == "votes":
        rest = [p for p in range(len(election.ids)) if p not in winners]
        left = election.budget - sum(election.costs[p] for p in winners)
        winners += walk(election, rest, left, "votes", "skip")
    shares = {"steps": step, "stopped_by": stopped_by, "start": str(start), "final": str(start + step * increment)}
    prices = {election.ids[p]: str(price) for p, price in bought}
    return Counted(winners, sum(election.costs[p] for p in winners), shares=shares, prices=prices)


def by_support(election: Election, seats: int) -> list[int]:
    able = [p for p, s in enumerate(election.support) if s and s >= election.settings["threshold"]]
    return sorted(able, key=lambda p: (-election.support[p], election.rank[p]))[:seats]


def count_support(election: Election) -> Counted:
    """Plurality, most votes, sum of points."""
    return Counted(by_support(election, election.settings["seats"]))


def count_threshold(election: Election) -> Counted:
    """Most votes, if that is the asked part of the valid votes and enough people voted."""
    settings = election.settings
    part = Fraction(settings["share"]) * election.valid
    needs = math.floor(part) + 1 if settings["more_than"] else math.ceil(part)
    winners = by_support(election, 1)
    turnout = math.ceil(Fraction(settings["turnout"]) * settings["electorate"])
    if winners and (election.cast < turnout or election.support[winners[0]] < needs):
        return Counted([])
    return Counted(winners)


def count_schulze(election: Election) -> Counted:
    """Strongest paths by winning votes."""
    size = len(election.ids)
    votes = [[0] * size for _ in range(size)]
    for chosen, _, times in election.papers:
        absent = [p for p in range(size) if p not in chosen]
        for place, a in enumerate(chosen):
            for b in (*chosen[place + 1 :], *absent):
                votes[a][b] += times
    paths = [[votes[a][b] if votes[a][b] > votes[b][a] else 0 for b in range(size)] for a in range(size)]
    for via in range(size):
        for a in range(size):
            for b in range(size):
                if a != b:
                    paths[a][b] = max(paths[a][b], min(paths[a][via], paths[via][b]))
    order: list[int] = []
    left = set(range(size)) if election.valid else set()
    while left:
        best = [a for a in left if all(paths[a][b] >= paths[b][a] for b in left)]
        order.append(min(best, key=election.rank.__getitem__))
        left.remove(order[-1])
    return Counted(order[: election.settings["seats"]])


def count_instant_runoff(election: Election) -> Counted:
    """Each round the option with fewest votes leaves, until one has more than half of what still counts."""
    left = set(range(len(election.ids)))
    while True:
        tally = dict.fromkeys(left, 0)
        for chosen, _, times in election.papers:
            first = next((p for p in chosen if p in left), None)
            if first is not None:
                tally[first] += times
        counting = sum(tally.values())
        if not counting:
            return Counted([])
        for p in left:
            if 2 * tally[p] > counting:
                return Counted([p])
        left.remove(max(left, key=lambda p: (-tally[p], election.rank[p])))


def count_stv(election: Election) -> Counted:
    """Single transferable vote by the Scottish rules (SSI 2007/42), in parts of 0.00001 vote."""
    one, seats = 100_000, election.settings["seats"]
    quota = (election.valid // (seats + 1) + 1) * one
    continuing = set(range(len(election.ids)))
    votes = [0] * len(election.ids)
    parcels: dict[int, list[tuple[tuple[int, ...], int, int, int]]] = {p: [] for p in continuing}
    elected: list[int] = []
    history: list[list[int]] = []
    for chosen, _, times in election.papers:
        if chosen:
            parcels[chosen[0]].append((chosen, 0, times, one))
            votes[chosen[0]] += times * one

    def ordered(some: list[int]) -> list[int]:
        return sorted(some, key=lambda p: ([-votes[p], *(-stage[p] for stage in reversed(history))], election.rank[p]))

    def end_stage() -> None:
        for p in ordered([p for p in continuing if votes[p] >= quota]):
            continuing.remove(p)
            elected.append(p)
        if len(continuing) <= seats - len(elected):
            for p in ordered(list(continuing)):
                continuing.remove(p)
                elected.append(p)
        history.append(list(votes))

    def hand_on(parcel: tuple[tuple[int, ...], int, int, int], value: int) -> None:
        ranking, place, papers, _ = parcel
        for later in range(place + 1, len(ranking)):
            if ranking[later] in continuing:
                parcels[ranking[later]].append((ranking, later, papers, value))
                votes[ranking[later]] += value * papers
                return

    if not election.valid:
        return Counted([])
    end_stage()
    while len(elected) < seats and continuing:
        over = [p for p in elected if votes[p] > quota]
        if over:
            giver = ordered([p for p in over if votes[p] == max(votes[q] for q in over)])[0]
            total, surplus = votes[giver], votes[giver] - quota
            for parcel in parcels.pop(giver):
                hand_on(parcel, surplus * parcel[3] // total)
            votes[giver] = quota
        else:
            fewest = min(votes[p] for p in continuing)
            loser = ordered([p for p in continuing if votes[p] == fewest])[-1]
            continuing.remove(loser)
            for parcel in parcels.pop(loser):
                hand_on(parcel, parcel[3])
            votes[loser] = 0
        end_stage()
    return Counted(elected)


def count_median_grade(election: Election) -> Counted:
    """Median grade, equal ones by the majority-gauge."""
    settings, keys = election.settings, {}
    for p in range(len(election.ids)):
        marks = [0] * len(election.scale)
        for chosen, grades, times in election.papers:
            if p in chosen:
                marks[grades[chosen.index(p)]] += times
        if settings["missing"] == "lowest":
            marks[0] += election.valid - election.votes[p]
        if not election.votes[p] or election.votes[p] < settings["threshold"]:
            continue
        middle, seen = 0, marks[0]
        while seen <= (sum(marks) - 1) // 2:
            middle += 1
            seen += marks[middle]
        above, below = Fraction(sum(marks[middle + 1 :]), sum(marks)), Fraction(sum(marks[:middle]), sum(marks))
        keys[p] = (-middle, -1, -above) if above > below else (-middle, 0, below)
    order = sorted(keys, key=lambda p: (keys[p], election.rank[p]))[: settings["seats"]]
    return Counted([p for p in order if -keys[p][0] >= settings["least_grade"]])


RULES = {
    "greedy": count_greedy,
    "equal_shares": count_equal_shares,
    "plurality": count_support,
    "most_votes": count_support,
    "points_sum": count_support,
    "threshold": count_threshold,
    "schulze": count_schulze,
    "instant_runoff": count_instant_runoff,
    "stv": count_stv,
    "median_grade": count_median_grade,
}


def check_result(rules: dict[str, Any], result: dict[str, Any], choices: Counter[str], box: str) -> Election:
    """Check 7: count again and compare with what was published."""
    name = rules["rule"]["name"]
    settings = {**rules["rule"]["settings"], "lot_seed": f"{rules['rule']['settings']['lot_seed']}:{box}"}
    if name not in RULES:
        raise Unusable("rule_unknown", rule=name)
    election = Election(rules, choices, settings)
    counted = RULES[name](election)
    winners = [election.ids[p] for p in counted.winners]
    if result["winners"] != winners:
        raise Wrong("winners_differ", published=", ".join(result["winners"]), counted=", ".join(winners))
    spends = name in ("greedy", "equal_shares")
    budget = election.budget if spends else 0
    blank = choices.get("", 0)
    found = {
        "rule": name,
        "budget": budget,
        "spent": counted.spent,
        "left": budget - counted.spent,
        "units": 100,
        "cast": election.cast,
        "blank": blank,
    }
    for key, value in found.items():
        if result[key] != value:
            raise Wrong("result_differs", what=key, published=result[key], counted=value)
    if any(settings.get(key) != value for key, value in result["settings"].items() if key != "electorate"):
        raise Wrong("result_differs", what="settings", published="?", counted="?")
    if [story["option"] for story in result["stories"]] != election.ids:
        raise Wrong("result_differs", what="stories", published="?", counted="?")
    for p, story in enumerate(result["stories"]):
        for key, figures in (("votes", election.votes), ("support", election.support), ("cost", election.costs)):
            if story[key] != figures[p]:
                raise Wrong("result_differs", what=f"{key} {story['option']}", published=story[key], counted=figures[p])
        price = counted.more.get("prices", {}).get(story["option"])
        if price is not None and story["data"]["full_share"] != price:
            raise Wrong("result_differs", what="full_share", published=story["data"]["full_share"], counted=price)
    for key, value in counted.more.get("shares", {}).items():
        if result["shares"][key] != value:
            raise Wrong("result_differs", what=key, published=result["shares"][key], counted=value)
    return election


def check_pb(
    files: dict[str, bytes], rules_hash: str, box: str, votes: list[tuple[str, str, str]], won: list[str]
) -> None:
    """The Pabulib file tells the same votes, costs and winners."""
    wrong = Wrong("pb_differs")
    meta: dict[str, str] = {}
    papers: list[tuple[str, str, str]] = []
    selected, section, columns = set(), "", [""]
    for line in lines_of(files, "votes.pb"):
        if line in ("META", "PROJECTS", "VOTES"):
            section, columns = line, []
            continue
        if not columns:
            columns = line.split(";")
            continue
        if section == "META":
            key, _, value = line.partition(";")
            meta[key] = value
        elif section == "PROJECTS":
            before = line.split(";")
            # The name may hold semicolons in quotes; what follows `selected` is not needed.
            flag = re.match(r'(?:"(?:[^"]|"")*"|[^;]*);([01])(?:;|$)', line.split(";", 3)[3])
            if flag and flag[1] == "1":
                selected.add(before[0])
        else:
            row = dict(zip(columns, (part.strip('"') for part in line.split(";")), strict=False))
            papers.append((row.get("voter_id", ""), row.get("vote", ""), row.get("nonce", "")))
    if papers != sorted(votes) or selected != set(won) or meta.get("num_votes") != str(len(votes)):
        raise wrong
    if meta.get("aanzet_rules_sha256") != rules_hash or meta.get("aanzet_box_hash") != box:
        raise wrong


# -- all together -----------------------------------------------------------------------------------------------------


def verify(files: dict[str, bytes], say: Any, *, rules_noted: str = "", heads_noted: tuple[str, ...] = ()) -> None:
    """All checks; calls ``say(code, **data)`` for each that went well, raises Wrong or Unusable for the first that not."""
    check_sums(files)
    say("ok_files", number=len(files))
    rules, rules_hash = load(files, "rules.json"), sha256(files["rules.json"])
    try:
        _verify(files, rules, rules_hash, say, rules_noted, heads_noted)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError) as error:
        raise Wrong("not_understood", error=f"{type(error).__name__}: {error}") from error


def _verify(
    files: dict[str, bytes],
    rules: dict[str, Any],
    rules_hash: str,
    say: Any,
    rules_noted: str,
    heads_noted: tuple[str, ...],
) -> None:
    if rules["format"] != "aanzet-rules-1" or rules["log"]["format"] != "aanzet-head-1":
        raise Unusable("format_unknown")
    if rules_noted and rules_noted.lower() != rules_hash:
        raise Wrong("rules_not_noted", noted=rules_noted, found=rules_hash)
    key = unhex(rules["log"]["public_key"], 32)
    if key is None:
        raise Wrong("bad_file", name="rules.json")
    statement = load(files, "statement.json")
    signature = unhex(files["statement.sig"].decode("ascii", "replace").removesuffix("\n"), 64)
    signed = b"aanzet-result-1\n" + files["statement.json"] + b"\n"
    if statement.get("rules_sha256") != rules_hash:
        raise Wrong("rules_differ")
    if signature is None or not is_signed(key, signed, signature):
        raise Wrong("statement_not_signed")
    if not files["statement.sig"].endswith(b"\n"):
        raise Wrong("bad_file", name="statement.sig")
    say("ok_rules", title=rules["title"], hash=rules_hash)
    heads, entries = check_heads(files, rules_hash, key)
    names = [head["name"] for head in heads]
    for noted in heads_noted:
        if noted.lower() not in names:
            raise Wrong("head_not_noted", noted=noted)
    last = names[-1] if names else NOTHING_BEFORE
    if statement["heads"] != len(heads) or statement["last_head"] != last:
        raise Wrong("heads_missing", stated=statement["heads"], found=len(heads))
    say("ok_heads", number=len(heads), last=last)
    say("ok_hours", number=check_hours(files, rules_hash, key, heads, statement))
    votes, replaced, commitments = check_votes(files, entries, rules.get("allow_change") is True)
    say("ok_votes", votes=len(votes), entries=len(entries), replaced=replaced)
    choices = Counter(text for _, text, _ in votes)
    box = tree_root(sorted(commitments))
    areas = statement["voters_per_area"]
    if (statement["votes"], statement["blank"]) != (len(votes), choices.get("", 0)) or statement["box_hash"] != box:
        raise Wrong("totals_differ", stated=statement["votes"], found=len(votes))
    if statement.get("replaced", 0) != replaced:
        raise Wrong("replaced_differ", stated=statement.get("replaced", 0), found=replaced)
    gone = "".join(f"{line}\n" for line in lines_of(files, "votes.txt") if f";{REPLACED};" in line)
    if statement.get("replaced_sha256", sha256(b"")) != sha256(gone.encode()):
        raise Wrong("replaced_differ", stated=statement.get("replaced", 0), found=replaced)
    if sum(areas.values()) > len(votes) or any(number < SMALLEST_GROUP for number in areas.values()):
        raise Wrong("areas_differ")
    say("ok_totals", votes=len(votes), blank=choices.get("", 0))
    check_roll(rules, statement, say)
    check_paper(rules, statement, say)
    result = load(files, "result.json")
    if sha256(files["result.json"]) != statement["outcome_sha256"]:
        raise Wrong("result_not_signed")
    steps = (result.get("shares") or {}).get("steps")
    if type(steps) is int and steps >= LONG_COUNT:
        say("long_count", steps=steps)
    check_result(rules, result, choices, box)
    if "votes.pb" in files:
        check_pb(files, rules_hash, box, votes, result["winners"])
    titles = {str(option["number"]): option["title"] for option in rules["options"]}
    say(
        "ok_result",
        winners="; ".join(f"{place}. {titles[one]}" for place, one in enumerate(result["winners"], 1)) or "-",
    )


def check_roll(rules: dict[str, Any], statement: dict[str, Any], say: Any) -> None:
    """Part of check 6: a line of the roll for every vote, no more than might vote, and codes and areas that add up."""
    roll, votes = statement.get("roll"), statement["votes"]
    if roll is None:  # counted before the roll was published
        return
    areas = roll["areas"]
    codes, voters = roll.get("codes"), [area["voters"] for area in areas.values()]
    if (codes is not None) != (rules["electorate"]["kind"] == "codes"):
        raise Wrong("roll_differs", what="codes")
    numbers = [
        roll["voters"],
        *voters,
        *(codes or {}).values(),
        *(area.get("codes_sent", 0) for area in areas.values()),
    ]
    numbers += [roll[name] for name in ("entitled", "paper") if roll.get(name) is not None]
    if any(type(number) is not int or number < 0 for number in numbers):
        raise Wrong("roll_differs", what="numbers")
    if roll["voters"] != votes:
        raise Wrong("roll_differs", what="voters")
    if {code: area["voters"] for code, area in areas.items()} != statement["voters_per_area"]:
        raise Wrong("roll_differs", what="areas")
    # What is hidden is a sum: of nobody, or of ten or more, unless there is nothing else to hide it with.
    if areas and 0 < votes - sum(voters) < SMALLEST_GROUP:
        raise Wrong("roll_differs", what="areas")
    known, kind = roll["entitled"], rules["electorate"]["kind"]
    if kind in ("codes", "group") and (known is None or known < votes):
        raise Wrong("roll_differs", what="entitled")
    if kind == "group" and known != rules["electorate"]["group"]["members"]:
        raise Wrong("roll_differs", what="entitled")
    if codes is not None and (
        codes["used"] != votes
        or known != codes["sent"] - codes["replaced"]
        or codes["blocked"] > known
        or any(not area["voters"] <= area["codes_sent"] <= codes["sent"] for area in areas.values())
        or sum(area["codes_sent"] for area in areas.values()) > codes["sent"]
    ):
        raise Wrong("roll_differs", what="codes")
    if roll.get("paper") != (None if statement.get("paper") is None else statement["paper"]["envelopes"]):
        raise Wrong("roll_differs", what="paper")
    say("ok_roll" if known is not None else "ok_roll_unknown", voters=votes, entitled=known)
    if codes is not None:
        say("ok_codes", **codes)


def check_paper(rules: dict[str, Any], statement: dict[str, Any], say: Any) -> None:
    """Part of check 6: each envelope that was let in gave one vote, and the invalid papers among them count as blank."""
    paper = statement.get("paper")
    if bool(rules.get("paper")) != (paper is not None):
        raise Wrong("paper_differs")
    if paper is None:
        return
    invalid = sum(paper["invalid"].values())
    whole = [paper["envelopes"], paper["votes"], paper["set_aside"], *paper["invalid"].values()]
    if any(type(number) is not int or number < 0 for number in whole) or paper["envelopes"] != paper["votes"]:
        raise Wrong("paper_differs")
    if paper["votes"] > statement["votes"] or invalid > min(paper["votes"], statement["blank"]):
        raise Wrong("paper_differs")
    say("ok_paper", votes=paper["votes"], invalid=invalid)


TEXTS = {
    "nl": {
        "ok_files": "[goed] {number} bestanden hebben de vingerafdruk die erbij hoort.",
        "ok_rules": "[goed] De regels van “{title}” en de totalen zijn getekend.\n       Vingerafdruk van de regels: {hash}",
        "ok_heads": "[goed] {number} koppen van het logboek: getekend, in één keten, met de juiste wortel.\n"
        "       Laatste kop: {last}",
        "ok_hours": "[goed] {number} keer is op een heel uur getekend wat het logboek was; elke keer klopte dat.",
        "ok_votes": "[goed] {votes} stemmen en {replaced} vervangen stemmen zijn samen de {entries} regels van het logboek.",
        "ok_totals": "[goed] De totalen kloppen: {votes} stemmen, waarvan {blank} blanco.",
        "ok_roll": "[goed] Kiesregister: {voters} kiezers stemden, van de {entitled} die mochten stemmen.",
        "ok_roll_unknown": "[goed] Kiesregister: {voters} kiezers stemden. Hoeveel er mochten stemmen is niet bekend.",
        "ok_codes": "[goed] Stemcodes: {sent} verstuurd, {used} gebruikt, {replaced} vervangen, {blocked} geblokkeerd.",
        "ok_paper": "[goed] Op papier: {votes} enveloppen en evenveel stemmen, waarvan {invalid} ongeldig (geteld als blanco).",
        "long_count": "       Nu opnieuw tellen, in {steps} stappen. Dat kan minuten duren.",
        "ok_result": "[goed] Opnieuw geteld, met dezelfde uitslag: {winners}",
        "right": "Alles klopt.\nVergelijk de vingerafdruk van de regels met wat je bij de opening zag (--rules), en koppen die je\n"
        "bewaarde met --head. Zonder dat weet je dat alles bij elkaar past, maar niet of het hele pakket vervangen is.",
        "wrong": "FOUT: {reason}",
        "cannot": "Dit kan niet worden nagegaan: {reason}",
        "unreadable": "{source} is niet te lezen ({error}).",
        "bad_zip": "het zipbestand is beschadigd ({error}).",
        "zip_differs": "het zipbestand is niet zoals het gepubliceerd werd: er is iets in veranderd.",
        "bad_file": "{name} is niet zoals het hoort: er is iets in veranderd.",
        "file_missing": "het bestand {name} ontbreekt.",
        "file_extra": "het bestand {name} hoort er niet bij.",
        "sum_differs": "{name} heeft een andere vingerafdruk dan in SHA256SUMS staat: het is veranderd.",
        "sums_differ": "SHA256SUMS klopt niet met de bestanden.",
        "commitment_twice": "een regel staat twee keer in het logboek.",
        "chain_broken": "kop {number} past niet op de kop ervoor: er is een kop weggelaten, toegevoegd of veranderd.",
        "head_not_signed": "de handtekening onder kop {number} klopt niet.",
        "hours_differ": "de lijst met koppen per uur is niet de lijst die getekend is.",
        "hour_not_signed": "de handtekening onder de kop van {hour} klopt niet.",
        "hour_differs": "de kop van {hour} past niet bij het logboek: er is iets teruggedraaid.",
        "log_shorter": "bij kop {number} ontbreken regels in het logboek.",
        "log_longer": "het logboek heeft {extra} regels die in geen kop staan.",
        "root_differs": "het logboek is niet wat kop {number} zegt: er is een regel veranderd, weggelaten of toegevoegd.",
        "batch_unsorted": "de regels van kop {number} staan niet op volgorde.",
        "votes_unsorted": "de stemmen staan niet op volgorde.",
        "vote_unreadable": "dit is geen stem: {line}",
        "code_twice": "de code {receipt} komt twee keer voor.",
        "vote_not_in_log": "de stem met code {receipt} staat niet in het logboek: hij is veranderd of later toegevoegd.",
        "replaced_not_allowed": "de stem met code {receipt} heet vervangen, maar deze stemming stond dat niet toe.",
        "replaced_differ": "de totalen zeggen {stated} vervangen stemmen, en gepubliceerd zijn er {found}.",
        "commitment_without_vote": "van {number} regels in het logboek ontbreekt de stem: die zijn weggelaten.",
        "paper_wrong": "een stem past niet bij de regels: {choices}",
        "rules_differ": "de regels zijn niet die waarmee geteld is: er is iets in veranderd.",
        "rules_not_noted": "de regels zijn niet die van je vingerafdruk {noted}; ze hebben {found}.",
        "head_not_noted": "de kop die je bewaarde, {noted}, staat niet in het logboek.",
        "heads_missing": "er horen {stated} koppen te zijn, en het zijn er {found}.",
        "statement_not_signed": "de handtekening onder de totalen klopt niet.",
        "result_not_signed": "de uitslag is niet de uitslag die getekend is.",
        "totals_differ": "de totalen zeggen {stated} stemmen, en gepubliceerd zijn er {found} (of ze zijn anders).",
        "areas_differ": "de aantallen per buurt kunnen niet kloppen.",
        "roll_differs": "de cijfers van het kiesregister kunnen niet kloppen ({what}).",
        "paper_differs": "de aantallen enveloppen, stemmen op papier en ongeldige stemmen kunnen niet kloppen.",
        "winners_differ": "opnieuw geteld is de uitslag {counted}; gepubliceerd is {published}.",
        "result_differs": "{what} is opnieuw geteld {counted}; gepubliceerd is {published}.",
        "pb_differs": "votes.pb vertelt iets anders dan votes.txt en result.json.",
        "format_unknown": "deze publicatie heeft een vorm die dit programma niet kent.",
        "rule_unknown": "de telregel {rule} kent dit programma niet.",
        "not_understood": "de publicatie is onvolledig of veranderd ({error}).",
    },
    "en": {
        "ok_files": "[good] {number} files have the fingerprint that belongs to them.",
        "ok_rules": "[good] The rules of “{title}” and the totals are signed.\n       Fingerprint of the rules: {hash}",
        "ok_heads": "[good] {number} heads of the log: signed, in one chain, with the right root.\n       Last head: {last}",
        "ok_hours": "[good] {number} times the log was signed at a whole hour; each time it was right.",
        "ok_votes": "[good] {votes} votes and {replaced} replaced votes are together the {entries} lines of the log.",
        "ok_totals": "[good] The totals agree: {votes} votes, of which {blank} blank.",
        "ok_roll": "[good] Voter roll: {voters} people voted, of the {entitled} who might.",
        "ok_roll_unknown": "[good] Voter roll: {voters} people voted. How many might vote is not known.",
        "ok_codes": "[good] Voting codes: {sent} sent, {used} used, {replaced} replaced, {blocked} blocked.",
        "ok_paper": "[good] On paper: {votes} envelopes and as many votes, of which {invalid} invalid (counted as blank).",
        "long_count": "       Now counting again, in {steps} steps. That can take minutes.",
        "ok_result": "[good] Counted again, with the same result: {winners}",
        "right": "Everything is right.\nCompare the fingerprint of the rules with what you saw at the opening (--rules), and heads that you\n"
        "kept with --head. Without that you know that all fits together, but not whether the whole bundle was replaced.",
        "wrong": "WRONG: {reason}",
        "cannot": "This can't be checked: {reason}",
        "unreadable": "{source} can't be read ({error}).",
        "bad_zip": "the zip is damaged ({error}).",
        "zip_differs": "the zip is not as it was published: something in it was changed.",
        "bad_file": "{name} is not as it should be: something in it was changed.",
        "file_missing": "the file {name} is missing.",
        "file_extra": "the file {name} does not belong here.",
        "sum_differs": "{name} has another fingerprint than SHA256SUMS says: it was changed.",
        "sums_differ": "SHA256SUMS does not agree with the files.",
        "commitment_twice": "a line stands in the log twice.",
        "chain_broken": "head {number} does not fit on the one before: a head was left out, added or changed.",
        "head_not_signed": "the signature of head {number} is not right.",
        "hours_differ": "the list of heads per hour is not the list that was signed.",
        "hour_not_signed": "the signature of the head of {hour} is not right.",
        "hour_differs": "the head of {hour} does not fit the log: something was taken back.",
        "log_shorter": "lines are missing from the log at head {number}.",
        "log_longer": "the log has {extra} lines that are in no head.",
        "root_differs": "the log is not what head {number} says: a line was changed, left out or added.",
        "batch_unsorted": "the lines of head {number} are not in order.",
        "votes_unsorted": "the votes are not in order.",
        "vote_unreadable": "this is no vote: {line}",
        "code_twice": "the code {receipt} occurs twice.",
        "vote_not_in_log": "the vote with code {receipt} is not in the log: it was changed, or added later.",
        "replaced_not_allowed": "the vote with code {receipt} is called replaced, but this vote did not allow that.",
        "replaced_differ": "the totals say {stated} replaced votes, and {found} are published.",
        "commitment_without_vote": "of {number} lines in the log the vote is missing: they were left out.",
        "paper_wrong": "a vote does not fit the rules: {choices}",
        "rules_differ": "the rules are not those of the count: something in them was changed.",
        "rules_not_noted": "the rules are not those of your fingerprint {noted}; they have {found}.",
        "head_not_noted": "the head that you kept, {noted}, is not in the log.",
        "heads_missing": "there should be {stated} heads, and there are {found}.",
        "statement_not_signed": "the signature of the totals is not right.",
        "result_not_signed": "the result is not the result that was signed.",
        "totals_differ": "the totals say {stated} votes, and {found} are published (or other ones).",
        "areas_differ": "the numbers per neighbourhood can't be right.",
        "roll_differs": "the figures of the voter roll can't be right ({what}).",
        "paper_differs": "the numbers of envelopes, votes on paper and invalid votes can't be right.",
        "winners_differ": "counted again the result is {counted}; published is {published}.",
        "result_differs": "{what} counted again is {counted}; published is {published}.",
        "pb_differs": "votes.pb says something else than votes.txt and result.json.",
        "format_unknown": "this publication has a form that this program does not know.",
        "rule_unknown": "this program does not know the counting rule {rule}.",
        "not_understood": "the publication is incomplete or changed ({error}).",
    },
}


def main(argv: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="recount.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", metavar="DIRECTORY-OR-ZIP-OR-URL")
    parser.add_argument("--lang", choices=sorted(TEXTS), default="nl")
    parser.add_argument("--rules", default="", metavar="SHA256", help="fingerprint of the rules that you noted")
    parser.add_argument("--head", action="append", default=[], metavar="NAME", help="name of a head that you noted")
    given = parser.parse_args(argv)
    texts = TEXTS[given.lang]

    def say(code: str, **data: Any) -> None:
        sys.stdout.write(texts[code].format(**data) + "\n")
        sys.stdout.flush()

    try:
        verify(read_bundle(given.source), say, rules_noted=given.rules, heads_noted=tuple(given.head))
    except Wrong as error:
        reason = texts[error.code].format(**error.data)
        cannot = isinstance(error, Unusable)
        sys.stdout.write(texts["cannot" if cannot else "wrong"].format(reason=reason) + "\n")
        return 2 if cannot else 1
    sys.stdout.write(texts["right"] + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
