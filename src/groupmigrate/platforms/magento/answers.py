"""What a Magento says: its JSON, its words, and what it means when something else answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from groupmigrate.errors import AccessDenied, StoreError, Unreachable
from groupmigrate.identity import mask_within
from groupmigrate.platforms.http import Answer, Session, below_500
from groupmigrate.platforms.stranger import stranger

NOTHING = object()
"""What `content` gives for an answer that is no JSON."""

_BLANKS = re.compile(r"\s+")
_MAINTENANCE = re.compile(rb"<title>\s*Error 503: Service Unavailable", re.IGNORECASE)


def content(answer: Answer) -> Any:
    """The JSON of an answer, or NOTHING: maintenance pages, proxies and PHP errors are HTML (2.4.7, run)."""
    if "json" not in answer.headers.get("Content-Type", ""):
        return NOTHING
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return NOTHING


def speaks(answer: Answer) -> bool:
    """Whether Magento itself answered, so that asking again changes nothing: its maintenance page, too."""
    return below_500(answer) or content(answer) is not NOTHING or _in_maintenance(answer)


def words(said: Any) -> str:
    """Magento's own words, all of them, with the placeholders filled and every e-mail masked."""
    lines = [line for part in _parts(said) for line in _filled(part).splitlines() if line.strip()]
    return mask_within("; ".join(_BLANKS.sub(" ", line.strip()) for line in lines))[:500]


def parameters(said: Any) -> Mapping[str, Any]:
    """The named parameters of a message; some have a list instead, or none (2.4.7, run)."""
    found = said.get("parameters") if isinstance(said, dict) else None
    return found if isinstance(found, dict) else {}


def missing_right(said: Any) -> str:
    """The resource whose right is missing, if that is what a 401 says."""
    resources = parameters(said).get("resources", "")
    return ", ".join(map(str, resources)) if isinstance(resources, list) else str(resources)


def page_error(session: Session, answer: Answer) -> StoreError:
    """What it means that a page or a redirect answered instead of data."""
    if _in_maintenance(answer):
        return Unreachable(
            f"{session.address} is in maintenance mode",
            hint="run it again when the shop is back: bin/magento maintenance:disable",
            code="GM526",
        )
    if answer.status == 401 and "basic" in answer.headers.get("WWW-Authenticate", "").casefold():
        # There is one Authorization header, and Magento needs it (magento2#38426).
        return AccessDenied(
            f"the web server of {session.address} asks for a password of its own before Magento is asked",
            hint="Magento needs the same header: let the server take this computer's IP address without one",
            code="GM502",
        )
    return stranger(
        session,
        answer,
        hint="this is not Magento's REST interface: check the address, and what stands before the shop "
        "(a firewall, a proxy, a cache)",
    )


def _in_maintenance(answer: Answer) -> bool:
    # The pages of proxies have other titles, and may be gone in a second (2.4.7, run).
    return answer.status == 503 and bool(_MAINTENANCE.search(answer.body))


def _parts(said: Any) -> Iterator[dict[str, Any]]:
    """The messages of an answer: several together are under `errors`, a fatal one under `messages`."""
    if not isinstance(said, dict):
        return
    several = said.get("errors") or (said.get("messages") or {}).get("error") or [said]
    yield from (part for part in several if isinstance(part, dict))


def _filled(part: dict[str, Any]) -> str:
    message = str(part.get("message", ""))
    values = part.get("parameters") or {}
    named = dict(enumerate(values, start=1)) if isinstance(values, list) else values
    # Longer names first: %field2Name would be eaten by %field.
    for name in sorted(named, key=lambda each: -len(str(each))):
        value = named[name]
        message = message.replace(f"%{name}", value if isinstance(value, str) else json.dumps(value))
    return message
