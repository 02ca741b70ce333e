"""Customers of Neto and ours say the same, whichever way they go."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from groupmigrate.model import Address, Customer
from groupmigrate.platforms.neto import wire
from groupmigrate.platforms.neto.shop import Shop
from support.neto_room import ANA, HOME

SHOP = Shop(priced={"3": "Trade"})
BILL = {"BillFirstName": "Ana", "BillLastName": "Pop", "BillStreetLine1": "1 Street", "BillCity": "X"}
SHIP = {"ShipFirstName": "Ana", "ShipLastName": "Pop", "ShipStreetLine1": "1 Street", "ShipCity": "X"}
OTHER = {"ShipTitle": "work", "ShipFirstName": "Ion", "ShipStreetLine1": "2 Street", "ShipCity": "Y"}


def test_the_name_of_a_customer_is_that_of_the_billing_address() -> None:
    row = {"Username": "a", "BillingAddress": {**BILL, "BillCompany": "ACME"}}
    found = wire.customer(row, SHOP)
    assert (found.id, found.username) == ("a", "a")
    assert (found.firstname, found.lastname, found.company) == ("Ana", "Pop", "ACME")


def test_names_and_a_country_alone_are_no_address() -> None:
    row = {"Username": "a", "BillingAddress": {"BillFirstName": "Ana", "BillCountry": "AU", "BillPhone": "1"}}
    assert wire.customer(row, SHOP).addresses == ()


@pytest.mark.parametrize(
    "book",
    [
        {"ShippingAddress": OTHER},
        {"ShippingAddress": [SHIP, OTHER]},
        {"ShippingAddress": [OTHER, OTHER]},
    ],
)
def test_each_address_is_read_once_whether_the_book_has_the_default_one_or_not(book: object) -> None:
    row = {"Username": "a", "BillingAddress": BILL, "ShippingAddress": SHIP, "ShippingAddressBook": book}
    first, second = wire.customer(row, SHOP).addresses
    assert (first.city, first.default_billing, first.default_shipping) == ("X", True, True)
    assert (second.city, second.alias, second.default_shipping) == ("Y", "work", False)


@pytest.mark.parametrize("nothing", ["", None, [], {}])
def test_a_customer_without_addresses_has_none(nothing: object) -> None:
    row = dict.fromkeys(("BillingAddress", "ShippingAddress", "ShippingAddressBook"), nothing)
    found = wire.customer({"Username": "a", **row}, SHOP)
    assert (found.addresses, found.firstname) == ((), "")


@pytest.mark.parametrize("written", ["Trade", "3"])
def test_a_group_is_known_by_its_name_or_by_its_number(written: str) -> None:
    assert wire.customer({"Username": "a", "UserGroup": written}, SHOP).groups == ("Trade",)


def test_a_group_that_is_called_like_the_number_of_another_keeps_its_name() -> None:
    shop = Shop(priced={"3": "Trade", "9": "3"})
    assert wire.customer({"Username": "a", "UserGroup": "3"}, shop).groups == ("3",)


def test_a_customer_without_a_group_is_in_none() -> None:
    assert wire.customer({"Username": "a", "UserGroup": ""}, SHOP).groups == ()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2015-05-05 05:05:05", "2015-05-05 05:05:05"),
        ("2015-05-05 05:05:05(UTC)", "2015-05-05 05:05:05"),
        ("1980-02-29", "1980-02-29 00:00:00"),
        ("0000-00-00 00:00:00", ""),
        ("0000-00-00", ""),
        ("", ""),
        ("someday", ""),
    ],
)
def test_moments_are_read_and_zero_dates_are_none(written: str, read: str) -> None:
    assert wire.moment(written) == read


def test_the_day_of_registration_is_that_of_signing_up_else_of_being_added() -> None:
    row = {"Username": "a", "DateAddedUTC": "2020-01-01 00:00:00"}
    signed = {**row, "RegistrationDate": "2015-05-05 05:05:05"}
    assert wire.customer(signed, SHOP).created == "2015-05-05 05:05:05"
    unsigned = {**row, "RegistrationDate": "0000-00-00 00:00:00"}
    assert wire.customer(unsigned, SHOP).created == "2020-01-01 00:00:00"


def test_unisex_is_no_gender_of_ours() -> None:
    assert wire.customer({"Username": "a", "Gender": "unisex"}, SHOP).gender == ""
    assert wire.customer({"Username": "a", "Gender": "Female"}, SHOP).gender == "female"


def test_a_new_customer_says_every_flag_and_its_only_name_in_the_billing_address() -> None:
    body = wire.new_customer(replace(ANA, newsletter=False, active=False))
    assert (body["Type"], body["Active"], body["NewsletterSubscriber"]) == ("Customer", "False", "False")
    assert (body["Username"], body["UserGroup"], body["ABN"]) == ("c17", "Trade", "51 824 753 556")
    assert body["DateOfBirth"] == "1980-02-29 00:00:00"
    assert body["BillingAddress"]["BillFirstName"] == "Ana"
    assert body["BillingAddress"]["BillStreetLine2"] == "Floor 3"
    assert "ShippingAddress" not in body
    assert not {"ID", "RegistrationDate", "Password", "ShippingAddressBook"} & set(body)


def test_an_address_that_is_for_parcels_too_is_written_twice_and_read_once() -> None:
    body = wire.new_customer(replace(ANA, addresses=(replace(HOME, default_shipping=True),)))
    assert body["ShippingAddress"]["ShipCity"] == body["BillingAddress"]["BillCity"] == "Brisbane"
    assert len(wire.customer(body, SHOP).addresses) == 1


def test_what_is_written_is_read_as_it_was() -> None:
    work = Address("Ion", "Rus", street=("2 Street",), postcode="1", city="Y", country="AU")
    wanted = replace(ANA, addresses=(work, HOME))
    read = wire.customer(wire.new_customer(wanted), SHOP)
    assert {home.city for home in read.addresses} == {"Brisbane", "Y"}
    assert read.addresses[0].default_billing
    assert replace(read, addresses=()) == replace(wanted, id="c17", addresses=())


def test_a_change_names_only_what_changes() -> None:
    body = wire.changed_customer(replace(ANA, id="old"), ("groups", "firstname", "lastname"))
    assert body == {
        "Username": "old",
        "UserGroup": "Trade",
        "BillingAddress": {"BillFirstName": "Ana", "BillLastName": "Pop"},
    }


def test_more_addresses_go_only_where_there_is_a_place() -> None:
    work = replace(HOME, city="Y", default_billing=False)
    nobody, billed = Customer("a", "a@example.com"), Customer("a", "a@example.com", addresses=(HOME,))
    full = replace(billed, addresses=(HOME, work))
    two = replace(ANA, addresses=(HOME, work))
    assert set(wire.more_homes(two, nobody)) == {"BillingAddress", "ShippingAddress"}
    assert set(wire.more_homes(replace(ANA, addresses=(HOME,)), billed)) == {"ShippingAddress"}
    assert wire.more_homes(two, full) == {}
