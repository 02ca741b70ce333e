"""AddCustomer and UpdateCustomer: what the store makes of the customers in a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from groupmigrate.platforms.neto.sandbox.fields import DATES, FLAGS, HOMES, TEXTS
from groupmigrate.platforms.neto.sandbox.readings import Readings
from groupmigrate.platforms.neto.sandbox.seed import DEFAULT
from groupmigrate.platforms.neto.sandbox.shop import Record, Shop

Body = Mapping[str, Any]
TRUE = frozenset({"true", "1", "yes"})


class Bad(Exception):
    """A customer whom the store does not take; the words name nobody."""


@dataclass
class Saved:
    """What became of a call: who was saved, and words about the others."""

    usernames: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def save(shop: Shop, readings: Readings, action: str, customers: Iterable[Body]) -> Saved:
    """Write customers, within one transaction of the shop's. Raises Bad if nobody is saved."""
    saving, saved = _Saving(shop, readings), Saved()
    for body in customers:
        try:
            record = saving.added(body) if action == "AddCustomer" else saving.updated(body)
        except Bad as words:
            saved.warnings.append(str(words))
        else:
            shop.save(record)
            saved.usernames.append(record["Username"])
    if saved.warnings and (readings["partial"] == "nothing" or not saved.usernames):
        raise Bad(saved.warnings[0])
    return saved


class _Saving:
    def __init__(self, shop: Shop, readings: Readings) -> None:
        self._shop = shop
        self._readings = readings

    def added(self, body: Body) -> Record:
        """A new customer."""
        username = self._username(body)
        if self._shop.customer(username):
            if self._readings["existing"] != "overwrite":
                raise Bad("the username is in use")
            return self.updated(body)
        record: Record = {
            "Active": True,
            "NewsletterSubscriber": False,
            "Type": "Customer",
            "UserGroup": DEFAULT,
        }
        record |= {"BillingAddress": {}, "Book": []}
        return self._filled(record, {**body, "Username": username})

    def updated(self, body: Body) -> Record:
        """A customer who is there, with what the body says; all else stays."""
        record = self._shop.customer(self._username(body))
        if record is None:
            raise Bad("there is no customer of this username")
        return self._filled(record, {**body, "Username": record["Username"]})

    def _username(self, body: Body) -> str:
        written = str(body.get("Username") or "")
        if not written:
            raise Bad("Username is required")
        kept = "".join(sign for sign in written if sign.isascii() and sign.isalnum())
        if kept != written and self._readings["username"] == "refuse":
            raise Bad("Username is alphanumeric")
        return self._text("Username", kept if self._readings["username"] == "drop" else written, 25)

    def _filled(self, record: Record, body: Body) -> Record:
        for name, length in TEXTS.items():
            if self._is_said(body, name):
                record[name] = self._text(name, str(body[name]), length)
        for name in FLAGS:
            if self._is_said(body, name):
                record[name] = str(body[name]).lower() in TRUE
        for name in DATES:
            if self._is_said(body, name):
                record[name] = str(body[name])[:10]
        for name, lengths in HOMES.items():
            if isinstance(body.get(name), Mapping):
                self._house(record, name, self._home(body[name], lengths))
        if "UserGroup" in body:
            record["UserGroup"] = self._group(str(record["UserGroup"]))
        self._check_email(record)
        return record

    def _house(self, record: Record, name: str, home: dict[str, str]) -> None:
        if name == "BillingAddress":
            record[name] |= home
        elif record["Book"] and self._readings["shipping"] == "replace":
            record["Book"][0] |= home
        else:
            record["Book"].insert(0, home)

    def _home(self, body: Body, lengths: Mapping[str, int]) -> dict[str, str]:
        said = [name for name in lengths if self._is_said(body, name)]
        return {name: self._text(name, str(body[name]), lengths[name]) for name in said}

    def _is_said(self, body: Body, name: str) -> bool:
        return name in body and (body[name] not in ("", None) or self._readings["empty"] == "clear")

    def _text(self, name: str, value: str, length: int) -> str:
        if length and len(value) > length:
            if self._readings["long"] == "refuse":
                raise Bad(f"{name} is longer than {length}")
            return value[:length]
        return value

    def _group(self, name: str) -> str:
        groups = self._shop.groups()
        if name.isdigit() and int(name) in groups:
            return groups[int(name)]
        if name in groups.values():
            return name
        match self._readings["group"]:
            case "refuse":
                raise Bad("UserGroup is not valid")
            case "keep":
                return name
            case "empty":
                return ""
        return DEFAULT

    def _check_email(self, record: Record) -> None:
        email = str(record.get("EmailAddress", ""))
        if email and not ("@" in email and "." in email.rpartition("@")[2] and " " not in email):
            raise Bad("EmailAddress is not valid")
        if self._readings["email"] == "unique" and self._shop.has_email(email, record["Username"]):
            raise Bad("EmailAddress is in use")
