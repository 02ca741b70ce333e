"""What every store promises, tried on every way of every room. Skips by capability, never by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from contract.crowd import HASHES, HOSTILE, ordinary
from contract.grounds import Ground, attributes_for, grounds, username_for
from groupmigrate.compare import EVERYTHING, differing, missing_addresses
from groupmigrate.identity import key
from groupmigrate.model import Customer, Role
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms import cards, hashes
from groupmigrate.platforms.base import (
    Change,
    GroupMaker,
    Incremental,
    Outcome,
    Page,
    Remover,
    Severity,
    Source,
    State,
    Target,
)
from groupmigrate.platforms.http import WriteRefused

CROWD = tuple(ordinary(number) for number in range(1, 24))

Opener = Callable[[Sequence[Customer]], Source]


@pytest.fixture
def hostile(ground: Ground) -> Customer:
    """The hostile customer, as far as the store can hold them."""
    return ground.holds(HOSTILE)


@pytest.fixture
def crowded(ground: Ground, hostile: Customer, tmp_path: Path) -> Iterator[Source]:
    """A store with a crowd and the hostile customer."""
    ground.fill(tmp_path, (*CROWD, hostile))
    with closing(ground.open(tmp_path, True)) as store:
        yield store


@pytest.fixture
def target(target_ground: Ground, tmp_path: Path) -> Iterator[Target]:
    """A writable store with a crowd."""
    target_ground.fill(tmp_path, CROWD)
    with closing(target_ground.open(tmp_path, False)) as store:
        yield cast("Target", store)


def everybody(store: Source, after: str = "") -> list[Customer]:
    return [customer for page in store.customers(after) for customer in page.customers]


def found(target: Target, email: str) -> Customer:
    (customer,) = target.find([email])[key(email)]
    return customer


def wanted(target: Target, customer: Customer, groups: tuple[str, ...]) -> Customer:
    """The customer as the planner would want it there."""
    rules = target.rules()
    fitted = Fitting(rules).fit(customer)
    if fitted.misfits:  # a store that holds less than others, as no emoji
        fitted = Fitting(rules, misfits="leave_out").fit(customer)
        assert len(fitted.customer.addresses) == len(customer.addresses)
    assert fitted.misfits == ()
    if rules.groups_by_hand:
        groups = (default_group(target),)
    groups = tuple(dict.fromkeys((*groups, *rules.also_in))) if rules.several_groups else groups[:1]
    # Who has a name of their own in the store gets one that the planner proves; the e-mail makes one here.
    username = username_for(customer.email, rules)
    return replace(fitted.customer, groups=groups, username=username, attributes=attributes_for(rules))


def default_group(store: Source) -> str:
    return next(group.id for group in store.groups() if group.role is Role.DEFAULT)


def send(target: Target, *changes: Change) -> dict[int, Outcome]:
    outcomes = list(target.apply(changes))
    assert sorted(outcome.seq for outcome in outcomes) == sorted(change.seq for change in changes)
    return {outcome.seq: outcome for outcome in outcomes}


# --- every room --------------------------------------------------------------------------------------------


def test_every_way_of_every_room_is_tried() -> None:
    ways = {f"{name} via {way.name}": way.writes for name, card in cards().items() for way in card.ways}
    assert {name.partition(",")[0]: ground.writes for name, ground in grounds().items()} == ways


def test_every_room_shows_a_whole_card() -> None:
    for name, card in cards().items():
        assert card.name == name
        assert all((card.title, card.versions, card.ways, card.can, card.cannot, card.builtin_groups))
        for way in card.ways:
            for option, field in way.options.model_fields.items():
                assert field.description, f"{name}: the option {option} is not explained"


# --- reading -----------------------------------------------------------------------------------------------


def test_a_good_store_passes_its_check(crowded: Source) -> None:
    check = crowded.check()
    assert [one for one in check.findings if one.severity is Severity.ERROR] == []
    assert check.store
    assert check.version


def test_groups_have_distinct_ids_and_names_and_each_role_once(crowded: Source) -> None:
    groups = crowded.groups()
    assert len({group.id for group in groups}) == len(groups)
    assert all(group.name.strip() for group in groups)
    roles = [group.role for group in groups if group.role]
    assert len(set(roles)) == len(roles)


def test_everybody_is_read_once(crowded: Source) -> None:
    emails = [customer.email for customer in everybody(crowded)]
    assert sorted(emails) == sorted([*(one.email for one in CROWD), HOSTILE.email])


def test_ids_are_distinct_and_the_order_is_stable(crowded: Source) -> None:
    first = everybody(crowded)
    assert len({customer.id for customer in first}) == len(first)
    assert everybody(crowded) == first


def test_reading_goes_on_behind_any_cursor(crowded: Source) -> None:
    pages: list[Page] = list(crowded.customers())
    whole = [customer.id for page in pages for customer in page.customers]
    for number, page in enumerate(pages, start=1):
        read = [customer.id for earlier in pages[:number] for customer in earlier.customers]
        rest = [customer.id for customer in everybody(crowded, page.cursor)]
        assert read + rest == whole


def test_hostile_text_is_read_as_it_was_written(crowded: Source, hostile: Customer) -> None:
    (there,) = [customer for customer in everybody(crowded) if customer.email == hostile.email]
    fields = ("firstname", "lastname", "gender", "birthday", "created", "addresses")
    assert differing(hostile, there, fields) == ()


def test_every_group_of_a_customer_is_a_group_of_the_store(crowded: Source) -> None:
    ids = {group.id for group in crowded.groups()}
    assert {group for customer in everybody(crowded) for group in customer.groups} <= ids


def test_an_empty_store_is_read_to_its_end(ground: Ground, tmp_path: Path) -> None:
    ground.fill(tmp_path, ())
    with closing(ground.open(tmp_path, True)) as store:
        assert everybody(store) == []
        assert store.groups()


def test_closing_twice_does_no_harm(ground: Ground, tmp_path: Path) -> None:
    ground.fill(tmp_path, CROWD[:1])
    store = ground.open(tmp_path, True)
    store.check()
    store.close()
    store.close()


# --- finding -----------------------------------------------------------------------------------------------


def test_customers_are_found_by_email_in_any_case_and_complete(target: Target) -> None:
    email = CROWD[3].email
    by_email = target.find([email.upper(), "nobody@example.com", CROWD[5].email])
    assert set(by_email) == {email, CROWD[5].email}
    assert by_email[email] == tuple(one for one in everybody(target) if one.email == email)


def test_more_customers_are_found_than_fit_into_one_question(target: Target) -> None:
    strangers = [f"somebody.with.a.long.name.{number}@example.com" for number in range(400)]
    assert set(target.find([*strangers, *(one.email for one in CROWD)])) == {one.email for one in CROWD}


def test_nobody_is_found_by_nothing(target: Target) -> None:
    assert target.find([]) == {}
    assert target.find(["", "no address", "a|b@example.com", "[x]@example.com", "%@example.com"]) == {}


def test_every_password_scheme_that_a_store_takes_has_a_name(target: Target) -> None:
    assert set(target.rules().passwords) <= set(hashes.SCHEMES)


# --- writing -----------------------------------------------------------------------------------------------


def test_a_read_only_store_refuses_to_write_before_anything_is_sent(
    target_ground: Ground, tmp_path: Path
) -> None:
    target_ground.fill(tmp_path, CROWD)
    with closing(cast("Target", target_ground.open(tmp_path, True))) as store:
        before = everybody(store)
        change = Change(1, "create", wanted(store, HOSTILE, target_ground.groups[:1]))
        with pytest.raises(WriteRefused):
            list(store.apply([change]))
        changed = replace(before[0], groups=target_ground.groups[:1], lastname="Other")
        update = Change(2, "update", changed, ("groups", "lastname"))
        with pytest.raises(WriteRefused):
            list(store.apply([update]))
        assert everybody(store) == before


def test_a_created_customer_is_stored_as_wanted_hostile_or_not(target: Target, target_ground: Ground) -> None:
    people = [wanted(target, one, target_ground.groups) for one in (HOSTILE, ordinary(900), ordinary(901))]
    outcomes = send(target, *(Change(number, "create", one) for number, one in enumerate(people)))
    for number, one in enumerate(people):
        outcome, there = outcomes[number], found(target, one.email)
        assert (outcome.state, outcome.id) == (State.DONE, there.id)
        assert outcome.stored == there
        assert differing(one, there, EVERYTHING) == ()
        assert len(there.addresses) == len(one.addresses)
    assert len(everybody(target)) == len(CROWD) + 3


def test_many_customers_are_created_in_one_go(target: Target, target_ground: Ground) -> None:
    group = target_ground.groups[:1]
    people = [wanted(target, ordinary(number), group) for number in range(1000, 1130)]
    outcomes = send(target, *(Change(number, "create", one) for number, one in enumerate(people)))
    assert {outcome.state for outcome in outcomes.values()} == {State.DONE}
    there = {customer.email: customer for customer in everybody(target)}
    assert len(there) == len(CROWD) + 130
    assert all(differing(one, there[one.email], EVERYTHING) == () for one in people)


def test_a_change_of_groups_changes_nothing_else(target: Target, target_ground: Ground) -> None:
    if target.rules().groups_by_hand:
        pytest.skip("a person sets the groups")
    before = {customer.email: customer for customer in everybody(target)}
    chosen = [before[one.email] for one in CROWD[:9]]
    people = [wanted(target, one, target_ground.groups[1:]) for one in chosen]
    outcomes = send(
        target, *(Change(number, "update", one, ("groups",)) for number, one in enumerate(people))
    )
    assert {outcome.state for outcome in outcomes.values()} == {State.DONE}
    for one in people:
        there = found(target, one.email)
        assert differing(one, there, ("groups",)) == ()
        as_before = replace(there, groups=before[one.email].groups, updated=before[one.email].updated)
        assert as_before == before[one.email]
    untouched = {customer.email: customer for customer in everybody(target)}
    assert all(untouched[one.email] == before[one.email] for one in CROWD[9:])


def test_a_change_of_a_name_changes_nothing_else(target: Target) -> None:
    before = everybody(target)
    changed = replace(before[4], lastname="D'Ångelo", firstname="")
    (outcome,) = send(target, Change(1, "update", changed, ("lastname",))).values()
    assert outcome.state is State.DONE
    there = everybody(target)
    assert there[4].lastname == "D'Ångelo"
    # where the billing address bears the customer's name, it changes, too
    homes = (before if target.rules().billing_bears_name else there)[4].addresses
    there[4] = replace(there[4], lastname=before[4].lastname, updated=before[4].updated, addresses=homes)
    assert there == before


def test_attributes_are_changed_and_emptied_and_nothing_else(target_ground: Ground, tmp_path: Path) -> None:
    if not target_ground.attributes:
        pytest.skip("the store takes no attributes")
    target_ground.fill(tmp_path, ())
    with closing(cast("Target", target_ground.open(tmp_path, False))) as store:
        rules = store.rules().attributes
        person = wanted(store, ordinary(900), target_ground.groups)
        send(store, Change(1, "create", person))
        made = found(store, person.email)
        assert made.attributes == person.attributes
        assert set(made.attributes) == set(rules)
        last = {code: "".join(rule.options[-1:]) or "O’Brien's 'no.' 2" for code, rule in rules.items()}
        one = next(iter(rules))
        for attributes in ({one: last[one]}, last, dict.fromkeys(rules, "")):
            send(store, Change(1, "update", replace(made, attributes=attributes), ("attributes",)))
            expected = {**made.attributes, **attributes}
            made = replace(made, attributes={code: value for code, value in expected.items() if value})
            assert replace(found(store, person.email), updated=made.updated) == made


def test_who_was_moved_by_hand_is_read_in_their_group(target_ground: Ground, tmp_path: Path) -> None:
    if target_ground.move is None:
        pytest.skip("calls set the groups")
    target_ground.fill(tmp_path, CROWD)
    with closing(cast("Target", target_ground.open(tmp_path, False))) as store:
        assert store.rules().groups_by_hand
        before = everybody(store)
        assert found(store, CROWD[3].email).groups == (default_group(store),)
    target_ground.move(tmp_path, before[3].id, target_ground.groups[0])
    with closing(cast("Target", target_ground.open(tmp_path, True))) as store:
        assert found(store, before[3].email).groups == target_ground.groups[:1]
        assert [one for one in everybody(store) if one.id != before[3].id] == [*before[:3], *before[4:]]


def test_missing_addresses_are_added_and_none_is_doubled(target: Target, target_ground: Ground) -> None:
    there = found(target, CROWD[0].email)
    more = wanted(target, replace(HOSTILE, id=there.id, email=there.email), target_ground.groups)
    room = (target.rules().most_addresses or 3) - len(there.addresses)
    if not more.addresses or room <= 0:
        pytest.skip("the store has no room for another address")
    rest = replace(there, addresses=missing_addresses(more, there)[:room])
    (outcome,) = send(target, Change(1, "update", rest, ("addresses",))).values()
    assert outcome.state is State.DONE
    assert len(found(target, there.email).addresses) == 1 + room


def test_one_bad_customer_does_not_stop_the_others(target: Target, target_ground: Ground) -> None:
    rules = target.rules()
    good = [wanted(target, ordinary(number), target_ground.groups[:1]) for number in (950, 951, 952)]
    if "email" not in rules.customer:
        pytest.skip("the store takes any e-mail")
    bad = replace(good[1], email="not an address")
    outcomes = send(
        target, Change(1, "create", good[0]), Change(2, "create", bad), Change(3, "create", good[2])
    )
    assert [outcomes[number].state for number in (1, 2, 3)] == [State.DONE, State.REJECTED, State.DONE]
    assert outcomes[2].words
    assert outcomes[2].code
    assert len(everybody(target)) == len(CROWD) + 2


def test_a_customer_is_created_with_a_carried_password_of_every_scheme_that_the_store_takes(
    target: Target, target_ground: Ground
) -> None:
    schemes = target.rules().passwords
    if not schemes:
        pytest.skip("the store takes no password hashes")
    people = [
        replace(
            wanted(target, ordinary(970 + number), target_ground.groups[:1]), password_hash=HASHES[scheme]
        )
        for number, scheme in enumerate(schemes)
    ]
    outcomes = send(target, *(Change(number, "create", one) for number, one in enumerate(people)))
    for number, one in enumerate(people):
        assert outcomes[number].state is State.DONE, one.password_hash
        assert differing(one, found(target, one.email), EVERYTHING) == ()
        assert found(target, one.email).password_hash is None  # nobody asked for hashes


def test_a_taken_email_is_no_second_customer(target: Target, target_ground: Ground) -> None:
    before = everybody(target)
    again = wanted(target, replace(CROWD[2], email=CROWD[2].email.upper()), target_ground.groups[:1])
    (outcome,) = send(target, Change(1, "create", again)).values()
    assert outcome.state is not State.DONE
    assert everybody(target) == before


def test_what_was_written_is_there_when_the_store_is_opened_again(
    target_ground: Ground, tmp_path: Path
) -> None:
    target_ground.fill(tmp_path, CROWD)
    with closing(cast("Target", target_ground.open(tmp_path, False))) as store:
        send(store, Change(1, "create", wanted(store, HOSTILE, target_ground.groups[:1])))
    with closing(cast("Target", target_ground.open(tmp_path, True))) as store:
        assert found(store, HOSTILE.email).lastname == HOSTILE.lastname


def test_a_group_that_was_made_is_there_once_and_can_be_used(target: Target) -> None:
    if not target.rules().makes_groups:
        pytest.skip("the store makes no groups")
    name = "L'été & Söhne"
    cast("GroupMaker", target).make_group(name)
    (group,) = [group for group in target.groups() if group.name == name]
    assert group.role is None
    one = wanted(target, ordinary(960), (group.id,))
    assert send(target, Change(1, "create", one))[1].state is State.DONE
    assert found(target, one.email).default_group == group.id


def test_guests_are_found_as_guests_and_several_may_share_an_email(
    target: Target, target_ground: Ground
) -> None:
    if not target.rules().guests:
        pytest.skip("the store makes no guests")
    one = replace(wanted(target, ordinary(990), target_ground.groups), guest=True)
    one = replace(one, groups=target_ground.groups[:1])
    other = replace(one, lastname="Other")
    outcomes = send(target, Change(1, "create", one), Change(2, "create", other))
    assert {outcome.state for outcome in outcomes.values()} == {State.DONE}
    there = target.find([one.email])[key(one.email)]
    assert [customer.guest for customer in there] == [True, True]
    assert tuple(outcomes[seq].stored for seq in sorted(outcomes)) in (there, there[::-1])
    assert sorted(differing(one, customer, EVERYTHING) for customer in there) == [(), ("lastname",)]


def test_nothing_to_apply_is_nothing_done(target: Target) -> None:
    assert send(target) == {}


# --- what changed ------------------------------------------------------------------------------------------


@pytest.fixture
def incremental(incremental_ground: Ground, tmp_path: Path) -> Iterator[Incremental]:
    """A store with a crowd, writable if its way is."""
    incremental_ground.fill(tmp_path, CROWD)
    with closing(incremental_ground.open(tmp_path, not incremental_ground.writes)) as store:
        yield cast("Incremental", store)


def changed(store: Incremental, since: str) -> dict[str, Customer]:
    return {customer.id: customer for page in store.changed(since) for customer in page.customers}


def test_a_clock_that_is_told_is_utc(crowded: Source) -> None:
    if not (clock := crowded.check().clock):
        pytest.skip("the store does not tell its time")
    assert abs(datetime.fromisoformat(f"{clock}+00:00") - datetime.now(UTC)) < timedelta(minutes=1)


def test_everybody_has_changed_since_long_ago(incremental: Incremental) -> None:
    assert changed(incremental, "2000-01-01 00:00:00") == {one.id: one for one in everybody(incremental)}


def test_who_was_created_regrouped_or_given_an_address_has_changed(
    incremental: Incremental, incremental_ground: Ground
) -> None:
    if not incremental_ground.writes:
        pytest.skip("the way cannot write")
    store = cast("Target", incremental)
    since = store.check().clock or f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    group = incremental_ground.groups[1:]
    new = wanted(store, ordinary(980), group)
    regrouped = wanted(store, found(store, CROWD[3].email), group)
    there = found(store, CROWD[5].email)
    more = wanted(store, replace(HOSTILE, id=there.id, email=there.email), group)
    outcomes = send(
        store,
        Change(1, "create", new),
        Change(2, "update", regrouped, ("groups",)),
        Change(3, "update", replace(more, addresses=missing_addresses(more, there)), ("addresses",)),
    )
    assert {outcome.state for outcome in outcomes.values()} == {State.DONE}
    told = changed(incremental, since)
    for email in (new.email, regrouped.email, there.email):
        now = found(store, email)
        assert told[now.id] == now


# --- removing ----------------------------------------------------------------------------------------------


@pytest.fixture
def remover(remover_ground: Ground, tmp_path: Path) -> Iterator[Remover]:
    """A writable store with a crowd."""
    remover_ground.fill(tmp_path, CROWD)
    with closing(remover_ground.open(tmp_path, False)) as store:
        yield cast("Remover", store)


def removed(store: Remover, ids: Sequence[str]) -> list[State]:
    outcomes = sorted(store.remove(ids), key=lambda outcome: outcome.seq)
    assert [outcome.seq for outcome in outcomes] == list(range(len(ids)))
    return [outcome.state for outcome in outcomes]


def test_removed_customers_are_gone_or_switched_off_and_nobody_else(remover: Remover) -> None:
    before = {customer.id: customer for customer in everybody(remover)}
    chosen = list(before)[2:9]
    assert removed(remover, chosen) == [State.DONE] * 7
    now = {customer.id: customer for customer in everybody(remover)}
    assert all(now[id_].active is False for id_ in chosen if id_ in now)
    assert [one for one in now.values() if one.id not in chosen] == [
        one for one in before.values() if one.id not in chosen
    ]


def test_what_was_created_can_be_removed_and_a_second_time_does_no_harm(
    remover: Remover, remover_ground: Ground
) -> None:
    before = everybody(remover)
    people = [wanted(remover, one, remover_ground.groups[:1]) for one in (HOSTILE, ordinary(970))]
    made = send(remover, *(Change(number, "create", one) for number, one in enumerate(people)))
    ids = [outcome.id for outcome in made.values()]
    assert removed(remover, ids) == [State.DONE, State.DONE]
    left = [customer for customer in everybody(remover) if customer.active is not False]
    assert left == before
    assert removed(remover, [*ids, before[0].id]) == [State.DONE] * 3
    assert removed(remover, []) == []


def test_a_read_only_store_removes_nobody(remover_ground: Ground, tmp_path: Path) -> None:
    remover_ground.fill(tmp_path, CROWD)
    with closing(cast("Remover", remover_ground.open(tmp_path, True))) as store:
        before = everybody(store)
        with pytest.raises(WriteRefused):
            list(store.remove([before[0].id]))
        assert everybody(store) == before
