"""Reads over ballots. ``results_visible`` is the one gate for everything that tells choices or totals."""

from foundation.voting.queries.gate import results_visible

__all__ = ["results_visible"]
