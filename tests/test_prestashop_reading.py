"""Reading a practice PrestaShop: finding, paging, groups and rules."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from groupmigrate.errors import Unreachable, UsageError, WrongAnswer
from groupmigrate.model import Role
from groupmigrate.platforms.base import Opening, Severity, State
from groupmigrate.platforms.http import Answer, Patience, Request
from groupmigrate.platforms.prestashop import WebserviceOptions
from groupmigrate.platforms.prestashop.store import Webservice
from support.prestashop_room import (
    ADDRESS,
    Ask,
    Opener,
    create,
    creations,
    outcomes,
    person,
    recorded_queries,
    sent,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytest_plugins = ["support.prestashop_fixtures"]


PEOPLE: list[dict[str, object]] = [
    {"email": "ana@example.com", "firstname": "Ana", "lastname": "A", "groups": ["Trade", "Customer"]},
    {"email": "anonymous@psgdpr.com", "firstname": "Anonymous", "lastname": "Anonymous", "active": 0},
    {"email": "guest@example.com", "firstname": "G", "lastname": "G", "is_guest": 1, "groups": ["Guest"]},
    {"email": "gone@example.com", "firstname": "D", "lastname": "D", "deleted": 1},
    {"email": "Plus+Tag@example.com", "firstname": "P", "lastname": "P", "groups": []},
    {"email": "áná@example.com", "firstname": "Á", "lastname": "Á"},
    {"email": "a|b,c@example.com", "firstname": "O", "lastname": "O"},
    {"email": "ana@example.com", "firstname": "Ana", "lastname": "Twice"},
]


def test_emails_are_found_by_their_identity_and_not_by_what_the_shop_thinks_equal(opened: Opener) -> None:
    store = opened(seed={"customers": PEOPLE})
    queries = recorded_queries(store)
    asked = ["ANA@Example.com", "plus+tag@example.com", "gone@example.com", "guest@example.com"]
    found = store.find([*asked, "nobody@example.com", "a|b,c@example.com", "a]b[c@example.com", "junk", ""])
    assert {email: [one.lastname for one in customers] for email, customers in found.items()} == {
        "ana@example.com": ["A", "Twice"],
        "plus+tag@example.com": ["P"],
        "gone@example.com": ["D"],
        "guest@example.com": ["G"],
        "a|b,c@example.com": ["O"],
    }
    assert found["gone@example.com"][0].deleted
    assert not any("]b[" in query.get("filter[email]", "") for query in queries)


def test_many_emails_are_asked_in_batches_that_fit_into_an_address(opened: Opener) -> None:
    store = opened()
    store.groups()
    long = [f"{'x' * 60}.{number}@{'y' * 60}.example.com" for number in range(120)]
    lengths: list[int] = []
    store._session._session.hooks["response"].append(lambda got, **_: lengths.append(len(got.url)))
    endless = f"{'x' * 9000}@example.com"
    assert store.find([*long, *(f"p{number}@example.com" for number in range(250)), endless]) == {}
    assert max(lengths) < 7000
    assert len(lengths) == 5


def test_customers_are_read_in_pages_without_gap_or_repeat(opened: Opener, ask: Ask) -> None:
    store = opened(seed={"customers": PEOPLE}, page_size=3)
    names: list[str] = []
    cursors: list[str] = []
    for page in store.customers():
        names += [customer.lastname for customer in page.customers]
        cursors.append(page.cursor)
        if page.cursor == "3":
            ask("DELETE FROM ps_customer WHERE id_customer = 1")
    assert names == ["A", "G", "D", "P", "Á", "O", "Twice"]
    assert cursors == ["3", "6", "8"]
    assert [one.lastname for page in store.customers("6") for one in page.customers] == ["O", "Twice"]


def test_guests_the_deleted_and_the_groupless_are_read_and_a_technical_account_is_not(opened: Opener) -> None:
    store = opened(seed={"customers": PEOPLE})
    (page,) = store.customers()
    by_name = {customer.lastname: customer for customer in page.customers}
    assert by_name["G"].guest
    assert by_name["D"].deleted
    assert (by_name["P"].groups, by_name["P"].loose_default) == (("0",), True)
    assert "Anonymous" not in by_name


def test_the_technical_account_is_known_by_the_setting_of_its_module_too(opened: Opener) -> None:
    settings = {"PSGDPR_ANONYMOUS_CUSTOMER": "2"}
    people = [PEOPLE[0], PEOPLE[1] | {"email": "anonymous@anonymous.com"}]
    store = opened(seed={"customers": people, "settings": settings})
    assert [one.lastname for page in store.customers() for one in page.customers] == ["A"]
    assert [one.lastname for page in store.changed("2000-01-01 00:00:00") for one in page.customers] == ["A"]
    (note,) = store.check().findings
    assert (note.code, note.severity) == ("GM589", Severity.NOTE)
    assert note.message.startswith("customer 2 is an account of the shop's GDPR module")


def test_an_empty_shop_is_no_page(opened: Opener) -> None:
    assert list(opened().customers()) == []


def test_addresses_come_with_their_customers_and_deleted_ones_do_not(opened: Opener, ask: Ask) -> None:
    store = opened(page_size=2)
    create(store, *(person(n, addresses=(ADDRESS, replace(ADDRESS, city=f"C{'x' * n}"))) for n in range(5)))
    ask("UPDATE ps_address SET deleted = 1 WHERE city = 'Cxx'")
    customers = [customer for page in store.customers() for customer in page.customers]
    assert [len(customer.addresses) for customer in sorted(customers, key=lambda one: one.email)] == [
        2,
        2,
        1,
        2,
        2,
    ]


def ill(store: Webservice, sick: int, body: bytes, status: int) -> None:
    """Make every list of customers that holds the sick one, and others, come back ill."""
    answer = store._session.send

    def send(request: Request) -> Answer:
        healthy = answer(request)
        if request.path == "/api/customers" and healthy.body != b"[]":
            ids = [row["id"] for row in json.loads(healthy.body)["customers"]]
            if sick in ids and len(ids) > 1:
                return Answer(status, healthy.headers, body)
        return healthy

    store._session.send = send  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 500),
        (b"<html>fatal</html>", 500),
        (b'{"customers": [{"id"', 200),
        (b'{"customers": [], "errors": [{"code": 3, "message": "[PHP Warning #2]"}]}', 500),
    ],
)
def test_a_page_that_the_shop_cannot_give_is_halved(opened: Opener, body: bytes, status: int) -> None:
    store = opened()
    create(store, *(person(number, addresses=()) for number in range(9)))
    ill(store, 5, body, status)
    emails = [customer.email for page in store.customers() for customer in page.customers]
    assert len(emails) == len(set(emails)) == 9


def test_a_customer_that_the_shop_cannot_give_is_named(opened: Opener) -> None:
    store = opened()
    create(store, *(person(number, addresses=()) for number in range(3)))
    answer = store._session.send

    def send(request: Request) -> Answer:
        healthy = answer(request)
        full = ("display", "full") in request.query and request.path == "/api/customers"
        if full and b'"id": 2,' in healthy.body.replace(b'"id":2,', b'"id": 2,'):
            return Answer(500, healthy.headers, b"")
        return healthy

    store._session.send = send  # type: ignore[method-assign]
    with pytest.raises(WrongAnswer, match="id 2 of customers"):
        list(store.customers())


def test_a_shop_that_repeats_its_last_page_for_ever_is_noticed(opened: Opener) -> None:
    people = [{"email": f"p{n}@example.com", "firstname": "P", "lastname": "P"} for n in range(4)]
    store = opened(seed={"customers": people}, page_size=2, faults="endless=1")
    with pytest.raises(WrongAnswer, match="out of order"):
        list(store.customers())


def test_groups_are_known_by_role_and_called_in_every_language(opened: Opener) -> None:
    groups = {group.id: group for group in opened().groups()}
    assert [groups[id_].role for id_ in "12345"] == [Role.VISITOR, Role.GUEST, Role.DEFAULT, None, None]
    assert groups["4"].name == "Trade"
    assert groups["4"].names == {"en": "Trade", "es": "Mayoristas"}
    assert groups["4"].settings["discount"] == "12.5 %"
    assert groups["5"].settings["prices"] == "tax excluded"


def test_a_group_without_a_translation_hides_no_other(opened: Opener, ask: Ask) -> None:
    store = opened()
    ask("DELETE FROM ps_group_lang WHERE id_group = 4 AND id_lang = 2")
    groups = {group.id: group.name for group in store.groups()}
    assert (groups["4"], groups["5"]) == ("Trade", "VIP")


def test_a_country_without_a_translation_hides_no_other(opened: Opener, ask: Ask) -> None:
    store = opened()
    ask("DELETE FROM ps_country_lang WHERE id_country = 21 AND id_lang = 2")
    assert {"US", "RO"} <= store.rules().countries.keys()


def test_rules_know_the_countries_and_the_customer_group_of_the_shop(opened: Opener) -> None:
    rules = opened().rules()
    assert rules.also_in == ("3",)
    assert rules.ignores_accents
    assert rules.languages == ("en", "es")
    assert rules.countries["US"].regions["TX"] == "Texas"
    assert rules.countries["ES"].needs_id_number
    assert "XK" not in rules.countries
    assert opened(always_customer_group=False).rules().also_in == ()


def test_rules_hold_what_the_shop_itself_demands(opened: Opener) -> None:
    rules = opened(seed={"required": ["birthday", "company"]}).rules()
    assert rules.customer["birthday"].required
    assert rules.customer["company"].required


def test_the_rules_keep_out_what_the_shop_refuses(opened: Opener) -> None:
    """Every value that the rules allow is stored, on the practice shop, and every other one refused."""
    store = opened()
    names = ["Dr. Who", "A. B.", "O’Neil", "李", "R2D2", "Dr.Who", "A/B", "Doe (x)", "A*B"]
    made = outcomes(store, creations([person(n, lastname=name) for n, name in enumerate(names)]))
    assert [made[n].state is State.DONE for n in range(9)] == [True] * 4 + [False] * 5


GROUP = "INSERT INTO ps_shop_group (id_shop_group, name, share_customer) VALUES (2, 'Sharing', 1)"
SHOPS = """
INSERT INTO ps_shop (id_shop, id_shop_group, name, active, deleted) VALUES
(2, 1, 'Second', 1, 0), (3, 2, 'Third', 1, 0), (4, 2, 'Closed', 0, 0), (5, 2, 'Fifth', 1, 0)
"""


def in_many_shops(opened: Opener, ask: Ask, **options: object) -> Webservice:
    """A multistore with one customer in each of its shops 1, 2, 3 and 5, and a second one in shop 1."""
    store = opened(seed={"customers": PEOPLE[3:]}, page_size=1, **options)
    ask(GROUP)
    ask(SHOPS)
    for id_customer, id_shop, group in ((1, 3, 2), (2, 1, 1), (3, 2, 1), (4, 5, 2), (5, 1, 1)):
        sql = "UPDATE ps_customer SET id_shop = ?, id_shop_group = ? WHERE id_customer = ?"
        ask(sql, id_shop, group, id_customer)
    return store


@pytest.mark.parametrize(
    ("shop", "read"),
    [
        ("all", [("1", "2"), ("1", "5"), ("2", "3"), ("3", "1"), ("5", "4")]),
        ("group:1", [("1", "2"), ("1", "5"), ("2", "3")]),
        ("group:2", [("3", "1"), ("5", "4")]),
    ],
)
def test_several_shops_are_read_one_after_the_other_each_customer_once(
    opened: Opener, ask: Ask, shop: str, read: list[tuple[str, str]]
) -> None:
    store = in_many_shops(opened, ask, shop=shop, read_only=True)
    queries = recorded_queries(store)
    pages = list(store.customers())
    assert [(one.scope, one.id) for page in pages for one in page.customers] == read
    asked = {query["id_shop"] for query in queries if "filter[id]" in query and "id_shop" in query}
    assert asked == {scope for scope, _ in read}
    for number, page in enumerate(pages, start=1):
        before = [(one.scope, one.id) for earlier in pages[:number] for one in earlier.customers]
        rest = [(one.scope, one.id) for later in store.customers(page.cursor) for one in later.customers]
        assert before + rest == read


def test_groups_of_several_shops_are_listed_once(opened: Opener, ask: Ask) -> None:
    store = in_many_shops(opened, ask, shop="all", read_only=True)
    queries = recorded_queries(store)
    assert [group.id for group in store.groups()] == ["1", "2", "3", "4", "5"]
    assert {query.get("id_shop") for query in queries} >= {"1", "2", "3", "5"}


@pytest.mark.parametrize("release", ["1.6", "1.7", "8", "9"])
def test_shops_that_share_their_customers_are_read_without_repeats(opened: Opener, release: str) -> None:
    shop = {"multistore": True, "release": release}
    for number in (1, 2, 3, 4):
        create(opened(shop=number, **shop), person(number, groups=("3",)))
    assert [one.scope for page in opened(shop=3, **shop).customers() for one in page.customers] == ["3", "4"]
    for chosen, scopes in (("all", "1234"), ("group:1", "12"), ("group:2", "34")):
        store = opened(shop=chosen, read_only=True, **shop)
        read = [one for page in store.customers() for one in page.customers]
        assert [one.scope for one in read] == list(scopes)
        assert [one.email for one in read] == [f"person{scope}@example.com" for scope in scopes]
        assert not any(one.loose_default for one in read)


def test_several_shops_cannot_be_written_to(opened: Opener, ask: Ask) -> None:
    store = in_many_shops(opened, ask, shop="all")
    with pytest.raises(UsageError, match="one shop only") as caught:
        store.rules()
    assert caught.value.code == "GM522"
    with pytest.raises(UsageError):
        list(store.apply(creations([person(1)])))
    assert ask("SELECT count(*) FROM ps_customer") == [(5,)]


def test_closing_does_not_wait_until_a_shop_that_is_down_is_asked_again(tmp_path: Path) -> None:
    options = WebserviceOptions.model_validate({"url": "sandbox", "faults": "503=1"})
    patience = Patience(attempts=9, total=300, first_wait=60, longest_wait=120)
    store = Webservice(options, Opening("demo", tmp_path, tmp_path), patience)
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(list, store.customers())
        while not sent(store):
            time.sleep(0.01)
        started = time.monotonic()
        store.close()
        assert time.monotonic() - started < 5
        assert isinstance(reading.exception(timeout=5), Unreachable)


@pytest.mark.parametrize("connections", [1, 2])
def test_the_next_page_is_asked_for_beside_the_addresses_as_far_as_there_are_connections(
    opened: Opener, connections: int
) -> None:
    people = [{"email": f"p{n}@example.com", "firstname": "A", "lastname": "B"} for n in range(9)]
    store = opened(seed={"customers": people}, page_size=3, connections=connections, faults="latency=30ms")
    assert store.groups()
    under_way, most = [0], [0]
    assert store._practice
    answer = store._practice._application

    def counted(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        try:
            return answer(environ, start)
        finally:
            under_way[0] -= 1

    store._practice._application = counted
    assert len([one for page in store.customers() for one in page.customers]) == 9
    assert most == [connections]


def test_two_pages_come_while_the_caller_works_on_one_and_no_more(opened: Opener) -> None:
    people = [{"email": f"p{n}@example.com", "firstname": "A", "lastname": "B"} for n in range(9)]
    store = opened(seed={"customers": people}, page_size=1)
    pages = store.customers()
    assert [customer.email for customer in next(pages).customers] == ["p0@example.com"]
    patience = time.monotonic() + 5
    while sent(store)["GET /api/addresses"] < 3 and time.monotonic() < patience:
        time.sleep(0.01)
    time.sleep(0.1)  # would be enough for the fourth
    assert sent(store)["GET /api/customers"] == 3
    assert [customer.email for page in pages for customer in page.customers] == [
        f"p{n}@example.com" for n in range(1, 9)
    ]
