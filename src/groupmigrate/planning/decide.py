"""What is to be done with one customer, by the mapping and by what both stores held when they were read.

source record --choose--> --route--> --fit--> wanted --against what the target holds--> action
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from groupmigrate.compare import EVERYTHING, PERSON, differing, most_alike
from groupmigrate.files.mapping import Policy
from groupmigrate.files.route import Path, Resolution, Route
from groupmigrate.model import Customer, PasswordHash
from groupmigrate.planning.action import ASLEEP, BY_HAND, Act, Action, before
from groupmigrate.planning.fit import ATTRIBUTE, Fitting
from groupmigrate.planning.fittext import Note
from groupmigrate.planning.usernames import Usernames
from groupmigrate.platforms.base import Rules

_decode = msgspec.json.Decoder(Customer).decode


class Decider:
    """The mapping, its policy and the target's rules, ready to decide about many customers."""

    def __init__(
        self,
        resolution: Resolution,
        policy: Policy,
        rules: Rules,
        merged: Mapping[str, str],
        usernames: Usernames | None = None,
    ) -> None:
        """`usernames` where the target has such."""
        self._resolution = resolution
        self._policy = policy
        self._rules = rules
        self._usernames = usernames
        self._merged = merged if rules.ignores_accents else {}
        self._fitting = Fitting(
            rules, misfits=policy.misfits, addresses=policy.addresses, attributes=policy.attributes
        )

    def decide(self, key: str, source: Sequence[bytes], target: Sequence[bytes]) -> list[Action]:
        """One action for each source record of one identity, in their order."""
        records = [self._routed(_decode(document), key) for document in source]
        has_account = any(not (one.customer.guest or one.customer.deleted) for one in records)
        actions = [self._set_aside(record, has_account=has_account) for record in records]
        rivals = [index for index, action in enumerate(actions) if action is None]
        winner = self._winner([records[index].customer for index in rivals])
        for place, index in enumerate(rivals):
            if winner is None:
                actions[index] = records[index].no(Act.BLOCKED, "GM212")
            elif place != winner:
                actions[index] = records[index].no(
                    Act.SKIP, "GM330" if records[index].customer.guest else "GM213"
                )
            else:
                actions[index] = self._place(records[index], [_decode(document) for document in target])
        return [action for action in actions if action is not None]

    # --- choosing ---

    def _routed(self, customer: Customer, key: str) -> _Chosen:
        route = self._resolution.route_for(customer.groups)
        assert route is not None  # resolve() refuses a mapping that leaves customers without a route
        return _Chosen(customer, key, route)

    def _set_aside(self, record: _Chosen, *, has_account: bool) -> Action | None:
        """The action of a customer who is not migrated at all; None for everybody else.

        `has_account` says that somebody has an account with this e-mail in the source.
        """
        if record.customer.deleted:
            return record.no(Act.SKIP, "GM216")
        if record.customer.guest and self._policy.guests == "skip":
            return record.no(Act.SKIP, "GM223")
        if record.customer.guest and has_account:
            return record.no(Act.SKIP, "GM329")
        if record.route.skip:
            return record.no(Act.SKIP, "GM222" if record.route.fallback else "GM221")
        if not record.key:
            return record.no(Act.BLOCKED, "GM211")
        return None

    def _winner(self, customers: Sequence[Customer]) -> int | None:
        """Which of several accounts, or guests, with one e-mail is migrated; None if that is an error."""
        if len(customers) < 2:  # nobody, or nobody else
            return 0
        guests = customers[0].guest  # nobody sets up two accounts by right, but every purchase makes a guest
        if self._policy.duplicates == "error" and not guests:
            return None
        ages = [customer.created for customer in customers]
        if self._policy.duplicates == "newest" or guests:
            return len(ages) - 1 - ages[::-1].index(max(ages))
        return ages.index(min(ages))

    # --- placing ---

    def _place(self, chosen: _Chosen, found: Sequence[Customer]) -> Action:
        """Where a chosen customer goes, and what has to be done for that."""
        path = chosen.route.path_for(chosen.customer)
        if path is None:
            return chosen.no(Act.BLOCKED, "GM224" if chosen.route.nobody else "GM225")
        live = [other for other in found if not other.deleted and not other.guest]
        if live and chosen.customer.guest:
            return chosen.no(Act.SKIP, "GM329")
        if chosen.customer.guest:
            live = self._same_guest(chosen.customer, path, found)
        if len(live) > 1:
            return chosen.no(Act.BLOCKED, "GM215")
        if live:
            return self._meet(chosen, path, live[0])
        if any(other.deleted for other in found):
            return chosen.no(Act.BLOCKED, "GM217")
        if chosen.key in self._merged:
            return chosen.no(Act.BLOCKED, "GM214")
        return self._create(chosen, path)

    def _same_guest(self, customer: Customer, path: Path, found: Sequence[Customer]) -> list[Customer]:
        """The guest of the target who is the same person, if there is one; the newest of those most alike."""
        wanted = replace(self._fitting.fit(customer).customer, groups=path.groups)
        guests = (one for one in found if one.guest and not one.deleted)
        return most_alike(wanted, guests, EVERYTHING)[-1:]

    def _create(self, chosen: _Chosen, path: Path) -> Action:
        """A customer whom nobody in the target is."""
        fitted = self._fitting.fit(chosen.customer)
        if fitted.misfits:
            return chosen.no(Act.BLOCKED, fitted.misfits[0].code, fitted.misfits)
        username, trouble = self._usernames.of(chosen.customer) if self._usernames else ("", "")
        if trouble:
            return chosen.no(Act.BLOCKED, trouble, (Note(trouble, "username", username),))
        unconfirmed = (Note("GM227"),) if fitted.customer.active is False else ()
        password, lost = self._password(chosen.customer)
        moves = self._rules.groups_by_hand and path.groups != (self._resolution.default,)
        return chosen.yes(
            Act.CREATE,
            "GM201",
            path,
            email=fitted.customer.email,
            groups=path.groups,
            notes=(*_by_hand(moves), *unconfirmed, *lost, *fitted.notes),
            wanted=replace(
                fitted.customer,
                id="",
                groups=path.groups,
                scope="",
                updated="",
                username=username,
                password_hash=password,
            ),
        )

    def _password(self, customer: Customer) -> tuple[PasswordHash | None, tuple[Note, ...]]:
        """The hash to be carried, and a note about one that should be and cannot."""
        found = customer.password_hash
        if self._policy.passwords != "carry" or customer.guest or not (found or customer.password):
            return None, ()
        if found is None:
            return None, (Note("GM319", "password", customer.password),)
        if found.scheme not in self._rules.passwords:
            return None, (Note("GM318", "password", found.scheme),)
        return found, ()

    def _meet(self, chosen: _Chosen, path: Path, found: Customer) -> Action:
        """A customer who is in the target already."""
        if self._policy.existing == "error":
            return chosen.no(Act.BLOCKED, "GM206")
        if self._policy.existing == "keep":
            return chosen.no(Act.SKIP, "GM205", target_id=found.id)
        groups = self._keeping_others(path.groups, found)
        wanted = Customer(id=found.id, email=found.email, groups=groups, guest=found.guest)
        fields: tuple[str, ...] = differing(wanted, found, ("groups",))
        notes: tuple[Note, ...] = ()
        if self._policy.existing == "update":
            fitted = self._fitting.fit(chosen.customer)
            # what is empty in the source is not sent, so nothing can be wrong with it
            refused = [note for note in fitted.misfits if _is_of_an_update(note) and note.code != "GM301"]
            if refused:
                return chosen.no(Act.BLOCKED, refused[0].code, refused)
            person = {name: value for name in PERSON if (value := getattr(fitted.customer, name))}
            wanted = replace(wanted, **person, attributes=fitted.customer.attributes)
            fields = (*fields, *differing(wanted, found, (*person, "attributes")))
            notes = tuple(filter(_is_of_an_update, fitted.notes))
        asleep = _asleep(chosen.customer, found)
        if not fields:
            return chosen.yes(
                Act.SAME,
                "GM204",
                path,
                email=found.email,
                groups=groups,
                target_id=found.id,
                notes=asleep,
                wanted=wanted if found.guest else None,
            )
        moves = self._rules.groups_by_hand and "groups" in fields
        sent = tuple(name for name in fields if name != "groups") if moves else fields
        return chosen.yes(
            Act.UPDATE if sent else Act.SAME,
            BY_HAND if not sent else "GM202" if sent == ("groups",) else "GM203",
            path,
            email=found.email,
            groups=groups,
            target_id=found.id,
            notes=(*asleep, *((*_by_hand(moves), *notes) if sent else ())),
            wanted=wanted,
            fields=sent or fields,
            before=before(found, wanted, sent or fields),
        )

    def _keeping_others(self, groups: tuple[str, ...], found: Customer) -> tuple[str, ...]:
        """The mapped groups, and the found memberships that the mapping says nothing about."""
        if not self._rules.several_groups:
            return groups
        others = (group for group in found.groups if group not in self._resolution.managed)
        return tuple(dict.fromkeys((*groups, *(group for group in others if group != "0"))))


class _Chosen(Struct, frozen=True):
    """A source customer on the way to an action."""

    customer: Customer
    key: str
    route: Route

    def yes(self, act: Act, code: str, path: Path, **more: Any) -> Action:
        """The action of a customer who is, or will be, in the target."""
        notes = (Note("GM226"), *more.pop("notes", ())) if self.route.fallback else more.pop("notes", ())
        return Action(
            act,
            code,
            self.key,
            source_id=self.customer.id,
            source_group=self._group,
            line=path.line,
            notes=notes,
            **more,
        )

    def no(self, act: Act, code: str, notes: Sequence[Note] = (), target_id: str = "") -> Action:
        """The action of a customer who is skipped or blocked."""
        return Action(
            act,
            code,
            self.key,
            self.customer.email,
            self.customer.id,
            self._group,
            line=self.route.line,
            notes=tuple(notes),
            target_id=target_id,
        )

    @property
    def _group(self) -> str:
        return self.route.source.id or self.customer.default_group


def _by_hand(moves: bool) -> tuple[Note, ...]:
    return (Note(BY_HAND, "groups"),) if moves else ()


def _is_of_an_update(note: Note) -> bool:
    """Whether a note is about something that an update of the person sends, or would send."""
    return note.field in PERSON or note.field.startswith(ATTRIBUTE)


def _asleep(customer: Customer, found: Customer) -> tuple[Note, ...]:
    """Nobody is switched on: whoever was switched off in the target may be so for a reason."""
    return (Note(ASLEEP, "active"),) if found.active is False and customer.active is not False else ()
