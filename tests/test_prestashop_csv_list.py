"""The list Customers > Export as a source: what it tells, what it does not, and other files."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from groupmigrate.errors import StoreError
from groupmigrate.model import Customer, Role
from groupmigrate.platforms.base import Finding, Opening, Severity
from groupmigrate.platforms.prestashop.csvexport import CsvExport
from groupmigrate.platforms.prestashop.csvoptions import CsvExportOptions

ENGLISH = (
    'ID;"Social title";"First name";"Last name";"Email address";Group;Company;Sales;Enabled;Newsletter;'
    '"Partner offers";Registration;"Last visit"\n'
)
FRENCH = (
    'ID;"Titre de civilité";Prénom;Nom;"Adresse e-mail";Groupe;Entreprise;Ventes;Activé;"Lettre d\'infos";'
    '"Offres partenaires";Inscription;"Dernière visite"\n'
)
ROWS = """\
12;Mr.;Dan;Oz;dan@example.com;Customer;;;0;0;0;"2016-07-01 00:00:00";
7;Mrs.;Ana;"Pop; ""A"" I";ana.pop@example.com;Trade;"Pop SRL";€1,200.50;1;1;0;"2015-05-05 08:05:05";
9;;Gus;Guest;gus@example.com;Guest;;;1;0;0;"2016-01-01 00:00:00";
1;Mr.;Anonymous;Anonymous;anonymous@psgdpr.com;Customer;;;0;0;0;"2015-01-01 00:00:00";
"""


def opened(folder: Path, text: str = ENGLISH + ROWS, **options: Any) -> CsvExport:
    """The list as a store."""
    (folder / "customers.csv").write_text(text, encoding="utf-8")
    given = {
        "customers": "customers.csv",
        "groups": {"4": "Trade"},
        "timezone": "Europe/Bucharest",
        **options,
    }
    return CsvExport(CsvExportOptions.model_validate(given), Opening("shop", folder, folder))


def everybody(store: CsvExport, after: str = "") -> dict[str, Customer]:
    return {customer.id: customer for page in store.customers(after) for customer in page.customers}


def finding(store: CsvExport, code: str) -> Finding:
    (found,) = (each for each in store.check().findings if each.code == code)
    return found


def test_a_customer_has_everything_that_the_list_tells(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        ana = everybody(store)["7"]
    assert ana == Customer(
        id="7",
        email="ana.pop@example.com",
        groups=("4",),
        firstname="Ana",
        lastname='Pop; "A" I',
        company="Pop SRL",
        newsletter=True,
        active=True,
        created="2015-05-05 05:05:05",
    )


def test_rows_come_in_the_order_of_the_file_without_the_technical_account(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        assert list(everybody(store)) == ["12", "7", "9"]
        assert list(everybody(store, after="1")) == ["7", "9"]


def test_who_is_in_the_group_for_guests_counts_as_a_guest_and_that_is_said(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        assert [one.guest for one in everybody(store).values()] == [False, False, True]
        told = finding(store, "GM586")
    assert told.severity is Severity.WARNING
    assert told.message.endswith("; taken for guests, by their group: 1 customer")


def test_the_columns_are_known_by_their_places_whatever_the_language(tmp_path: Path) -> None:
    rows = ROWS.replace(";Customer;", ";Client;").replace(";Guest;gus", ";Invité;gus")
    groups = {"1": "Visiteur", "2": "Guest", "3": "Client", "4": "Trade"}
    with closing(opened(tmp_path, FRENCH + rows, groups=groups)) as store:
        assert everybody(store)["12"].groups == ("3",)
        assert {group.name: group.role for group in store.groups()}["Client"] is Role.DEFAULT


def test_a_group_that_the_connector_does_not_list_has_its_name_and_is_told(tmp_path: Path) -> None:
    with closing(opened(tmp_path, groups={})) as store:
        groups = {group.name: (group.role, group.members) for group in store.groups()}
        told = finding(store, "GM587")
        (id_,) = everybody(store)["7"].groups
        assert [group.name for group in store.groups() if group.id == id_] == ["Trade"]
    assert groups == {
        "Visitor": (Role.VISITOR, 0),
        "Guest": (Role.GUEST, 1),
        "Customer": (Role.DEFAULT, 1),
        "Trade": (None, 1),
    }
    assert '"Trade" (1 customer)' in told.message


def test_a_customer_whose_group_has_no_name_is_told(tmp_path: Path) -> None:
    with closing(opened(tmp_path, ENGLISH + ROWS.replace(";Trade;", ";;"))) as store:
        told = finding(store, "GM587")
        (id_,) = everybody(store)["7"].groups
        assert [group.name for group in store.groups() if group.id == id_] == ["id:0"]
    assert "no group for 1 customer" in told.message


def test_a_name_that_two_groups_have_is_refused(tmp_path: Path) -> None:
    with closing(opened(tmp_path, groups={"4": "Trade", "7": "Trade"})) as store:
        error = finding(store, "GM588")
        with pytest.raises(StoreError, match="several groups: 4 and 7"):
            everybody(store)
    assert error.severity is Severity.ERROR
    assert "customers.csv:3" in error.message


def test_two_groups_of_one_name_do_no_harm_where_nobody_is_in_them(tmp_path: Path) -> None:
    with closing(opened(tmp_path, groups={"4": "Trade", "7": "Retail", "8": "Retail"})) as store:
        assert {each.code for each in store.check().findings} == {"GM586"}


def test_the_list_of_an_older_release_has_no_group_and_is_refused_with_a_cure(tmp_path: Path) -> None:
    seventeen = "\n".join(
        ";".join(cell for place, cell in enumerate(line.split(";")) if place != 5)
        for line in (ENGLISH + ROWS.replace('"Pop; ""A"" I"', "Pop")).splitlines()
    )
    with closing(opened(tmp_path, seventeen + "\n")) as store:
        error = finding(store, "GM510")
    assert error.severity is Severity.ERROR
    assert "has 12 columns" in error.message
    assert "SQL Manager" in error.hint


def test_an_export_of_the_tables_without_memberships_is_told_apart(tmp_path: Path) -> None:
    with closing(opened(tmp_path, "id_customer;id_default_group;email\n7;4;ana@example.com\n")) as store:
        error = finding(store, "GM512")
    assert "an export of the SQL Manager" in error.message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\n7;", "\nseven;", "cell 1 of the row should be a number"),
        (";1;1;0;", ";Yes;1;0;", "cell 9 of the row should be 0 or 1"),
        (";1;1;0;", ";1;Yes;0;", "cell 10 of the row should be 0 or 1"),
        (";1;1;0;", ";1;1;No;", "cell 11 of the row should be 0 or 1"),
        ('"2015-05-05 08:05:05"', "05/05/2015 08:05", "cell 12 of the row should be a time"),
    ],
)
def test_a_file_that_was_changed_by_a_spreadsheet_or_is_another_list_is_refused(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with closing(opened(tmp_path, (ENGLISH + ROWS).replace(old, new))) as store:
        error = finding(store, "GM514")
        assert words in error.message
        assert "customers.csv:3" in error.message
        with pytest.raises(StoreError):
            everybody(store)


def test_a_file_of_another_encoding_is_read_with_the_option_that_its_error_names(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        (tmp_path / "customers.csv").write_text(
            ENGLISH + ROWS.replace("Gus;", "Güs;").replace("€", ""), "cp1252"
        )
        assert "`encoding: cp1252`" in finding(store, "GM511").hint
    options = {"groups": {}, "customers": "customers.csv", "encoding": "cp1252"}
    store = CsvExport(CsvExportOptions.model_validate(options), Opening("shop", tmp_path, tmp_path))
    assert everybody(store)["9"].firstname == "Güs"


@pytest.mark.parametrize("table", ["addresses", "states"])
def test_the_other_tables_are_refused_without_the_memberships(tmp_path: Path, table: str) -> None:
    with pytest.raises(ValidationError, match=f"`memberships` is missing: `{table}` goes with it"):
        opened(tmp_path, **{table: "x.csv"})
