"""Why a service says no, in words that a page can show as they are."""

from __future__ import annotations


class SurveyError(Exception):
    """A refusal; ``str()`` is a sentence for people, in the language of the request."""


class WrongMoment(SurveyError):
    """The survey is not (or no longer) in the state that this needs."""


class AlreadyAnswered(SurveyError):
    """These answers, or answers by this invitation, came in before; nothing was changed."""


class Incomplete(SurveyError):
    """A required question has no (valid) answer; ``page`` (counted from 1) is where the first one stands."""

    def __init__(self, text: str, page: int) -> None:
        super().__init__(text)
        self.page = page
