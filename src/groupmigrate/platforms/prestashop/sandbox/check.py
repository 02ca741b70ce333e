"""The shop's validators, by the names that the synopsis shows. They judge single values, never records."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

OLDEST_YEARS = 120


def valid(rule: str, value: str) -> bool:
    """Whether a value that is not empty passes the rule; a rule without a name passes everything."""
    check = RULES.get(rule)
    return check is None or check(value)


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _is_unsigned(value: str) -> bool:
    return re.fullmatch(r"0|[1-9][0-9]*", value) is not None and int(value) < 2**32


def _is_float(value: str) -> bool:
    # A comma is refused, a dot is not (PrestaShop 9.1.4, run).
    return re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", value, re.IGNORECASE) is not None


def _is_date(value: str) -> bool:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})( [0-9]{2}:[0-9]{2}:[0-9]{2})?", value)
    return found is not None and _on_calendar(found[1], found[2], found[3]) is not None


def _is_birth_date(value: str) -> bool:
    if value == "0000-00-00":
        return True
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", value)
    born = _on_calendar(found[1], found[2], found[3]) if found else None
    # Older than 120 years is refused since 9.0.3 (PrestaShop 9.1.4, run).
    today = datetime.now().astimezone().date()
    return born is not None and born <= today and today.year - born.year <= OLDEST_YEARS


def _on_calendar(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _is_email(value: str) -> bool:
    # 9.1.4 refuses local hosts, quoted names and everything that is not ASCII (run).
    local, _, _ = value.rpartition("@")
    return len(local) <= 64 and _EMAIL.fullmatch(value) is not None


def _is_url(value: str) -> bool:
    # Hardly a rule at all: letters and symbols of any script, "not a url ^" among them (9.1.4, run).
    return all(one in "~:#,$%&_=().? +-@/0123456789" or unicodedata.category(one)[0] in "LS" for one in value)


_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)

RULES: dict[str, Callable[[str], bool]] = {
    "isAddress": _matches(r"[^!<>?=+@{}_$%]*"),
    "isApe": _matches(r"[0-9]{3,4}[a-zA-Z]"),
    "isBirthDate": _is_birth_date,
    "isBool": _matches(r"0|1"),
    "isCityName": _matches(r'[^!<>;?=+@#"°{}_$%]*'),
    "isCustomerName": _matches(
        r'(?!\s*$)(?:[^0-9!<>,;?=+()/\\@#"°*`{}_^$%:¤\[\]|.。]|[。.](?:\s|$))*'  # dots end a word
    ),
    "isDate": _is_date,
    "isDateOrNull": lambda value: value in ("0000-00-00", "0000-00-00 00:00:00") or _is_date(value),
    "isDniLite": _matches(r"[0-9A-Za-z.-]{1,16}"),
    "isEmail": _is_email,
    "isFloat": _is_float,
    "isGenericName": _matches(r"[^<>{}]*"),
    "isHashedPassword": lambda value: len(value) in (32, 60),
    "isMd5": _matches(r"[0-9a-f]{32}"),
    "isMessage": _matches(r"[^<>{}]*"),
    "isName": _matches(r'[^0-9!<>,;?=+()@#"°{}_$%:¤|]*'),
    "isNullOrUnsignedId": _is_unsigned,
    "isPhoneNumber": _matches(r"[+0-9. ()/-]*"),
    "isPostCode": _matches(r"[a-zA-Z 0-9-]+"),
    "isPriceDisplayMethod": _matches(r"0|1"),
    "isSha1": _matches(r"[0-9a-fA-F]{40}"),
    "isUnsignedId": _is_unsigned,
    "isUnsignedInt": _is_unsigned,
    "isUrl": _is_url,
}
