"""OpenCart's workbooks of the Export/Import Tool: what is in the cells, and what is said of bad files."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from msgspec.structs import replace
from openpyxl import Workbook, load_workbook

from contract.crowd import HOSTILE, ordinary
from groupmigrate.errors import StoreError
from groupmigrate.model import Customer, PasswordHash, Role
from groupmigrate.platforms.base import Change, Opening, Outcome, Severity, State
from groupmigrate.platforms.opencart.workbookexport import WorkbookExport
from groupmigrate.platforms.opencart.workbookimport import WorkbookImport
from groupmigrate.platforms.opencart.workbookoptions import WorkbookExportOptions, WorkbookImportOptions
from support.opencart_shops import held

HEADER = [
    "customer_id",
    "customer_group",
    "store_id",
    "firstname",
    "lastname",
    "email",
    "telephone",
    "password",
    "newsletter",
    "custom_field",
    "ip",
    "status",
    "safe",
    "token",
    "code",
    "date_added",
]
ADDRESS_HEADER = [
    "customer_id",
    "firstname",
    "lastname",
    "company",
    "address_1",
    "address_2",
    "city",
    "postcode",
    "zone",
    "country",
    "custom_field",
    "default",
]
ANA = {
    "customer_id": 7,
    "customer_group": "Trade &amp; Co",
    "firstname": "Ana &quot;A&quot;",
    "lastname": "Ionescu",
    "email": "o'ana+1&amp;2@example.com",
    "telephone": "+40 21 555",
    "password": "$2y$10$abcdefghijklmnopqrstuv",
    "newsletter": "YES",
    "status": "enabled",
    "date_added": "2015-05-05 08:05:05",
}
HOME = {
    "customer_id": 7,
    "firstname": "Ana",
    "lastname": "Ionescu",
    "address_1": "Strada &lt;1&gt;",
    "city": "București",
    "zone": "București",
    "country": "Romania",
    "default": "yes",
}


def target(folder: Path, **more: Any) -> WorkbookImport:
    options = {
        "folder": "files",
        "release": "4.1",
        "first_customer_id": 5001,
        "groups": ["Trade & Co"],
        **more,
    }
    opening = Opening("new", folder, folder, read_only=False)
    return WorkbookImport(WorkbookImportOptions.model_validate(options), opening)


def create(folder: Path, *people: Customer, **more: Any) -> list[Outcome]:
    with closing(target(folder, **more)) as store:
        return list(store.apply([Change(number, "create", one) for number, one in enumerate(people)]))


def rows(path: Path, worksheet: str) -> list[dict[str, Any]]:
    """What the tool would see: the values of the cells by the header."""
    book = load_workbook(path)
    header, *found = book[worksheet].iter_rows(values_only=True)
    book.close()
    return [dict(zip(map(str, header), row, strict=True)) for row in found]


def person(number: int, **changes: Any) -> Customer:
    one = replace(held(ordinary(number)), groups=("Trade & Co",))
    return replace(one, **changes)


def write(
    path: Path,
    customers: Sequence[dict[str, Any]],
    addresses: Sequence[dict[str, Any]] = (),
    header: Sequence[str] = HEADER,
) -> None:
    book = Workbook()
    del book[book.sheetnames[0]]
    for name, columns, some in (("Customers", header, customers), ("Addresses", ADDRESS_HEADER, addresses)):
        page = book.create_sheet(name)
        page.append(list(columns))
        for row in some:
            page.append([row.get(column) for column in columns])
    book.save(path)
    book.close()


def source(folder: Path, *files: str, passwords: bool = False, **more: Any) -> WorkbookExport:
    options = {"files": files or ("one.xlsx",), **more}
    opening = Opening("old", folder, folder, passwords=passwords)
    return WorkbookExport(WorkbookExportOptions.model_validate(options), opening)


def everybody(store: WorkbookExport, after: str = "") -> list[Customer]:
    return [customer for page in store.customers(after) for customer in page.customers]


# --- as a target -----------------------------------------------------------------------------------------


def test_cells_hold_what_the_database_holds(tmp_path: Path) -> None:
    one = person(1, firstname='Anne "A" <b>', email="a+1&2@example.com", newsletter=True, active=False)
    create(tmp_path, one)
    path = tmp_path / "files" / "customers-0001.xlsx"
    (cells,) = rows(path, "Customers")
    assert list(cells) == HEADER
    assert cells["customer_group"] == "Trade &amp; Co"
    assert cells["firstname"] == "Anne &quot;A&quot; &lt;b&gt;"
    assert cells["email"] == "a+1&amp;2@example.com"
    assert (cells["newsletter"], cells["status"], cells["safe"]) == ("yes", "false", "false")
    assert cells["date_added"] == "2019-01-02 03:04:05"
    (home,) = rows(path, "Addresses")
    assert list(home) == ADDRESS_HEADER
    assert (home["country"], home["default"]) == ("Romania", "yes")
    assert (home["customer_id"], cells["customer_id"]) == ("5001", "5001")


def test_a_workbook_and_its_folder_are_for_their_owner_only(tmp_path: Path) -> None:
    create(tmp_path, person(1))
    for path, mode in ((tmp_path / "files", 0o700), (tmp_path / "files" / "customers-0001.xlsx", 0o600)):
        assert stat.S_IMODE(path.stat().st_mode) == mode
    words = (tmp_path / "files" / "INSTRUCTIONS.md").read_text(encoding="utf-8")
    assert "5001" in words
    assert "- Trade & Co" in words
    assert "incremental" in words


@pytest.mark.parametrize("release", ["2.3", "3.0", "4.0"])
def test_older_releases_have_the_columns_that_the_tool_expects_there(tmp_path: Path, release: str) -> None:
    create(tmp_path, person(1), release=release)
    (cells,) = rows(tmp_path / "files" / "customers-0001.xlsx", "Customers")
    until_3 = {"fax", "salt", "cart", "wishlist"}
    assert (set(cells) & until_3) == (until_3 if release < "4" else set())
    assert ("approved" in cells) == (release == "2.3")
    assert [name for name in cells if name in HEADER] == HEADER


def test_ids_depend_on_the_place_alone(tmp_path: Path) -> None:
    create(tmp_path, *(person(number) for number in range(5)), rows_per_file=2)
    create(tmp_path, person(9), rows_per_file=3)
    found = [
        [row["customer_id"] for row in rows(path, "Customers")]
        for path in sorted((tmp_path / "files").glob("*.xlsx"))
    ]
    assert found == [["5001", "5002"], ["15001", "15002"], ["25001", "25002"]]


def test_no_password_is_left_empty_because_the_tool_would_set_one_that_everybody_knows(
    tmp_path: Path,
) -> None:
    carried = PasswordHash("sha1³", "a" * 40, "AbCdEfGhI")
    create(tmp_path, person(1), person(2, password_hash=carried), release="3.0")
    first, second = rows(tmp_path / "files" / "customers-0001.xlsx", "Customers")
    assert (first["password"], first["salt"]) == ("!", None)
    assert (second["password"], second["salt"]) == ("a" * 40, "AbCdEfGhI")


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    one = person(1, firstname="=1+1", lastname="#N/A")
    (outcome,) = create(tmp_path, one)
    assert outcome.stored
    assert (outcome.stored.firstname, outcome.stored.lastname) == ("=1+1", "#N/A")
    (cells,) = rows(tmp_path / "files" / "customers-0001.xlsx", "Customers")
    assert (cells["firstname"], cells["lastname"]) == ("=1+1", "#N/A")


def test_zones_are_written_by_name_where_they_are_known(tmp_path: Path) -> None:
    home = replace(person(1).addresses[0], region="București", region_code="B")
    for zones, expected in ((True, "București"), (False, None)):
        folder = tmp_path / str(zones)
        folder.mkdir()
        with closing(target(folder, zones=zones)) as store:
            assert bool(store.rules().countries["RO"].regions) is zones
        create(folder, person(1, addresses=(home,)), zones=zones)
        (cells,) = rows(folder / "files" / "customers-0001.xlsx", "Addresses")
        assert cells["zone"] == expected


def test_a_group_that_the_connector_does_not_name_is_rejected(tmp_path: Path) -> None:
    (outcome,) = create(tmp_path, person(1, groups=("VIP",)))
    assert (outcome.state, outcome.code) == (State.REJECTED, "GM401")
    assert '"VIP"' in outcome.words
    assert not (tmp_path / "files").exists()


def test_a_target_says_what_it_is_not_and_how_it_is_called(tmp_path: Path) -> None:
    with closing(target(tmp_path)) as store:
        assert [one.code for one in store.check().findings] == ["GM524", "GM525", "GM508"]
        assert [(group.name, group.role) for group in store.groups()] == [
            ("Default", Role.DEFAULT),
            ("Trade & Co", None),
        ]
    with closing(target(tmp_path, countries={"RO": "Roumanie"}, timezone="Europe/Paris")) as store:
        assert [one.code for one in store.check().findings] == ["GM524"]


def test_a_workbook_that_was_spoilt_is_told_by_the_check(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "customers-0001.xlsx").write_bytes(b"PK\x03\x04 and no more")
    with closing(target(tmp_path)) as store:
        findings = {one.code: one for one in store.check().findings}
    assert findings["GM512"].severity is Severity.ERROR


def test_what_the_tool_exports_again_is_what_was_written_for_it(tmp_path: Path) -> None:
    people = [person(1), replace(held(HOSTILE), groups=("Trade & Co",))]
    create(tmp_path, *people)
    with closing(source(tmp_path, "files/customers-0001.xlsx")) as store:
        read = everybody(store)
    assert [(one.email, one.groups, one.addresses) for one in read] == [
        (
            one.email,
            one.groups,
            tuple(replace(home, default_shipping=home.default_billing) for home in one.addresses),
        )
        for one in people
    ]


# --- as a source -----------------------------------------------------------------------------------------


def test_rows_are_read_as_people_wrote_them(tmp_path: Path) -> None:
    write(tmp_path / "one.xlsx", [ANA], [HOME])
    with closing(source(tmp_path, timezone="Europe/Bucharest")) as store:
        (one,) = everybody(store)
    assert (one.id, one.email, one.groups) == ("7", "o'ana+1&2@example.com", ("Trade & Co",))
    assert one.firstname == 'Ana "A"'
    assert (one.newsletter, one.active, one.created) == (True, True, "2015-05-05 05:05:05")
    assert (one.password, one.password_hash) == ("bcrypt", None)
    (home,) = one.addresses
    assert home.street == ("Strada <1>",)
    assert (home.country, home.region, home.region_code, home.phone) == ("RO", "București", "B", "+40 21 555")
    assert home.default_billing


def test_hashes_are_read_only_when_they_are_carried(tmp_path: Path) -> None:
    header = [*HEADER, "salt"]
    old = {**ANA, "customer_id": 8, "password": "B" * 40, "salt": "AbCdEfGhI"}
    write(tmp_path / "one.xlsx", [ANA, old], header=header)
    with closing(source(tmp_path, passwords=True)) as store:
        hashes = [one.password_hash for one in everybody(store)]
    assert hashes == [
        PasswordHash("bcrypt", "$2y$10$abcdefghijklmnopqrstuv"),
        PasswordHash("sha1³", "b" * 40, "AbCdEfGhI"),
    ]


def test_numbers_dates_and_flags_of_a_workbook_that_was_edited_are_text_again(tmp_path: Path) -> None:
    edited = {**ANA, "telephone": 40215550101.0, "status": True, "newsletter": False, "lastname": 17}
    edited["date_added"] = datetime(2015, 5, 5, 8, 5, 5, tzinfo=UTC).replace(tzinfo=None)
    write(tmp_path / "one.xlsx", [edited], [{**HOME, "postcode": 10101}])
    with closing(source(tmp_path)) as store:
        (one,) = everybody(store)
    assert (one.lastname, one.active, one.newsletter) == ("17", True, False)
    assert one.created == "2015-05-05 08:05:05"
    assert (one.addresses[0].phone, one.addresses[0].postcode) == ("40215550101", "10101")


def test_groups_are_those_that_customers_are_in(tmp_path: Path) -> None:
    write(tmp_path / "one.xlsx", [ANA, {**ANA, "customer_id": 8, "customer_group": "Default"}])
    with closing(source(tmp_path)) as store:
        assert [(one.id, one.role, one.members) for one in store.groups()] == [
            ("Default", Role.DEFAULT, 1),
            ("Trade & Co", None, 1),
        ]
        assert [one.code for one in store.check().findings] == ["GM550", "GM508"]


def test_countries_and_regions_are_known_by_the_names_of_any_release(tmp_path: Path) -> None:
    places = [
        ("România", "Argeș"),
        ("Romania", "Arges"),
        ("Turkey", "Ankara"),
        ("Republic of Türkiye", "Ankara"),
    ]
    homes = [{**HOME, "country": country, "zone": zone} for country, zone in places]
    write(tmp_path / "one.xlsx", [ANA], homes)
    with closing(source(tmp_path)) as store:
        (one,) = everybody(store)
    assert [(home.country, home.region, home.region_code) for home in one.addresses] == [
        ("RO", "Argeș", "AG"),
        ("RO", "Arges", "AG"),
        ("TR", "Ankara", ""),
        ("TR", "Ankara", ""),
    ]


def test_a_country_that_is_not_known_is_told_until_the_connector_says_which_it_is(tmp_path: Path) -> None:
    write(tmp_path / "one.xlsx", [ANA], [{**HOME, "country": "Roumanie"}])
    with closing(source(tmp_path, timezone="UTC")) as store:
        findings = {one.code: one.message for one in store.check().findings}
        assert '"Roumanie" (1)' in findings["GM551"]
    with closing(source(tmp_path, timezone="UTC", countries={"RO": "Roumanie"})) as store:
        assert [one.code for one in store.check().findings] == ["GM550"]
        assert everybody(store)[0].addresses[0].country == "RO"


def test_several_workbooks_are_read_in_the_order_of_ids(tmp_path: Path) -> None:
    write(tmp_path / "one.xlsx", [ANA], [HOME])
    write(tmp_path / "two.xlsx", [{**ANA, "customer_id": 9}], [{**HOME, "customer_id": 9}])
    with closing(source(tmp_path, "one.xlsx", "two.xlsx")) as store:
        assert [(one.id, len(one.addresses)) for one in everybody(store)] == [("7", 1), ("9", 1)]
        assert [one.id for one in everybody(store, "7")] == ["9"]
    with (
        closing(source(tmp_path, "two.xlsx", "one.xlsx")) as store,
        pytest.raises(StoreError, match="customer 7 stands behind customer 9"),
    ):
        everybody(store)


def test_a_wrong_size_in_the_sheet_hides_nobody(tmp_path: Path) -> None:
    """Some programs write a dimension that is too small; the rows are there all the same."""
    write(tmp_path / "whole.xlsx", [ANA, {**ANA, "customer_id": 8}])
    with ZipFile(tmp_path / "whole.xlsx") as whole, ZipFile(tmp_path / "one.xlsx", "w") as cut:
        for name in whole.namelist():
            content = whole.read(name)
            if name.endswith("sheet1.xml"):
                assert b'<dimension ref="A1:P3"' in content
                content = content.replace(b'<dimension ref="A1:P3"', b'<dimension ref="A1"')
            cut.writestr(name, content)
    with closing(source(tmp_path)) as store:
        assert len(everybody(store)) == 2


def _bad_files(folder: Path) -> Iterator[tuple[str, str]]:
    write(folder / "column.xlsx", [ANA], header=[name for name in HEADER if name != "email"])
    yield "column.xlsx", 'column "email" not found'
    write(folder / "number.xlsx", [{**ANA, "customer_id": "seven"}])
    yield "number.xlsx", "`customer_id` is not a number"
    write(folder / "order.xlsx", [{**ANA, "customer_id": 9}, ANA])
    yield "order.xlsx", "customer 7 stands behind customer 9"
    Workbook().save(folder / "other.xlsx")
    yield "other.xlsx", "the workbook has no sheet"
    (folder / "text.xlsx").write_text("customer_id,email\n")
    yield "text.xlsx", "no Excel workbook"
    yield "nowhere.xlsx", "cannot be read"
    yield ".", "no Excel workbook"


def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    for name, words in _bad_files(tmp_path):
        with closing(source(tmp_path, name)) as store:
            with pytest.raises(StoreError, match=words) as raised:
                everybody(store)
            assert str(tmp_path / name) in raised.value.place
            assert raised.value.hint
            (finding,) = [one for one in store.check().findings if one.severity is Severity.ERROR]
            assert finding.code == raised.value.code
