"""Exports of PrestaShop's SQL Manager as a source: what a customer is made of, and files that do not fit."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from groupmigrate.errors import StoreError
from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import Opening, Severity
from groupmigrate.platforms.prestashop.csvexport import CsvExport
from groupmigrate.platforms.prestashop.csvoptions import CsvExportOptions

FILES = {
    "customers": """\
id_customer;id_default_group;id_lang;id_gender;id_shop;firstname;lastname;email;birthday;company;newsletter;\
active;is_guest;deleted;date_add;date_upd
1;3;1;1;1;Anonymous;Anonymous;anonymous@psgdpr.com;0000-00-00;;0;0;0;0;"2015-01-01 00:00:00";0000-00-00
7;4;2;2;1;Ana;"Pop; ""A"" I";ana.pop@example.com;1980-02-29;"Pop SRL";1;1;0;0;"2015-05-05 08:05:05";0000-00-00
9;2;1;0;1;Gus;Guest;gus@example.com;0000-00-00;;0;1;1;0;"2016-01-01 00:00:00";"2016-01-01 00:00:00"
12;8;1;1;1;Dan;Oz;dan@example.com;0000-00-00;;0;0;0;1;"2016-01-01 00:00:00";"2016-01-01 00:00:00"
""",
    "memberships": "id_customer;id_group\n1;3\n5;3\n7;3\n7;4\n9;2\n12;3\n",
    "addresses": """\
id_customer;id_address;id_country;id_state;alias;company;firstname;lastname;address1;address2;postcode;city;\
other;phone;phone_mobile;vat_number;dni;deleted
0;1;8;0;supplier;;;;"16, Main street";;75002;Paris;;;;;;0
7;3;21;47;Home;;Ana;Pop;"Main ""5"" A";"Apt; 2";78701;Austin;"ring
twice";+40;;US1;;0
7;4;36;0;Old;;Ana;Pop;Gone;;1;Iași;;;;;;1
""",
    "countries": "id_country;iso_code\n8;FR\n21;us\n36;RO\n",
    "states": "id_state;id_country;iso_code;name\n47;21;TX;Texas\n",
}


def opened(folder: Path, *, without: tuple[str, ...] = (), **changes: Any) -> CsvExport:
    """The files, changed or left out, as a store."""
    options: dict[str, Any] = {"groups": {"4": "Trade"}, "languages": {"2": "ro"}}
    for name, text in FILES.items():
        path = folder / f"{name}.csv"
        path.write_text(changes.pop(name, text), encoding="utf-8")
        options |= {} if name in without else {name: path.name}
    options |= changes
    return CsvExport(CsvExportOptions.model_validate(options), Opening("shop", folder, folder))


def everybody(store: CsvExport, after: str = "") -> dict[str, Customer]:
    return {customer.id: customer for page in store.customers(after) for customer in page.customers}


def test_a_customer_has_everything_that_the_tables_hold(tmp_path: Path) -> None:
    with closing(opened(tmp_path, timezone="Europe/Bucharest")) as store:
        ana = everybody(store)["7"]
    assert ana == Customer(
        id="7",
        email="ana.pop@example.com",
        groups=("4", "3"),
        firstname="Ana",
        lastname='Pop; "A" I',
        gender="female",
        birthday="1980-02-29",
        company="Pop SRL",
        language="ro",
        scope="1",
        newsletter=True,
        active=True,
        created="2015-05-05 05:05:05",
        addresses=(
            Address(
                "Ana",
                "Pop",
                street=('Main "5" A', "Apt; 2"),
                postcode="78701",
                city="Austin",
                region="Texas",
                region_code="TX",
                country="US",
                phone="+40",
                vat_number="US1",
                alias="Home",
                note="ring\ntwice",
            ),
        ),
    )


def test_guests_and_deleted_people_are_told_and_the_technical_account_is_left_out(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        people = everybody(store)
    assert list(people) == ["7", "9", "12"]
    assert (people["9"].guest, people["12"].guest) == (True, False)
    assert (people["12"].deleted, people["12"].active) == (True, False)


def test_a_default_group_without_membership_is_told(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        dan = everybody(store)["12"]
    assert (dan.groups, dan.loose_default) == (("8", "3"), True)


def test_reading_goes_on_behind_an_id(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        assert everybody(store, "7") == {id_: one for id_, one in everybody(store).items() if id_ != "7"}


def test_without_addresses_nobody_has_one(tmp_path: Path) -> None:
    with closing(opened(tmp_path, without=("addresses", "countries", "states"))) as store:
        assert all(one.addresses == () for one in everybody(store).values())
        assert store.check().rights["addresses"] == "not in the connector"


def test_groups_without_a_name_are_named_by_number_and_warned_of(tmp_path: Path) -> None:
    with closing(opened(tmp_path, timezone="UTC")) as store:
        groups = {group.id: (group.name, group.members) for group in store.groups()}
        (finding,) = store.check().findings
    assert groups == {
        "1": ("Visitor", 0),
        "2": ("Guest", 1),
        "3": ("Customer", 2),
        "4": ("Trade", 1),
        "8": ("id:8", 1),
    }
    assert (finding.code, finding.severity) == ("GM516", Severity.WARNING)
    assert '"8" (1 customers)' not in finding.message
    assert '"8" (1 customer)' in finding.message


def test_an_unknown_time_zone_is_warned_of(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        assert "GM508" in {finding.code for finding in store.check().findings}


@pytest.mark.parametrize(
    ("name", "text", "code", "words"),
    [
        ("memberships", "id_customer;id_group\n7;3\n1;3\n", "GM514", "customer 1 stands behind customer 7"),
        ("memberships", "id_customer;id_group\nana;3\n", "GM514", "`id_customer` is not a number"),
        ("memberships", "id_customer\n7\n", "GM510", '"id_group"'),
        ("memberships", "id_customer;id_group\n7;3;4\n", "GM514", "the row has 3 cells, the header 2"),
        ("memberships", "id_customer,id_group\n7,3\n", "GM512", "separated by a comma, not by a semicolon"),
        ("memberships", "", "GM513", "the file is empty"),
        ("addresses", FILES["addresses"].replace("id_country;", ""), "GM510", '"id_country"'),
        ("countries", "id;iso_code\n8;FR\n", "GM510", '"id_country"'),
    ],
)
def test_a_file_that_does_not_fit_is_an_error_with_place_and_query(
    tmp_path: Path, name: str, text: str, code: str, words: str
) -> None:
    changes: dict[str, Any] = {name: text}
    with closing(opened(tmp_path, **changes)) as store:
        errors = [one for one in store.check().findings if one.severity is Severity.ERROR]
        assert [error.code for error in errors] == [code]
        assert words in errors[0].message
        assert f"{name}.csv:" in errors[0].message
        with pytest.raises(StoreError):
            everybody(store)


def test_the_hint_gives_the_query(tmp_path: Path) -> None:
    with closing(opened(tmp_path, memberships="id_customer\n7\n")) as store:
        (error,) = store.check().findings
    assert error.hint.endswith("SELECT id_customer, id_group FROM ps_customer_group ORDER BY id_customer")


def test_an_export_of_the_customers_list_is_not_taken_for_the_table(tmp_path: Path) -> None:
    listed = 'ID;"Social title";"First name";"Last name";"Email address";Group\n'
    with closing(opened(tmp_path, customers=listed)) as store:
        (error,) = store.check().findings
    assert error.code == "GM512"
    assert "Customers > Export" in error.message


def test_no_option_is_named_that_there_is_not(tmp_path: Path) -> None:
    with closing(opened(tmp_path, memberships="id_customer,id_group\n7,3\n")) as store:
        (error,) = store.check().findings
    assert "delimiter" not in error.hint
    assert error.hint.startswith("export it in Advanced Parameters > Database > SQL Manager")


def test_addresses_need_countries(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="`countries` is missing: `addresses` needs it"):
        opened(tmp_path, without=("countries",))
