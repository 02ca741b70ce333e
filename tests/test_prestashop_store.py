"""The PrestaShop room against its practice shop: what the shop holds afterwards, and what is said of it."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from groupmigrate.errors import AccessDenied, StoreError, Unreachable, UsageError, WrongAnswer
from groupmigrate.model import Address, Customer, Role
from groupmigrate.platforms.base import Change, Opening, Outcome, Severity, State
from groupmigrate.platforms.http import Answer, Patience, Request, WriteRefused
from groupmigrate.platforms.prestashop import CARD, WebserviceOptions
from groupmigrate.platforms.prestashop.api import Refused
from groupmigrate.platforms.prestashop.sandbox import serve
from groupmigrate.platforms.prestashop.settings import settings
from groupmigrate.platforms.prestashop.store import Webservice

QUICK = Patience(attempts=4, total=5, first_wait=0.001, longest_wait=0.02)
SEED: dict[str, Any] = {
    "groups": [
        {"name": {"en": "Trade", "es": "Mayoristas"}, "reduction": "12.50"},
        {"name": {"en": "VIP", "es": "VIP"}, "price_display_method": 1},
    ],
}
ADDRESS = Address(
    firstname="Ana",
    lastname="Ionescu",
    street=("Str. Exemplu 1", "ap. 2"),
    postcode="010101",
    city="București",
    country="RO",
    phone="+40 21 555 01 01",
)
ANA = Customer(
    id="",
    email="ana.ionescu@example.com",
    groups=("4", "3"),
    firstname="Ana",
    lastname="Ionescu",
    gender="female",
    birthday="1980-02-29",
    company="Ionescu & Fiica SRL",
    language="es",
    newsletter=True,
    active=True,
    created="2015-05-05 05:05:05",
    addresses=(ADDRESS,),
)

Opener = Callable[..., Webservice]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens practice shops, each on the same file, and closes them at the end."""
    stores: list[Webservice] = []

    def opener(*, seed: dict[str, Any] | None = None, read_only: bool = False, **options: Any) -> Webservice:
        (tmp_path / "seed.json").write_text(json.dumps(SEED | (seed or {})), encoding="utf-8")
        settings = {"url": "sandbox", "seed": "seed.json", **options}
        if settings["url"] != "sandbox":
            del settings["seed"]
        opening = Opening("demo", tmp_path, tmp_path, read_only)
        stores.append(Webservice(WebserviceOptions.model_validate(settings), opening, QUICK))
        return stores[-1]

    yield opener
    for store in stores:
        store.close()


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., list[Any]]:
    """Looks into the practice shop's own tables; a statement that changes them is carried out."""

    def rows(sql: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(tmp_path / "demo.db", timeout=10)) as database, database:
            return database.execute(sql, values).fetchall()

    return rows


Ask = Callable[..., list[Any]]


def person(number: int, **changes: Any) -> Customer:
    return replace(ANA, email=f"person{number}@example.com", **changes)


def creations(customers: Sequence[Customer]) -> list[Change]:
    return [Change(seq, "create", customer) for seq, customer in enumerate(customers)]


def outcomes(store: Webservice, changes: Sequence[Change]) -> dict[int, Outcome]:
    found = list(store.apply(changes))
    assert len(found) == len({outcome.seq for outcome in found}) == len(changes)
    return {outcome.seq: outcome for outcome in found}


def create(store: Webservice, *customers: Customer) -> list[Customer]:
    """Create customers and return them as the shop holds them."""
    made = outcomes(store, creations(customers))
    assert {outcome.state for outcome in made.values()} <= {State.DONE}
    return [stored for seq in sorted(made) if (stored := made[seq].stored)]


def sent(store: Webservice) -> dict[str, int]:
    assert store._practice is not None
    return dict(store._practice.requests)


def codes(store: Webservice) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity.value) for finding in store.check().findings]


# --- creating --------------------------------------------------------------------------------------------


def test_a_created_customer_is_held_whole(opened: Opener, ask: Ask) -> None:
    store = opened()
    (stored,) = create(store, ANA)
    wanted = replace(
        ANA,
        id="1",
        scope="1",
        updated=stored.updated,
        addresses=(replace(ADDRESS, alias="Address"),),
    )
    assert stored == wanted
    assert store.find([ANA.email]) == {ANA.email: (wanted,)}
    columns = "active, id_default_group, id_lang, newsletter, optin, is_guest, deleted, id_gender, date_add"
    assert ask(f"SELECT {columns} FROM ps_customer") == [(1, 4, 2, 1, 0, 0, 0, 2, "2015-05-05 08:05:05")]
    assert ask("SELECT id_group FROM ps_customer_group") == [(3,), (4,)]
    ((key, password),) = ask("SELECT secure_key, passwd FROM ps_customer")
    assert len(key) == 32
    assert len(password) == 60


def test_what_nobody_knows_gets_the_defaults_of_the_shop(opened: Opener, ask: Ask) -> None:
    bare = Customer("", "bare@example.com", ("3",), firstname="Bo", lastname="Li")
    (stored,) = create(opened(), bare)
    assert (stored.active, stored.newsletter, stored.language, stored.birthday) == (True, False, "en", "")
    assert (stored.groups, stored.loose_default, stored.gender) == (("3",), False, "")
    assert ask("SELECT id_shop, id_shop_group FROM ps_customer") == [(1, 1)]


def test_the_language_of_the_connector_is_for_those_without_one(opened: Opener) -> None:
    (stored,) = create(opened(language="es"), replace(ANA, language="ro"))
    assert stored.language == "es"


def test_an_inactive_customer_stays_inactive(opened: Opener, ask: Ask) -> None:
    create(opened(), replace(ANA, active=False))
    assert ask("SELECT active FROM ps_customer") == [(0,)]


def test_hostile_text_is_stored_unchanged(opened: Opener, ask: Ask) -> None:
    hostile = replace(
        ANA,
        email="o'brien+x@example.com",
        firstname="Zoë D’Angelo",
        lastname="O'Brien-Ñandú & Söhne",
        company="""A & B "quoted" 'single' ]]> 😀 שלום""".replace(">", ""),
        addresses=(replace(ADDRESS, firstname="李", company="Café & Co 🏠", street=("شارع ١", "2º B")),),
    )
    (stored,) = create(opened(), hostile)
    assert (stored.firstname, stored.lastname, stored.company) == (
        hostile.firstname,
        hostile.lastname,
        hostile.company,
    )
    assert ask("SELECT company FROM ps_customer") == [(hostile.company,)]
    assert ask("SELECT firstname, company, address1 FROM ps_address") == [("李", "Café & Co 🏠", "شارع ١")]
    assert "o'brien+x@example.com" in opened().find(["O'BRIEN+X@example.com"])


def test_requests_are_few(opened: Opener) -> None:
    store = opened(connections=4)
    create(store, *(person(number) for number in range(60)))
    counts = sent(store)
    assert counts["POST /api/customers"] == 60
    assert counts["POST /api/addresses"] == 1
    assert counts["PATCH /api/customers"] == 2
    assert sum(counts.values()) <= 60 + 3 + 9


def test_an_email_that_is_taken_is_unknown_until_the_store_was_asked(opened: Opener, ask: Ask) -> None:
    store = opened()
    create(store, ANA)
    twice = outcomes(store, creations([replace(ANA, email="ANA.Ionescu@example.com"), person(1)]))
    assert (twice[0].state, twice[0].code) == (State.UNKNOWN, "GM408")
    assert twice[1].state is State.DONE
    assert ask("SELECT count(*) FROM ps_customer") == [(2,)]


def test_a_customer_that_the_shop_refuses_stops_nobody_else(opened: Opener, ask: Ask) -> None:
    made = outcomes(opened(), creations([person(1), person(2, lastname="R2D2"), person(3)]))
    assert [made[seq].state for seq in range(3)] == [State.DONE, State.REJECTED, State.DONE]
    assert made[1].code == "GM401"
    assert "lastname" in made[1].words
    assert ask("SELECT email FROM ps_customer ORDER BY 1") == [
        ("person1@example.com",),
        ("person3@example.com",),
    ]


def test_refusals_hold_no_email(opened: Opener) -> None:
    (refused,) = outcomes(opened(), creations([replace(ANA, email="ana@localhost")])).values()
    assert refused.state is State.REJECTED
    assert "ana@localhost" not in refused.words


def test_an_address_that_the_shop_refuses_takes_no_other_with_it(opened: Opener, ask: Ask) -> None:
    bad = replace(ADDRESS, phone="CALL ME", city="Iași")
    store = opened()
    people = [person(1), person(2, addresses=(ADDRESS, bad, replace(ADDRESS, city="Cluj"))), person(3)]
    made = outcomes(store, creations(people))
    assert {outcome.state for outcome in made.values()} == {State.DONE}
    assert "address 2" in made[1].words
    assert "phone" in made[1].words
    assert made[1].stored is not None
    assert [one.city for one in made[1].stored.addresses] == ["București", "Cluj"]
    assert (made[0].words, made[2].words) == ("", "")
    per_customer = "SELECT id_customer, count(*) FROM ps_address GROUP BY 1 ORDER BY 1"
    assert sorted(count for _, count in ask(per_customer)) == [1, 1, 2]


def test_many_bad_addresses_are_all_found_and_nothing_is_stored_twice(opened: Opener, ask: Ask) -> None:
    bad = replace(ADDRESS, phone="x")
    people = [person(n, addresses=(ADDRESS, bad) if n % 3 else (bad, ADDRESS, bad)) for n in range(30)]
    made = outcomes(opened(), creations(people))
    assert all(outcome.words.count("phone") == 2 - bool(seq % 3) for seq, outcome in made.items())
    assert ask("SELECT count(*), count(DISTINCT id_customer) FROM ps_address") == [(30, 30)]


def test_an_answer_lost_after_the_creation_is_unknown_and_not_sent_again(opened: Opener, ask: Ask) -> None:
    store = opened(faults="lost-after@2,lost-before@3", connections=1)
    made = outcomes(store, creations([person(number) for number in range(4)]))
    assert [made[seq].state for seq in range(4)] == [State.DONE, State.UNKNOWN, State.UNKNOWN, State.DONE]
    assert made[1].code == made[2].code == "GM402"
    assert [email for (email,) in ask("SELECT email FROM ps_customer ORDER BY 1")] == [
        "person0@example.com",
        "person1@example.com",
        "person3@example.com",
    ]
    assert sent(store)["POST /api/customers"] == 4


@pytest.mark.parametrize("fault", ["lost-after@3", "lost-before@3", "reset@3", "503@3"])
def test_lost_dates_are_unknown(opened: Opener, ask: Ask, fault: str) -> None:
    store = opened(faults=fault, connections=1)
    made = outcomes(store, creations([person(1), person(2)]))
    assert {outcome.state for outcome in made.values()} == {State.UNKNOWN}
    assert {outcome.id for outcome in made.values()} == {"1", "2"}
    assert ask("SELECT count(*) FROM ps_customer") == [(2,)]


@pytest.mark.parametrize(("fault", "stored"), [("lost-after@5", 2), ("lost-before@5", 0)])
def test_lost_addresses_are_unknown_and_not_sent_again(
    opened: Opener, ask: Ask, fault: str, stored: int
) -> None:
    store = opened(faults=fault, connections=1)
    made = outcomes(store, creations([person(1), person(2), person(3, addresses=())]))
    assert [made[seq].state for seq in range(3)] == [State.UNKNOWN, State.UNKNOWN, State.DONE]
    assert ask("SELECT count(*) FROM ps_address") == [(stored,)]
    assert sent(store)["POST /api/addresses"] == 1


def test_a_limiter_is_waited_for(opened: Opener, ask: Ask) -> None:
    store = opened(faults="429-bare@1,429-bare@3,503@r3,reset@r5", connections=1)
    create(store, person(1), person(2))
    assert ask("SELECT count(*) FROM ps_customer") == [(2,)]


def test_lost_rights_stop_everything_and_what_was_refused_is_still_told(opened: Opener, ask: Ask) -> None:
    store = opened(connections=1)
    store.groups()
    answer = store._session.send

    def send(request: Request) -> Answer:
        if b"person3@" in request.body:
            ask("UPDATE ps_configuration SET value = '0' WHERE name = 'PS_WEBSERVICE'")
        return answer(request)

    store._session.send = send  # type: ignore[method-assign]
    told: list[Outcome] = []
    people = [person(number, lastname="R2" if number == 1 else "Ok") for number in range(40)]
    with pytest.raises(AccessDenied) as caught:  # noqa: PT012 - what is told before the end counts
        for outcome in store.apply(creations(people)):
            told.append(outcome)
    assert [(outcome.seq, outcome.state) for outcome in told] == [(1, State.REJECTED)]
    assert sent(store)["POST /api/customers"] < 20
    assert caught.value.code == "GM506"
    assert ask("SELECT count(*) FROM ps_customer") == [(2,)]


def test_a_session_that_plans_cannot_write(opened: Opener, ask: Ask) -> None:
    store = opened(read_only=True)
    with pytest.raises(WriteRefused):
        list(store.apply(creations([ANA])))
    with pytest.raises(WriteRefused):
        list(store.apply([Change(0, "update", replace(ANA, id="1"), ("groups",))]))
    assert not [request for request in sent(store) if not request.startswith("GET")]
    assert ask("SELECT count(*) FROM ps_customer") == [(0,)]


def test_a_get_that_would_delete_is_no_read(opened: Opener) -> None:
    store = opened(read_only=True)
    with pytest.raises(WriteRefused):
        store._session.send(Request("GET", "/api/customers/1", (("ps_method", "DELETE"),)))


# --- what the real shop said ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scenario",
    [
        "36-create-invalid-email",
        "37-create-invalid-names",
        "38-create-invalid-values",
        "39-create-overlong",
        "41-create-missing-required",
        "42-create-refused-fields",
        "43-create-duplicate-email",
        "45-create-multi-one-bad",
        "52-patch",
        "56-address-create-refused",
        "57-address-batch",
    ],
)
def test_recorded_refusals_are_surely_not_saved_and_never_lost(
    opened: Opener, recordings: Path, monkeypatch: pytest.MonkeyPatch, scenario: str
) -> None:
    """Every error of a real 9.1.4, whatever its status, is told apart from a lost answer by its code."""
    api = opened()._api
    file = recordings / "prestashop" / "9.1.4" / f"{scenario}.json"
    answers = [
        said(one["response"])
        for one in json.loads(file.read_text(encoding="utf-8"))["exchanges"]
        if one["request"]["method"] in {"POST", "PATCH"} and one["response"]["status"] >= 400
    ]
    assert answers
    for answer in answers:
        monkeypatch.setattr(api._session, "send", lambda _, answer=answer: answer)
        with pytest.raises(Refused) as caught:
            api.save("POST", "customers", [])
        assert caught.value.words
        assert "/var/www" not in caught.value.words
        assert not re.search(r"\w@\w+\.", caught.value.words)


def said(response: dict[str, Any]) -> Answer:
    body = response["body"]
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(response["status"], response["headers"], text.encode())


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"<p><errors><error><code>3</code><message>PHP Warning</message></error></errors></p>"),
        (500, b"<p><errors><error><code>999</code><message>?</message></error></errors></p>"),
        (201, b"<p><customer><id>5</id>"),
        (201, b""),
        (200, b"<html>"),
        (201, b"<p/>"),
        (403, b"<html>a firewall</html>"),
    ],
)
def test_an_answer_without_a_reason_may_hide_a_success(opened: Opener, status: int, body: bytes) -> None:
    store = opened(connections=1)
    store.rules()
    answer = store._session.send

    def send(request: Request) -> Answer:
        if request.method != "POST":
            return answer(request)
        return Answer(status, {"PSWS-Version": "9.1.4"}, body)

    store._session.send = send  # type: ignore[method-assign]
    (outcome,) = outcomes(store, creations([ANA])).values()
    assert (outcome.state, outcome.code) == (State.UNKNOWN, "GM402")


# --- changing --------------------------------------------------------------------------------------------


def test_a_customer_is_regrouped_and_everything_else_stays(opened: Opener, ask: Ask) -> None:
    store = opened()
    (stored,) = create(store, ANA)
    before = ask("SELECT * FROM ps_customer")
    wanted = replace(stored, groups=("5", "3"), firstname="Somebody", company="Else")
    (outcome,) = outcomes(store, [Change(7, "update", wanted, ("groups",))]).values()
    assert (outcome.state, outcome.id) == (State.DONE, "1")
    assert outcome.stored is not None
    assert outcome.stored.groups == ("5", "3")
    after = ask("SELECT * FROM ps_customer")
    changed = [index for index, value in enumerate(after[0]) if value != before[0][index]]
    names = [row[1] for row in ask("PRAGMA table_info(ps_customer)")]
    assert {names[index] for index in changed} <= {"id_default_group", "date_upd"}
    assert ask("SELECT id_group FROM ps_customer_group") == [(3,), (5,)]


def test_a_default_group_without_membership_is_mended(opened: Opener, ask: Ask) -> None:
    store = opened()
    create(store, ANA)
    ask("DELETE FROM ps_customer_group WHERE id_group = 4")
    (there,) = store.find([ANA.email])[ANA.email]
    assert (there.groups, there.loose_default) == (("4", "3"), True)
    (outcome,) = outcomes(
        store, [Change(0, "update", replace(there, loose_default=False), ("groups",))]
    ).values()
    assert outcome.stored is not None
    assert not outcome.stored.loose_default


def test_one_customer_who_is_gone_does_not_stop_the_others(opened: Opener, ask: Ask) -> None:
    store = opened()
    made = create(store, *(person(number) for number in range(9)))
    ask("DELETE FROM ps_customer WHERE id_customer = ?", made[4].id)
    changes = [
        Change(n, "update", replace(one, groups=("5", "3")), ("groups",)) for n, one in enumerate(made)
    ]
    found = outcomes(store, changes)
    assert (found[4].state, found[4].code) == (State.REJECTED, "GM404")
    assert {found[seq].state for seq in found if seq != 4} == {State.DONE}
    assert ask("SELECT count(*) FROM ps_customer WHERE id_default_group = 5") == [(8,)]


def test_several_fields_are_changed_at_once(opened: Opener, ask: Ask) -> None:
    store = opened()
    (stored,) = create(store, ANA)
    fields = ("firstname", "lastname", "company", "birthday", "gender", "language", "active", "newsletter")
    wanted = replace(
        stored,
        firstname="Ann",
        lastname="Lee",
        company="",
        birthday="",
        gender="male",
        language="en",
        active=False,
        newsletter=False,
        created="2001-01-01 01:01:01",
    )
    (outcome,) = outcomes(store, [Change(0, "update", wanted, (*fields, "created"))]).values()
    assert outcome.stored is not None
    assert replace(outcome.stored, updated="") == replace(wanted, updated="")
    assert store.find([ANA.email])[ANA.email] == (outcome.stored,)


def test_addresses_are_added_and_none_is_changed(opened: Opener, ask: Ask) -> None:
    store = opened()
    (stored,) = create(store, ANA)
    new = replace(ADDRESS, city="Iași")
    bad = replace(ADDRESS, city="a_b")
    wanted = replace(stored, addresses=(new, bad, replace(new, city="Cluj")))
    (outcome,) = outcomes(store, [Change(0, "update", wanted, ("addresses",))]).values()
    assert outcome.state is State.DONE
    assert "address 2" in outcome.words
    cities = [city for (city,) in ask("SELECT city FROM ps_address ORDER BY id_address")]
    assert cities == ["București", "Iași", "Cluj"]


def test_a_lost_change_is_unknown(opened: Opener) -> None:
    store = opened(connections=1, faults="lost-after@4")
    (stored,) = create(store, ANA)
    (outcome,) = outcomes(store, [Change(0, "update", replace(stored, groups=("5",)), ("groups",))]).values()
    assert (outcome.state, outcome.id, outcome.code) == (State.UNKNOWN, "1", "GM402")
    assert store.find([ANA.email])[ANA.email][0].groups == ("5",)


# --- finding and reading ---------------------------------------------------------------------------------

PEOPLE = [
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
        "a|b,c@example.com": ["O"],
    }
    assert found["gone@example.com"][0].deleted
    assert not any("]b[" in query.get("filter[email]", "") for query in queries)


def recorded_queries(store: Webservice) -> list[dict[str, str]]:
    """The queries of everything that is sent from now on."""
    queries: list[dict[str, str]] = []
    answer = store._session.send

    def send(request: Request) -> Answer:
        queries.append(dict(request.query))
        return answer(request)

    store._session.send = send  # type: ignore[method-assign]
    return queries


def test_many_emails_are_asked_in_batches_that_fit_into_an_address(opened: Opener) -> None:
    store = opened()
    store.groups()
    long = [f"{'x' * 60}.{number}@{'y' * 60}.example.com" for number in range(120)]
    lengths: list[int] = []
    store._session._session.hooks["response"].append(lambda got, **_: lengths.append(len(got.url)))
    assert store.find([*long, *(f"p{number}@example.com" for number in range(250))]) == {}
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


def test_rules_know_the_countries_and_the_customer_group_of_the_shop(opened: Opener) -> None:
    rules = opened().rules()
    assert rules.also_in == ("3",)
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


# --- checking --------------------------------------------------------------------------------------------


def test_a_healthy_shop_has_no_findings(opened: Opener) -> None:
    check = opened().check()
    assert check.findings == ()
    assert check.version == "9.1.4"
    assert check.store.startswith("Practice shop (http://127.0.0.1:")
    assert check.rights["customers"] == "read, create, replace, change, remove"


KEY = "ONLYREADONLYREADONLYREADONLYREAD"
READS = ("customers", "groups", "addresses", "countries", "states", "languages", "configurations")


@pytest.fixture
def with_key(opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens the practice shop over its address, with a key that has only some rights."""
    practices = []

    def opener(rights: dict[str, Sequence[str]], *, key: str = KEY, **options: Any) -> Webservice:
        seed = tmp_path / "rights.json"
        settings = options.pop("settings", {})
        seed.write_text(json.dumps({"keys": {KEY: rights}, "settings": settings}), encoding="utf-8")
        practices.append(serve(tmp_path / "demo.db", seed=seed))
        monkeypatch.setenv("SHOP_KEY", key)
        return opened(url=practices[-1].url, key="env:SHOP_KEY", **options)

    yield opener
    for practice in practices:
        practice.close()


def test_missing_rights_are_named_for_a_target_and_only_mentioned_for_a_source(with_key: Opener) -> None:
    rights = {name: ["GET"] for name in READS} | {"customers": ["GET", "POST"]}
    store = with_key(rights)
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM503", Severity.ERROR)
    assert "PATCH customers, POST addresses" in finding.message
    assert codes(with_key(rights, read_only=True)) == [("GM503", "warning")]


def test_rights_to_read_are_needed_in_any_case(with_key: Opener) -> None:
    (finding, *_) = with_key({"customers": ["GET"]}, read_only=True).check().findings
    assert (finding.code, finding.severity) == ("GM503", Severity.ERROR)
    assert "GET groups, GET addresses" in finding.message


def test_a_missing_right_met_on_the_way_is_access_denied(with_key: Opener) -> None:
    store = with_key({name: ["GET"] for name in READS if name != "groups"})
    with pytest.raises(AccessDenied) as caught:
        store.groups()
    assert caught.value.code == "GM503"


@pytest.mark.parametrize("key", ["X" * 32, "short"])
def test_a_wrong_key_is_said(with_key: Opener, key: str) -> None:
    (finding,) = with_key({}, key=key).check().findings
    assert (finding.code, finding.severity) == ("GM502", Severity.ERROR)
    assert key not in finding.message


def test_a_webservice_that_is_switched_off_is_said(with_key: Opener) -> None:
    assert codes(with_key({}, settings={"PS_WEBSERVICE": "0"})) == [("GM506", "error")]


def test_a_wrong_host_is_explained(opened: Opener, ask: Ask) -> None:
    store = opened()
    sql = "UPDATE ps_configuration SET value = 'www.shop.example' WHERE name = 'PS_SHOP_DOMAIN'"
    ask(sql)
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM504", Severity.ERROR)
    assert "www.shop.example" in finding.message
    with pytest.raises(WrongAnswer):
        list(store.customers())


def test_a_shop_that_does_not_exist_is_explained(opened: Opener) -> None:
    (finding,) = opened(shop=77).check().findings
    assert finding.code == "GM504"
    assert "`shop`" in finding.hint


def test_the_number_of_the_shop_goes_with_every_request(opened: Opener, ask: Ask) -> None:
    store = opened(shop=1)
    queries = recorded_queries(store)
    create(store, ANA)
    assert queries
    assert all(query["id_shop"] == "1" for query in queries)


def test_a_multistore_asks_which_shop_is_meant(opened: Opener, ask: Ask) -> None:
    store = opened()
    ask("INSERT INTO ps_shop (id_shop, name) VALUES (2, 'Second')")
    assert codes(store) == [("GM522", "warning")]
    assert codes(opened(shop=1)) == []


def test_a_setting_of_another_shop_of_a_multistore_is_not_taken(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = opened()._api
    rows = [
        {"name": "PS_CUSTOMER_GROUP", "value": value, "id_shop": shop}
        for value, shop in (("3", ""), ("4", "1"), ("5", "2"))
    ]
    monkeypatch.setattr(api, "rows", lambda *_: rows)
    assert [settings(api, shop)["PS_CUSTOMER_GROUP"] for shop in (None, 1, 2, 3)] == ["3", "4", "5", "3"]


def test_a_shop_without_a_time_zone_is_taken_as_utc_and_says_so(opened: Opener, ask: Ask) -> None:
    store = opened()
    ask("DELETE FROM ps_configuration WHERE name = 'PS_TIMEZONE'")
    assert codes(store) == [("GM508", "warning")]
    (stored,) = create(store, ANA)
    assert stored.created == ANA.created
    assert ask("SELECT date_add FROM ps_customer") == [(ANA.created,)]
    assert codes(opened(timezone="Asia/Tokyo")) == []


def test_fields_that_the_shop_demands_are_warned_of(opened: Opener) -> None:
    store = opened(seed={"required": ["birthday", "siret", "optin"]})
    findings = store.check().findings
    assert [(one.code, one.severity.value) for one in findings] == [("GM509", "warning"), ("GM509", "error")]
    assert "birthday" in findings[0].message
    assert "siret" in findings[1].message


def test_a_group_of_its_own_is_warned_of_without_the_customer_group(opened: Opener) -> None:
    assert codes(opened(always_customer_group=False)) == [("GM518", "warning")]


def test_a_language_that_the_shop_lacks_is_an_error_of_the_connector(opened: Opener) -> None:
    assert codes(opened(language="fr")) == [("GM105", "error")]


class Front(BaseHTTPRequestHandler):
    """A web server before the shop: it answers what the test says."""

    answers: Callable[[Front], tuple[int, dict[str, str], bytes]]

    def do_GET(self) -> None:
        status, headers, body = type(self).answers(self)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def front() -> Iterator[Callable[..., str]]:
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(answers: Callable[[Front], tuple[int, dict[str, str], bytes]]) -> str:
        handler = type("Handler", (Front,), {"answers": staticmethod(answers)})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append((server, threading.Thread(target=server.serve_forever, args=(0.02,))))
        servers[-1][1].start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


ROOT = '<prestashop><api shopName="Old shop"><customers get="true"/></api></prestashop>'


@pytest.mark.parametrize("version", ["1.6.1.25", "1.7.8.10"])
def test_older_versions_are_refused(
    front: Callable[..., str], opened: Opener, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("SHOP_KEY", KEY)
    url = front(lambda _: (200, {"PSWS-Version": version}, ROOT.encode()))
    assert ("GM505", "error") in codes(opened(url=url, key="env:SHOP_KEY"))


@pytest.mark.parametrize(
    ("status", "headers", "body", "code"),
    [
        (200, {"Content-Type": "text/html"}, b"<html><body>Welcome</body></html>", "GM504"),
        (404, {"Content-Type": "text/html"}, b"<html>not here</html>", "GM504"),
        (301, {"Location": "https://www.shop.example/?url="}, b"", "GM504"),
        (200, {"PSWS-Version": "9.1.4"}, b"<prestashop><api", "GM504"),
        (200, {"PSWS-Version": "9.1.4"}, b"<!DOCTYPE x><prestashop><api/></prestashop>", "GM504"),
        (403, {}, b"forbidden", "GM504"),
        (500, {}, b"", "GM504"),
        (503, {}, b"<html>maintenance</html>", "GM501"),
        (401, {}, b"401 Unauthorized", "GM502"),
    ],
)
def test_what_is_not_the_webservice_is_a_finding_and_no_traceback(
    front: Callable[..., str],
    opened: Opener,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    headers: dict[str, str],
    body: bytes,
    code: str,
) -> None:
    monkeypatch.setenv("SHOP_KEY", KEY)
    url = front(lambda _: (status, headers, body))
    store = opened(url=url, key="env:SHOP_KEY")
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == (code, Severity.ERROR)
    assert KEY not in finding.message + finding.hint
    for verb in (store.groups, store.rules, lambda: list(store.customers()), lambda: store.find(["a@b.de"])):
        with pytest.raises(StoreError):
            verb()


def test_a_stripped_header_is_got_round_and_said(
    front: Callable[..., str], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(request: Front) -> tuple[int, dict[str, str], bytes]:
        if f"ws_key={KEY}" not in request.path:
            return 401, {"Content-Type": "text/html"}, b"401 Unauthorized"
        return 200, {"PSWS-Version": "9.1.4"}, ROOT.encode()

    monkeypatch.setenv("SHOP_KEY", KEY)
    store = opened(url=front(answers), key="env:SHOP_KEY")
    assert codes(store)[0] == ("GM521", "warning")


def test_nobody_there_is_a_finding(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_KEY", KEY)
    store = opened(url="http://127.0.0.1:9", key="env:SHOP_KEY")
    assert codes(store) == [("GM501", "error")]
    with pytest.raises(Unreachable):
        store.groups()


def test_closing_twice_does_no_harm_and_ends_the_practice_shop(opened: Opener) -> None:
    store = opened()
    store.close()
    store.close()
    with pytest.raises(Unreachable):
        store.groups()


# --- the connector's options -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://shop.example.com/", "https://shop.example.com"),
        ("https://shop.example.com/sub/api/", "https://shop.example.com/sub"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_address_is_taken_with_or_without_its_end(written: str, read: str) -> None:
    assert WebserviceOptions.model_validate({"url": written, "key": "env:KEY"}).url == read


@pytest.mark.parametrize(
    "options",
    [
        {"url": "shop.example.com", "key": "env:KEY"},
        {"url": "ftp://shop.example.com", "key": "env:KEY"},
        {"url": "https://key@shop.example.com", "key": "env:KEY"},
        {"url": "https://shop.example.com/?ws_key=1", "key": "env:KEY"},
        {"url": "https://shop .example.com", "key": "env:KEY"},
        {"url": "https://", "key": "env:KEY"},
        {"url": "https://[::1", "key": "env:KEY"},
        {"url": "https://shop.example.com"},
        {"url": "https://shop.example.com", "key": "ABCDEFGHABCDEFGHABCDEFGHABCDEFGH"},
        {"url": "https://shop.example.com", "key": "env:KEY", "faults": "429=1"},
        {"url": "sandbox", "timezone": "Mars/Olympus"},
        {"url": "sandbox", "timezone": "../etc"},
        {"url": "sandbox", "connections": "9"},
        {"url": "sandbox", "requests_per_second": "0"},
        {"url": "sandbox", "timeout": "nan"},
        {"url": "sandbox", "language": "English"},
        {"url": "sandbox", "shop": "0"},
        {"url": "sandbox", "color": "red"},
    ],
)
def test_options_that_cannot_work_are_refused_before_anything_is_opened(options: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        WebserviceOptions.model_validate(options)


def test_options_come_as_text() -> None:
    text = {"url": "sandbox", "connections": "4", "page_size": "50", "always_customer_group": "no"}
    options = WebserviceOptions.model_validate(text)
    assert (options.connections, options.page_size, options.always_customer_group) == (4, 50, False)


def test_a_bundle_of_certificates_that_is_not_there_is_said(opened: Opener) -> None:
    with pytest.raises(UsageError, match="ca_bundle"):
        opened(ca_bundle="missing.pem")


def test_the_example_connector_shows_every_option() -> None:
    text = (Path(__file__).parents[1] / "connectors" / "example-prestashop.yaml").read_text(encoding="utf-8")
    missing = [name for name in WebserviceOptions.model_fields if f"\n{name}:" not in text.replace("# ", "")]
    assert missing == []


def test_the_card_names_the_store_and_the_practice_shop() -> None:
    way = CARD.way("webservice")
    assert way is not None
    assert way.store == f"{Webservice.__module__}:{Webservice.__name__}"
    assert CARD.sandbox == f"{serve.__module__}:{serve.__name__}"
