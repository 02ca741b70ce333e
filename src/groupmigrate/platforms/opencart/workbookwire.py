"""Between the rows of OpenCart's tables and the cells of the Export/Import Tool's sheets. Pure functions.

Records are translated in `wire.py`; cells are rows with names for groups, countries and zones, and words for
flags.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import Rules
from groupmigrate.platforms.csvfile import Sheet
from groupmigrate.platforms.opencart import limits, wire
from groupmigrate.platforms.opencart.escaping import escaped, unescaped
from groupmigrate.platforms.opencart.sheets import YES
from groupmigrate.platforms.opencart.shop import Shop

Cells = dict[str, str]

FLAGS = {
    "newsletter": ("no", "yes"),
    "status": ("false", "true"),
    "approved": ("false", "true"),
    "safe": ("false", "true"),
    "default": ("no", "yes"),
}
"""How the tool writes a flag: no and yes."""


# --- from the sheets -------------------------------------------------------------------------------------


def customer(cells: Cells, homes: Iterable[Cells], shop: Shop, *, hashes: bool = False) -> Customer:
    """The customer of a row of the sheet Customers and of rows of the sheet Addresses."""
    row = {
        **_row(cells),
        # Groups have no ids here: their names are their ids. Languages are not in the sheet.
        "customer_group_id": unescaped(cells["customer_group"]).strip(),
        "language_id": 0,
        # An empty cell counts as true (the tool's import, read).
        **({} if cells["status"] else {"status": 1}),
        **({} if cells["approved"] else {"approved": 1}),
    }
    if not cells["salt"]:
        del row["salt"]
    homes = list(homes)
    addresses = [_address(home, number, shop) for number, home in enumerate(homes, start=1)]
    found = wire.customer(row, shop, addresses, hashes=hashes)
    regions = zip(found.addresses, homes, strict=True)
    return replace(found, addresses=tuple(_in_region(home, cells["zone"], shop) for home, cells in regions))


def _address(cells: Cells, number: int, shop: Shop) -> dict[str, Any]:
    country = next((one.id for one in shop.countries if one.name == cells["country"]), 0)
    return {**_row(cells), "address_id": number, "country_id": country, "zone_id": 0}


def _in_region(home: Address, name: str, shop: Shop) -> Address:
    """The address with its region as it is called in the sheet, and with the code if it is known."""
    zones = shop.zones_by_country.get(shop.country_id(home.country), ())
    code = next((zone.code for zone in zones if name and zone.name == name), "")
    return replace(home, region=name, region_code=code)


def _row(cells: Cells) -> dict[str, Any]:
    flags = {name: int(cells[name].lower() in YES) for name in FLAGS if name in cells}
    return {**cells, **flags}


# --- to the sheets ---------------------------------------------------------------------------------------


def rules(shop: Shop) -> Rules:
    """What the tool brings into the shop: what the shop holds, but for the language."""
    whole = limits.rules(shop)
    return replace(whole, never=(*whole.never, "language"), languages=(), makes_groups=False)


def new_customer(wanted: Customer, sheet: Sheet, shop: Shop) -> Cells:
    """The cells of a new customer; the id is set by whoever knows the place."""
    row = wire.new_customer(replace(wanted, groups=()), shop)
    row |= {"ip": "", **wire.changed(wanted, ("active",), shop)}
    return {column.name: "" for column in sheet.columns} | _cells(row, sheet) | _group(wanted)


def change(cells: Cells, wanted: Customer, fields: Iterable[str], sheet: Sheet, shop: Shop) -> Cells:
    """The cells with these fields of the customer, by the names of `Customer`, and all else as it is."""
    fields = set(fields)
    row = wire.changed(wanted, fields - {"groups"}, shop)
    return cells | _cells(row, sheet) | (_group(wanted) if "groups" in fields else {})


def new_address(wanted: Address, shop: Shop, sheet: Sheet, *, is_default: bool) -> Cells:
    """The cells of a new address; the customer's id is set by whoever knows the place."""
    row = wire.new_address(wanted, 0, shop, is_default=is_default)
    country = shop.country_by_id.get(row["country_id"])
    zone = shop.zone_by_id.get(row["zone_id"])
    names = {"country": country.name if country else "", "zone": zone.name if zone else ""}
    # Shops without a flag for it have the tool find the default address by this column, too (3.22, read).
    return {column.name: "" for column in sheet.columns} | _cells(
        {**row, **names, "default": int(is_default)}, sheet
    )


def _group(wanted: Customer) -> Cells:
    return {"customer_group": escaped(wanted.default_group)}


def _cells(row: Mapping[str, Any], sheet: Sheet) -> Cells:
    names = {column.name for column in sheet.columns}
    return {
        name: FLAGS[name][int(value)] if name in FLAGS else str(value)
        for name, value in row.items()
        if name in names
    }
