"""Reading a Magento over REST: everybody once, whatever the ids, the limits and the faults of the shop."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from groupmigrate.errors import StoreError, WrongAnswer
from groupmigrate.model import Address, Customer, Role
from groupmigrate.platforms.magento.api import Api, Broken, Refused
from groupmigrate.platforms.magento.criteria import Query
from groupmigrate.platforms.magento.reading import Search
from support.magento_room import SECOND, Ask, Opener, everybody, recorded, seeded, sent

pytest_plugins = ["support.magento_fixtures"]

Configure = Callable[[str, str], None]
CROWD = [seeded(f"person{number}@example.com") for number in range(1, 41)]


class Rows:
    """The search of a shop that has rows of some ids, and is broken or limited in some way."""

    def __init__(self, ids: list[int], *, broken: frozenset[int] = frozenset(), most: int = 0) -> None:
        self.ids = ids
        self.broken = broken
        self.most = most
        self.asked: list[Query] = []

    def get(self, path: str, query: Query = ()) -> Any:
        self.asked.append(query)
        if not path.endswith("/search"):
            return {"id": int(path.rpartition("/")[2])}
        asked = dict(query)
        size = int(asked["searchCriteria[pageSize]"])
        if self.most and size > self.most:
            raise Refused(400, {"message": "at most %max", "parameters": {"max": self.most}})
        found = [{"id": id_} for id_ in self.ids if all(_meets(id_, *one) for one in _filters(asked))]
        if any(row["id"] in self.broken for row in found[:size]):
            raise Broken("status 500")
        return {"items": found[:size] or None, "total_count": len(found)}


def _filters(asked: dict[str, str]) -> list[tuple[str, int]]:
    places = [name.removesuffix("[field]") for name in asked if name.endswith("[filters][0][field]")]
    return [(asked[f"{place}[condition_type]"], int(asked[f"{place}[value]"])) for place in places]


def _meets(id_: int, condition: str, value: int) -> bool:
    return id_ > value if condition == "gt" else id_ <= value


def read_ahead(rows: Rows, size: int, readers: int = 2, after: int = 0) -> list[int]:
    search = Search(rows, "customers", "entity_id", size)  # type: ignore[arg-type]
    with ThreadPoolExecutor(readers) as pool:
        batches = search.ahead(after=after, pool=pool, readers=readers)
        return [row["id"] for batch in batches for row in batch.rows]


# --- pages ---


@settings(max_examples=150)
@given(
    ids=st.lists(st.integers(1, 400), unique=True, max_size=120).map(sorted),
    size=st.integers(1, 12),
    readers=st.integers(1, 3),
    after=st.integers(0, 50),
)
def test_everybody_is_read_once_and_in_order_whatever_the_ids(
    ids: list[int], size: int, readers: int, after: int
) -> None:
    assert read_ahead(Rows(ids), size, readers, after) == [id_ for id_ in ids if id_ > after]


@settings(max_examples=60)
@given(
    ids=st.lists(st.integers(1, 60), unique=True, max_size=40).map(sorted),
    broken=st.frozensets(st.integers(1, 60), max_size=6),
    size=st.integers(1, 12),
)
def test_customers_whom_no_page_may_hold_are_read_alone(
    ids: list[int], broken: frozenset[int], size: int
) -> None:
    assert read_ahead(Rows(ids, broken=broken), size) == ids


def test_a_dense_shop_costs_as_many_requests_as_it_has_pages() -> None:
    rows = Rows(list(range(1, 1001)))
    assert read_ahead(rows, 100) == rows.ids
    assert len(rows.asked) <= 10 + 2  # two may be under way when the end is seen


def test_a_shop_with_holes_costs_few_requests_more() -> None:
    ids = sorted(random.Random(7).sample(range(1, 3000), 2000))
    rows = Rows(ids)
    assert read_ahead(rows, 100) == ids
    assert len(rows.asked) <= 20 * 1.5


def test_a_far_away_id_costs_no_walk_through_the_gap() -> None:
    ids = [*range(1, 500), 4_000_000_000, *range(4_000_000_001, 4_000_000_300)]
    rows = Rows(ids)
    assert read_ahead(rows, 100) == ids
    assert len(rows.asked) < 20


def test_the_limit_that_the_shop_names_is_kept() -> None:
    rows = Rows(list(range(1, 51)), most=7)
    assert read_ahead(rows, 300) == rows.ids
    assert sum(dict(query)["searchCriteria[pageSize]"] == "300" for query in rows.asked) == 1


@pytest.mark.parametrize("items", [[{"id": 3}, {"id": 3}], [{"id": 5}, {"id": 4}], [{"id": 0}]])
def test_rows_out_of_order_stop_the_reading(items: list[dict[str, int]]) -> None:
    class Repeating:
        def get(self, *_: object) -> Any:
            return {"items": items, "total_count": 9}

    with pytest.raises(WrongAnswer, match="out of order"):
        Search(Repeating(), "customers", "entity_id", 2).rows()  # type: ignore[arg-type]


def test_a_shop_that_cannot_give_one_customer_at_all_says_which() -> None:
    class Stubborn(Rows):
        def get(self, path: str, query: Query = ()) -> Any:
            if not path.endswith("/search"):
                raise Broken("status 500")
            return super().get(path, query)

    search = Search(Stubborn([2, 7, 9], broken=frozenset({7})), "customers", "entity_id", 2)  # type: ignore[arg-type]
    with pytest.raises(WrongAnswer, match="id 7"):
        search.rows()


# --- a shop ---


def test_two_readers_at_most_ask_at_once(open_magento: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_magento(seed={"customers": CROWD}, page_size=3)
    at_once, most = [0], [0]
    get = Api.get

    def counted(self: Api, path: str, query: Query = ()) -> Any:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        try:
            return get(self, path, query)
        finally:
            at_once[0] -= 1

    store.groups()
    monkeypatch.setattr(Api, "get", counted)
    assert len(everybody(store)) == 40
    assert most[0] <= 2


def test_the_first_page_tells_how_many_there_are(open_magento: Opener) -> None:
    store = open_magento(seed={"customers": CROWD}, page_size=30)
    assert [page.total for page in store.customers()] == [40, 40]
    assert [page.total for page in store.customers(after="5")] == [None, None]


def test_a_shop_that_limits_its_input_is_read_whole(
    open_magento: Opener, configure_magento: Configure
) -> None:
    store = open_magento(seed={"customers": CROWD}, page_size=300)
    configure_magento("webapi/validation/input_limit_enabled", "1")
    configure_magento("webapi/validation/maximum_page_size", "11")
    assert len(everybody(store)) == 40
    assert len(store.groups()) == 4


def test_a_customer_with_two_subscriptions_is_read_though_2_4_1_stumbles(
    open_magento: Opener, ask_magento: Ask
) -> None:
    store = open_magento(seed={"customers": CROWD}, release="2.4.1", page_size=10)
    columns = "store_id, customer_id, subscriber_email, email_folded, subscriber_status"
    for store_id in (1, 2):
        email = "person17@example.com"
        ask_magento(
            f"INSERT INTO newsletter_subscriber ({columns}) VALUES (?, 17, ?, ?, 1)", store_id, email, email
        )
    assert [customer.id for customer in everybody(store)] == [str(number) for number in range(1, 41)]


def test_an_old_shop_that_repeats_its_last_page_is_read_to_its_end(open_magento: Opener) -> None:
    store = open_magento(seed={"customers": CROWD}, release="2.3", page_size=10)
    assert len(everybody(store)) == 40


def test_a_shop_that_repeats_a_page_for_ever_is_read_or_told(open_magento: Opener) -> None:
    store = open_magento(seed={"customers": CROWD}, faults="endless=1", page_size=20)
    assert len(everybody(store)) == 40


def test_customers_that_come_and_go_meanwhile_do_no_harm(open_magento: Opener, ask_magento: Ask) -> None:
    store = open_magento(seed={"customers": CROWD}, page_size=5)
    read = []
    for page in store.customers():
        read += [customer.id for customer in page.customers]
        ask_magento("DELETE FROM customer_entity WHERE entity_id = ?", int(read[0]))
        ask_magento(
            "UPDATE customer_entity SET email = 'new@example.com', firstname = 'New' WHERE entity_id = 39"
        )
    assert len(set(read)) == len(read)
    assert set(read) >= {str(number) for number in range(20, 41)}


def test_only_who_changed_comes(open_magento: Opener, ask_magento: Ask) -> None:
    store = open_magento(seed={"customers": CROWD}, page_size=5)
    ask_magento("UPDATE customer_entity SET updated_at = '2020-01-01 00:00:00'")
    ask_magento("UPDATE customer_entity SET updated_at = '2021-01-01 00:00:00' WHERE entity_id % 3 = 0")
    told = [one.id for page in store.changed("2021-01-01 00:00:00") for one in page.customers]
    assert told == [str(number) for number in range(3, 40, 3)]
    assert list(store.changed("2021-01-01 00:00:01")) == []


def test_a_customer_has_everything_that_the_shop_tells(open_magento: Opener, ask_magento: Ask) -> None:
    home = {
        "prefix": "Dr.", "firstname": "Bea", "middlename": "Anne", "lastname": "Host", "suffix": "PhD",
        "company": "Host & Co", "street": ["1 High St", "Flat 2"], "city": "Austin", "postcode": "78701",
        "country_id": "US", "region": "TX", "telephone": "512", "fax": "513", "vat_id": "V1",
        "default_shipping": True,
    }  # fmt: skip
    seed = {
        "attributes": [
            {"code": "fav_color", "label": "Colour", "input": "select", "options": ["Red", "Green"]},
            {"code": "hobbies", "label": "Hobbies", "input": "multiselect", "options": ["Chess", "Golf"]},
            {"code": "loyalty_no", "label": "Loyalty number"},
        ],
        "customers": [
            seeded(
                "bea@example.com",
                group="Retailer",
                prefix="Dr.",
                middlename="Anne",
                suffix="PhD",
                dob="1980-02-29",
                gender=2,
                taxvat="GB 1",
                subscribed=["default"],
                created_at="2015-05-05 05:05:05",
                own={"fav_color": "Red", "hobbies": "Chess,Golf", "loyalty_no": "0001"},
                addresses=[home],
            )
        ],
    }
    (bea,) = everybody(open_magento(seed=seed))
    assert replace(bea, updated="") == Customer(
        id="1",
        email="bea@example.com",
        groups=("3",),
        prefix="Dr.",
        firstname="Ana",
        middlename="Anne",
        lastname="Pop",
        suffix="PhD",
        gender="female",
        birthday="1980-02-29",
        tax_id="GB 1",
        language="en",
        scope="base",
        attributes={"fav_color": "Red", "hobbies": "Chess\nGolf", "loyalty_no": "0001"},
        newsletter=True,
        created="2015-05-05 05:05:05",
        addresses=(
            Address(
                prefix="Dr.",
                firstname="Bea",
                middlename="Anne",
                lastname="Host",
                suffix="PhD",
                company="Host & Co",
                street=("1 High St", "Flat 2"),
                postcode="78701",
                city="Austin",
                region="Texas",
                region_code="TX",
                country="US",
                phone="512",
                fax="513",
                vat_number="V1",
                default_shipping=True,
            ),
        ),
    )


def test_zeros_are_no_dates_and_an_unconfirmed_account_is_not_active(open_magento: Opener) -> None:
    people = [seeded("a@example.com", dob="0000-00-00", created_at="0000-00-00 00:00:00", confirmation="key")]
    (one,) = everybody(open_magento(seed={"customers": people}))
    assert (one.birthday, one.created, one.active) == ("", "", False)


def test_a_group_that_is_gone_stays_with_the_customer(open_magento: Opener) -> None:
    (one,) = everybody(open_magento(seed={"customers": [seeded("a@example.com", group=555)]}))
    assert one.groups == ("555",)


def test_who_has_lost_their_website_or_has_no_email_is_read_all_the_same(
    open_magento: Opener, ask_magento: Ask
) -> None:
    store = open_magento(seed={"customers": [seeded("a@example.com"), seeded("b@example.com")]})
    ask_magento("UPDATE customer_entity SET website_id = NULL, store_id = NULL WHERE entity_id = 1")
    ask_magento("UPDATE customer_entity SET email = NULL WHERE entity_id = 2")
    lost, nameless = everybody(store)
    assert (lost.email, lost.scope, lost.language) == ("a@example.com", "", "")
    assert (nameless.email, nameless.scope) == ("", "base")


def test_a_source_of_several_websites_is_read_whole_or_one_of_them(open_magento: Opener) -> None:
    people = [seeded("a@example.com"), seeded("a@example.com", store="second_de")]
    seed = {"websites": [SECOND], "customers": people}
    assert [one.scope for one in everybody(open_magento(seed=seed))] == ["base", "second"]
    assert [one.scope for one in everybody(open_magento(website="second"))] == ["second"]


def test_groups_have_their_roles_tax_class_and_excluded_websites(
    open_magento: Opener, configure_magento: Configure
) -> None:
    seed = {"websites": [SECOND], "groups": [{"code": "Café Trade", "excluded_websites": ["second"]}]}
    store = open_magento(seed=seed)
    configure_magento("customer/create_account/default_group", "4")
    groups = {group.name: group for group in store.groups()}
    assert (groups["NOT LOGGED IN"].role, groups["Café Trade"].role) == (Role.VISITOR, Role.DEFAULT)
    assert groups["Café Trade"].settings == {"tax class": "Retail Customer", "not on": "second"}
    assert groups["General"].role is None


def test_emails_are_found_in_lists_and_compared_here(open_magento: Opener) -> None:
    people = ["José@example.com", "jose@example.com", '"a,b"@example.com', "a@bücher.example.com"]
    store = open_magento(seed={"customers": [seeded(email) for email in people]})
    exchanges = recorded(store)
    asked = ["JOSÉ@EXAMPLE.COM", people[2], "a@xn--bcher-kva.example.com", "nobody@example.com"]
    found = store.find(asked)
    assert {one.email for many in found.values() for one in many} == {"José@example.com", *people[2:]}
    searches = [request for request, _ in exchanges if request.path.endswith("customers/search")]
    assert len(searches) == 2


def test_an_interruption_leaves_no_request_behind(open_magento: Opener) -> None:
    store = open_magento(seed={"customers": CROWD}, page_size=3)
    pages = store.customers()
    next(pages)
    next(pages)
    store.close()
    before = sum(sent(store).values())
    with pytest.raises((StoreError, RuntimeError)):
        list(pages)
    assert sum(sent(store).values()) == before
