"""Sending to a store: an outcome for everything that is sent, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from groupmigrate.errors import StoreError
from groupmigrate.platforms.base import Outcome, State

PAUSE = 1.0
"""Seconds before a store is asked about an answer that was lost: its request may still be running."""


def collected(
    numbers: Sequence[int], send: Callable[[], Iterable[Outcome]]
) -> tuple[dict[int, Outcome], StoreError | None]:
    """The outcomes by number, and why the store can be worked with no longer, if so.

    What the store said nothing about is unknown. Where there is nothing to send, nothing is called.
    """
    outcomes = {number: Outcome(number, State.UNKNOWN, code="GM402") for number in numbers}
    try:
        for outcome in send() if numbers else ():
            outcomes[outcome.seq] = outcome
    except StoreError as error:
        return outcomes, error
    return outcomes, None
