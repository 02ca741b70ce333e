"""Who changed in a practice PrestaShop: by the dates of customers and addresses, which are local time."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from groupmigrate.platforms.base import Change
from groupmigrate.platforms.prestashop.store import Webservice
from support.prestashop_room import ADDRESS, Ask, Opener, create, outcomes, person, recorded_queries

pytest_plugins = ["support.prestashop_fixtures"]

LONG_AGO = "UPDATE {} SET date_upd = '2020-01-01 00:00:00'"


def changed(store: Webservice, since: str = "2021-01-01 00:00:00") -> list[str]:
    """The e-mails of those who changed, in their order."""
    return [customer.email for page in store.changed(since) for customer in page.customers]


def three(store: Webservice, ask: Ask) -> None:
    """Three customers, each with an address, whom nobody has changed for long."""
    create(store, *(person(number) for number in (1, 2, 3)))
    for table in ("ps_customer", "ps_address"):
        ask(LONG_AGO.format(table))


@pytest.mark.parametrize("release", ["1.6", "1.7", "8", "9"])
def test_a_customer_who_was_changed_or_whose_address_was_is_told_whole(
    opened: Opener, ask: Ask, release: str
) -> None:
    store = opened(release=release)
    three(store, ask)
    assert changed(store) == []
    ask("UPDATE ps_customer SET date_upd = '2022-02-02 02:02:02' WHERE id_customer = 2")
    ask("UPDATE ps_address SET city = 'Iași', date_upd = '2022-02-02 02:02:02' WHERE id_customer = 3")
    pages = [page.customers for page in store.changed("2021-01-01 00:00:00")]
    assert [[customer.id for customer in customers] for customers in pages] == [["2"], ["3"]]
    everybody = {customer.id: customer for page in store.customers() for customer in page.customers}
    assert [pages[0][0], pages[1][0]] == [everybody["2"], everybody["3"]]
    assert pages[1][0].addresses[0].city == "Iași"


def test_a_deleted_address_that_the_shop_keeps_for_an_order_is_told(opened: Opener, ask: Ask) -> None:
    store = opened()
    three(store, ask)
    ask("UPDATE ps_address SET deleted = 1, date_upd = '2022-02-02 02:02:02' WHERE id_customer = 1")
    (page,) = store.changed("2021-01-01 00:00:00")
    assert [(customer.id, customer.addresses) for customer in page.customers] == [("1", ())]


def test_addresses_of_nobody_are_passed_over(opened: Opener, ask: Ask) -> None:
    store = opened()
    three(store, ask)
    ask("UPDATE ps_address SET id_customer = 0, date_upd = '2022-02-02 02:02:02' WHERE id_customer = 1")
    assert changed(store) == []


def test_what_we_write_is_dated(opened: Opener, ask: Ask) -> None:
    store = opened(timezone="America/New_York", seed={"settings": {"PS_TIMEZONE": "America/New_York"}})
    three(store, ask)
    since = store.check().clock
    (there,) = store.find(["person2@example.com"])["person2@example.com"]
    outcomes(store, [Change(0, "update", replace(there, addresses=(ADDRESS,)), ("addresses",))])
    assert changed(store, since) == ["person2@example.com"]


def test_the_shop_is_asked_page_by_page_and_for_no_more_addresses_than_it_must(
    opened: Opener, ask: Ask
) -> None:
    store = opened(page_size=2)
    create(store, *(person(number) for number in range(9)))
    ask(LONG_AGO.format("ps_address"))
    assert store.groups()
    queries = recorded_queries(store)
    assert len(changed(store)) == 9
    assert {query["limit"] for query in queries if "filter[id_customer]" not in query} == {"2"}
    asked = [query["filter[id_customer]"] for query in queries if "filter[id_customer]" in query]
    assert sorted(set(asked)) == ["[1|2]", "[3|4]", "[5|6]", "[7|8]", "[9]"]


def test_a_shop_of_a_multistore_tells_its_own(opened: Opener, ask: Ask) -> None:
    create(opened(multistore=True, shop=1), person(1))
    create(opened(multistore=True, shop=3), person(3))
    create(opened(multistore=True, shop=4), person(4))
    assert changed(opened(multistore=True, shop=1)) == ["person1@example.com"]
    everybody = [f"person{number}@example.com" for number in (1, 3, 4)]
    assert changed(opened(multistore=True, shop="all")) == everybody
    ask(LONG_AGO.format("ps_customer"))
    assert changed(opened(multistore=True, shop="all")) == everybody
