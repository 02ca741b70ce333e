"""Writing customers in the practice shop: what is demanded, what is refused, and what is silently let be."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from werkzeug.formparser import parse_form_data

from groupmigrate.platforms.gomag.sandbox.answer import Refusal
from groupmigrate.platforms.gomag.sandbox.shop import Shop

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ZONE = ZoneInfo("Europe/Bucharest")
"""The practice shop keeps this time."""


def sent(environ: WSGIEnvironment) -> dict[str, Any]:
    """What a client sent: JSON in the one form field `data`; a JSON body is not looked at."""
    _, form, files = parse_form_data(environ)
    files.clear()
    try:
        content = json.loads(form.get("data", ""))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Refusal(600, "Missing data", {})
    return content


def add(shop: Shop, content: dict[str, Any]) -> dict[str, object]:
    """Create a customer in the default group. A second one with the same e-mail is welcome, too."""
    for name in ("email", "password", "firstname", "lastname"):
        _demand(content, name)
    if content["password"] != content.get("confirmPassword"):
        raise Refusal(413, "The passwords are not the same", content)
    _refuse_bad_email(content)
    values = {name: str(content[name]) for name in ("email", "firstname", "lastname")}
    with shop.writing():
        number = shop.add({**values, "registration": datetime.now(ZONE).strftime("%Y-%m-%d %H:%M:%S")})
    return {"id": number, **values}


def update(shop: Shop, content: dict[str, Any]) -> dict[str, object]:
    """Change the names and the phone of a customer; everything else that is sent is passed over."""
    _demand(content, "id", "customer id")
    for name in ("email", "firstname", "lastname"):
        _demand(content, name)
    found = shop.row("SELECT id, email FROM customer WHERE id = ?", (content["id"],))
    if found is None:
        raise Refusal(404, "Missing customer id", content)
    if found["email"] != content["email"]:
        raise Refusal(414, "The e-mail cannot be changed", content)
    names = ("firstname", "lastname", *(["phone"] if "phone" in content else []))
    with shop.writing():
        shop.change(int(found["id"] or 0), {name: str(content[name]) for name in names})
    return {"id": found["id"], **{name: content[name] for name in ("email", "firstname", "lastname")}}


def _demand(content: dict[str, Any], name: str, words: str = "") -> None:
    if not content.get(name):
        raise Refusal(406, f"Missing {words or name}", content)


def _refuse_bad_email(content: dict[str, Any]) -> None:
    local, _, host = str(content["email"]).rpartition("@")
    if not local or "." not in host or " " in content["email"]:
        raise Refusal(406, "The e-mail is not valid", content)
