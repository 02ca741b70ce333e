"""What the shop refuses of a customer's own values; their addresses have rules of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from groupmigrate.platforms.magento.sandbox import emails
from groupmigrate.platforms.magento.sandbox.answer import broken, refused
from groupmigrate.platforms.magento.sandbox.attributes import Attribute, attributes, required
from groupmigrate.platforms.magento.sandbox.shop import Shop

NAMES = {"firstname": "first name", "lastname": "last name", "middlename": "middle name"}
LONGEST_NAME = 255
SIGNS = ",-_.'’`&"
REQUIRED = ("firstname", "lastname", "middlename", "prefix", "suffix", "taxvat", "gender")
"""What is refused if it is required and empty. A required day of birth is not enforced (2.4.7, run)."""
NO_MOMENT = "0000-00-00 00:00:00"
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def check(shop: Shop, customer: Mapping[str, Any]) -> None:
    """Raise Refusal for values that the shop does not store; texts only, the e-mail last."""
    lacking = [
        one.label for one in required(shop, "customer", REQUIRED) if _value(customer, one) in (None, "")
    ]
    if lacking:
        raise refused("\n".join(f'"{label}" is required and empty' for label in lacking))
    bad = [label for name, label in NAMES.items() if not _is_name(customer.get(name) or "")]
    if bad:
        raise refused("\n".join(f"this is no {label}" for label in bad))
    emails.check(customer["email"])
    _check_options(shop, customer)


def day(text: str) -> str:
    """A day as it is stored, from "2000-12-31", with or without a time, or "12/31/2000". Raises Refusal."""
    if text in ("", "0000-00-00"):
        return text
    plain = re.sub(r"[ T]\d\d:\d\d:\d\d$", "", text)
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(plain, form).replace(tzinfo=UTC).strftime("%Y-%m-%d")
        except ValueError:
            continue
    raise refused("this is no day")


def moment(text: str) -> str:
    """A moment as it is stored, in UTC; those before 1970 are lost (2.4.7, run). Raises Refusal: 500."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise broken() from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if found > EARLIEST else NO_MOMENT


def _value(customer: Mapping[str, Any], attribute: Attribute) -> Any:
    values = customer.get("custom_attributes", {}) if attribute.own else customer
    return values.get(attribute.code)


def _is_name(text: str) -> bool:
    return len(text) <= LONGEST_NAME and all(
        unicodedata.category(one)[0] in "LM" or one.isspace() or one in SIGNS or one in "0123456789"
        for one in text
    )


def _check_options(shop: Shop, customer: Mapping[str, Any]) -> None:
    known = attributes(shop, "customer")
    values = {"gender": customer.get("gender"), **customer.get("custom_attributes", {})}
    for code, value in values.items():
        options = {value for _, value in known[code].options}
        if options and value is not None:
            for one in str(value).split(","):
                if one not in options | {"0"}:
                    raise refused(f"the attribute {code} has no option {one}")
