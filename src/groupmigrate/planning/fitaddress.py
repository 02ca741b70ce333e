"""Does an address fit the target? Its country, region, names and numbers, by the target's declared rules."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from groupmigrate.identity import lookalike
from groupmigrate.model import Address, Customer
from groupmigrate.planning.fittext import Note, Notes, TextFitting
from groupmigrate.platforms.base import CountryRule, Rules

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


class AddressFitting:
    """The rules of one target for addresses."""

    def __init__(self, rules: Rules, texts: TextFitting) -> None:
        self._rules = rules
        self._texts = texts
        self._never = frozenset(rules.never)

    def fit(self, address: Address, number: int, customer: Customer, seen: Notes) -> Address | None:
        """The address as the target can hold it; None if it is left out."""
        within = Notes()
        place = f"address {number}"
        country = self._rules.countries.get(address.country) if self._rules.countries else CountryRule()
        if country is None:
            within.misfits.append(Note("GM307", f"{place}: country", address.country))
            country = CountryRule()
        changed: dict[str, object] = {}
        for name in ADDRESS_TEXT:
            changed[name] = self._texts.printable(getattr(address, name), name, within)
        self._texts.join_middlename(changed, "address.middlename", within)
        self._stand_in_mobile(changed, within)
        changed["id_number"] = self._id_number(str(changed["id_number"]), country, customer, place, within)
        changed.update(self._region(address, str(changed["region"]), country, within))
        for name in ADDRESS_TEXT:
            changed[name] = self._address_text(name, str(changed[name]), place, within)
        if country.needs_postcode and not changed["postcode"]:
            within.misfits.append(Note("GM301", f"{place}: postcode"))
        changed["street"] = self._street(address.street, place, within)
        if within.misfits and self._texts.leave_out:
            seen.notes.append(Note("GM306", place, f"{within.misfits[0].code} {within.misfits[0].field}"))
            return None
        seen.notes.extend(within.notes)
        seen.misfits.extend(within.misfits)
        return replace(address, **changed)

    def _stand_in_mobile(self, changed: dict[str, object], seen: Notes) -> None:
        if "address.mobile" in self._never and changed["mobile"] and not changed["phone"]:
            changed["phone"], changed["mobile"] = changed["mobile"], ""
            seen.notes.append(Note("GM320", "address.mobile"))

    def _id_number(
        self, value: str, country: CountryRule, customer: Customer, place: str, seen: Notes
    ) -> str:
        if not country.needs_id_number or value:
            return value
        if not customer.tax_id:
            seen.misfits.append(Note("GM308", f"{place}: id_number"))
            return ""
        seen.notes.append(Note("GM315", "address.id_number"))
        return customer.tax_id.replace(" ", "")

    def _region(self, address: Address, region: str, country: CountryRule, seen: Notes) -> dict[str, object]:
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

    def _address_text(self, name: str, value: str, place: str, seen: Notes) -> str:
        if value and f"address.{name}" in self._never:
            seen.notes.append(Note("GM304", f"address.{name}"))
            return ""
        names = (f"address.{name}", f"{place}: {name}")
        return self._texts.held(value, self._rules.address.get(name), names, seen)

    def _street(self, street: tuple[str, ...], place: str, seen: Notes) -> tuple[str, ...]:
        lines = [self._texts.printable(line, "street", seen) for line in street]
        lines = [line for line in lines if line]
        most = self._rules.street_lines
        if most and len(lines) > most:
            lines = [*lines[: most - 1], ", ".join(lines[most - 1 :])]
            seen.notes.append(Note("GM309", "address.street"))
        rule, names = self._rules.address.get("street"), ("address.street", f"{place}: street")
        held = [self._texts.held(line, rule, names, seen) for line in lines or [""]]
        return tuple(line for line in held if line)


def _region_by_name(country: CountryRule, name: str) -> str:
    wanted = _plain(name)
    return next((code for code, title in country.regions.items() if wanted and _plain(title) == wanted), "")


@lru_cache(maxsize=10_000)
def _plain(name: str) -> str:
    """A name of a region without case and accents: shops spell "București" in several ways."""
    return lookalike(name.strip().casefold())
