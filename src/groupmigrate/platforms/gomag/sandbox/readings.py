"""The questions that the vendor's text leaves open, and how a practice shop answers them."""

from __future__ import annotations

from dataclasses import dataclass

from groupmigrate.errors import UsageError

READINGS = {
    "list": "customers come as a list, with their ids inside",
    "limit": "`limit` says how many customers a page holds; it is passed over otherwise",
    "newest-first": "new customers are listed first",
    "any-email": "the filter `email` is passed over: everybody is listed",
    "exact-email": "the filter `email` tells upper from lower case",
    "part-email": "the filter `email` finds a part of an e-mail, too",
    "any-group": "the filter `group` is passed over, as it may be where the groups app is missing",
    "any-ids": "the filter `customers` is passed over",
    "wrapped": "what was saved is told inside `data`",
    "host-only": "ApiShop is the bare host name, and nothing else",
    "http-status": "a failure has its code as the HTTP status, too",
    "quiet-limit": "too many requests are refused with status 200 and the code 429 in the body",
    "slow": "one request a second, with 40 reads and 10 writes at once, as real shops have it",
}


@dataclass(frozen=True)
class Readings:
    """What was chosen; everything else is as usual."""

    chosen: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Readings:
        """The readings in a list such as "list,any-group". Raises UsageError for one that there is not."""
        chosen = frozenset(filter(None, (part.strip() for part in text.split(","))))
        for name in sorted(chosen - READINGS.keys()):
            raise UsageError(f'cannot read the reading "{name}"', hint=f"there are {', '.join(READINGS)}")
        return cls(chosen)

    def __contains__(self, name: str) -> bool:
        return name in self.chosen
