"""Asks a shop for its websites, store views, attributes and countries: everything that is in `shop.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from groupmigrate.errors import AccessDenied, UsageError, WrongAnswer
from groupmigrate.platforms.magento.api import Api, Refused
from groupmigrate.platforms.magento.restoptions import RestOptions
from groupmigrate.platforms.magento.shop import Attribute, Region, Shop, StoreView, Website
from groupmigrate.wording import suggestion

LISTS = ("select", "multiselect", "boolean")
Named = TypeVar("Named", Website, StoreView)


def read_shop(api: Api, options: RestOptions) -> Shop:
    """Everything about the shop that translating records needs.

    Raises UsageError (GM529) if it has no such website or store view, and StoreError.
    """
    websites, stores = read_websites(api)
    store = _named(stores, options.store, "store")
    website = _named(websites, options.website, "website")
    if website is None and (store or len(websites) == 1):
        website = next((one for one in websites if store is None or one.id == store.website), None)
    if store and website and store.website != website.id:
        # PUT takes the pair without a word, and the customer belongs nowhere (2.4.7, run).
        raise UsageError(
            f'the store view "{store.code}" is not one of the website "{website.code}"',
            hint="correct `website:` or `store:` in the connector",
            code="GM529",
        )
    return Shop(
        version=Api.numbers(api.version()),
        websites=websites,
        stores=stores,
        website=website,
        store=store,
        default_group=_default_group(api, store.id if store else website.default_store if website else 0),
        attributes=read_attributes(api),
        regions=_regions(api),
        demanded=_demanded(api.get("attributeMetadata/customer")),
        **_of_addresses(api),
        shared_accounts=options.shared_accounts,
        keeps_group=not options.auto_group,
        subscribes=options.newsletter,
    )


def read_websites(api: Api) -> tuple[tuple[Website, ...], tuple[StoreView, ...]]:
    """The websites and store views, without the admin's own. Raises AccessDenied if the right is missing."""
    # A website's `default_group_id` is a store group and no customer group (2.4.7, run).
    default_store = {row["id"]: row["default_store_id"] for row in _rows(api, "store/storeGroups")}
    websites = tuple(
        Website(row["id"], row["code"], default_store.get(row["default_group_id"], 0))
        for row in _rows(api, "store/websites")
        if row["id"]
    )
    languages = _languages(api)
    stores = tuple(
        StoreView(
            row["id"],
            row["code"],
            row["website_id"],
            languages.get(row["id"], ""),
            active=bool(row.get("is_active", True)),
        )
        for row in _rows(api, "store/storeViews")
        if row["id"]
    )
    return websites, stores


def _rows(api: Api, path: str) -> list[dict[str, Any]]:
    """A list in which every shop has something. Raises WrongAnswer if no Magento gave it."""
    said = api.get(path)
    if isinstance(said, list) and said and all(isinstance(row, dict) and "id" in row for row in said):
        return said
    raise WrongAnswer(
        f"{path} was answered, and not by a Magento",
        hint="check the address: a front end of the shop's own, or another program, may answer there",
        code="GM504",
    )


def read_attributes(api: Api) -> dict[str, Attribute]:
    """The attributes of customers that the shop added, by code."""
    return {
        row["attribute_code"]: Attribute(
            row.get("frontend_input") or "",
            options=dict(_options(row.get("options") or ())) if row.get("frontend_input") in LISTS else {},
            in_a_row=row.get("backend_type") == "varchar",
        )
        for row in api.get("attributeMetadata/customer/custom")
    }


def _named(there: tuple[Named, ...], code: str | None, option: str) -> Named | None:
    """The website or store view of that code; None if the connector names none."""
    if code is None:
        return None
    found = next((one for one in there if one.code == code), None)
    if found is None:
        raise UsageError(
            f'the shop has no {option} "{code}"',
            hint=suggestion(code, [one.code for one in there], f"{option}s of the shop"),
            code="GM529",
        )
    return found


def _languages(api: Api) -> dict[int, str]:
    """The language of each store view by its id; empty where the shop does not tell its locales."""
    with suppress(Refused, AccessDenied):
        return {row["id"]: row["locale"].partition("_")[0] for row in api.get("store/storeConfigs")}
    return {}


def _default_group(api: Api, store: int) -> str:
    return str(api.get(f"customerGroups/default/{store}" if store else "customerGroups/default")["id"])


def _options(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """Values and labels; groups of options have options of their own, and no value (2.4.7, run)."""
    for row in rows:
        if row.get("options"):
            yield from _options(row["options"])
        elif row.get("value") not in (None, ""):
            yield str(row["value"]), str(row["label"]).strip()


def _regions(api: Api) -> dict[str, dict[str, Region]]:
    """By country and code. The list holds the countries that the shop allows."""
    return {
        row["id"]: _of_country(row.get("available_regions") or ()) for row in api.get("directory/countries")
    }


def _of_country(rows: Iterable[Mapping[str, Any]]) -> dict[str, Region]:
    rows = list(rows)
    # The US have four regions of the code AE, for the armed forces of four continents (2.4.7, run).
    times = Counter(row["code"] for row in rows)
    return {
        row["code"] if times[row["code"]] == 1 else f"{row['code']}:{row['id']}": Region(
            int(row["id"]), row["name"]
        )
        for row in rows
    }


def _demanded(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(row["attribute_code"] for row in rows if row.get("required"))


def _of_addresses(api: Api) -> dict[str, Any]:
    rows = api.get("attributeMetadata/customerAddress")
    street: Mapping[str, Any] = next((row for row in rows if row["attribute_code"] == "street"), {})
    return {
        "demanded_of_addresses": _demanded(rows),
        "street_lines": int(street.get("multiline_count") or 2),
    }
