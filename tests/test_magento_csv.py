"""Magento's CSV exports as a source, read from real files: good, odd, and broken in every way."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from groupmigrate.errors import DiskError, StoreError
from groupmigrate.model import Address, Customer, Group, Role
from groupmigrate.platforms.base import Finding, Opening, Severity
from groupmigrate.platforms.magento import CARD
from groupmigrate.platforms.magento.addressbook import AddressBook
from groupmigrate.platforms.magento.csvexport import CsvExport
from groupmigrate.platforms.magento.csvoptions import CsvExportOptions

HEADER = "email,_website,_store,group_id,firstname,lastname,gender,password_hash,rp_token"
ANA = "ana@example.com,base,default,1,Ana,Pop,Female,SECRET-HASH,SECRET-TOKEN"
BOB = "bob@example.com,base,ro,2,Bob,Țăranu,Male,,"
ADDRESS_HEADER = (
    "_website,_email,_entity_id,city,country_id,firstname,lastname,street,_address_default_billing_"
)

Shop = Callable[..., CsvExport]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Opens the exports whose text or bytes are given; closes them at the end."""
    opened: list[CsvExport] = []

    def write(name: str, content: str | bytes) -> None:
        raw = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(raw)

    def make(customers: str | bytes, addresses: str | bytes | None = None, **options: object) -> CsvExport:
        write("customer.csv", customers)
        if addresses is not None:
            write("address.csv", addresses)
            options["addresses"] = "address.csv"
        given = CsvExportOptions.model_validate({"customers": "customer.csv", **options})
        opened.append(CsvExport(given, Opening("old-shop", tmp_path, tmp_path)))
        return opened[-1]

    yield make
    for store in opened:
        store.close()
        store.close()


def lines(*rows: str) -> str:
    return "".join(f"{row}\n" for row in rows)


def everyone(store: CsvExport, after: str = "") -> list[Customer]:
    return [customer for page in store.customers(after) for customer in page.customers]


def errors(store: CsvExport) -> list[Finding]:
    return [finding for finding in store.check().findings if finding.severity is Severity.ERROR]


def test_customers_arrive_in_the_order_of_the_file_with_their_addresses(shop: Shop) -> None:
    addresses = lines(
        ADDRESS_HEADER,
        'base,bob@example.com,1,Iași,RO,Bob,Pop,"Str. Păcii 1\nAp. 2",',
        "second,ana@example.com,2,Wien,AT,Other,Ana,Gürtel 1,1",
        "base,ana@example.com,3,Cluj,RO,Ana,Pop,Str. Horea 1,1",
        "base,bob@example.com,4,Arad,RO,Bob,Pop,Bd. Unirii 9,1",
    )
    store = shop(lines(HEADER, ANA, BOB), addresses, languages={"ro": "ro"})
    assert not errors(store)
    ana, bob = everyone(store)
    assert (ana.id, ana.email, ana.groups, ana.scope) == ("1", "ana@example.com", ("1",), "base")
    assert ana.addresses == (
        Address("Ana", "Pop", street=("Str. Horea 1",), city="Cluj", country="RO", default_billing=True),
    )
    assert (bob.id, bob.lastname, bob.language, bob.gender) == ("2", "Țăranu", "ro", "male")
    assert [home.street for home in bob.addresses] == [("Str. Păcii 1", "Ap. 2"), ("Bd. Unirii 9",)]


def test_addresses_are_there_though_nobody_asked_for_a_check(shop: Shop) -> None:
    home = "base,ana@example.com,1,Cluj,RO,Ana,Pop,Str. Horea 1,1"
    (ana,) = everyone(shop(lines(HEADER, ANA), lines(ADDRESS_HEADER, home)))
    assert [address.city for address in ana.addresses] == ["Cluj"]


def test_a_broken_address_file_stops_the_reading_of_customers(shop: Shop) -> None:
    with pytest.raises(StoreError, match="2 cells"):
        everyone(shop(lines(HEADER, ANA), lines(ADDRESS_HEADER, "base,ana")))


def test_a_customer_without_a_group_is_in_none(shop: Shop) -> None:
    store = shop(lines(HEADER, "a@example.com,base,default,,Ana,Pop,,,"), groups={"1": "General"})
    assert [customer.groups for customer in everyone(store)] == [()]
    assert [(group.name, group.members) for group in store.groups()] == [("General", 0)]


def test_a_header_without_customers_is_an_empty_shop(shop: Shop) -> None:
    store = shop(lines(HEADER), lines(ADDRESS_HEADER))
    assert not errors(store)
    assert everyone(store) == []
    assert [group.members for group in store.groups()] == [0, 0, 0, 0]


def test_pages_are_resumable_without_gap_or_repeat(shop: Shop) -> None:
    rows = [f"c{i}@example.com,base,default,1,F,L,,," for i in range(2500)]
    store = shop(lines(HEADER, *rows))
    pages = list(store.customers())
    assert [len(page.customers) for page in pages] == [1000, 1000, 500]
    assert {page.total for page in pages} == {2500}
    whole = [customer.email for page in pages for customer in page.customers]
    assert whole == [f"c{i}@example.com" for i in range(2500)]
    for done, page in enumerate(pages, 1):
        rest = everyone(store, page.cursor)
        assert [customer.email for customer in rest] == whole[1000 * done :]
        assert [customer.id for customer in rest] == [str(i + 1) for i in range(1000 * done, 2500)]


def test_reading_is_lazy(shop: Shop) -> None:
    store = shop(lines(HEADER, *(f"c{i}@example.com,base,,1,F,L,,," for i in range(3000))))
    pages = store.customers()
    assert next(pages).cursor == "1000"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_end_is_read(shop: Shop, line_end: str) -> None:
    store = shop(lines(HEADER, ANA, BOB).replace("\n", line_end))
    assert not store.check().findings[1:]
    assert [customer.email for customer in everyone(store)] == ["ana@example.com", "bob@example.com"]


def test_text_in_cells_survives(shop: Shop) -> None:
    row = 'q@example.com,base,default,1,"Robert ""Bob"", the 1st","O\'Brien\r\n& <Söhne> 🍕 العربي \\",,,'
    (customer,) = everyone(shop(lines(HEADER, row)))
    assert customer.firstname == 'Robert "Bob", the 1st'
    assert customer.lastname == "O'Brien\r\n& <Söhne> 🍕 العربي \\"


def test_numbers_and_words_for_nothing_stay_text(shop: Shop) -> None:
    (customer,) = everyone(shop(lines(HEADER, "0001@example.com,base,default,01,NA,null,,,")))
    assert (customer.email, customer.firstname, customer.lastname) == ("0001@example.com", "NA", "null")
    assert customer.groups == ("1",)


@pytest.mark.parametrize(
    ("encoding", "option"),
    [("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("latin-1", "latin-1"), ("utf-16", "utf-16")],
)
def test_other_encodings_are_read_when_the_connector_says_so(shop: Shop, encoding: str, option: str) -> None:
    row = "s@example.com,base,default,1,Jürgen,Süß,,,"
    store = shop(lines(HEADER, row).encode(encoding), encoding=option)
    assert not errors(store)
    assert [(c.firstname, c.lastname) for c in everyone(store)] == [("Jürgen", "Süß")]


@pytest.mark.parametrize("delimiter", [";", "|", "\t"])
def test_other_delimiters_are_read_when_the_connector_says_so(shop: Shop, delimiter: str) -> None:
    store = shop(lines(HEADER, ANA).replace(",", delimiter), delimiter=delimiter)
    assert [customer.lastname for customer in everyone(store)] == ["Pop"]


def test_a_million_characters_in_a_cell_are_read(shop: Shop) -> None:
    (customer,) = everyone(shop(lines(HEADER, f"a@example.com,base,default,1,{'x' * 1_000_000},Pop,,,")))
    assert len(customer.firstname) == 1_000_000


def test_empty_lines_are_no_customers(shop: Shop) -> None:
    assert len(everyone(shop(lines(HEADER, "", ANA, "", BOB, "", "")))) == 2


SHORT = "bob@example.com,base,ro,2,Bob"
BROKEN = {
    "an empty file": (b"", "GM513", 1, "empty"),
    "only a byte order mark": (b"\xef\xbb\xbf\r\n", "GM513", 1, "empty"),
    "a short row at the end": (lines(HEADER, ANA, SHORT), "GM512", 3, "5 cells, the header 9"),
    "a file cut in a row": (lines(HEADER, ANA, BOB)[:-10].encode(), "GM512", 3, "cut short"),
    "a file cut in a quoted cell": (
        lines(HEADER, ANA) + 'bob@example.com,base,"Bo',
        "GM512",
        3,
        "never closed",
    ),
    "a file cut in a character": (
        lines(HEADER, ANA).encode() + "bob,Ț".encode()[:-1],
        "GM512",
        3,
        "incomplete",
    ),
    "a short row in the middle": (lines(HEADER, SHORT, ANA), "GM514", 2, "5 cells, the header 9"),
    "a short row before a broken one": (lines(HEADER, SHORT, 'x,"y"z'), "GM514", 2, "5 cells"),
    "a long row": (lines(HEADER, ANA, BOB + ",more"), "GM514", 3, "10 cells, the header 9"),
    "a short row behind a cell of three lines": (
        lines(HEADER, 'a@example.com,base,default,1,"A\nB\nC",Pop,,,', SHORT, ANA),
        "GM514",
        5,
        "5 cells",
    ),
    "a quote that is not doubled": (
        lines(HEADER, 'a@example.com,base,d,1,"A"na",Pop,,,', BOB),
        "GM514",
        2,
        "quote",
    ),
    "an endless cell": (lines(HEADER, ANA, f'"{"x" * 5_000_000}'), "GM514", 3, "longer than"),
    "semicolons": (lines(HEADER, ANA).replace(",", ";"), "GM512", 1, 'delimiter: ";"'),
    "tabs": (lines(HEADER, ANA).replace(",", "\t"), "GM512", 1, 'delimiter: "\\t"'),
    "cp1252": (
        lines(HEADER, ANA, "j@example.com,base,,1,Jürgen,S,,,").encode("cp1252"),
        "GM511",
        3,
        "cp1252",
    ),
    "UTF-16": (lines(HEADER, ANA).encode("utf-16"), "GM511", 1, "encoding: utf-16"),
    "UTF-16 without a mark": (lines(HEADER, ANA).encode("utf-16-le"), "GM511", 1, "encoding: utf-16"),
    "a workbook": (b"PK\x03\x04" + bytes(range(256)), "GM512", 1, "Excel"),
    "zeros, left by a crash": (bytes(5000), "GM512", 1, "binary"),
    "a binary": (bytes(range(256)) * 40, "GM512", 1, "binary"),
    "no group column": (
        lines(HEADER.replace("group_id", "Group_ID")),
        "GM510",
        1,
        '"group_id" (found "Group_ID")',
    ),
    "no header": (lines(ANA, BOB), "GM510", 1, '"email"'),
    "no header, and an e-mail like its name": (
        lines(ANA.replace("ana@example.com", "email@x")),
        "GM510",
        1,
        "email",
    ),
    "a column twice": (lines(HEADER.replace("gender", "email")), "GM512", 1, '"email" stands twice'),
    "the address export": (lines(ADDRESS_HEADER), "GM512", 1, "this is the address export"),
    "the grid's export": (lines("ID,Name,Email,Group,Customer Since"), "GM512", 1, "the grid"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_with_its_line_and_stops_the_reading(
    shop: Shop, name: str, tmp_path: Path
) -> None:
    content, code, line, words = BROKEN[name]
    store = shop(content)
    (finding,) = errors(store)
    text = f"{finding.message} {finding.hint}"
    assert finding.code == code
    assert text.startswith(f"{tmp_path / 'customer.csv'}:{line}: ")
    assert words in text
    assert "SECRET" not in text
    assert "@" not in text
    assert len(text) < 600
    with pytest.raises(StoreError) as error:
        everyone(store)
    assert (error.value.code, error.value.place) == (code, f"{tmp_path / 'customer.csv'}:{line}")


def test_utf8_is_not_read_as_something_else(shop: Shop) -> None:
    (finding,) = errors(shop(lines(HEADER, BOB), encoding="cp1252"))
    assert finding.code == "GM511"
    assert "the file is UTF-8" in finding.message


def test_both_files_are_checked_at_once(shop: Shop, tmp_path: Path) -> None:
    store = shop(lines(HEADER, SHORT), lines(ADDRESS_HEADER, "base,bob"))
    assert [finding.message.partition(":")[0] for finding in errors(store)] == [
        str(tmp_path / "customer.csv"),
        str(tmp_path / "address.csv"),
    ]


def test_a_missing_file_and_a_folder_are_told(shop: Shop, tmp_path: Path) -> None:
    store = shop(lines(HEADER, ANA), lines(ADDRESS_HEADER))
    (tmp_path / "customer.csv").unlink()
    (tmp_path / "address.csv").unlink()
    (tmp_path / "address.csv").mkdir()
    missing, folder = errors(store)
    assert missing.code == folder.code == "GM520"
    assert "No such file" in missing.message
    assert "no regular file" in folder.message
    with pytest.raises(StoreError, match="No such file"):
        store.groups()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a thing of POSIX")
def test_a_pipe_is_refused_and_not_waited_for(shop: Shop, tmp_path: Path) -> None:
    store = shop("")
    (tmp_path / "customer.csv").unlink()
    os.mkfifo(tmp_path / "customer.csv")
    (finding,) = errors(store)
    assert finding.code == "GM520"


def test_a_last_line_without_a_line_end_is_suspicious(shop: Shop) -> None:
    (finding,) = shop(lines(HEADER, ANA)[:-1], groups={"1": "General"}).check().findings
    assert (finding.code, finding.severity) == ("GM512", Severity.WARNING)


def test_addresses_of_nobody_are_counted_and_masked(shop: Shop) -> None:
    addresses = lines(
        ADDRESS_HEADER,
        "base,ana@example.com,1,Cluj,RO,Ana,Pop,Str. Horea 1,1",
        "base,Ana@example.com,2,Cluj,RO,Ana,Pop,Str. Horea 1,1",
        "second,stranger@example.com,3,Cluj,RO,A,B,Str. Horea 1,1",
    )
    store = shop(lines(HEADER, ANA), addresses, groups={"1": "General"})
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM517", Severity.WARNING)
    assert finding.message.startswith("2 addresses belong to nobody")
    assert "stranger" not in finding.message
    assert len(everyone(store)[0].addresses) == 1


def test_groups_have_the_names_of_the_connector_and_are_counted(shop: Shop) -> None:
    rows = [f"c{i}@example.com,base,default,{group},F,L,,," for i, group in enumerate("0112229")]
    names = {"0": "NOT LOGGED IN", "1": "General", "2": "VIP & Partners", "6": "Press"}
    store = shop(lines(HEADER, *rows, "x@example.com,base,,Trade,F,L,,,"), groups=names, default_group="2")
    assert store.groups() == [
        Group("0", "NOT LOGGED IN", role=Role.VISITOR, members=1),
        Group("1", "General", members=2),
        Group("2", "VIP & Partners", role=Role.DEFAULT, members=3),
        Group("6", "Press", members=0),
        Group("9", "id:9", members=1),
        Group("Trade", "id:Trade", members=1),
    ]
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM516", Severity.WARNING)
    assert '"9" (1 customer), "Trade" (1 customer)' in finding.message


def test_without_names_the_factory_groups_are_taken_and_that_is_told(shop: Shop) -> None:
    store = shop(lines(HEADER, ANA))
    assert [(group.id, group.name, group.role) for group in store.groups()] == [
        ("0", "NOT LOGGED IN", Role.VISITOR),
        ("1", "General", Role.DEFAULT),
        ("2", "Wholesale", None),
        ("3", "Retailer", None),
    ]
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM516", Severity.WARNING)


def test_words_that_cannot_be_read_are_counted(shop: Shop) -> None:
    rows = ["a@example.com,base,xx,1,F,L,Herr,,", "b@example.com,base,ro,1,F,L,Dna,,"]
    store = shop(lines(HEADER, *rows), groups={"1": "General"}, languages={"ro": "ro"})
    genders, views = store.check().findings
    assert genders.code == views.code == "GM519"
    assert '"gender" of 2 customers' in genders.message
    assert '"xx" (1 customer)' in views.message


def test_optional_columns_may_be_absent(shop: Shop) -> None:
    rows = ("email,_website,group_id,firstname,lastname", "a@example.com,base,1,Ana,Pop")
    assert everyone(shop(lines(*rows))) == [
        Customer(
            "1",
            "a@example.com",
            groups=("1",),
            firstname="Ana",
            lastname="Pop",
            scope="base",
            created="",
            updated="",
        )
    ]


OWN = lines(f"{HEADER},loyalty_no,hobbies", f'{ANA},0001,"Chess,Golf"', f"{BOB}, +1,")


def test_attributes_that_the_connector_names_are_read_as_the_shop_shows_them(shop: Shop) -> None:
    store = shop(OWN, attributes={"loyalty_no": "one", "hobbies": "several"})
    ana, bob = (one for page in store.customers() for one in page.customers)
    assert ana.attributes == {"loyalty_no": "0001", "hobbies": "Chess\nGolf"}
    assert bob.attributes == {"loyalty_no": "+1"}
    assert "GM576" not in [finding.code for finding in store.check().findings]


def test_attributes_that_the_connector_does_not_name_are_told(shop: Shop) -> None:
    (told,) = [
        one for one in shop(OWN, attributes={"hobbies": "several"}).check().findings if one.code == "GM576"
    ]
    assert (told.severity, told.message) == (
        Severity.NOTE,
        "attributes of the shop that are not read: loyalty_no",
    )
    assert "GM576" not in [one.code for one in shop(lines(HEADER, ANA)).check().findings]


def test_an_attribute_that_the_file_does_not_have_is_an_error_with_the_nearest(shop: Shop) -> None:
    with pytest.raises(StoreError, match=r'"loyalty_nr" .found "loyalty_no"'):
        list(shop(OWN, attributes={"loyalty_nr": "one"}).customers())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"groups": {"General": "1"}}, "by its number"),
        ({"groups": {"01": "General"}}, 'found "01"'),
        ({"groups": {"1": " "}}, "cannot be empty"),
        ({"groups": {"1": "General"}, "default_group": "7"}, "the number 7"),
        ({"groups": {"2": "Trade"}}, "the number 1"),
        ({"encoding": "a" * 1000}, "no encoding is called"),
        ({"encoding": "a\0b"}, "no encoding is called"),
        ({"encoding": "klingon"}, 'no encoding is called "klingon"'),
        ({"encoding": "base64"}, "no encoding"),
        ({"delimiter": "::"}, "delimiter"),
        ({"languages": {"de": "german"}}, "two small letters"),
        ({"attributes": {"rp_token": "one"}}, '"rp_token" is a column of every shop'),
        ({"attributes": {"password_hash": "one"}}, "no attribute that it added"),
        ({"attributes": {"tier": "many"}}, "one"),
        ({"password": "x"}, "password"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CsvExportOptions.model_validate({"customers": "customer.csv", **options})


def test_every_option_says_what_it_means() -> None:
    for way in CARD.ways:
        assert all(field.description for field in way.options.model_fields.values())


def test_a_full_disk_is_told_without_a_traceback() -> None:
    book = AddressBook()
    book._database.execute("PRAGMA max_page_count = 12")
    with pytest.raises(DiskError, match="full") as error:
        book.add((f"base\nc{i}@example.com", Address(city="x" * 1000)) for i in range(1000))
    assert error.value.code == "GM515"
    book.close()


@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is asked from POSIX")
def test_memory_does_not_grow_with_the_files(tmp_path: Path) -> None:
    def peak(customers: int) -> int:
        people, homes = tmp_path / "customer.csv", tmp_path / "address.csv"
        rows = (f"c{i}@example.com,base,default,{i % 4},Fîrst,Lăst,Male,," for i in range(customers))
        people.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        rows = (f'base,c{i}@example.com,{i},City,RO,F,L,"Street {i}\nFloor",1' for i in range(customers))
        homes.write_text("\n".join([ADDRESS_HEADER, *rows, ""]), encoding="utf-8")
        program = f"""
            import resource
            from pathlib import Path
            from groupmigrate.platforms.base import Opening
            from groupmigrate.platforms.magento.csvoptions import CsvExportOptions
            from groupmigrate.platforms.magento.csvexport import CsvExport
            folder = Path({str(tmp_path)!r})
            options = CsvExportOptions(customers=Path("customer.csv"), addresses=Path("address.csv"))
            store = CsvExport(options, Opening("shop", folder, folder))
            assert store.check().findings
            assert sum(len(page.customers) for page in store.customers()) == {customers}
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        """
        command = [sys.executable, "-c", textwrap.dedent(program)]
        return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    kilobytes = 1024 if sys.platform == "darwin" else 1
    assert (peak(200_000) - peak(2_000)) / kilobytes < 12_000
