"""The validators of each release, by the names that the synopsis shows. They judge single values only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime

Rule = Callable[[str], bool]
"""Whether a value that is not empty may be stored."""


def valid(rules: Mapping[str, Rule], rule: str, value: str) -> bool:
    """Whether a value that is not empty passes the rule; a rule that is not there passes everything."""
    check = rules.get(rule)
    return check is None or check(value)


def _matches(pattern: str, flags: int = 0) -> Rule:
    compiled = re.compile(pattern, flags)
    return lambda value: compiled.fullmatch(value) is not None


def _is_unsigned(value: str) -> bool:
    return re.fullmatch(r"0|[1-9][0-9]*", value) is not None and int(value) < 2**32


def _is_float(value: str) -> bool:
    # A comma is refused, a dot is not (PrestaShop 9.1.4, run).
    return re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", value, re.IGNORECASE) is not None


def _is_date(value: str) -> bool:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})( [0-9]{2}:[0-9]{2}:[0-9]{2})?", value)
    return found is not None and _on_calendar(found[1], found[2], found[3]) is not None


def _is_birth_date(oldest_years: int) -> Rule:
    def check(value: str) -> bool:
        if value == "0000-00-00":
            return True
        found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", value)
        born = _on_calendar(found[1], found[2], found[3]) if found else None
        today = datetime.now().astimezone().date()
        return born is not None and born <= today and today.year - born.year <= oldest_years

    return check


def _is_birth_date_of_six(value: str) -> bool:
    # Only a year, a month and a day that are all above today's make a future date (1.6.1.25, run).
    found = re.fullmatch(r"([0-9]{4})-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])", value)
    if value == "0000-00-00" or not found:
        return value == "0000-00-00"
    today = datetime.now().astimezone().date()
    parts = zip(found.groups(), (today.year, today.month, today.day), strict=True)
    return not all(int(part) > now for part, now in parts)


def _on_calendar(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _is_email(value: str) -> bool:
    # 9.1.4 refuses local hosts, quoted names and everything that is not ASCII (run).
    local, _, _ = value.rpartition("@")
    return len(local) <= 64 and _EMAIL.fullmatch(value) is not None


def _is_email_of_eight(value: str) -> bool:
    local, _, domain = value.rpartition("@")
    return len(local) <= 64 and "." in domain and _INTERNATIONAL_EMAIL.fullmatch(value) is not None


def _is_clean_html(value: str) -> bool:
    return re.search(r"<\s*/?script|<\s*i?frame|\bon[a-z]+\s*=|script\s*:", value, re.IGNORECASE) is None


def _is_siret(value: str) -> bool:
    # Fourteen digits with Luhn's check digit.
    digits = [int(one) for one in value if one.isdigit()]
    if len(value) != 14 or len(digits) != 14:
        return False
    doubled = [digit * 2 if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def _is_url(value: str) -> bool:
    # Hardly a rule at all: letters and symbols of any script, "not a url ^" among them (9.1.4, run).
    return all(one in "~:#,$%&_=().? +-@/0123456789" or unicodedata.category(one)[0] in "LS" for one in value)


_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)

_INTERNATIONAL_EMAIL = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([^\W_]([\w-]{0,61}[^\W_])?\.)+[^\W_]([\w-]{0,61}[^\W_])?"
)
_LOOSE_EMAIL = r"[\w!#$%&'*+/=?^`{}|~-]+[.\w!#$%&'*+/=?^`{}|~-]*@[^\W_]+(?:[.]?[\w-])*\.[^\W_]+"

RULES_OF_NINE: dict[str, Rule] = {
    "isAddress": _matches(r"[^!<>?=+@{}_$%]*"),
    "isApe": _matches(r"[0-9]{3,4}[a-zA-Z]"),
    # Older than 120 years is refused since 9.0.3 (PrestaShop 9.1.4, run), than 200 years before.
    "isBirthDate": _is_birth_date(120),
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

RULES_OF_EIGHT = RULES_OF_NINE | {
    "isBirthDate": _is_birth_date(200),
    "isEmail": _is_email_of_eight,
    # Without "=" up to 9.0.0.
    "isGenericName": _matches(r"[^<>={}]*"),
}
RULES_OF_SEVEN = RULES_OF_EIGHT | {
    "isBirthDate": _is_birth_date(9999),
    "isCleanHtml": _is_clean_html,
    # Blanks alone pass.
    "isCustomerName": _matches(r'(?:[^0-9!<>,;?=+()/\\@#"°*`{}_^$%:¤\[\]|.。]|[。.](?:\s|$))*'),
    "isEmail": _matches(_LOOSE_EMAIL),
}
RULES_OF_SIX = RULES_OF_SEVEN | {
    "isBirthDate": _is_birth_date_of_six,
    "isPhoneNumber": _matches(r"[+0-9. ()-]*"),
    "isSiret": _is_siret,
}
