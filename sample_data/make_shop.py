"""Writes a synthetic Magento shop, customer.csv and customer_address.csv, as Magento's own export writes it.

    python sample_data/make_shop.py --customers 1200 --seed 7 --out sample_data

The same numbers give the same bytes. Customers are written as they are made, so memory does not grow with
their number. `places.toml` says who lives where, `hard_cases.toml` holds customers that are hard to migrate.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

from people import Maker, Row, read_places

CUSTOMER_COLUMNS = (
    "email,_website,_store,website_id,store_id,created_in,prefix,firstname,middlename,lastname,suffix,group_id,"
    "dob,password_hash,rp_token,rp_token_created_at,taxvat,confirmation,created_at,gender,"
    "disable_auto_group_change,updated_at,failures_num,first_failure,lock_expires,password"
)
ADDRESS_COLUMNS = (
    "_website,_email,_entity_id,city,company,country_id,fax,firstname,lastname,middlename,postcode,prefix,"
    "region,region_id,street,suffix,telephone,vat_id,vat_is_valid,vat_request_date,vat_request_id,"
    "vat_request_success,_address_default_billing_,_address_default_shipping_"
)

_ENCLOSED = re.compile(r'[,"\n\r\t \0]')


def main(arguments: Iterable[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Write a synthetic Magento shop as CSV exports.")
    parser.add_argument("--customers", type=int, default=1200, help="how many (default: 1200)")
    parser.add_argument("--seed", type=int, default=7, help="another seed, other people (default: 7)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to")
    given = parser.parse_args(None if arguments is None else [*arguments])
    if given.customers < 0:
        parser.error("--customers: a shop cannot have fewer than 0")
    given.out.mkdir(parents=True, exist_ok=True)
    addresses = write_shop(given.out, given.customers, given.seed)
    print(f"{given.customers:,} customers, {addresses:,} addresses in {given.out}", file=sys.stderr)


def write_shop(folder: Path, customers: int, seed: int) -> int:
    """Write both files into the folder; gives the number of addresses."""
    number = 0
    customer_columns, address_columns = CUSTOMER_COLUMNS.split(","), ADDRESS_COLUMNS.split(",")
    with ExitStack() as files:
        people, homes = (
            files.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
            for name in ("customer.csv", "customer_address.csv")
        )
        people.write(f"{CUSTOMER_COLUMNS}\n")
        homes.write(f"{ADDRESS_COLUMNS}\n")
        for person, addresses in shop(customers, seed):
            people.write(line([person.get(column, "") for column in customer_columns]))
            for address in addresses:
                number += 1
                address["_entity_id"] = str(number)
                homes.write(line([address.get(column, "") for column in address_columns]))
    return number


def line(cells: Iterable[str]) -> str:
    """A line as Magento 2.4 and PHP's fputcsv write it, the blank before formulas included."""
    return ",".join([cell if cell.isalnum() or not cell else _cell(cell) for cell in cells]) + "\n"


def _cell(text: str) -> str:
    if text[0] in "=+-":
        text = " " + text
    return '"' + text.replace('"', '""') + '"' if _ENCLOSED.search(text) else text


def shop(customers: int, seed: int) -> Iterator[tuple[Row, list[Row]]]:
    """Each customer with its addresses, oldest account first; the hard cases stand at even distances."""
    here = Path(__file__).parent
    maker = Maker(Random(seed), read_places(here / "places.toml"), customers)
    cases = tomllib.loads((here / "hard_cases.toml").read_text(encoding="utf-8"))["customer"][:customers]
    places = {(index * customers) // len(cases): case for index, case in enumerate(cases)}
    for number in range(customers):
        case = places.get(number)
        yield maker.ordinary(number) if case is None else maker.hard(number, case)


if __name__ == "__main__":
    main()
