"""POST, PUT and PATCH: how the shop takes an XML body apart and stores its records, one by one.

A body with several records is no transaction: what comes before a bad one stays (PrestaShop 9.1.4, run).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from xml.etree import ElementTree

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.prestashop.sandbox.answer import NOISE, Refusal
from groupmigrate.platforms.prestashop.sandbox.check import valid
from groupmigrate.platforms.prestashop.sandbox.context import Context
from groupmigrate.platforms.prestashop.sandbox.record import Record, load
from groupmigrate.platforms.prestashop.sandbox.resources import Field, Resource
from groupmigrate.platforms.prestashop.sandbox.shop import Shop, stored, whole

USED = "this e-mail is used by another customer"


def save(shop: Shop, resource: Resource, method: str, body: bytes, context: Context) -> list[Record]:
    """Store every record of the body and return them as the shop answers them. Raises Refusal."""
    nodes = _nodes(body)
    _check_ids(nodes, method)
    records = []
    for node in nodes:
        record = _start(shop, resource, method, node, context)
        _fill(shop, resource, method, node, record)
        _check(shop, resource, record)
        with shop.writing():
            _store(shop, resource, record, context, new=method == "POST")
            unknown = _associate(shop, resource, node, record, context, new=method == "POST")
        if unknown:
            raise Refusal(400, (86, f'there is no association "{unknown}"'))
        records.append(record)
    return records


def required_fields(shop: Shop, resource: Resource) -> list[str]:
    """The fields that must be sent: the platform's, and those that this shop made required."""
    sql = "SELECT field_name FROM ps_required_field WHERE object_name = ?"
    # Since 1.7 the shop keeps those of addresses where the webservice does not look (1.7.6.2, 9.1.4, run).
    own = {row["field_name"] for row in shop.rows(sql, (resource.model,))}
    return [field.name for field in resource.fields if field.required or field.name in own]


def _nodes(body: bytes) -> list[ElementTree.Element]:
    text = body.decode("utf-8", errors="replace").removeprefix("xml=")
    try:
        # It listens on loopback only.
        return list(ElementTree.fromstring(text))  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        noise = (NOISE,) * 3 if text else ()
        raise Refusal(500, *noise, (127, f"XML error: {error}")) from None


def _check_ids(nodes: Sequence[ElementTree.Element], method: str) -> None:
    numbers = [whole(_text(node.find("id"))) for node in nodes if _text(node.find("id"))]
    if method == "POST":
        if numbers:
            raise Refusal(400, (91, "a new record cannot be sent with an id"))
    elif len(set(numbers)) < len(numbers):
        raise Refusal(400, (89, "the same id twice in one request"))
    elif len(numbers) < len(nodes):
        raise Refusal(400, (90, "a record is changed by its id, which is missing"))


def _text(node: ElementTree.Element | None) -> str:
    # What SimpleXML gives: the text of the node without that of its children.
    return "" if node is None else (node.text or "") + "".join(child.tail or "" for child in node)


def _start(
    shop: Shop, resource: Resource, method: str, node: ElementTree.Element, context: Context
) -> Record:
    if method == "POST":
        return Record(None, {field.name: None for field in resource.fields})
    number = _text(node.find("id"))
    # The id in the address does not count (PrestaShop 1.6 to 9.1.4, run).
    record = load(shop, resource, whole(number), context)
    if record is None:
        raise Refusal(404, (92, f'there is no {resource.node} "{whole(number)}"'))
    record.id = number
    return record


def _fill(shop: Shop, resource: Resource, method: str, node: ElementTree.Element, record: Record) -> None:
    required = required_fields(shop, resource)
    for field in resource.fields:
        sent = node.find(field.name)
        if field.i18n:
            _fill_names(sent, record)
        elif sent is not None:
            if not field.writable:
                raise Refusal(400, (93, f'"{field.name}" cannot be written; leave it out'))
            record.values[field.name] = _as_set(record, field, _text(sent), md5=shop.release.md5)
        elif method != "PATCH":
            if field.name in required:
                raise Refusal(400, (41, f'"{field.name}" is required'))
            # What is left out of a POST or PUT is emptied, never given its default (PrestaShop, run).
            record.values[field.name] = None


def _fill_names(sent: ElementTree.Element | None, record: Record) -> None:
    if sent is not None:
        for language in sent.iterfind("language"):
            record.names[whole(language.get("id", ""))] = _text(language)


def _as_set(record: Record, field: Field, text: str, *, md5: bool) -> str:
    # A password is hashed always, also when it is a hash, unless it equals the stored one (PrestaShop, run).
    if field.name == "passwd" and not (record.id and text == record.values["passwd"]):
        return hashed(text, md5=md5)
    return text


def hashed(password: str, *, md5: bool = False) -> str:
    """A text of the shape of a bcrypt hash, 60 characters, or of an MD5 sum, 32.

    Neither: the real shop spends 93 ms on each, and nobody logs in here. Never use it for real passwords.
    """
    if md5:
        return hashlib.sha256(password.encode()).hexdigest()[:32]
    salt = secrets.token_hex(11)
    return f"$2y$10${salt}{hashlib.sha256((salt + password).encode()).hexdigest()[:31]}"


def _check(shop: Shop, resource: Resource, record: Record) -> None:
    _check_names(shop, resource, record)
    needed = [field.name for field in resource.fields if field.required]
    if resource.name == "addresses" and shop.release.dni and _country_needs_dni(shop, record):
        needed.append("dni")
    for field in resource.fields:
        value = record.values.get(field.name)
        if not field.i18n:
            _check_value(shop, resource, field, "" if value is None else str(value), field.name in needed)


def _country_needs_dni(shop: Shop, record: Record) -> bool:
    sql = "SELECT need_identification_number FROM ps_country WHERE id_country = ?"
    return bool(shop.value(sql, (whole(record.values["id_country"]),)))


def _check_names(shop: Shop, resource: Resource, record: Record) -> None:
    if resource.names:
        field = next(field for field in resource.fields if field.i18n)
        for place, language in enumerate(shop.languages()):
            _check_value(shop, resource, field, record.names.get(language, ""), place == 0)


def _check_value(shop: Shop, resource: Resource, field: Field, text: str, needed: bool) -> None:
    code = 84 if field.i18n else 85
    of = f"Property {resource.model}->{field.name}"
    if needed and text == "":
        raise Refusal(400, (code, f'Validation error: "{of} is empty."'))
    if field.size and len(text) > field.size:
        words = f"{of} has {len(text)} characters, and may have {field.size}"
        raise Refusal(400, (code, f'Validation error: "{words}"'))
    # PHP takes "0" for empty, so no rule is asked about it.
    if text not in ("", "0") and not valid(shop.release.rules, field.rule, text):
        raise Refusal(400, (code, f'Validation error: "{of} is not valid"'))


def _store(shop: Shop, resource: Resource, record: Record, context: Context, *, new: bool) -> None:
    values = record.values
    now = shop.now()
    if resource.name == "customers":
        _prepare_customer(shop, record, now, context, new=new)
    # date_add is ignored on POST and honoured on PUT and PATCH; date_upd never is (9.1.4, run).
    values["date_add"] = now if new else values["date_add"] or now
    values["date_upd"] = now
    nulls = resource.name == "customers" and (not new or shop.release.nulls_at_once)
    row = {
        field.name: stored(field, values[field.name], nulls=nulls)
        for field in resource.fields
        if not field.i18n
    }
    if resource.name == "customers" and not values["last_passwd_gen"]:
        row["last_passwd_gen"] = now
    if new:
        record.id = str(shop.insert(resource, row))
    else:
        shop.update(resource, whole(record.id), row)
    if resource.names:
        shop.set_names(resource, whole(record.id), record.names)
        if new:
            shop.set_shops(whole(record.id), context.shops)


def _prepare_customer(shop: Shop, record: Record, now: str, context: Context, *, new: bool) -> None:
    values = record.values
    _refuse_used_email(shop, record, context, new=new)
    if str(values["newsletter"] or "") == "1" and not valid(
        shop.release.rules, "isDate", str(values["newsletter_date_add"] or "")
    ):
        values["newsletter_date_add"] = now
    if not new:
        return
    if values["is_guest"] == "1" and shop.setting("PS_GUEST_CHECKOUT_ENABLED") != "1":
        raise Refusal(500, (46, "the customer was not saved"))
    customers = shop.setting("PS_CUSTOMER_GROUP")
    if str(values["id_default_group"]) == customers:
        # A guest is taken out of the default group of customers (PrestaShop 9.1.4, run).
        guest = values["is_guest"] == "1"
        values["id_default_group"] = int(shop.setting("PS_GUEST_GROUP") if guest else customers)
    values["id_lang"] = values["id_lang"] or int(shop.setting("PS_LANG_DEFAULT"))
    values["id_shop"] = values["id_shop"] or context.home
    values["id_shop_group"] = values["id_shop_group"] or (
        context.home_group if shop.release.typed_json else str(context.home_group)
    )
    values["secure_key"] = secrets.token_hex(16)
    values["last_passwd_gen"] = shop.now(minus_minutes=whole(shop.setting("PS_PASSWD_TIME_FRONT")))


def _refuse_used_email(shop: Shop, record: Record, context: Context, *, new: bool) -> None:
    # Guests may share an e-mail; deleted customers block it, those of no shop do not (9.1.4, run).
    if not shop.release.unique_emails:
        return
    if new and record.values["is_guest"] == "1" and shop.release.free_guests:
        return
    sql = (
        "SELECT id_customer FROM ps_customer WHERE email_folded = ? AND is_guest = 0 "
        f"AND {context.customers} ORDER BY id_customer"
    )
    owner = shop.value(sql, (str(fold(record.values["email"])),))
    if owner is not None and (new or owner != whole(record.id)):
        raise Refusal(500, (140 if new else 141, USED), (46, "the customer was not saved"))


def _associate(
    shop: Shop,
    resource: Resource,
    node: ElementTree.Element,
    record: Record,
    context: Context,
    *,
    new: bool,
) -> str:
    """Store the memberships; the name of an association that does not exist, or ""."""
    number = whole(record.id)
    if resource.groups and new:
        # A new customer starts in its default group, even if that is 0; memberships sent replace it.
        shop.set_groups(number, [whole(record.values["id_default_group"])])
    for association in node.iterfind("associations/*"):
        if not (resource.groups and association.tag == "groups"):
            return association.tag
        shop.set_groups(number, [whole(_text(one.find("id"))) for one in association])
    if resource.groups:
        record.groups = shop.groups_of(number, context.listed)
    return ""
