"""Reads a shop's customers and their groups, under every reading of what the vendor leaves open.

Filters may be passed over, and the order of a list is not promised: so nothing is believed that was not
tried, and whoever comes back is compared here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import cached_property

from groupmigrate.closing import closed_on_error
from groupmigrate.errors import WrongAnswer
from groupmigrate.identity import key
from groupmigrate.platforms.batches import in_batches
from groupmigrate.platforms.emailbatches import forms
from groupmigrate.platforms.gomag.api import NOT_FILTERED, Api, Row
from groupmigrate.platforms.gomag.roster import Roster

NO_GROUP = "999999999"
"""The id of a group that no shop has."""
NOBODY = "nobody@groupmigrate.invalid"
"""An e-mail that nobody can have."""
ROUNDS = 3
"""How often a list is read that changes while it is read."""
IDS_AT_ONCE = 50
"""In one question, and from one temporary file to the other."""
LIGHT = {"skipAdresses": "1"}
"""Leaves addresses out of a list (vendor's text; spelled so)."""


class Reader:
    """Asks one shop. What was tried once about its filters is remembered, and so are the groups."""

    def __init__(self, api: Api, groups: Sequence[str]) -> None:
        """`groups` are the ids of all groups but the default one."""
        self._api = api
        self._groups = groups
        self._pages = 0
        self._finds_emails: bool | None = None
        self._members: Roster | None = None

    @cached_property
    def groups_told(self) -> bool:
        """Whether the filter `group` means something: nobody is in a group that is not there."""
        return not self._api.page({"group": NO_GROUP, **LIGHT}).rows

    def finds_emails(self) -> bool:
        """Whether the filter `email` finds a customer in any case of letters, and nobody for nothing.

        A shop without customers cannot be tried, and is asked again the next time.
        """
        if self._finds_emails is None:
            first = self._api.page(LIGHT).rows
            known = ((id_, str(row["email"])) for id_, row in first.items() if row.get("email"))
            self._finds_emails = next((self._finds(*one) for one in known), None)
        return bool(self._finds_emails)

    def members(self, group: str) -> int | None:
        """How many customers are in a group, if the shop tells."""
        return self._api.page({"group": group, **LIGHT}).total if self.groups_told else None

    def roster(self) -> Roster:
        """Everybody. Raises WrongAnswer (GM568) if the list cannot be had whole. Close it."""
        roster, self._pages = self._listed(NOT_FILTERED)
        return roster

    def by_email(self, emails: Iterable[str]) -> dict[str, Row]:
        """Whoever has one of these e-mails now, by id: asked one by one, or by the list if that is less."""
        wanted = {identity: email for email in emails if (identity := key(email))}
        if not wanted:
            return {}
        if self._pages <= len(wanted) or not self.finds_emails():
            with closing(self.roster()) as roster:
                return roster.with_keys(wanted)
        found: dict[str, Row] = {}
        for email in wanted.values():
            found |= self._one(email)
        return found

    def by_id(self, ids: Sequence[str], emails: Sequence[str]) -> dict[str, Row]:
        """These customers, by id; who is not found by it is asked for by e-mail."""
        found: dict[str, Row] = {}
        for some in in_batches(ids, IDS_AT_ONCE):
            page = self._api.page({"customers": ",".join(some)})
            found |= {id_: row for id_, row in page.rows.items() if id_ in some}
        missing = [email for id_, email in zip(ids, emails, strict=True) if id_ not in found]
        return found | {id_: row for id_, row in self.by_email(missing).items() if id_ in ids}

    def groups_of(self, ids: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """The groups of customers, but for the default one, as they were when they were asked for first.

        Raises WrongAnswer (GM563) if the shop tells them to nobody.
        """
        if self._members is None:
            if not self.groups_told:
                raise WrongAnswer(UNTOLD, hint=UNTOLD_HINT, code="GM563")
            self._members = self._all_members()
        return self._members.groups_of(ids)

    def close(self) -> None:
        """Give temporary files back; may be called twice."""
        if self._members:
            self._members.close()

    def _all_members(self) -> Roster:
        members = Roster()
        with closed_on_error(members):
            for place, group in enumerate(self._groups):
                listed, _ = self._listed({"group": group, **LIGHT})
                with closing(listed):
                    for rows in listed.behind(0, IDS_AT_ONCE):
                        members.join(group, place, rows)
        return members

    def _listed(self, filters: Mapping[str, str]) -> tuple[Roster, int]:
        """All whom the filters mean, and on how many pages they were. Raises WrongAnswer (GM568)."""
        for _ in range(ROUNDS):
            roster = Roster()
            with closed_on_error(roster):
                if pages := self._fill(roster, filters):
                    return roster, pages
            roster.close()
        raise WrongAnswer(
            "the shop's list of customers changes while it is read, or is not whole",
            hint="try again when fewer people are in the shop",
            code="GM568",
        )

    def _fill(self, roster: Roster, filters: Mapping[str, str]) -> int:
        """Take in all pages; returns their number, at least 1, or 0 if the list was not whole."""
        totals = [0]
        for page in self._api.pages(filters):
            roster.add(page.rows)
            totals.append(page.total if page.total is not None else roster.count)
        # whoever is deleted meanwhile moves all behind them up, and one of these is passed over
        whole = totals == sorted(totals) and roster.count >= totals[-1]
        return max(1, len(totals) - 1) if whole else 0

    def _finds(self, id_: str, email: str) -> bool:
        """Whether the filter finds this customer, however the letters are written, and nobody else."""
        if self._api.page({"email": NOBODY, **LIGHT}).rows:
            return False
        swapped = email.upper() if email != email.upper() else email.lower()
        return id_ in self._api.page({"email": swapped, **LIGHT}).rows

    def _one(self, email: str) -> dict[str, Row]:
        """Whoever has this e-mail, however the shop writes it."""
        return {
            id_: row
            for form in forms(email)
            for page in self._api.pages({"email": form})
            for id_, row in page.rows.items()
            if key(str(row.get("email") or "")) == key(email)
        }


UNTOLD = "the shop lists everybody when it is asked for the members of a group that is not there"
UNTOLD_HINT = "check that the app Customer groups is switched on (plans PRO and Enterprise)"
