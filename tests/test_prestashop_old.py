"""Creating and changing customers in practice shops of 1.6 and 1.7, which know no PATCH and make doubles."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from groupmigrate.platforms.base import Change, State
from groupmigrate.platforms.http import Answer, Request
from groupmigrate.platforms.prestashop.store import Webservice
from support.prestashop_room import ANA, Ask, Opener, codes, create, creations, outcomes, person, sent

pytest_plugins = ["support.prestashop_fixtures"]

OLD = pytest.mark.parametrize("release", ["1.6", "1.7"])


def rows(ask: Ask, where: str = "1") -> dict[str, Any]:
    """The one customer's row, by column."""
    names = [row[1] for row in ask("PRAGMA table_info(ps_customer)")]
    (row,) = ask(f"SELECT * FROM ps_customer WHERE {where}")
    return dict(zip(names, row, strict=True))


@OLD
def test_a_created_customer_is_held_whole(opened: Opener, ask: Ask, release: str) -> None:
    store = opened(release=release)
    (stored,) = create(store, ANA)
    wanted = replace(ANA, id="1", scope="1", addresses=())
    assert replace(stored, updated="", password="", addresses=()) == wanted
    assert [one.city for one in stored.addresses] == ["București"]
    row = rows(ask)
    assert row["date_add"] == "2015-05-05 08:05:05"
    assert row["secure_key"]
    assert len(row["passwd"]) == (32 if release == "1.6" else 60)
    assert (row["id_shop"], row["id_shop_group"], row["active"]) == (1, 1, 1)


def test_every_new_customer_gets_another_password(opened: Opener, ask: Ask) -> None:
    create(opened(release="1.6"), *(person(number) for number in range(3)))
    assert ask("SELECT count(DISTINCT passwd) FROM ps_customer") == [(3,)]


@OLD
def test_a_change_loses_nothing_of_what_the_shop_knows_besides(
    opened: Opener, ask: Ask, release: str
) -> None:
    store = opened(release=release)
    (stored,) = create(store, ANA)
    more = {
        "note": 'Pays by "transfer" & never <late>.\r\nCall first.',
        "website": "https://example.com/?a=1&b=2",
        "siret": "73282932000074",
        "ape": "6201Z",
        "outstanding_allow_amount": "1500.500000",
        "max_payment_days": 30,
        "optin": 1,
        "newsletter_date_add": "2018-04-13 09:30:00",
        "ip_registration_newsletter": "192.0.2.7",
    }
    for column, value in more.items():
        ask(f"UPDATE ps_customer SET {column} = ?", value)
    ask("UPDATE ps_customer SET note = replace(replace(note, '<', '('), '>', ')')")
    before = rows(ask)
    wanted = replace(stored, groups=("5", "3"), firstname="Somebody")
    (outcome,) = outcomes(store, [Change(7, "update", wanted, ("groups",))]).values()
    assert (outcome.state, outcome.id) == (State.DONE, "1")
    assert outcome.stored is not None
    assert outcome.stored.groups == ("5", "3")
    after = rows(ask)
    changed = {name for name, value in after.items() if value != before[name]}
    assert changed <= {"id_default_group", "date_upd"}
    assert after["id_default_group"] == 5
    assert ask("SELECT id_group FROM ps_customer_group ORDER BY 1") == [(3,), (5,)]


@OLD
def test_memberships_that_the_shop_does_not_show_survive_a_change_of_something_else(
    opened: Opener, ask: Ask, release: str
) -> None:
    store = opened(release=release)
    (stored,) = create(store, ANA)
    ask("INSERT INTO ps_customer_group VALUES (1, 99)")
    wanted = replace(stored, company="Else")
    outcomes(store, [Change(0, "update", wanted, ("company",))])
    assert rows(ask)["company"] == "Else"
    assert ask("SELECT id_group FROM ps_customer_group ORDER BY 1") == [(3,), (4,), (99,)]


@OLD
def test_one_customer_who_is_gone_does_not_stop_the_others(opened: Opener, ask: Ask, release: str) -> None:
    store = opened(release=release)
    made = create(store, *(person(number) for number in range(9)))
    ask("DELETE FROM ps_customer WHERE id_customer = ?", made[4].id)
    changes = [
        Change(n, "update", replace(one, groups=("5", "3")), ("groups",)) for n, one in enumerate(made)
    ]
    found = outcomes(store, changes)
    assert (found[4].state, found[4].code) == (State.REJECTED, "GM404")
    assert {found[seq].state for seq in found if seq != 4} == {State.DONE}
    assert ask("SELECT count(*) FROM ps_customer WHERE id_default_group = 5") == [(8,)]


@OLD
def test_one_customer_who_cannot_be_sent_back_does_not_stop_the_others(
    opened: Opener, ask: Ask, release: str
) -> None:
    store = opened(release=release)
    made = create(store, *(person(number) for number in range(5)))
    ask("UPDATE ps_customer SET note = 'a' || char(11) || 'b' WHERE id_customer = ?", made[2].id)
    changes = [
        Change(n, "update", replace(one, groups=("5", "3")), ("groups",)) for n, one in enumerate(made)
    ]
    found = outcomes(store, changes)
    assert (found[2].state, found[2].code) == (State.REJECTED, "GM401")
    assert {found[seq].state for seq in found if seq != 2} == {State.DONE}
    assert rows(ask, f"id_customer = {made[2].id}")["note"] == "a\x0bb"


@OLD
def test_control_characters_in_the_data_do_not_stop_the_reading(
    opened: Opener, ask: Ask, release: str
) -> None:
    store = opened(release=release)
    create(store, person(1), person(2))
    ask("UPDATE ps_customer SET company = 'a' || char(11) || 'b' WHERE id_customer = 1")
    read = [one.company for page in store.customers() for one in page.customers]
    assert read == ["a\x0bb", ANA.company]


@OLD
def test_an_email_that_is_taken_is_not_created_again(opened: Opener, ask: Ask, release: str) -> None:
    store = opened(release=release)
    create(store, ANA)
    twice = outcomes(store, creations([replace(ANA, email="ANA.Ionescu@example.com"), person(1)]))
    assert (twice[0].state, twice[0].code) == (State.UNKNOWN, "GM408")
    assert twice[1].state is State.DONE
    assert ask("SELECT count(*) FROM ps_customer") == [(2,)]


@OLD
def test_a_double_that_somebody_else_made_meanwhile_is_told(opened: Opener, ask: Ask, release: str) -> None:
    store = opened(release=release, connections=1)
    _registers_behind(store, ask, "person1@example.com")
    made = outcomes(store, creations([person(1), person(2)]))
    assert (made[0].state, made[0].code) == (State.REJECTED, "GM406")
    assert made[0].id in made[0].words
    assert "@" not in made[0].words
    assert made[1].state is State.DONE
    assert ask("SELECT count(*) FROM ps_customer") == [(3,)]


def _registers_behind(store: Webservice, ask: Ask, email: str) -> None:
    """Let somebody register with the e-mail right before we create them."""
    answer = store._session.send

    def send(request: Request) -> Answer:
        if request.method == "POST" and email.encode() in request.body:
            columns = (
                "firstname, lastname, email, email_folded, passwd, id_gender, date_add, date_upd, id_shop"
            )
            values = (
                f"'A', 'B', '{email}', '{email}', 'x', 0, '2020-01-01 00:00:00', '2020-01-01 00:00:00', 1"
            )
            ask(f"INSERT INTO ps_customer ({columns}) VALUES ({values})")
        return answer(request)

    store._session.send = send  # type: ignore[method-assign]


@OLD
def test_requests_are_few(opened: Opener, release: str) -> None:
    store = opened(release=release, connections=4)
    create(store, *(person(number) for number in range(60)))
    counts = sent(store)
    assert counts["POST /api/customers"] == 60
    assert counts["POST /api/addresses"] == 1
    assert counts["PUT /api/customers"] == 2
    # Per 50 one reading before PUT; per batch two look-ups, and the customers and addresses read back.
    assert sum(counts.values()) <= 60 + 1 + 2 + 2 + 2 + 2 + 6


@OLD
def test_a_lost_change_is_unknown(opened: Opener, ask: Ask, release: str) -> None:
    store = opened(release=release, connections=1, faults="lost-after@4")
    (stored,) = create(store, ANA)
    (outcome,) = outcomes(store, [Change(0, "update", replace(stored, groups=("5",)), ("groups",))]).values()
    assert (outcome.state, outcome.id, outcome.code) == (State.UNKNOWN, "1", "GM402")
    assert ask("SELECT id_default_group FROM ps_customer") == [(5,)]


@pytest.mark.parametrize(("release", "demanded"), [("1.6", True), ("1.7", False), ("9", False)])
def test_what_a_shop_demands_of_addresses_is_met_or_told(
    opened: Opener, ask: Ask, release: str, demanded: bool
) -> None:
    store = opened(release=release, seed={"settings": {"PS_GUEST_CHECKOUT_ENABLED": "1"}})
    ask("INSERT INTO ps_required_field (object_name, field_name) VALUES ('Address', 'phone')")
    assert store.rules().address["phone"].required is demanded
    assert codes(store) == [("GM509", "warning")] * demanded


@pytest.mark.parametrize(("release", "version"), [("1.6", "1.6.1.25"), ("1.7", "1.7.6.2"), ("8", "8.2.6")])
def test_a_healthy_old_shop_has_no_findings(opened: Opener, release: str, version: str) -> None:
    check = opened(release=release, seed={"settings": {"PS_GUEST_CHECKOUT_ENABLED": "1"}}).check()
    assert check.findings == ()
    assert check.version == version
    assert ("change" in check.rights["customers"]) is (release == "8")
