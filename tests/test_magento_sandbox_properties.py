"""Whatever is sent to the practice Magento, it answers in JSON, and a refusal leaves nothing behind."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from groupmigrate.platforms.magento.sandbox.body import ADDRESS, CUSTOMER, GROUP
from groupmigrate.platforms.magento.sandbox.credentials import TOKEN
from groupmigrate.platforms.magento.sandbox.rest import Rest
from groupmigrate.platforms.magento.sandbox.seed import demo, install, plant
from groupmigrate.platforms.magento.sandbox.shop import Shop

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
)
LIKELY = st.sampled_from(["a@example.com", "Ann", "RO", "US", "1", 1, 0, 4, "2001-02-03", ["1 Main St"], ""])
VALUES = LIKELY | PLAIN | ANYTHING


def odd(
    usual: dict[str, Any], fields: Iterable[str], **more: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    """What is usually sent, with up to three fields that hold anything."""
    pairs = st.sampled_from([*fields]).flatmap(lambda name: st.tuples(st.just(name), more.get(name, VALUES)))
    return st.lists(pairs, max_size=3).map(lambda several: usual | dict(several))


HOME = {"firstname": "Ann", "lastname": "Lee", "street": ["1 Main St"], "city": "Austin", "telephone": "1"}
ADDRESSES = st.lists(odd({**HOME, "country_id": "GB"}, ADDRESS.fields), max_size=2)
CODES = st.sampled_from(["fav_color", "hobbies", "loyalty_no", "x"])
OWN = st.lists(st.fixed_dictionaries({"attribute_code": CODES, "value": VALUES}), max_size=2)
CUSTOMERS = odd(
    {"email": "a@example.com", "firstname": "Ann", "lastname": "Lee"},
    [*CUSTOMER.fields, "custom_attributes"],
    addresses=ADDRESSES | VALUES,
    custom_attributes=OWN | VALUES,
)
GROUPS = odd({"code": "New", "tax_class_id": 3}, GROUP.fields)
REQUESTS = st.one_of(
    st.tuples(
        st.just("PUT"), st.sampled_from(["customers/0", "customers/7"]), st.just("customer"), CUSTOMERS
    ),
    st.tuples(st.just("POST"), st.just("customers"), st.just("customer"), CUSTOMERS),
    st.tuples(st.just("POST"), st.just("customerGroups"), st.just("group"), GROUPS),
    st.tuples(st.just("PUT"), st.just("customerGroups/4"), st.just("group"), GROUPS),
)
NUMBERS = st.text(max_size=3) | (st.integers(-2, 9) | st.integers()).map(str)
CONDITIONS = st.sampled_from(["eq", "gt", "in", "nin", "like", "null", "finset", "from", "x", ""])


@contextmanager
def shop() -> Iterator[Shop]:
    with tempfile.TemporaryDirectory() as folder, closing(Shop(Path(folder) / "shop.db")) as opened:
        with opened.writing():
            install(opened)
            plant(opened, demo(), "the demonstration")
        yield opened


def send(opened: Shop, method: str, path: str, body: object = None, query: str = "") -> tuple[int, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": f"/rest/V1/{path}",
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {TOKEN}",
        "wsgi.input": BytesIO(b"" if body is None else json.dumps(body).encode()),
    }
    started: list[str] = []
    sent = Rest(opened)(environ, lambda status, *_: started.append(status))  # type: ignore[arg-type]
    return int(started[0][:3]), json.loads(b"".join(sent))


def everything(opened: Shop) -> list[Any]:
    tables = (
        "customer_entity",
        "customer_address_entity",
        "customer_entity_value",
        "customer_group",
        "outbox",
    )
    return [opened.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


@settings(max_examples=60)
@given(requests=st.lists(REQUESTS, min_size=1, max_size=5))
def test_any_body_is_answered_and_a_refusal_leaves_nothing_behind(
    requests: list[tuple[str, str, str, Any]],
) -> None:
    with shop() as opened:
        for method, path, name, value in requests:
            before = everything(opened)
            status, answer = send(opened, method, path, {name: value})
            assert status in (200, 400, 404, 500)
            if status in (400, 404):
                assert answer["message"]
                assert everything(opened) == before
        assert send(opened, "GET", "customers/search", query="searchCriteria=")[0] == 200


@settings(max_examples=60)
@given(
    field=st.sampled_from(["entity_id", "email", "created_at", "fav_color", "billing_city", "x"]),
    value=st.text(max_size=8),
    condition=CONDITIONS,
    size=NUMBERS,
    page=NUMBERS,
)
def test_any_search_is_answered(field: str, value: str, condition: str, size: str, page: str) -> None:
    place = "searchCriteria[filter_groups][0][filters][0]"
    pairs = {f"{place}[field]": field, f"{place}[value]": value, f"{place}[condition_type]": condition}
    pages = {"searchCriteria[pageSize]": size, "searchCriteria[currentPage]": page}
    query = urlencode({**pairs, **pages})
    with shop() as opened:
        status, answer = send(opened, "GET", "customers/search", query=query)
        assert status in (200, 400)
        if status == 200:
            assert len(answer["items"]) <= answer["total_count"] <= 40
