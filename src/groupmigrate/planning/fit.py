"""Does a customer fit the target? Applies the target's declared rules; knows no platform and asks no store.

What fits is left untouched. What does not fit blocks the customer, or, where the mapping says so with
`misfits:`, is cleaned, or left out if the field is not essential. Either way there is a note with a code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from groupmigrate.compare import PERSON
from groupmigrate.homes import bearing_name, kept, with_one_phone
from groupmigrate.identity import ascii_host, mask_within
from groupmigrate.model import Address, Customer
from groupmigrate.planning.fitaddress import AddressFitting
from groupmigrate.planning.fittext import Misfits, Note, Notes, TextFitting
from groupmigrate.platforms.base import AttributeRule, Rules
from groupmigrate.platforms.misfits import is_offered, trouble
from groupmigrate.wording import quoted

CUSTOMER_TEXT = tuple(name for name in PERSON if name != "birthday")
NOT_TEXT = ("birthday", "language", "newsletter", "created", "addresses")
"""Further fields that a target may have no place for."""


@dataclass(frozen=True)
class Fit:
    """A customer as the target can hold it, what had to be done for that, and what stands in the way."""

    customer: Customer
    notes: tuple[Note, ...]
    misfits: tuple[Note, ...]


BLANK = Customer("", "")
ATTRIBUTE = "attribute "
"""What stands before the code of an attribute in a note."""


class Fitting:
    """The rules of one target, made ready for many customers."""

    def __init__(
        self,
        rules: Rules,
        *,
        misfits: Misfits = "block",
        addresses: bool = True,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """`attributes` are the codes of those that are taken along, and what the target calls them."""
        self._rules = rules
        self._attribute_codes = attributes or {}
        self._texts = TextFitting(rules, misfits)
        self._address = AddressFitting(rules, self._texts)
        self._addresses = addresses
        self._never = frozenset(rules.never)
        self._today = date.today()

    def fit(self, customer: Customer) -> Fit:
        """The customer as the target can hold it."""
        seen = Notes()
        customer = self._without_unheld(customer, seen)
        changed: dict[str, object] = {"email": self._email(customer.email, seen)}
        for name in CUSTOMER_TEXT:
            changed[name] = self._texts.printable(getattr(customer, name), name, seen)
        self._texts.join_middlename(changed, "middlename", seen)
        for name in CUSTOMER_TEXT:
            changed[name] = self._customer_text(name, str(changed[name]), seen)
        changed["attributes"] = self._attributes(customer.attributes, seen)
        changed["birthday"] = self._birthday(customer.birthday, seen)
        changed["language"] = self._language(customer.language, seen)
        changed["active"] = self._active(customer.active, seen)
        changed["addresses"] = self._homes(customer, seen)
        fitted = self._named(replace(customer, **changed), seen)
        return Fit(fitted, tuple(seen.notes), tuple(seen.misfits))

    # --- the customer's own fields ---

    def _without_unheld(self, customer: Customer, seen: Notes) -> Customer:
        """The customer without those fields that are no text and that the target has no place for."""
        lost = [name for name in NOT_TEXT if name in self._never and getattr(customer, name)]
        seen.notes.extend(Note("GM304", name) for name in lost)
        return replace(customer, **{name: getattr(BLANK, name) for name in lost})

    def _email(self, email: str, seen: Notes) -> str:
        text = email.strip()
        if self._rules.ascii_host and not text.isascii():
            local, _, host = text.rpartition("@")
            if (in_ascii := ascii_host(host)) != host:
                text = f"{local}@{in_ascii}"
                seen.notes.append(Note("GM314", "email"))
        rule = self._rules.customer.get("email")
        if rule and (code := trouble(text, rule)):
            seen.misfits.append(Note(code, "email", rule.says))
        return text

    def _customer_text(self, name: str, value: str, seen: Notes) -> str:
        if value and name in self._never:
            seen.notes.append(Note("GM304", name))
            return ""
        return self._texts.held(value, self._rules.customer.get(name), (name, name), seen)

    def _birthday(self, birthday: str, seen: Notes) -> str:
        rule = self._rules.customer.get("birthday")
        if rule and rule.required and not birthday:
            seen.misfits.append(Note("GM301", "birthday"))
        if not birthday or self._plausible(birthday):
            return birthday
        (seen.notes if self._texts.leave_out else seen.misfits).append(Note("GM313", "birthday"))
        return "" if self._texts.leave_out else birthday

    def _language(self, language: str, seen: Notes) -> str:
        if not language or not self._rules.languages or language in self._rules.languages:
            return language
        seen.notes.append(Note("GM316", "language", language))
        return ""

    def _active(self, active: bool | None, seen: Notes) -> bool | None:
        if active is not False or "active" not in self._never:
            return active
        (seen.notes if self._texts.leave_out else seen.misfits).append(Note("GM321", "active"))
        return None if self._texts.leave_out else active

    def _plausible(self, birthday: str) -> bool:
        try:
            day = date.fromisoformat(birthday)
        except ValueError:
            return False
        years = self._rules.oldest_birthday_years
        return day <= self._today and (not years or self._today.year - day.year < years)

    # --- attributes that the shops added ---

    def _attributes(self, attributes: Mapping[str, str], seen: Notes) -> dict[str, str]:
        """By the target's codes. What the mapping does not name is left behind: it means nothing there."""
        codes = self._attribute_codes
        seen.notes += [Note("GM304", ATTRIBUTE + code) for code in attributes if code not in codes]
        demanded = (code for code, rule in self._rules.attributes.items() if rule.required)
        seen.misfits += [Note("GM301", ATTRIBUTE + code) for code in demanded if code not in codes.values()]
        held = {
            theirs: self._attribute(code, attributes.get(code, ""), self._rules.attributes[theirs], seen)
            for code, theirs in codes.items()
        }
        return {code: value for code, value in held.items() if value}

    def _attribute(self, code: str, value: str, rule: AttributeRule, seen: Notes) -> str:
        field = ATTRIBUTE + code
        value = self._texts.held(self._texts.printable(value, field, seen), rule, (field, field), seen)
        chosen = value.split("\n")
        if is_offered(value, rule):
            return "\n".join(label for label in rule.options if label in chosen) or value
        left_out = self._texts.leave_out and not rule.required
        (seen.notes if left_out else seen.misfits).append(
            Note("GM337", field, quoted(mask_within(", ".join(chosen))))
        )
        return "" if left_out else value

    # --- addresses ---

    def _homes(self, customer: Customer, seen: Notes) -> tuple[Address, ...]:
        """The addresses that the target takes, as it can hold them."""
        source: Sequence[Address] = customer.addresses if self._addresses else ()
        if self._rules.one_phone:
            source, lost = with_one_phone(source)
            seen.notes.extend([Note("GM322", "address.phone")] if lost else [])
        numbers = kept(source, self._rules.most_addresses)
        left_out = sorted(set(range(len(source))) - set(numbers))
        seen.notes.extend(Note("GM326", f"address {number + 1}") for number in left_out)
        fitted = (self._address.fit(source[number], number + 1, customer, seen) for number in numbers)
        return tuple(address for address in fitted if address is not None)

    def _named(self, customer: Customer, seen: Notes) -> Customer:
        """The customer with one name, where the target has no other place for that of the billing address."""
        if not self._rules.billing_bears_name:
            return customer
        named, lost = bearing_name(customer)
        if lost:
            seen.notes.append(Note("GM304", "address.name"))
        return named
