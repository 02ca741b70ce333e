"""Between Magento's CSV cells, both ways, and the canonical records. Pure functions; they open no file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from groupmigrate.model import Address, Customer
from groupmigrate.platforms.magento import passwords
from groupmigrate.platforms.magento.csvoptions import CsvImportOptions

Cells = Mapping[str, str]

GENDERS = {
    "male": "male",
    "female": "female",
    "1": "male",
    "2": "female",
    "3": "",
    "not specified": "",
    "": "",
}

# The labels of the admin, which the import finds the options by (Magento 2.4.7, run).
GENDER_LABELS = {"male": "Male", "female": "Female", "": ""}

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?: \d{2}:\d{2}:\d{2})?", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)
_LINE_END = re.compile(r"\r\n|\r|\n")
_NUMBER = re.compile(r"[0-9]+", re.ASCII)


def customer(
    cells: Cells,
    id_: str,
    languages: Mapping[str, str],
    addresses: tuple[Address, ...] = (),
    *,
    hashed: bool = False,
    attributes: Mapping[str, str] = MappingProxyType({}),
) -> Customer:
    """The customer of a row, with the password's hash if `hashed`. The only id is a place in a file.

    `attributes` are columns of the shop's own, each with "one" or "several".
    """
    return Customer(
        id=id_,
        email=written(cells["email"]),
        groups=_groups(cells["group_id"]),
        firstname=written(cells["firstname"]),
        lastname=written(cells["lastname"]),
        middlename=written(cells["middlename"]),
        prefix=written(cells["prefix"]),
        suffix=written(cells["suffix"]),
        gender=GENDERS.get(_gender(cells), ""),
        birthday=_birthday(cells["dob"]),
        tax_id=written(cells["taxvat"]),
        language=languages.get(cells["_store"], ""),
        scope=written(cells["_website"]),
        attributes=_attributes(cells, attributes),
        password=passwords.kind(cells["password_hash"]),
        password_hash=passwords.of(cells["password_hash"]) if hashed else None,
        # The key in `confirmation` stays until the link in the mail is opened; till then nobody can log in
        # (Magento 2.4.7, run). The export has no column for deactivated accounts.
        active=False if cells["confirmation"].strip() else None,
        created=_time(cells["created_at"]),
        updated=_time(cells["updated_at"]),
        addresses=addresses,
    )


def address(cells: Cells) -> Address:
    """The address of a row. `region_id` is left alone: Magento's numbers differ from shop to shop."""
    return Address(
        firstname=written(cells["firstname"]),
        lastname=written(cells["lastname"]),
        company=written(cells["company"]),
        street=_lines(cells["street"]),
        postcode=written(cells["postcode"]),
        city=written(cells["city"]),
        region=written(cells["region"]),
        country=written(cells["country_id"]).strip().upper(),
        phone=written(cells["telephone"]),
        vat_number=written(cells["vat_id"]),
        prefix=written(cells["prefix"]),
        middlename=written(cells["middlename"]),
        suffix=written(cells["suffix"]),
        fax=written(cells["fax"]),
        default_billing=cells["_address_default_billing_"] == "1",
        default_shipping=cells["_address_default_shipping_"] == "1",
    )


# --- to import files -------------------------------------------------------------------------------------


def new_customer(wanted: Customer, options: CsvImportOptions) -> dict[str, str]:
    """The cells of a new customer."""
    password = wanted.password_hash
    cells = dict.fromkeys(options.attributes, "") | {
        "email": wanted.email,
        "_website": options.website,
        # Never empty: for a customer who is in the shop that breaks off the whole batch (2.4.7, run).
        "disable_auto_group_change": "0" if options.auto_group else "1",
        "password_hash": passwords.stored(password) if password else "",
    }
    return change(cells, wanted, WRITERS, options)


def change(
    cells: Cells, wanted: Customer, fields: Iterable[str], options: CsvImportOptions
) -> dict[str, str]:
    """The cells with these fields of the customer, by the names of `Customer`, and all else as it is."""
    changed = dict(cells)
    for name in fields:
        changed |= WRITERS[name](wanted, options)
    return changed


def new_address(wanted: Address) -> dict[str, str]:
    """The cells of an address, but for whose it is."""
    return {
        "_entity_id": "",
        "prefix": wanted.prefix,
        "firstname": wanted.firstname,
        "middlename": wanted.middlename,
        "lastname": wanted.lastname,
        "suffix": wanted.suffix,
        "company": wanted.company,
        "street": "\n".join(wanted.street),
        "postcode": wanted.postcode,
        "city": wanted.city,
        "region": wanted.region,
        "country_id": wanted.country,
        "telephone": wanted.phone,
        "fax": wanted.fax,
        "vat_id": wanted.vat_number,
        "_address_default_billing_": "1" if wanted.default_billing else "",
        "_address_default_shipping_": "1" if wanted.default_shipping else "",
    }


Writer = Callable[[Customer, CsvImportOptions], dict[str, str]]

PERSON: Mapping[str, Writer] = {
    "prefix": lambda wanted, _: {"prefix": wanted.prefix},
    "firstname": lambda wanted, _: {"firstname": wanted.firstname},
    "middlename": lambda wanted, _: {"middlename": wanted.middlename},
    "lastname": lambda wanted, _: {"lastname": wanted.lastname},
    "suffix": lambda wanted, _: {"suffix": wanted.suffix},
    "birthday": lambda wanted, _: {"dob": wanted.birthday},
    "gender": lambda wanted, _: {"gender": GENDER_LABELS[wanted.gender]},
    "tax_id": lambda wanted, _: {"taxvat": wanted.tax_id},
}
"""How each field of the person is written."""

WRITERS: Mapping[str, Writer] = {
    **PERSON,
    # The number: a name would be stored as group 0, without a word (2.4.7, run).
    "groups": lambda wanted, _: {"group_id": wanted.default_group},
    "language": lambda wanted, options: {"_store": options.store_for(wanted.language)},
    "created": lambda wanted, _: {"created_at": wanted.created},
    # Options by their labels: of an unknown one the import stores none, without a word (2.4.7, run).
    "attributes": lambda wanted, _: wanted.attributes,
}
"""How every field is written that the import has a column for."""


# --- both ways -------------------------------------------------------------------------------------------


def owner(website: str, email: str) -> str:
    """The key by which the address export names a customer; a line end cannot be in either part."""
    return f"{written(website)}\n{written(email)}"


def group_id(text: str) -> str:
    """A group's id as the room spells it; text that somebody wrote instead of the number is kept."""
    plain = text.strip()
    return (plain.lstrip("0") or "0") if _NUMBER.fullmatch(plain) else plain


def unread(cells: Cells) -> tuple[str, ...]:
    """The columns whose text has no meaning here, so that the customer's field stays empty."""
    times = ("created_at", "updated_at")
    unreadable = tuple(name for name in times if not _time(cells[name]) and not _is_no_time(cells[name]))
    return unreadable if _gender(cells) in GENDERS else ("gender", *unreadable)


def written(cell: str) -> str:
    """The text as the customer wrote it.

    Magento's export puts a blank before =, + and - at the start of a cell, so that a spreadsheet does not
    take it for a formula (source of Magento 2.4): every "+40 …" phone arrives as " +40 …".
    """
    return cell[1:] if cell[:2] in (" =", " +", " -") else cell


def _groups(cell: str) -> tuple[str, ...]:
    group = group_id(cell)
    return (group,) if group else ()


def _gender(cells: Cells) -> str:
    return cells["gender"].strip().lower()


def _attributes(cells: Cells, kinds: Mapping[str, str]) -> dict[str, str]:
    """Options are labels of the admin already, several with commas between them (2.4.7, run)."""
    values = {code: written(cells[code]) for code in kinds}
    return {
        code: value.replace(",", "\n") if kinds[code] == "several" else value
        for code, value in values.items()
        if value
    }


def _birthday(cell: str) -> str:
    """Text that is no date stays: the planner lists it, where an empty field would hide it."""
    text = cell.strip()
    date = _DATE.fullmatch(text)
    day = date[1] if date else text
    # Magento 2.4.7 takes and exports zero dates (run).
    return "" if day == "0000-00-00" else day


def _time(cell: str) -> str:
    text = cell.strip()
    return text if _TIME.fullmatch(text) and not _is_no_time(text) else ""


def _is_no_time(cell: str) -> bool:
    text = cell.strip()
    # A date before 1970 is stored as zeros (Magento 2.4.7, run).
    return not text or text.startswith("0000-00-00")


def _lines(cell: str) -> tuple[str, ...]:
    return tuple(line for line in _LINE_END.split(written(cell)) if line.strip())
