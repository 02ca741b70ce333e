"""Asks a shop for its settings, languages, countries and states: everything that is in `shop.py`."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from groupmigrate.platforms.prestashop import WebserviceOptions
from groupmigrate.platforms.prestashop.api import Api
from groupmigrate.platforms.prestashop.shop import Country, Shop, State
from groupmigrate.platforms.prestashop.wire import text, truth

NAMES = (
    *("PS_LANG_DEFAULT", "PS_TIMEZONE", "PS_GUEST_CHECKOUT_ENABLED"),
    *("PS_UNIDENTIFIED_GROUP", "PS_GUEST_GROUP", "PS_CUSTOMER_GROUP"),
    "PSGDPR_ANONYMOUS_CUSTOMER",
)
# Fields without translations only: a missing translation makes the JSON answer 500 (all versions, run).
COUNTRY_FIELDS = ("display", "[id,iso_code,need_identification_number]")
STATE_FIELDS = ("display", "[id,id_country,iso_code,name]")
SHOP_FIELDS = ("display", "[id,name,id_shop_group,active,deleted]")
LANGUAGE_FIELDS = ("display", "[id,iso_code]")
BY_ID = ("sort", "[id_ASC]")


def read_shop(api: Api, options: WebserviceOptions) -> Shop:
    """Everything about the shop that translating records needs. Raises StoreError."""
    version = api.root().version
    values = settings(api, options.shop)
    zone = _zone(options.timezone or values.get("PS_TIMEZONE", ""))
    languages = {
        text(row, "id"): text(row, "iso_code") for row in api.rows("languages", LANGUAGE_FIELDS, BY_ID)
    }
    chosen = next((id_ for id_, iso in languages.items() if iso == options.language), "")
    return Shop(
        version=version_numbers(version),
        languages=languages,
        default_language=values.get("PS_LANG_DEFAULT", ""),
        fallback_language=chosen or values.get("PS_LANG_DEFAULT", ""),
        visitor_group=values.get("PS_UNIDENTIFIED_GROUP", ""),
        guest_group=values.get("PS_GUEST_GROUP", ""),
        customer_group=values.get("PS_CUSTOMER_GROUP", ""),
        technical_account=values.get("PSGDPR_ANONYMOUS_CUSTOMER", ""),
        takes_guests=values.get("PS_GUEST_CHECKOUT_ENABLED") == "1",
        time_zone=zone or UTC,
        time_zone_known=zone is not None,
        countries=tuple(
            Country(text(row, "id"), text(row, "iso_code").upper(), truth(row, "need_identification_number"))
            for row in api.rows("countries", COUNTRY_FIELDS, BY_ID)
        ),
        states=tuple(
            State(text(row, "id"), text(row, "id_country"), text(row, "iso_code"), text(row, "name"))
            for row in api.rows("states", STATE_FIELDS, BY_ID)
        ),
    )


def shop_names(api: Api, chosen: int | str | None) -> dict[str, str]:
    """The names of the shops that are in use, by id: all, or those of "group:2"."""
    group = str(chosen).removeprefix("group:") if str(chosen).startswith("group:") else ""
    return {
        text(row, "id"): text(row, "name")
        for row in api.rows("shops", SHOP_FIELDS, BY_ID)
        if truth(row, "active") and not truth(row, "deleted") and group in {"", text(row, "id_shop_group")}
    }


def settings(api: Api, shop: int | str | None) -> dict[str, str]:
    """The shop's settings that matter here, by name; those that it does not have are missing."""
    rows = api.rows("configurations", ("filter[name]", f"[{'|'.join(NAMES)}]"), ("display", "full"), BY_ID)
    # In a multistore a setting has a row for all shops, and may have rows of single shops.
    common = {text(row, "name"): text(row, "value") for row in rows if text(row, "id_shop") in {"", "0"}}
    own = {text(row, "name"): text(row, "value") for row in rows if text(row, "id_shop") == str(shop)}
    return common | own


def version_numbers(version: str) -> tuple[int, ...]:
    """ "9.1.4" as (9, 1, 4); what is no number ends it."""
    numbers = []
    for part in version.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):
        return None
