"""The export of Magento 1 and OpenMage: one file of customers and addresses, as their source writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from groupmigrate.model import Address, Customer, PasswordHash
from groupmigrate.platforms.base import Opening, Severity
from groupmigrate.platforms.magento.csvexport import CsvExport
from groupmigrate.platforms.magento.csvoptions import CsvExportOptions

HEADER = (
    "email,_website,_store,confirmation,created_at,dob,firstname,gender,group_id,lastname,password_hash,interests,"
    "password,_address_city,_address_country_id,_address_firstname,_address_lastname,_address_street,"
    "_address_telephone,_address_default_billing_,_address_default_shipping_"
)
ANA = (
    "ana@example.com,base,default,,2012-02-02 02:02:02,1980-02-29 00:00:00,Ana,Female,2,Pop,"
    f'{"ab" * 16}:xY,Golf,,Iași,RO,Ana,Pop,"Str. Păcii 1\nAp. 2", +40 1,1,1'
)
MORE = ",,,,,,,,,,,,,Wien,AT,Ana,Pop,Gürtel 1,+43 1,,"
OPTION = ",,,,,,,,,,,Chess,,,,,,,,,"
BOB = f"bob@example.com,base,ro,,2013-03-03 03:03:03,,Bob,Male,1,Oz,{'cd' * 32}:zZ,,,,,,,,,,"
Shop = Callable[..., CsvExport]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Opens an export of these rows; closes it at the end."""
    opened: list[CsvExport] = []

    def make(*rows: str, passwords: bool = False, **options: object) -> CsvExport:
        (tmp_path / "customer.csv").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        given = CsvExportOptions.model_validate({"customers": "customer.csv", **options})
        opened.append(CsvExport(given, Opening("old", tmp_path, tmp_path, passwords=passwords)))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def everyone(store: CsvExport, after: str = "") -> list[Customer]:
    return [customer for page in store.customers(after) for customer in page.customers]


def test_addresses_are_those_of_the_customer_before_them(shop: Shop) -> None:
    store = shop(HEADER, ANA, MORE, OPTION, BOB)
    assert [one for one in store.check().findings if one.severity is Severity.ERROR] == []
    assert store.check().version.startswith("Magento 1 ")
    ana, bob = everyone(store)
    assert (ana.id, ana.groups, ana.birthday, ana.gender) == ("1", ("2",), "1980-02-29", "female")
    assert ana.addresses == (
        Address(
            "Ana",
            "Pop",
            street=("Str. Păcii 1", "Ap. 2"),
            city="Iași",
            country="RO",
            phone="+40 1",
            default_billing=True,
            default_shipping=True,
        ),
        Address("Ana", "Pop", street=("Gürtel 1",), city="Wien", country="AT", phone="+43 1"),
    )
    assert (bob.id, bob.email, bob.addresses) == ("2", "bob@example.com", ())


def test_members_are_counted_by_customer_and_not_by_row(shop: Shop) -> None:
    members = {group.id: group.members for group in shop(HEADER, ANA, MORE, OPTION, BOB).groups()}
    assert members == {"0": 0, "1": 1, "2": 1, "3": 0}


def test_reading_goes_on_behind_a_customer(shop: Shop) -> None:
    assert [one.email for one in everyone(shop(HEADER, ANA, MORE, BOB), "1")] == ["bob@example.com"]


def test_hashes_without_a_version_are_read_if_they_are_wanted(shop: Shop) -> None:
    ana, bob = everyone(shop(HEADER, ANA, MORE, BOB, passwords=True))
    assert ana.password_hash == PasswordHash("md5+salt", "ab" * 16, "xY")
    assert bob.password_hash == PasswordHash("sha256+salt", "cd" * 32, "zZ")
    assert (ana.password, bob.password) == ("md5", "sha256")


def test_an_address_of_nobody_stops_the_reading(shop: Shop) -> None:
    (error,) = [one for one in shop(HEADER, MORE, ANA).check().findings if one.severity is Severity.ERROR]
    assert error.code == "GM514"
    assert "customer.csv:2" in error.message


def test_a_single_file_beside_a_file_of_addresses_is_a_mistake(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "address.csv").write_text(
        "_website,_email,firstname,lastname,street,city,country_id\n", encoding="utf-8"
    )
    store = shop(HEADER, ANA, addresses="address.csv")
    (error,) = [one for one in store.check().findings if one.severity is Severity.ERROR]
    assert error.code == "GM512"
    assert "a single file of customers and addresses" in error.message
