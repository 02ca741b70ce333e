"""Does a customer fit the target? Applies the target's declared rules; knows no platform and asks no store.

What fits is left untouched. What does not fit blocks the customer, or, where the mapping says so with
`misfits:`, is cleaned, or left out if the field is not essential. Either way there is a note with a code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from groupmigrate.homes import bearing_name, kept, with_one_phone
from groupmigrate.identity import ascii_host, lookalike, mask_within
from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import AttributeRule, CountryRule, FieldRule, Rules
from groupmigrate.platforms.misfits import compiled, is_offered, length, trouble
from groupmigrate.wording import quoted

Misfits = Literal["block", "leave_out", "clean"]
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
CUSTOMER_TEXT = (
    "firstname",
    "lastname",
    "middlename",
    "prefix",
    "suffix",
    "gender",
    "company",
    "tax_id",
)
NOT_TEXT = ("birthday", "language", "newsletter", "created", "addresses")
"""Further fields that a target may have no place for."""
ADDRESS_TEXT = (
    "firstname",
    "lastname",
    "middlename",
    "prefix",
    "suffix",
    "company",
    "postcode",
    "city",
    "region",
    "phone",
    "mobile",
    "fax",
    "vat_number",
    "id_number",
    "note",
)


class Note(Struct, frozen=True, omit_defaults=True):
    """One remark about one customer: a code, the field it is about, and a word more where that helps."""

    code: str
    field: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Fit:
    """A customer as the target can hold it, what had to be done for that, and what stands in the way."""

    customer: Customer
    notes: tuple[Note, ...]
    misfits: tuple[Note, ...]


BLANK = Customer("", "")
ATTRIBUTE = "attribute "
"""What stands before the code of an attribute in a note."""


@dataclass
class _Notes:
    notes: list[Note] = field(default_factory=list)
    misfits: list[Note] = field(default_factory=list)


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
        self._leave_out = misfits != "block"
        self._clean = misfits == "clean"
        self._addresses = addresses
        self._never = frozenset(rules.never)
        self._today = date.today()

    def fit(self, customer: Customer) -> Fit:
        """The customer as the target can hold it."""
        seen = _Notes()
        customer = self._without_unheld(customer, seen)
        changed: dict[str, object] = {"email": self._email(customer.email, seen)}
        first, middle = customer.firstname, customer.middlename
        for name in CUSTOMER_TEXT:
            changed[name] = self._printable(getattr(customer, name), name, seen)
        if self._rules.joins_middlename and middle:
            changed["firstname"], changed["middlename"] = f"{first.strip()} {middle.strip()}", ""
            seen.notes.append(Note("GM310", "middlename"))
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

    def _without_unheld(self, customer: Customer, seen: _Notes) -> Customer:
        """The customer without those fields that are no text and that the target has no place for."""
        lost = [name for name in NOT_TEXT if name in self._never and getattr(customer, name)]
        seen.notes.extend(Note("GM304", name) for name in lost)
        return replace(customer, **{name: getattr(BLANK, name) for name in lost})

    def _email(self, email: str, seen: _Notes) -> str:
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

    def _customer_text(self, name: str, value: str, seen: _Notes) -> str:
        if value and name in self._never:
            seen.notes.append(Note("GM304", name))
            return ""
        return self._held(value, self._rules.customer.get(name), (name, name), seen)

    def _birthday(self, birthday: str, seen: _Notes) -> str:
        rule = self._rules.customer.get("birthday")
        if rule and rule.required and not birthday:
            seen.misfits.append(Note("GM301", "birthday"))
        if not birthday or self._plausible(birthday):
            return birthday
        (seen.notes if self._leave_out else seen.misfits).append(Note("GM313", "birthday"))
        return "" if self._leave_out else birthday

    def _language(self, language: str, seen: _Notes) -> str:
        if not language or not self._rules.languages or language in self._rules.languages:
            return language
        seen.notes.append(Note("GM316", "language", language))
        return ""

    def _active(self, active: bool | None, seen: _Notes) -> bool | None:
        if active is not False or "active" not in self._never:
            return active
        (seen.notes if self._leave_out else seen.misfits).append(Note("GM321", "active"))
        return None if self._leave_out else active

    def _plausible(self, birthday: str) -> bool:
        try:
            day = date.fromisoformat(birthday)
        except ValueError:
            return False
        years = self._rules.oldest_birthday_years
        return day <= self._today and (not years or self._today.year - day.year < years)

    # --- attributes that the shops added ---

    def _attributes(self, attributes: Mapping[str, str], seen: _Notes) -> dict[str, str]:
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

    def _attribute(self, code: str, value: str, rule: AttributeRule, seen: _Notes) -> str:
        field = ATTRIBUTE + code
        value = self._held(self._printable(value, field, seen), rule, (field, field), seen)
        chosen = value.split("\n")
        if is_offered(value, rule):
            return "\n".join(label for label in rule.options if label in chosen) or value
        left_out = self._leave_out and not rule.required
        (seen.notes if left_out else seen.misfits).append(
            Note("GM337", field, quoted(mask_within(", ".join(chosen))))
        )
        return "" if left_out else value

    # --- addresses ---

    def _homes(self, customer: Customer, seen: _Notes) -> tuple[Address, ...]:
        """The addresses that the target takes, as it can hold them."""
        source: Sequence[Address] = customer.addresses if self._addresses else ()
        if self._rules.one_phone:
            source, lost = with_one_phone(source)
            seen.notes.extend([Note("GM322", "address.phone")] if lost else [])
        numbers = kept(source, self._rules.most_addresses)
        left_out = sorted(set(range(len(source))) - set(numbers))
        seen.notes.extend(Note("GM326", f"address {number + 1}") for number in left_out)
        fitted = (self._address(source[number], number + 1, customer, seen) for number in numbers)
        return tuple(address for address in fitted if address is not None)

    def _named(self, customer: Customer, seen: _Notes) -> Customer:
        """The customer with one name, where the target has no other place for that of the billing address."""
        if not self._rules.billing_bears_name:
            return customer
        named, lost = bearing_name(customer)
        if lost:
            seen.notes.append(Note("GM304", "address.name"))
        return named

    def _address(self, address: Address, number: int, customer: Customer, seen: _Notes) -> Address | None:
        """The address as the target can hold it; None if it is left out."""
        within = _Notes()
        place = f"address {number}"
        country = self._rules.countries.get(address.country) if self._rules.countries else CountryRule()
        if country is None:
            within.misfits.append(Note("GM307", f"{place}: country", address.country))
            country = CountryRule()
        changed: dict[str, object] = {}
        for name in ADDRESS_TEXT:
            changed[name] = self._printable(getattr(address, name), name, within)
        self._join_middlename(changed, within)
        self._stand_in_mobile(changed, within)
        changed["id_number"] = self._id_number(str(changed["id_number"]), country, customer, place, within)
        changed.update(self._region(address, str(changed["region"]), country, within))
        for name in ADDRESS_TEXT:
            changed[name] = self._address_text(name, str(changed[name]), place, within)
        if country.needs_postcode and not changed["postcode"]:
            within.misfits.append(Note("GM301", f"{place}: postcode"))
        changed["street"] = self._street(address.street, place, within)
        if within.misfits and self._leave_out:
            seen.notes.append(Note("GM306", place, f"{within.misfits[0].code} {within.misfits[0].field}"))
            return None
        seen.notes.extend(within.notes)
        seen.misfits.extend(within.misfits)
        return replace(address, **changed)

    def _join_middlename(self, changed: dict[str, object], seen: _Notes) -> None:
        middle = str(changed["middlename"])
        if self._rules.joins_middlename and middle:
            changed["firstname"] = f"{str(changed['firstname']).strip()} {middle.strip()}"
            changed["middlename"] = ""
            seen.notes.append(Note("GM310", "address.middlename"))

    def _stand_in_mobile(self, changed: dict[str, object], seen: _Notes) -> None:
        if "address.mobile" in self._never and changed["mobile"] and not changed["phone"]:
            changed["phone"], changed["mobile"] = changed["mobile"], ""
            seen.notes.append(Note("GM320", "address.mobile"))

    def _id_number(
        self, value: str, country: CountryRule, customer: Customer, place: str, seen: _Notes
    ) -> str:
        if not country.needs_id_number or value:
            return value
        if not customer.tax_id:
            seen.misfits.append(Note("GM308", f"{place}: id_number"))
            return ""
        seen.notes.append(Note("GM315", "address.id_number"))
        return customer.tax_id.replace(" ", "")

    def _region(self, address: Address, region: str, country: CountryRule, seen: _Notes) -> dict[str, object]:
        """The target's own name and code of the region, found by name, then by code, which shops make up."""
        if not self._rules.countries:
            # where regions are plain text, a code says more than nothing
            return {"region": region or address.region_code}
        if not (region or address.region_code):
            return {}
        code = _region_by_name(country, region)
        code = code or (address.region_code if address.region_code in country.regions else "")
        if not code and self._rules.free_regions and not country.all_regions:
            return {"region": region or address.region_code, "region_code": ""}
        if not code:
            seen.notes.append(Note("GM312", "address.region"))
            return {"region": "", "region_code": ""}
        return {"region": country.regions[code], "region_code": code}

    def _address_text(self, name: str, value: str, place: str, seen: _Notes) -> str:
        if value and f"address.{name}" in self._never:
            seen.notes.append(Note("GM304", f"address.{name}"))
            return ""
        names = (f"address.{name}", f"{place}: {name}")
        return self._held(value, self._rules.address.get(name), names, seen)

    def _street(self, street: tuple[str, ...], place: str, seen: _Notes) -> tuple[str, ...]:
        lines = [self._printable(line, "street", seen) for line in street]
        lines = [line for line in lines if line]
        most = self._rules.street_lines
        if most and len(lines) > most:
            lines = [*lines[: most - 1], ", ".join(lines[most - 1 :])]
            seen.notes.append(Note("GM309", "address.street"))
        rule, names = self._rules.address.get("street"), ("address.street", f"{place}: street")
        held = [self._held(line, rule, names, seen) for line in lines or [""]]
        return tuple(line for line in held if line)

    def _held(self, value: str, rule: FieldRule | None, names: tuple[str, str], seen: _Notes) -> str:
        """The value, or what becomes of it if it does not fit. `names` are for a note and for a misfit."""
        if rule is None or not (code := trouble(value, rule)):
            return value
        cleaned = _cleaned(value, rule) if self._clean else ""
        if cleaned and not trouble(cleaned, rule):
            seen.notes.append(Note("GM317", names[0]))
            return cleaned
        if rule.required or not self._leave_out:
            seen.misfits.append(Note(code, names[1], rule.says))
            return value
        seen.notes.append(Note("GM305", names[0], rule.says))
        return ""

    @staticmethod
    def _printable(value: str, name: str, seen: _Notes) -> str:
        """The text without outer blanks and without control characters, which no wire can carry."""
        if value.isprintable():
            return value.strip()
        cleaned = CONTROL.sub("", value.replace("\r\n", "\n"))
        if cleaned != value.replace("\r\n", "\n"):
            seen.notes.append(Note("GM311", name))
        return cleaned.strip()


def _cleaned(value: str, rule: FieldRule) -> str:
    """The value as the rule's cleaning leaves it; "" if the rule has none."""
    if not rule.cleans:
        return ""
    for pattern, replacement in rule.cleans:
        value = compiled(pattern).sub(replacement, value)
    value = " ".join(value.split())
    while rule.max_length and length(value, rule) > rule.max_length:
        value = value[: rule.max_length] if len(value) > rule.max_length else value[:-1]
    return value.strip()


def _region_by_name(country: CountryRule, name: str) -> str:
    wanted = _plain(name)
    return next((code for code, title in country.regions.items() if wanted and _plain(title) == wanted), "")


@lru_cache(maxsize=10_000)
def _plain(name: str) -> str:
    """A name of a region without case and accents: shops spell "București" in several ways."""
    return lookalike(name.strip().casefold())
