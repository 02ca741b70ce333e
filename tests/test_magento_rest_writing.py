"""Writing to a Magento over REST: what the shop holds afterwards, who gets a mail, and what is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from msgspec.structs import replace

from groupmigrate.compare import EVERYTHING, differing
from groupmigrate.errors import GroupmigrateError, UsageError
from groupmigrate.model import Address, PasswordHash
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.base import Change, State
from support.magento_room import (
    ANA,
    HOME,
    SECOND,
    Ask,
    Opener,
    create,
    creations,
    everybody,
    outbox,
    outcomes,
    recorded,
    seeded,
    sent,
    update,
)

pytest_plugins = ["support.magento_fixtures"]

Configure = Callable[[str, str], None]


# --- creating ---


def test_a_customer_is_stored_as_wanted_and_nobody_gets_a_mail(open_magento: Opener) -> None:
    store = open_magento()
    (stored,) = create(store, ANA)
    assert differing(ANA, stored, EVERYTHING) == ()
    assert (stored.scope, stored.addresses[0].region_code) == ("base", "CJ")
    assert outbox(store) == []


def test_no_body_that_creates_has_an_id_so_nobody_is_overwritten(open_magento: Opener) -> None:
    store = open_magento(seed={"customers": [seeded("first@example.com")]})
    exchanges = recorded(store)
    create(store, replace(ANA, id="1"))
    bodies = [json.loads(request.body)["customer"] for request, _ in exchanges if request.method == "PUT"]
    assert len(bodies) == 1
    assert "id" not in bodies[0]
    assert {customer.email for customer in everybody(store)} == {"first@example.com", ANA.email}


def test_the_website_and_the_store_view_of_the_language_are_sent(
    open_magento: Opener, configure_magento: Configure
) -> None:
    store = open_magento(seed={"websites": [SECOND]}, website="second")
    (stored,) = create(store, replace(ANA, language=""))
    assert stored.scope == "second"
    with_store = open_magento(website="second", store="second_de")
    exchanges = recorded(with_store)
    create(with_store, replace(ANA, email="de@example.com"))
    (body,) = [json.loads(request.body)["customer"] for request, _ in exchanges if request.method == "PUT"]
    assert (body["website_id"], body["store_id"]) == (2, 3)


def test_a_region_is_sent_by_its_id_and_a_free_one_as_text(open_magento: Opener, ask_magento: Ask) -> None:
    store = open_magento()
    free = Address("A", "B", street=("1 High St",), city="X", country="GB", region="Kent", phone="1")
    create(store, replace(ANA, addresses=(HOME, free)))
    regions = ask_magento("SELECT region, region_id FROM customer_address_entity ORDER BY entity_id")
    assert regions[0][0] == "Cluj"
    assert regions[0][1] > 0
    assert (regions[1][0], regions[1][1] or 0) == ("Kent", 0)


def test_automatic_groups_by_vat_number_do_not_undo_the_mapping(
    open_magento: Opener, configure_magento: Configure
) -> None:
    store = open_magento()
    configure_magento("customer/create_account/auto_group_assign", "1")
    (kept,) = create(store, ANA)
    assert kept.groups == ("2",)
    letting = open_magento(auto_group=True)
    (moved,) = create(letting, replace(ANA, email="moved@example.com"))
    assert moved.groups == ("1",)
    assert differing(ANA, moved, ("groups",)) == ("groups",)


@pytest.mark.parametrize("fields", [{"lastname": "New"}, {"attributes": {"card": "7"}}])
def test_a_change_of_something_else_does_not_let_the_shop_move_the_customer(
    open_magento: Opener, configure_magento: Configure, fields: dict[str, Any]
) -> None:
    home = {"country_id": "DE", "city": "Bonn", "street": ["S 1"], "postcode": "1", "telephone": "2"}
    there = seeded("ana@example.com", group="Wholesale", addresses=[home | {"default_billing": True}])
    store = open_magento(seed={"attributes": [{"code": "card", "label": "Card"}], "customers": [there]})
    configure_magento("customer/create_account/auto_group_assign", "1")
    (ana,) = everybody(store)
    outcome = update(store, ana, **fields)
    assert outcome.stored is not None
    assert outcome.stored.groups == ("2",)


@pytest.mark.parametrize("release", ["2.4.7", "2.3"])
def test_a_shop_that_asks_for_confirmation_gets_confirmed_customers_without_a_mail(
    open_magento: Opener, configure_magento: Configure, release: str
) -> None:
    store = open_magento(release=release)
    configure_magento("customer/create_account/confirm", "1")
    (stored,) = create(store, ANA)
    assert stored.active is not False
    assert differing(ANA, stored, EVERYTHING) == ()
    assert outbox(store) == []


def test_a_day_of_birth_that_the_shop_demands_is_not_needed(
    open_magento: Opener, configure_magento: Configure
) -> None:
    store = open_magento()
    configure_magento("customer/address/dob_show", "req")
    nameless = replace(ANA, birthday="")
    assert Fitting(store.rules()).fit(nameless).misfits == ()
    (stored,) = create(store, nameless)
    assert stored.birthday == ""


def test_a_customer_left_unconfirmed_by_a_lost_answer_is_confirmed_afterwards(
    open_magento: Opener, configure_magento: Configure
) -> None:
    store = open_magento(faults="lost-after@1")
    configure_magento("customer/create_account/confirm", "1")
    (lost,) = outcomes(store, creations(ANA))
    (there,) = store.find([ANA.email])[ANA.email]
    assert (lost.state, there.active) == (State.UNKNOWN, False)
    fields = differing(ANA, there, EVERYTHING)
    assert fields == ("active",)
    outcome = update(store, replace(ANA, id=there.id, addresses=()), *fields)
    assert outcome.stored is not None
    assert differing(ANA, outcome.stored, EVERYTHING) == ()
    assert outbox(store) == []


def test_subscribers_are_subscribed_only_on_request_because_that_mails(open_magento: Opener) -> None:
    store = open_magento()
    assert "newsletter" in store.rules().never
    (silent,) = create(store, replace(ANA, newsletter=True))
    assert (silent.newsletter, outbox(store)) == (False, [])
    mailing = open_magento(newsletter=True)
    assert "newsletter" not in mailing.rules().never
    people = [replace(ANA, email=f"{word}@example.com", newsletter=word == "yes") for word in ("yes", "no")]
    assert [one.newsletter for one in create(mailing, *people)] == [True, False]
    assert [mail["recipient"] for mail in outbox(mailing)] == ["yes@example.com"]


@pytest.mark.parametrize(
    ("scheme", "salt", "digest"),
    [
        ("md5", "", hashlib.md5(b"Geheim-Wort-1").hexdigest()),
        ("md5+salt", "k3y", hashlib.md5(b"k3yGeheim-Wort-1").hexdigest()),
        ("sha256+salt", "k3y", hashlib.sha256(b"k3yGeheim-Wort-1").hexdigest()),
    ],
)
def test_a_customer_logs_in_with_the_password_that_was_carried(
    open_magento: Opener, scheme: str, salt: str, digest: str
) -> None:
    store = open_magento()
    create(store, replace(ANA, password_hash=PasswordHash(scheme, digest, salt)))
    login = {"username": ANA.email, "password": "Geheim-Wort-1"}
    address = f"{store.address}/rest/V1/integration/customer/token"
    assert requests.post(address, json=login, timeout=10).status_code == 200
    login["password"] = "another"
    assert requests.post(address, json=login, timeout=10).status_code == 401


def test_a_hash_that_magento_cannot_check_is_not_sent(open_magento: Opener) -> None:
    store = open_magento()
    exchanges = recorded(store)
    create(store, replace(ANA, password_hash=PasswordHash("bcrypt", "$2y$10$abcdefghijklmnopqrstuv")))
    assert [b"passwordHash" in request.body for request, _ in exchanges if request.method == "PUT"] == [False]


def test_a_taken_email_is_left_to_be_asked_for_and_a_lookalike_is_refused(open_magento: Opener) -> None:
    store = open_magento(seed={"customers": [seeded("josé@example.com")]})
    taken, lookalike = outcomes(
        store, creations(replace(ANA, email="JOSÉ@example.com"), replace(ANA, email="jose@example.com"))
    )
    assert (taken.state, taken.code) == (State.UNKNOWN, "GM408")
    assert (lookalike.state, lookalike.code) == (State.REJECTED, "GM401")
    assert [customer.email for customer in everybody(store)] == ["josé@example.com"]


@pytest.mark.parametrize("fault", ["lost-after@1", "lost-before@1", "503@1"])
def test_a_lost_answer_is_told_and_the_shop_is_not_asked_to_do_it_again(
    open_magento: Opener, fault: str
) -> None:
    store = open_magento(faults=fault, connections=1)
    first, second = outcomes(store, creations(ANA, replace(ANA, email="b@example.com")))
    assert (first.state, first.code) == (State.UNKNOWN, "GM402")
    assert second.state is State.DONE
    assert sent(store)["PUT /rest/all/V1/customers/0"] == 2
    assert len(store.find([ANA.email])) == (1 if fault == "lost-after@1" else 0)


def test_one_customer_whom_the_shop_refuses_does_not_stop_the_others_and_hears_why(
    open_magento: Opener,
) -> None:
    store = open_magento()
    people = [
        replace(ANA, email=f"{n}@example.com", firstname=name) for n, name in enumerate(["A", "B/C", "D"])
    ]
    done, refused, also_done = outcomes(store, creations(*people))
    assert [one.state for one in (done, refused, also_done)] == [State.DONE, State.REJECTED, State.DONE]
    assert refused.words
    assert len(everybody(store)) == 2


def test_words_of_the_shop_show_no_email(open_magento: Opener) -> None:
    store = open_magento()
    (outcome,) = outcomes(store, creations(replace(ANA, email="somebody.secret@exam_ple.com")))
    assert outcome.state is State.REJECTED
    assert "somebody.secret" not in outcome.words


# --- changing ---


def test_a_change_of_group_sends_only_the_group(open_magento: Opener) -> None:
    store = open_magento()
    (there,) = create(store, ANA)
    exchanges = recorded(store)
    assert update(store, there, groups=("3",)).state is State.DONE
    (body,) = [json.loads(request.body) for request, _ in exchanges if request.method == "PUT"]
    assert body == {"customer": {"id": int(there.id), "group_id": 3, "disable_auto_group_change": 1}}
    (now,) = everybody(store)
    assert replace(now, updated="", groups=there.groups) == replace(there, updated="")


def test_before_2_4_the_customer_is_sent_back_whole(open_magento: Opener) -> None:
    seed = {
        "attributes": [{"code": "loyalty_no", "label": "Loyalty number"}],
        "customers": [
            seeded(
                "ana@example.com",
                group="Wholesale",
                own={"loyalty_no": "0001"},
                addresses=[
                    {"city": "Bonn", "street": ["S 1"], "country_id": "DE", "postcode": "1", "telephone": "2"}
                    | {"default_billing": True, "default_shipping": True}
                ],
            )
        ],
    }
    store = open_magento(seed=seed, release="2.3")
    (there,) = everybody(store)
    assert update(store, there, groups=("3",)).state is State.DONE
    (now,) = everybody(store)
    assert now.groups == ("3",)
    assert replace(now, updated="", groups=there.groups) == replace(there, updated="")
    assert outbox(store) == []


def test_old_data_that_blocks_every_save_is_told_with_the_words_of_the_shop(
    open_magento: Opener, ask_magento: Ask
) -> None:
    store = open_magento()
    (there,) = create(store, ANA)
    ask_magento("UPDATE customer_address_entity SET telephone = ''")
    outcome = update(store, there, groups=("3",))
    assert (outcome.state, outcome.code) == (State.REJECTED, "GM411")
    assert "Phone Number" in outcome.words


def test_added_addresses_leave_the_old_ones_with_their_ids(open_magento: Opener, ask_magento: Ask) -> None:
    store = open_magento()
    (there,) = create(store, ANA)
    old = ask_magento("SELECT entity_id FROM customer_address_entity")
    more = replace(HOME, city="Turda", default_billing=False)
    outcome = update(store, there, "addresses", addresses=(more,))
    assert outcome.state is State.DONE
    assert ask_magento("SELECT entity_id FROM customer_address_entity ORDER BY entity_id")[0] == old[0]
    assert outcome.stored is not None
    assert [home.city for home in outcome.stored.addresses] == ["Cluj-Napoca", "Turda"]
    assert outcome.stored.addresses[0].default_billing


def test_names_and_other_data_are_changed_and_the_rest_stays(open_magento: Opener) -> None:
    store = open_magento()
    (there,) = create(store, ANA)
    outcome = update(store, there, lastname="Pop", birthday="1981-01-01", tax_id="", gender="male")
    assert outcome.stored is not None
    wanted = replace(there, lastname="Pop", birthday="1981-01-01", tax_id="", gender="male", updated="")
    assert replace(outcome.stored, updated="") == wanted


def test_a_customer_who_is_gone_is_told(open_magento: Opener) -> None:
    store = open_magento()
    (there,) = create(store, ANA)
    list(store.remove([there.id]))
    assert (update(store, there, groups=("3",)).code, everybody(store)) == ("GM404", [])


def test_the_shop_in_maintenance_mode_stops_the_run_and_nothing_more_is_sent(
    open_magento: Opener, configure_magento: Configure
) -> None:
    store = open_magento(connections=1)
    store.rules()
    configure_magento("sandbox/maintenance", "1")
    before = sum(sent(store).values())
    with pytest.raises(GroupmigrateError) as caught:
        list(store.apply(creations(*(replace(ANA, email=f"{n}@example.com") for n in range(20)))))
    assert caught.value.code == "GM526"
    assert sum(sent(store).values()) == before + 1


# --- groups and websites ---


def test_a_new_group_has_the_tax_class_of_the_default_group(open_magento: Opener, ask_magento: Ask) -> None:
    store = open_magento()
    ask_magento("INSERT INTO tax_class VALUES (9, 'Trade', 'CUSTOMER')")
    ask_magento("UPDATE customer_group SET tax_class_id = 9 WHERE customer_group_id = 1")
    store.make_group("Trade")
    assert ask_magento("SELECT tax_class_id FROM customer_group WHERE customer_group_code = 'Trade'") == [
        (9,)
    ]


@pytest.mark.parametrize("name", ["Y" * 33, "É" * 17, "x😀"])
def test_a_group_name_without_room_is_refused_before_anything_is_sent(
    open_magento: Opener, name: str
) -> None:
    store = open_magento()
    with pytest.raises(GroupmigrateError) as caught:
        store.make_group(name)
    assert caught.value.code == "GM412"
    assert [group.name for group in store.groups()] == ["NOT LOGGED IN", "General", "Wholesale", "Retailer"]


def test_a_group_name_that_is_the_same_for_the_shop_is_named(open_magento: Opener) -> None:
    store = open_magento(seed={"groups": [{"code": "Café Trade"}]})
    with pytest.raises(GroupmigrateError) as caught:
        store.make_group("CAFE TRADE")
    assert '"Café Trade"' in caught.value.hint


def test_a_target_of_several_websites_must_be_one_of_them(open_magento: Opener) -> None:
    store = open_magento(seed={"websites": [SECOND], "customers": [seeded("a@example.com")]})
    for question in (store.rules, lambda: store.find([ANA.email]), lambda: list(store.apply(creations(ANA)))):
        with pytest.raises(UsageError, match="which"):
            question()
    assert len(everybody(store)) == 1


def test_an_email_of_another_website_is_free_unless_accounts_are_shared(
    open_magento: Opener, configure_magento: Configure
) -> None:
    there = seeded(ANA.email, store="default")
    store = open_magento(seed={"websites": [SECOND], "customers": [there]}, website="second")
    assert store.find([ANA.email]) == {}
    create(store, ANA)
    assert len(everybody(store)) == 1
    list(store.remove([one.id for one in everybody(store)]))
    configure_magento("customer/account_share/scope", "0")
    sharing = open_magento(website="second", shared_accounts=True)
    assert [one.scope for one in sharing.find([ANA.email])[ANA.email]] == ["base"]
    assert [one.scope for one in everybody(sharing)] == ["base"]
    (outcome,) = outcomes(sharing, creations(ANA))
    assert (outcome.state, outcome.code) == (State.UNKNOWN, "GM408")


def test_changes_and_creations_may_come_in_one_call(open_magento: Opener) -> None:
    store = open_magento()
    people = create(store, *(replace(ANA, email=f"{n}@example.com") for n in range(3)))
    changes = [Change(n, "update", replace(one, groups=("3",)), ("groups",)) for n, one in enumerate(people)]
    done = outcomes(store, [*changes, Change(9, "create", ANA)])
    assert {one.state for one in done} == {State.DONE}
    assert sorted(one.groups[0] for one in everybody(store)) == ["2", "3", "3", "3"]
