"""Practice stores misbehave exactly as they are told to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from groupmigrate.errors import UsageError
from groupmigrate.platforms.faults import KINDS, Faults
from groupmigrate.platforms.prestashop.sandbox import serve
from groupmigrate.platforms.sandbox import Practice
from support.prestashop_client import client, customer, stored

Serve = Callable[[str], Practice]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def faulty(shop: Path) -> Iterator[Serve]:
    served = []

    def with_faults(faults: str) -> Practice:
        served.append(serve(shop, faults=faults))
        return served[-1]

    yield with_faults
    for practice in served:
        practice.close()


def create(session: requests.Session, practice: Practice, *emails: str) -> list[str]:
    """What becomes of each POST: the status, or the name of the exception."""
    outcomes = []
    for email in emails:
        try:
            answer = session.post(f"{practice.url}/api/customers", data=customer(email), timeout=5)
            outcomes.append(str(answer.status_code))
        except requests.RequestException as error:
            outcomes.append(type(error).__name__)
    return outcomes


EMAILS = ("1@example.com", "2@example.com", "3@example.com")


def test_an_answer_lost_after_the_commit_leaves_the_customer_in_the_store(faulty: Serve, shop: Path) -> None:
    with client(practice := faulty("lost-after@2")) as session:
        assert create(session, practice, *EMAILS) == ["201", "ConnectionError", "201"]
    assert stored(shop, "SELECT email FROM ps_customer ORDER BY 1") == [*EMAILS]


@pytest.mark.parametrize("kind", ["lost-before", "reset"])
def test_a_request_lost_before_it_is_carried_out_leaves_nothing(faulty: Serve, shop: Path, kind: str) -> None:
    with client(practice := faulty(f"{kind}@2")) as session:
        assert create(session, practice, *EMAILS) == ["201", "ConnectionError", "201"]
    assert stored(shop, "SELECT email FROM ps_customer ORDER BY 1") == [EMAILS[0], EMAILS[2]]


def test_a_reset_is_a_reset_and_not_an_end(faulty: Serve) -> None:
    with client(practice := faulty("reset@1")) as session, pytest.raises(requests.ConnectionError) as caught:
        session.post(f"{practice.url}/api/customers", data=customer("a@example.com"))
    assert "ConnectionResetError" in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "status", "wait"), [("429", 429, "1"), ("429-bare", 429, None), ("503", 503, None)]
)
def test_a_busy_store_carries_nothing_out(
    faulty: Serve, shop: Path, kind: str, status: int, wait: str | None
) -> None:
    with client(practice := faulty(f"{kind}@1")) as session:
        answer = session.post(f"{practice.url}/api/customers", data=customer("a@example.com"))
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == wait
    assert answer.headers["Content-Type"].startswith("text/html")
    assert stored(shop, "SELECT count(*) FROM ps_customer") == [0]


def test_a_fault_can_be_laid_on_the_nth_read(faulty: Serve) -> None:
    with client(practice := faulty("503@r2")) as session:
        create(session, practice, "a@example.com")
        answers = [session.get(f"{practice.url}/api/groups").status_code for _ in range(3)]
    assert answers == [200, 503, 200]


def test_a_slow_answer_comes_late_and_complete(faulty: Serve) -> None:
    with client(practice := faulty("slow@r1")) as session:
        began = time.monotonic()
        answer = session.get(f"{practice.url}/api/countries?display=full").json()
    assert time.monotonic() - began >= 0.35
    assert len(answer["countries"]) == 241


def test_latency_is_added_to_every_request(shop: Path) -> None:
    with serve(shop, latency_ms=40) as practice, client(practice) as session:
        began = time.monotonic()
        for _ in range(5):
            session.get(f"{practice.url}/api/groups")
    assert time.monotonic() - began >= 0.2


def test_the_last_page_comes_for_ever(faulty: Serve) -> None:
    with client(practice := faulty("endless=1")) as session:
        create(session, practice, "a@example.com")
        url = f"{practice.url}/api/customers?sort=[id_ASC]&filter[id]="
        pages = [session.get(url + last).json() for last in (">[0]", ">[1]", ">[1]")]
    assert pages == [{"customers": [{"id": 1}]}] * 3


def test_reads_are_not_lost(faulty: Serve) -> None:
    with client(practice := faulty("lost-after=1,lost-before=1")) as session:
        assert session.get(f"{practice.url}/api/groups").status_code == 200
        assert create(session, practice, "a@example.com") == ["ConnectionError"]


def test_the_same_seed_misbehaves_in_the_same_way(faulty: Serve) -> None:
    def outcomes(faults: str) -> list[int]:
        with client(practice := faulty(faults)) as session:
            return [session.get(f"{practice.url}/api/groups").status_code for _ in range(40)]

    first = outcomes("503=0.3,429-bare=0.2,seed=7")
    assert set(first) == {200, 429, 503}
    assert outcomes("503=0.3,429-bare=0.2,seed=7") == first
    assert outcomes("503=0.3,429-bare=0.2,seed=8") != first


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_asked_for_both_ways(kind: str) -> None:
    Faults(f"{kind}=0.5, {kind}@3, latency=5ms, seed=2")


@pytest.mark.parametrize(
    "part", ["lost", "lost-after=2", "lost-after=often", "lost-after@x", "latency=fast", "@3"]
)
def test_a_fault_that_cannot_be_read_is_named(part: str) -> None:
    with pytest.raises(UsageError) as caught:
        Faults(f"503=0.1,{part}")
    assert f'"{part}"' in caught.value.message
    assert "lost-after" in caught.value.hint
