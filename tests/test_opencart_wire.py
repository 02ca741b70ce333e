"""Between the canonical records and OpenCart's rows: escapes, default addresses, passwords, what fits."""

from __future__ import annotations

from dataclasses import replace as with_countries
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from groupmigrate.model import Address, Customer, PasswordHash, Role
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.opencart import limits, passwords, wire
from groupmigrate.platforms.opencart.escaping import TAKES, escaped, unescaped
from groupmigrate.platforms.opencart.shop import Country, CustomField, Shop, Zone
from groupmigrate.platforms.opencart.tables import Column, Table, Tables, prefixes, type_and_length

NAMES = ("firstname", "lastname", "email", "telephone", "password", "ip", "status", "newsletter")
HOME = ("address_id", "customer_id", "firstname", "lastname", "company", "address_1", "address_2", "city")


def table(name: str, *columns: str, **types: Column) -> Table:
    plain = {one: Column(one, "varchar", 32) for one in columns}
    return Table(f"oc_{name}", plain | types, "InnoDB")


def tables(*of_customer: str, flagged: bool = True, password: int = 255, charset: str = "utf8mb4") -> Tables:
    names = (*NAMES, "customer_group_id", "language_id", "date_added", *of_customer)
    customer = table("customer", *names, password=Column("password", "varchar", password))
    customer.columns["firstname"] = Column("firstname", "varchar", 32, charset=charset)
    address = table("address", *HOME, "postcode", "country_id", "zone_id", *(("default",) if flagged else ()))
    return Tables("oc_", {"customer": customer, "address": address})


def shop(found: Tables | None = None, **more: Any) -> Shop:
    return Shop(
        found or tables(),
        languages={1: "en", 2: "ro"},
        default_language=1,
        fallback_language=1,
        default_group="1",
        countries=(
            Country(10, "RO", "Romania"),
            Country(11, "DE", "Germany"),
            Country(12, "XX", "", enabled=False),
        ),
        zones=(Zone(5, 10, "B", "București"), Zone(6, 11, "", "Bayern"), Zone(7, 11, "", "Berlin")),
        **more,
    )


def row(**values: object) -> dict[str, Any]:
    return {
        "customer_id": 7,
        "customer_group_id": 1,
        "language_id": 2,
        "firstname": "Ana",
        "lastname": "Pop",
        "email": "ana@example.com",
        "telephone": "",
        "password": "",
        "newsletter": 0,
        "status": 1,
        "date_added": "2020-07-01 12:00:00",
        **values,
    }


def home(**values: object) -> dict[str, Any]:
    blank = dict.fromkeys((*HOME, "postcode"), "")
    return {**blank, "address_id": 1, "customer_id": 7, "country_id": 10, "zone_id": 5, **values}


# --- escapes -----------------------------------------------------------------------------------------------


@given(st.text())
def test_whatever_is_escaped_is_read_as_it_was_and_takes_the_places_that_are_declared(written: str) -> None:
    assert unescaped(escaped(written)) == written
    assert len(escaped(written)) == sum(TAKES.get(character, 1) for character in written)


@pytest.mark.parametrize(
    ("stored", "plain"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("&lt;b&gt;", "<b>"),
        ("&quot;x&quot; &#039;y&#039;", "\"x\" 'y'"),
        ("&amp;lt;", "&lt;"),
        ("A & B", "A & B"),
        ("&copy &eacute;", "&copy &eacute;"),
        ("cut &quo", "cut &quo"),
        ("O'Neill", "O'Neill"),
    ],
)
def test_stored_text_is_unescaped_exactly_and_raw_rows_are_left_alone(stored: str, plain: str) -> None:
    assert unescaped(stored) == plain


# --- from the shop -----------------------------------------------------------------------------------------


def test_a_row_of_nulls_is_a_customer_without_anything() -> None:
    nulls = dict.fromkeys(row())
    found = wire.customer({**nulls, "customer_id": 7}, shop())
    assert found == Customer("7", "", ("0",), language="en", scope="0", newsletter=False, active=False)


def test_local_time_becomes_utc_and_a_zero_date_nothing() -> None:
    there = shop(time_zone=ZoneInfo("Europe/Bucharest"))
    assert wire.customer(row(), there).created == "2020-07-01 09:00:00"
    assert wire.customer(row(date_added="0000-00-00 00:00:00"), there).created == ""


@pytest.mark.parametrize(
    ("changes", "active"),
    [
        ({"status": 1}, True),
        ({"status": 0}, False),
        ({"status": 2}, False),
        ({"status": 1, "approved": 0}, False),
        ({"status": 0, "approved": 1}, False),
        ({"status": 1, "approved": 1}, True),
    ],
)
def test_only_who_can_log_in_is_active(changes: dict[str, object], active: bool) -> None:
    assert wire.customer(row(**changes), shop()).active is active


@pytest.mark.parametrize(
    ("named", "flags", "default"),
    [
        (0, (0, 0), None),
        (2, (0, 0), 2),
        (1, (0, 1), 2),
        (9, (0, 0), None),
        (0, (1, 1), 1),
        (2, (None, None), 2),
    ],
)
def test_the_default_address_is_the_flagged_one_else_the_one_that_the_customer_names(
    named: int, flags: tuple[int | None, ...], default: int | None
) -> None:
    homes = [
        home(address_id=number, city=str(number), default=flag) for number, flag in enumerate(flags, start=1)
    ]
    found = wire.customer(row(address_id=named), shop(), homes)
    chosen = [one.city for one in found.addresses if one.default_billing and one.default_shipping]
    assert chosen == ([] if default is None else [str(default)])


def test_an_address_bears_the_customers_telephone_and_knows_its_country_and_zone() -> None:
    found = wire.customer(
        row(telephone="1 &amp; 2", fax="3"), shop(), [home(address_1="A &lt; B", address_2="C")]
    )
    assert found.addresses == (
        Address(
            street=("A < B", "C"), region="București", region_code="B", country="RO", phone="1 & 2", fax="3"
        ),
    )
    (nowhere,) = wire.customer(row(), shop(), [home(country_id=999, zone_id=None)]).addresses
    assert (nowhere.country, nowhere.region) == ("", "")


def test_a_telephone_without_an_address_is_an_attribute() -> None:
    assert wire.customer(row(telephone="123"), shop()).attributes == {"telephone": "123"}


@pytest.mark.parametrize(
    ("written", "attributes"),
    [
        (
            '{"1":"R &amp; D","2":"8","3":["9","10"],"99":"gone","4":""}',
            {"Job": "R & D", "Heard": "Web", "Likes": "A, B"},
        ),
        ("[]", {}),
        ('""', {}),
        ("", {}),
        (None, {}),
        ("a:0:{}", {}),
        ('a:2:{i:1;s:5:"R & D";i:3;a:1:{i:0;s:1:"9";}}', {"Job": "R & D", "Likes": "A"}),
        ('{"1": &quot;broken', {"custom fields that cannot be read": '{"1": "broken'}),
    ],
)
def test_custom_fields_are_read_as_people_read_them(written: str | None, attributes: dict[str, str]) -> None:
    fields = (
        CustomField("1", "Job", of_address=False),
        CustomField("2", "Heard", of_address=False, values={"8": "Web"}),
        CustomField("3", "Likes", of_address=False, values={"9": "A", "10": "B"}),
        CustomField("4", "Floor", of_address=True),
    )
    found = wire.customer(
        row(custom_field=written), shop(custom_fields=fields), [home(custom_field='{"4":"3rd"}')]
    )
    assert found.attributes == attributes | {"address 1: Floor": "3rd"}


def test_a_group_is_called_by_its_name_in_the_storefronts_language() -> None:
    group = {"customer_group_id": 1, "approval": 1}
    found = wire.group(group, {1: "R &amp; D", 2: "Cercetare"}, shop(), {}, 3)
    assert (found.name, found.names) == ("R & D", {"en": "R & D", "ro": "Cercetare"})
    assert (found.role, found.settings, found.members) == (Role.DEFAULT, {"approval": "by hand"}, 3)
    assert wire.group(group, {2: "Numai"}, shop(), {}, 0).name == "Numai"
    assert wire.group(group, {}, shop(), {}, 0).name == "(group 1: no name)"


# --- to the shop -------------------------------------------------------------------------------------------

ANA = Customer(
    "",
    "ana@example.com",
    ("3",),
    firstname='A & "B"',
    lastname="<Pop>",
    language="ro",
    newsletter=True,
    created="2020-07-01 09:00:00",
    addresses=(Address(city="X", phone="1"), Address(city="Y", phone="2", default_billing=True)),
)


def test_a_new_customer_is_escaped_and_cannot_log_in_before_the_last_step() -> None:
    found = wire.new_customer(ANA, shop(time_zone=ZoneInfo("Europe/Bucharest")))
    assert (found["firstname"], found["lastname"]) == ("A &amp; &quot;B&quot;", "&lt;Pop&gt;")
    assert (found["status"], found["ip"], found["password"]) == (0, "gm-pending-1", "!")
    assert (found["date_added"], found["language_id"], found["telephone"]) == ("2020-07-01 12:00:00", 2, "2")
    assert None not in found.values()
    assert wire.new_customer(replace(ANA, active=False), shop())["ip"] == "gm-pending-0"


def test_on_2_3_who_waits_is_not_approved_but_enabled() -> None:
    found = wire.new_customer(replace(ANA, active=False), shop(tables("approved")))
    assert (found["approved"], found["ip"]) == (0, "gm-pending-1")


def test_only_columns_that_are_there_are_written_and_unknown_demanded_ones_get_something_neutral() -> None:
    there = tables("commenter")
    there["customer"].columns["loyalty"] = Column("loyalty", "int", nullable=False, has_default=False)
    there["customer"].columns["since"] = Column("since", "date", nullable=False, has_default=False)
    there["customer"].columns["nick"] = Column("nick", "varchar", 9, nullable=False, has_default=False)
    there["customer"].columns["hint"] = Column("hint", "varchar", 9, nullable=True, has_default=False)
    found = wire.new_customer(ANA, shop(there))
    assert set(found) == set(there["customer"].columns) - {"hint"}
    assert (found["loyalty"], found["since"], found["nick"]) == (0, "1970-01-01 00:00:01", "")


def test_a_new_address_finds_country_and_zone_and_the_default_comes_first() -> None:
    wanted = Address(street=("1", "2"), country="RO", region="București")
    found = wire.new_address(wanted, 7, shop(), is_default=True)
    assert (found["country_id"], found["zone_id"], found["default"]) == (10, 5, 1)
    assert (found["address_1"], found["address_2"]) == ("1", "2")
    assert "default" not in wire.new_address(wanted, 7, shop(tables(flagged=False)), is_default=True)
    assert [one.city for one in wire.default_first(ANA.addresses)] == ["Y", "X"]


# --- passwords ---------------------------------------------------------------------------------------------

SHA1 = "605f2240ff6d5b7f176337ca520320a71d49434c"
BCRYPT = "$2y$10$JW0geVtJeNMrkDK.2CmLz.lnHYeX0lbm76kjOK22iXmPDX8EuAiMi"


@pytest.mark.parametrize(
    ("there", "schemes"),
    [
        (tables("salt", password=40), ("sha1³", "md5")),
        (tables(password=255), ("md5", "bcrypt", "md5-crypt", "sha256-crypt", "sha512-crypt")),
        (tables("salt"), ("sha1³", "md5", "bcrypt", "md5-crypt", "sha256-crypt", "sha512-crypt")),
    ],
)
def test_the_columns_decide_which_password_hashes_a_shop_takes(
    there: Tables, schemes: tuple[str, ...]
) -> None:
    assert passwords.accepted(there) == schemes


@pytest.mark.parametrize(
    ("password", "salt", "scheme"),
    [
        (SHA1, "AbCdEfGhI", "sha1³"),
        (SHA1, None, "sha1"),
        ("5C90B96A75D4F9D5A1CFAA6F532AFDC8", "", "md5"),
        (BCRYPT, "", "bcrypt"),
        ("!", "", ""),
        ("", "", ""),
    ],
)
def test_the_scheme_of_a_stored_hash_is_told(password: str, salt: str | None, scheme: str) -> None:
    salted = {} if salt is None else {"salt": salt}
    found = wire.customer(row(password=password, **salted), shop())
    assert (found.password, found.password_hash) == (scheme, None)


@pytest.mark.parametrize(
    ("carried", "columns"),
    [
        (None, {"password": "!", "salt": ""}),
        (PasswordHash("bcrypt", BCRYPT), {"password": BCRYPT, "salt": ""}),
        (PasswordHash("sha1³", SHA1, "AbCdEfGhI"), {"password": SHA1, "salt": "AbCdEfGhI"}),
    ],
)
def test_a_carried_hash_stands_in_the_columns_as_the_shop_reads_it(
    carried: PasswordHash | None, columns: dict[str, str]
) -> None:
    assert passwords.columns(carried) == columns
    assert passwords.read(columns["password"], columns["salt"]) == carried


# --- what fits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"firstname": "x" * 32}, ""),
        ({"firstname": "x" * 33}, "GM303"),
        ({"firstname": "&" * 6}, ""),
        ({"firstname": "&" * 7}, "GM303"),
        ({"firstname": ""}, "GM301"),
        ({"email": "josé@example.com"}, "GM302"),
        ({"email": "a b@example.com"}, "GM302"),
        ({"email": "o'hara+1&2@example.com"}, ""),
        ({"firstname": "😀"}, ""),
    ],
)
def test_what_the_columns_cannot_hold_stands_in_the_way(changes: dict[str, str], code: str) -> None:
    person = Customer("1", "ana@example.com", firstname="Ana", lastname="Pop")
    fit = Fitting(limits.rules(shop())).fit(replace(person, **changes))
    assert [note.code for note in fit.misfits] == ([code] if code else [])


@pytest.mark.parametrize("there", [tables(flagged=False), tables(charset="utf8mb3")])
def test_emoji_need_columns_of_four_bytes_and_a_shop_that_talks_in_four(there: Tables) -> None:
    person = Customer("1", "ana@example.com", firstname="😀", lastname="Pop")
    assert [note.code for note in Fitting(limits.rules(shop(there))).fit(person).misfits] == ["GM302"]


def test_an_address_in_a_country_that_the_shop_does_not_print_cannot_be_held() -> None:
    person = Customer("1", "ana@example.com", firstname="Ana", lastname="Pop")
    fit = Fitting(limits.rules(shop())).fit(
        replace(person, addresses=(Address("A", "B", street=("1",), city="C", country="XX"),))
    )
    assert [note.code for note in fit.misfits] == ["GM307"]
    assert "XX" in limits.rules(shop(tables(flagged=False))).countries


def test_a_postcode_is_demanded_where_the_shops_forms_demand_one() -> None:
    there = with_countries(
        shop(), countries=(Country(10, "RO", "Romania"), Country(11, "DE", "Germany", needs_postcode=True))
    )
    countries = limits.rules(there).countries
    assert (countries["RO"].needs_postcode, countries["DE"].needs_postcode) == (False, True)


def test_zones_without_a_code_of_their_own_are_told_apart() -> None:
    regions = limits.rules(shop()).countries["DE"].regions
    assert list(regions.values()) == ["Bayern", "Berlin"]
    assert limits.rules(shop()).countries["RO"].regions == {"B": "București"}


# --- tables ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ("varchar(32)", ("varchar", 32)),
        ("VARCHAR(255)", ("varchar", 255)),
        ("int(11)", ("int", 0)),
        ("text", ("text", 0)),
        ("char(1)", ("char", 1)),
        ("decimal(15,4)", ("decimal", 0)),
        ("", ("", 0)),
    ],
)
def test_a_declared_type_tells_its_length(declared: str, found: tuple[str, int]) -> None:
    assert type_and_length(declared) == found


def test_a_shop_is_found_by_the_one_table_that_only_it_has() -> None:
    names = ["oc_customer", "oc_customer_group_description", "wp_posts", "customer_group_description"]
    assert prefixes(names) == ["", "oc_"]


@pytest.mark.parametrize(
    ("engine", "whole"), [("InnoDB", True), ("MyISAM", False), ("Aria", False), ("", False)]
)
def test_only_engines_with_transactions_write_a_batch_as_a_whole(engine: str, whole: bool) -> None:
    innodb, other = Table("oc_customer", engine="InnoDB"), Table("oc_address", engine=engine)
    assert Tables("oc_", {"customer": innodb, "address": other}).are_transactional is whole
