"""Reading a Gomag shop, whatever of the vendor's text holds for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from groupmigrate.errors import Unreachable, UsageError, WrongAnswer
from groupmigrate.platforms.gomag.api import Api, Listing, Row
from support.gomag_room import GROUPS, Opener, codes, everybody, seeded, sent

pytest_plugins = ["support.gomag_fixtures"]

CROWD = [seeded(number, group=GROUPS[str(1 + number % 3)]) for number in range(1, 231)]
ORDER = [
    "",
    "order=newest",
    "customers=list",
    "limit=kept",
    "customers=list,order=newest,limit=kept",
    "shop=host",
    "failure=status",
]
EMAIL = ["", "email=by-letter", "email=part", "email=ignored", "customers=list,email=ignored"]


@pytest.mark.parametrize("readings", ORDER)
def test_everybody_is_read_once_in_the_order_of_ids_with_their_group(
    open_gomag: Opener, readings: str
) -> None:
    people = everybody(open_gomag(CROWD, readings=readings, page_size=50))
    assert [int(one.id) for one in people] == list(range(14001, 14231))
    assert [one.email for one in people] == [one["email"] for one in CROWD]
    assert [one.groups for one in people] == [(str(1 + number % 3),) for number in range(1, 231)]


def test_groups_tell_their_members(open_gomag: Opener) -> None:
    found = open_gomag(CROWD).groups()
    assert [(group.id, group.name, group.role, group.members) for group in found] == [
        ("1", "Standard", "default", 76),
        ("2", "Trade", None, 77),
        ("3", "Retail", None, 77),
    ]


def test_membership_costs_one_list_for_each_group_but_the_default_one(open_gomag: Opener) -> None:
    store = open_gomag(CROWD[:20])
    everybody(store)
    assert sent(store) == {"read": 1 + 1 + 2}


def test_a_shop_that_passes_over_the_group_is_refused(open_gomag: Opener) -> None:
    store = open_gomag(CROWD[:3], readings="group=ignored")
    assert ("GM563", "error") in codes(store)
    with pytest.raises(WrongAnswer) as caught:
        everybody(store)
    assert caught.value.code == "GM563"
    assert [group.members for group in store.groups()] == [None, None, None]


def test_customers_of_a_group_that_is_not_listed_are_reported_and_in_the_default_one(
    open_gomag: Opener,
) -> None:
    store = open_gomag(CROWD[:30], groups={"1": "Standard", "2": "Trade"})
    (finding,) = [one for one in store.check().findings if one.code == "GM564"]
    assert finding.message.startswith("10 of 30 customers")
    assert [one.groups for one in everybody(store)][:3] == [("2",), ("1",), ("1",)]


def test_more_members_than_customers_are_reported(
    open_gomag: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_gomag(CROWD[:3])
    monkeypatch.setattr(store._reader, "members", lambda _: 2)
    assert ("GM569", "warning") in codes(store)


@pytest.mark.parametrize("readings", EMAIL)
@pytest.mark.parametrize("read_only", [True, False])
def test_customers_are_found_whatever_becomes_of_the_filter(
    open_gomag: Opener, readings: str, read_only: bool
) -> None:
    people = [
        *CROWD,
        seeded(900, email="Big.Letters@Example.com"),
        seeded(901, email="x.person7@example.com"),
    ]
    store = open_gomag(people, readings=readings, read_only=read_only)
    found = store.find(["PERSON7@example.com", "big.letters@example.COM", "nobody@example.com"])
    assert {email: [one.email for one in ones] for email, ones in found.items()} == {
        "person7@example.com": ["person7@example.com"],
        "big.letters@example.com": ["Big.Letters@Example.com"],
    }


@pytest.mark.parametrize("readings", ["email=by-letter", "email=ignored"])
def test_a_filter_that_cannot_be_trusted_is_told(open_gomag: Opener, readings: str) -> None:
    assert ("GM566", "note") in codes(open_gomag(CROWD[:3], readings=readings))


def test_a_shop_that_keeps_the_filter_has_nothing_to_tell(open_gomag: Opener) -> None:
    assert [code for code, _ in codes(open_gomag(CROWD, welcome_mail=False))] == []


def test_a_doubled_email_is_found_with_all_who_have_it_and_a_lead_as_a_guest(open_gomag: Opener) -> None:
    people = [seeded(1), seeded(2, email="person1@example.com"), seeded(3, type="lead")]
    found = open_gomag(people).find(["person1@example.com", "person3@example.com"])
    assert [[one.guest for one in ones] for ones in found.values()] == [[False, False], [True]]
    assert [one.guest for one in everybody(open_gomag(people))] == [False, False, True]


def test_a_large_shop_is_asked_for_each_email_and_a_small_one_for_its_list(open_gomag: Opener) -> None:
    store = open_gomag(CROWD)
    store.find(["person1@example.com"] * 3)
    assert sent(store) == {"read": 3 + 1 + 2}
    before = sent(store)["read"]
    store.find(["person1@example.com", "person2@example.com"])
    # who tries the filter, then one question for each e-mail
    assert sent(store)["read"] - before == 3 + 2


def test_a_store_that_only_reads_lists_everybody_once_and_looks_there(open_gomag: Opener) -> None:
    store = open_gomag(CROWD, read_only=True)
    for one in CROWD[:40]:
        assert store.find([one["email"]])
    assert sent(store)["read"] == 3 + 1 + 2


def test_pages_of_another_size_are_told(open_gomag: Opener) -> None:
    (finding,) = [one for one in open_gomag(CROWD, page_size=50).check().findings if one.code == "GM567"]
    assert finding.message == "a page holds 100 customers, and 50 were asked for"
    assert ("GM567", "note") not in codes(open_gomag(CROWD, page_size=50, readings="limit=kept"))


def test_that_mails_are_not_known_is_told_until_the_connector_says_it(open_gomag: Opener) -> None:
    assert ("GM565", "note") in codes(open_gomag())
    assert open_gomag().rules().mails_on_create is True
    assert ("GM565", "note") not in codes(open_gomag(welcome_mail=False))
    assert open_gomag(welcome_mail=False).rules().mails_on_create is False


class Scripted(Api):
    """An API whose pages are given."""

    def __init__(self, *rounds: list[Listing]) -> None:
        self.rounds = list(rounds)
        self.now: list[Listing] = []

    def page(self, filters: object = None, number: int = 1) -> Listing:
        if number == 1:
            self.now = self.rounds.pop(0)
        return self.now[number - 1] if number <= len(self.now) else Listing({}, 0, None)


def page(first: int, last: int, total: int | None = 5, pages: int = 2) -> Listing:
    rows: dict[str, Row] = {
        str(number): {"email": f"p{number}@example.com"} for number in range(first, last + 1)
    }
    return Listing(rows, pages, total)


def rostered(open_gomag: Opener, *rounds: list[Listing]) -> list[str]:
    reader = open_gomag()._reader
    reader._api = Scripted(*rounds)
    roster = reader.roster()
    try:
        return [id_ for rows in roster.behind(0, 100) for id_ in rows]
    finally:
        roster.close()


def test_who_comes_twice_because_somebody_registered_meanwhile_is_there_once(open_gomag: Opener) -> None:
    assert rostered(open_gomag, [page(1, 3), page(3, 6, total=6)]) == ["1", "2", "3", "4", "5", "6"]


def test_a_list_that_shrinks_while_it_is_read_is_read_again(open_gomag: Opener) -> None:
    shrunk = [page(1, 3, total=6), page(5, 6, total=5)]
    whole = [page(2, 4), page(5, 6)]
    assert rostered(open_gomag, shrunk, whole) == ["2", "3", "4", "5", "6"]


def test_a_list_without_the_number_of_pages_is_read_to_an_empty_page_or_one_that_comes_again(
    open_gomag: Opener,
) -> None:
    parts = [page(1, 3, None, 0), page(4, 5, None, 0)]
    assert rostered(open_gomag, parts) == ["1", "2", "3", "4", "5"]
    assert rostered(open_gomag, [*parts, page(4, 5, None, 0), page(6, 6, None, 0)]) == [
        "1",
        "2",
        "3",
        "4",
        "5",
    ]


def test_members_that_could_not_be_read_to_the_end_are_asked_for_again(
    open_gomag: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_gomag(CROWD[:9])
    pages = store._api.pages

    def broken(filters: Mapping[str, str]) -> Iterator[Listing]:
        if filters.get("group") == "3":
            raise Unreachable("gone")
        return pages(filters)

    with monkeypatch.context() as patch:
        patch.setattr(store._api, "pages", broken)
        with pytest.raises(Unreachable):
            everybody(store)
    assert [one.groups for one in everybody(store)] == [(str(1 + number % 3),) for number in range(1, 10)]


def test_a_list_that_is_never_whole_is_an_error(open_gomag: Opener) -> None:
    with pytest.raises(WrongAnswer) as caught:
        rostered(open_gomag, *[[page(1, 3), page(5, 5)]] * 3)
    assert caught.value.code == "GM568"


@pytest.mark.parametrize("faults", ["503@r2", "429@r3", "slow@r2"])
def test_a_shop_that_stumbles_is_read_all_the_same(open_gomag: Opener, faults: str) -> None:
    assert len(everybody(open_gomag(CROWD[:150], faults=faults))) == 150


def test_a_seed_that_cannot_be_used_is_told(open_gomag: Opener) -> None:
    with pytest.raises(UsageError, match="lacks 'Nowhere'"):
        open_gomag([seeded(1, group="Nowhere")])
