"""The practice PrestaShop over real connections: seeds, restarts, threads, and some quirks."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests

from groupmigrate.errors import DiskError, UsageError
from groupmigrate.platforms.prestashop.sandbox import serve
from groupmigrate.platforms.prestashop.sandbox.shop import Shop
from support.prestashop_client import client, customer, stored

SEED = {
    "settings": {"PS_TIMEZONE": "America/New_York"},
    "groups": [{"name": {"en": "Trade", "es": "Mayoristas"}, "reduction": "12.5"}, {"name": "VIP"}],
    "customers": [
        {
            "email": "ana.ionescu@example.com",
            "firstname": "Ana",
            "lastname": "Ionescu",
            "groups": ["Trade", "Customer"],
            "newsletter": 1,
            "addresses": [{"country": "US", "state": "TX", "address1": "1 Main St", "city": "Austin"}],
        }
    ],
    "keys": {"R" * 32: {"customers": ["GET"]}},
    "required": ["birthday"],
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(SEED), encoding="utf-8")
    return path


# --- the shop at the start ------------------------------------------------------------------------------


def test_a_fresh_shop_has_what_the_installer_makes(shop: Path) -> None:
    with serve(shop) as practice, client(practice) as session:
        groups = session.get(f"{practice.url}/api/groups?display=full&language=1").json()["groups"]
        countries = session.get(f"{practice.url}/api/countries").json()["countries"]
        zone = session.get(f"{practice.url}/api/configurations?filter[name]=PS_TIMEZONE&display=full")
        assert session.get(f"{practice.url}/api/customers").json() == []
    assert [(group["id"], group["name"]) for group in groups] == [
        (1, "Visitor"),
        (2, "Guest"),
        (3, "Customer"),
    ]
    assert len(countries) == 241
    assert zone.json()["configurations"][0]["value"] == "Europe/Bucharest"


def test_a_seed_adds_groups_customers_addresses_keys_and_settings(shop: Path, seed: Path) -> None:
    with serve(shop, seed=seed) as practice, client(practice) as session:
        found = session.get(f"{practice.url}/api/customers?display=full").json()["customers"][0]
        assert found["associations"]["groups"] == [{"id": 3}, {"id": 4}]
        assert (found["id_default_group"], found["active"], found["newsletter"]) == (4, "1", "1")
        lacking = session.post(f"{practice.url}/api/customers", data=customer("b@example.com"))
        assert lacking.json()["errors"][0]["code"] == 41
        limited = requests.get(f"{practice.url}/api/groups", auth=("R" * 32, ""), timeout=5)
        assert limited.status_code == 401
    assert stored(shop, "SELECT name FROM ps_group_lang WHERE id_lang = 2 AND id_group > 3") == [
        "Mayoristas",
        "VIP",
    ]
    assert stored(shop, "SELECT id_country, id_state, city FROM ps_address") == [(21, 46, "Austin")]


def test_the_shop_dates_in_its_own_time_zone(shop: Path, seed: Path) -> None:
    with serve(shop, seed=seed):
        added = stored(shop, "SELECT date_add FROM ps_customer")[0]
    there = datetime.now(ZoneInfo("America/New_York")).replace(tzinfo=None)
    assert abs(datetime.fromisoformat(added) - there) < timedelta(minutes=1)


def test_a_later_start_keeps_the_data_and_leaves_the_seed_alone(shop: Path, seed: Path) -> None:
    with serve(shop, seed=seed) as practice, client(practice) as session:
        body = customer("later@example.com", birthday="1980-02-29")
        assert session.post(f"{practice.url}/api/customers", data=body).status_code == 201
    with serve(shop, seed=seed) as practice, client(practice) as session:
        assert session.get(f"{practice.url}/api/customers?sort=[id_ASC]").json()["customers"] == [
            {"id": 1},
            {"id": 2},
        ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not json", "cannot read the seed"),
        ("[]", "a seed is a JSON object"),
        ('{"customers": [{"email": "a@example.com", "groups": ["Nobody"]}]}', 'there is no group "Nobody"'),
        ('{"groups": [{"title": "Trade"}]}', "lacks 'name'"),
        ('{"groups": [{"name": "Trade", "colour": 1}]}', 'a group has no "colour"'),
    ],
)
def test_a_seed_that_cannot_be_used_says_why_and_leaves_no_half_shop(
    shop: Path, tmp_path: Path, content: str, words: str
) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        serve(shop, seed=seed)
    assert words in caught.value.message
    assert caught.value.place == str(seed)
    assert stored(shop, "SELECT count(*) FROM ps_shop") == [0]


def test_a_file_that_is_no_shop_is_an_error_for_people(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(b"this is not a database, and long enough to be seen as something else" * 20)
    with pytest.raises(DiskError, match="cannot open the practice shop"):
        serve(path)


def test_a_file_of_an_older_layout_is_told(tmp_path: Path) -> None:
    serve(tmp_path / "shop.db").close()
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("PRAGMA user_version = 1")
    with pytest.raises(DiskError, match="another version of groupmigrate; delete the file"):
        serve(tmp_path / "shop.db")


def test_a_port_that_is_taken_is_an_error_for_people(shop: Path, tmp_path: Path) -> None:
    with serve(shop) as practice, pytest.raises(UsageError, match="cannot listen on port"):
        serve(tmp_path / "other.db", port=int(practice.url.rpartition(":")[2]))


# --- quirks that bite, over a real connection -----------------------------------------------------------


def test_what_a_post_leaves_out_is_stored_as_nothing_and_not_as_its_default(shop: Path) -> None:
    body = (
        "<prestashop><customer><lastname>A</lastname><firstname>B</firstname>"
        "<email>a@example.com</email><passwd>x</passwd></customer></prestashop>"
    )
    with serve(shop) as practice, client(practice) as session:
        assert session.post(f"{practice.url}/api/customers", data=body).status_code == 201
    assert stored(shop, "SELECT active, id_default_group, max_payment_days FROM ps_customer") == [(0, 0, 0)]
    assert stored(shop, "SELECT id_group FROM ps_customer_group") == [0]


def test_a_patch_sets_date_add_and_never_date_upd(shop: Path) -> None:
    dates = "<date_add>2012-12-12 12:12:12</date_add><date_upd>2013-01-01 00:00:00</date_upd>"
    body = f"<prestashop><customer><id>1</id>{dates}</customer></prestashop>"
    with serve(shop) as practice, client(practice) as session:
        sent = customer("a@example.com", date_add="2012-12-12 12:12:12")
        session.post(f"{practice.url}/api/customers", data=sent)
        assert stored(shop, "SELECT date_add > '2013' FROM ps_customer") == [1]
        assert session.patch(f"{practice.url}/api/customers/1", data=body).status_code == 200
    assert stored(shop, "SELECT date_add, date_upd > '2014' FROM ps_customer") == [("2012-12-12 12:12:12", 1)]


def test_e_mails_that_differ_in_accents_only_are_one(shop: Path) -> None:
    # MariaDB's general_ci knows neither case nor accents. The webservice lets no accent into an e-mail, so
    # only a row that came by other means can have one.
    with serve(shop):
        pass
    with closing(Shop(shop)) as opened:
        row = ("José@example.com", "jose@example.com")
        opened.execute(
            "INSERT INTO ps_customer (email, email_folded, passwd, lastname, firstname, date_add, date_upd)"
            " VALUES (?, ?, '', 'A', 'B', '', '')",
            row,
        )
    with serve(shop) as practice, client(practice) as session:
        found = session.get(f"{practice.url}/api/customers?filter[email]=[JOSE@example.com]").json()
        refused = session.post(f"{practice.url}/api/customers", data=customer("jose@example.com"))
    assert found == {"customers": [{"id": 1}]}
    assert [error["code"] for error in refused.json()["errors"]] == [140, 46]


def test_like_works_on_numbers_as_on_text(shop: Path) -> None:
    with serve(shop) as practice, client(practice) as session:
        found = session.get(f"{practice.url}/api/countries?filter[id]=[24]%25&sort=[id_ASC]").json()
    assert found == {"countries": [{"id": 24}, {"id": 240}, {"id": 241}]}


def test_a_refused_body_does_not_spoil_the_next_request_of_the_connection(shop: Path) -> None:
    with serve(shop) as practice, closing(HTTPConnection(practice.url.removeprefix("http://"))) as connection:
        ends = set()
        for method, status in (("POST", 405), ("GET", 200), ("HEAD", 200), ("GET", 200)):
            body = customer("a@example.com") * 50 if method == "POST" else None
            connection.request(method, f"/api/states?limit=1&ws_key={practice.key}", body)
            ends.add(connection.sock.getsockname())
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
    assert len(ends) == 1


# --- counting, closing, threads, processes --------------------------------------------------------------


def test_requests_are_counted_by_method_and_path(shop: Path) -> None:
    with serve(shop) as practice, client(practice) as session:
        for _ in range(3):
            session.get(f"{practice.url}/api/groups?limit=1")
        told = session.get(f"{practice.url}/__sandbox__/requests").json()
        assert told == practice.requests == {"GET /api/groups": 3}


def test_a_closed_shop_answers_nobody_and_can_be_closed_again(shop: Path) -> None:
    practice = serve(shop)
    with client(practice) as session:
        # The connection that is kept must not be answered either.
        assert session.get(f"{practice.url}/__sandbox__/requests").status_code == 200
        practice.close()
        practice.close()
        with pytest.raises(requests.ConnectionError):
            session.get(f"{practice.url}/__sandbox__/requests")


def test_four_threads_lose_nothing_and_make_no_customer_twice(shop: Path) -> None:
    with serve(shop) as practice:

        def create(thread: int) -> list[int]:
            with client(practice) as session:
                url = f"{practice.url}/api/customers"
                own = [customer(f"{thread}.{number}@example.com") for number in range(25)]
                shared = [customer(f"shared.{number}@example.com") for number in range(25)]
                return [session.post(url, data=body).status_code for body in own + shared]

        with ThreadPoolExecutor(4) as pool:
            statuses = [status for answered in pool.map(create, range(4)) for status in answered]
    assert statuses.count(201) == 4 * 25 + 25
    assert statuses.count(500) == 3 * 25
    assert stored(shop, "SELECT count(*), count(DISTINCT email_folded) FROM ps_customer") == [(125, 125)]


def test_two_servers_may_have_the_same_file_open(shop: Path) -> None:
    with serve(shop) as one, serve(shop) as other, client(one) as session:
        for number in range(10):
            url = (one if number % 2 else other).url
            assert session.post(f"{url}/api/customers", data=customer(f"{number}@example.com")).ok
        assert len(session.get(f"{other.url}/api/customers").json()["customers"]) == 10


SERVER = """
import sys, time
from pathlib import Path
from groupmigrate.platforms.prestashop.sandbox import serve
practice = serve(Path(sys.argv[1]))
print(practice.url, practice.key, flush=True)
practice.wait()
"""


def test_what_was_answered_survives_the_death_of_the_process(shop: Path) -> None:
    arguments = [sys.executable, "-c", SERVER, str(shop)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url, key = process.stdout.readline().split()
        with requests.Session() as session:
            session.auth = (key, "")
            for number in range(20):
                answer = session.post(f"{url}/api/customers", data=customer(f"{number}@example.com"))
                assert answer.status_code == 201
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    assert stored(shop, "SELECT count(*) FROM ps_customer") == [20]
    with serve(shop) as practice, client(practice) as session:
        assert len(session.get(f"{practice.url}/api/customers").json()["customers"]) == 20
