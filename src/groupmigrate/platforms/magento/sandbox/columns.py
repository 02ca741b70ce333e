"""What the columns of a customer get: what was sent, what is filled in, what is cut."""

from __future__ import annotations

import secrets
import string
from typing import Any

from groupmigrate.platforms.magento.sandbox import groups, validation
from groupmigrate.platforms.magento.sandbox.answer import Problem, Refusal, broken
from groupmigrate.platforms.magento.sandbox.call import StoreView, store_view
from groupmigrate.platforms.magento.sandbox.shop import Shop, narrow, whole
from groupmigrate.platforms.practicefile import Row

Customer = dict[str, Any]
"""As it was sent: typed values by the names of the REST way."""

CONFIRM = "customer/create_account/confirm"
COLUMNS = (
    *("website_id", "store_id", "group_id", "email", "created_in", "prefix", "firstname", "middlename"),
    *("lastname", "suffix", "dob", "taxvat", "gender", "default_billing", "default_shipping"),
    *("confirmation", "disable_auto_group_change"),
)
"""Those that a client can set."""
NEEDED = ("email", "firstname", "lastname")
NULL_WHEN_EMPTY = ("prefix", "middlename", "suffix", "taxvat", "confirmation")
RESET: Row = {"confirmation": None, "disable_auto_group_change": 0}
"""What a customer gets who is changed by an id in the body alone and does not say it (2.4.7, run)."""
WIDTHS = {"prefix": 40, "suffix": 40, "taxvat": 50, "created_in": 255, "confirmation": 64}
"""How many characters the columns hold; the rest is cut without a word (2.4.7, run)."""


def filled(shop: Shop, sent: Customer, old: Row | None, store: StoreView) -> Row:
    """The columns to be stored of a new customer, or over the `old` one. Raises Refusal."""
    row: Row = {name: sent[name] for name in COLUMNS if name in sent}
    if old is None:
        row |= _new(shop, sent, store)
    else:
        row = {name: old[name] for name in COLUMNS if name not in NEEDED} | RESET | row
        _check_website(shop, whole(row["website_id"]), is_new=False)
    row |= {name: row.get(name) or None for name in NULL_WHEN_EMPTY}
    row |= {"dob": validation.day(str(row.get("dob") or "")) or None, "updated_at": shop.now()}
    return {name: _held(name, value) for name, value in row.items()}


def _new(shop: Shop, sent: Customer, store: StoreView) -> Row:
    """What a new customer gets where nothing was said."""
    website = sent.get("website_id", store.website)
    _check_website(shop, website, is_new=True)
    view = store_view(shop, "store_id", sent.get("store_id", store.id))
    if view is None:
        raise Refusal(404, Problem("the store that was asked for is not there"))
    created = sent.get("created_at", "")
    return {
        "website_id": website,
        "store_id": view.id,
        "group_id": sent.get("group_id", groups.default(shop)),
        "created_in": sent.get("created_in", view.name),
        "created_at": validation.moment(created) if created else shop.now(),
        # Sending an empty key does not help on creation (2.4.7, run).
        "confirmation": _confirmation_key() if shop.switched(CONFIRM) else None,
    }


def _confirmation_key() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))


def _check_website(shop: Shop, website: int, *, is_new: bool) -> None:
    if not shop.value("SELECT 1 FROM store_website WHERE website_id = ?", (website,)):
        if not is_new:
            raise broken()
        raise Refusal(404, Problem(f"the website {website} that was asked for is not there"))


def _held(name: str, value: Any) -> Any:
    """A value as its column holds it; person names and e-mails are judged as they were sent."""
    if not isinstance(value, str) or name in (*validation.NAMES, "email"):
        return value
    return narrow(value)[: WIDTHS.get(name)]
