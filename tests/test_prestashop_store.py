"""Creating customers in a practice PrestaShop: what it holds afterwards, and what is said of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from groupmigrate.errors import AccessDenied
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Outcome, State
from groupmigrate.platforms.http import Answer, Request, WriteRefused
from groupmigrate.platforms.prestashop import writer
from support.prestashop_room import ADDRESS, ANA, Ask, Opener, create, creations, outcomes, person, sent

pytest_plugins = ["support.prestashop_fixtures"]


def test_a_created_customer_is_held_whole(opened: Opener, ask: Ask) -> None:
    store = opened()
    (stored,) = create(store, ANA)
    wanted = replace(
        ANA,
        id="1",
        scope="1",
        updated=stored.updated,
        password="bcrypt",
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


def test_a_bad_address_behind_those_of_an_earlier_request_hides_none(
    opened: Opener, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "BATCH", 2)
    homes = [replace(ADDRESS, city=city) for city in ("Arad", "Bacău", "Cluj", "Deva")]
    homes[2] = replace(homes[2], phone="x")
    made = outcomes(opened(), creations([person(1, addresses=tuple(homes))]))
    assert made[0].words.startswith("address 3: ")
    assert ask("SELECT city FROM ps_address ORDER BY 1") == [("Arad",), ("Bacău",), ("Deva",)]


def test_a_new_group_shows_prices_as_the_customer_group_does(opened: Opener, ask: Ask) -> None:
    store = opened()
    store.make_group("Wholesale & Co")
    (group,) = (one for one in store.groups() if one.name == "Wholesale & Co")
    assert group.names == {"en": "Wholesale & Co", "es": "Wholesale & Co"}
    made = ask(
        f"SELECT reduction, price_display_method, show_prices FROM ps_group WHERE id_group = {group.id}"
    )
    assert made == ask("SELECT '0.00', price_display_method, 1 FROM ps_group WHERE id_group = 3")


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
