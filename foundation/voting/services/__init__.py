"""The only writers of ballots."""
