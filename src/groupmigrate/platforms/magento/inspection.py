"""What `check` finds out about a shop: who answers, which rights there are, and what would spoil a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from groupmigrate.errors import AccessDenied, GroupmigrateError, StoreError
from groupmigrate.platforms.base import Check, Finding, Severity
from groupmigrate.platforms.findings import trouble, unencrypted
from groupmigrate.platforms.magento.api import Api, Refused
from groupmigrate.platforms.magento.criteria import Filter, criteria
from groupmigrate.platforms.magento.limits import OF_ADDRESS, OF_CUSTOMER
from groupmigrate.platforms.magento.restoptions import RestOptions
from groupmigrate.platforms.magento.settings import read_shop
from groupmigrate.platforms.magento.shop import Shop
from groupmigrate.platforms.magento.wire import HOME
from groupmigrate.wording import quoted

OLDEST = (2, 3)
ALL = (("searchCriteria", ""),)
WRITTEN_OF_ADDRESSES = {*HOME.values(), "street", "region", "region_id"}
DENIED = ("GM502", "GM503")


class Probe(NamedTuple):
    """A question that only somebody with a right gets an answer to."""

    resource: str
    verb: str
    right: str
    path: str
    query: tuple[tuple[str, str], ...] = ()


PROBES = (
    Probe(
        "customers", "read", "Magento_Customer::customer", "customers/search", criteria((), "entity_id", 1)
    ),
    Probe(
        "groups", "read, create", "Magento_Customer::group", "customerGroups/search", criteria((), "id", 1)
    ),
    Probe("websites", "read", "Magento_Backend::store", "store/websites"),
    # Refused with 401 without the right to write customers, with 404 with it (2.4.7, run).
    Probe("customers", "create, change", "Magento_Customer::manage", "customers/0/confirm"),
)
WRITING = "Magento_Customer::manage"


def inspect(api: Api, options: RestOptions, address: str, *, read_only: bool) -> Check:
    """Ask the shop. Expected troubles are findings; StoreError only if the shop goes away meanwhile."""
    denied: list[tuple[Probe, AccessDenied]] = []
    rights: dict[str, str] = {}
    for probe in PROBES:
        try:
            _ask(api, probe)
        except AccessDenied as error:
            if error.code not in DENIED:
                return Check(address, "", findings=(trouble(error),))
            denied.append((probe, error))
        except StoreError as error:
            return Check(address, "", findings=(trouble(error),))
        else:
            rights[probe.resource] = ", ".join(filter(None, (rights.get(probe.resource), probe.verb)))
    if len(denied) == len(PROBES):
        return Check(address, "", findings=(trouble(denied[0][1]),))
    missing = [probe for probe, _ in denied]
    findings = [*unencrypted(address), *_missing(missing, api.edition.grant, read_only=read_only)]
    clock, version = api.clock, api.version()
    findings += _old(version)
    if not any(finding.severity is Severity.ERROR for finding in findings):
        findings += _settings(api, options, read_only=read_only)
    return Check(address, version or "not told", rights, tuple(findings), clock)


def _ask(api: Api, probe: Probe) -> None:
    try:
        api.get(probe.path, probe.query)
    except Refused:
        return  # whoever is told that something is not there has the right to ask


def _missing(denied: list[Probe], grant: str, *, read_only: bool) -> Iterator[Finding]:
    for probe in denied:
        # A store that is only read works without the right to write; a target does not.
        mild = read_only and probe.right == WRITING
        needed = "a target needs" if probe.right == WRITING else "needed"
        yield Finding(
            "GM503",
            Severity.WARNING if mild else Severity.ERROR,
            f"the right {probe.right} is missing, and {needed} to {probe.verb} {probe.resource}",
            grant,
        )


def _old(version: str) -> Iterator[Finding]:
    numbers = Api.numbers(version)
    if numbers and numbers < OLDEST:
        yield Finding(
            "GM505",
            Severity.ERROR,
            f"the shop is Magento {version}; this room works with 2.3 and 2.4",
            "update the shop, or use its exports and imports: `via: csv` and `via: csv-import`",
        )


def _settings(api: Api, options: RestOptions, *, read_only: bool) -> Iterator[Finding]:
    try:
        shop = read_shop(api, options)
    except GroupmigrateError as error:
        yield trouble(error)
        return
    yield Finding("GM530", Severity.NOTE, _what_it_has(api, shop))
    yield from _websites(shop, read_only=read_only)
    yield from _demands(shop, read_only=read_only)
    yield from _modules(api)
    yield from _unseen(api, shop)
    if not api.edition.was_run:
        yield Finding(
            "GM585",
            Severity.NOTE,
            "this kind of shop was only read about: in a target the first customer of each group goes alone, "
            "and a store that makes no customers silently stops the run before anybody is made or mailed",
            "try it with a copy of the shop first; what Adobe documents, and what nobody has seen, is on the "
            "platform's page",
        )


def _what_it_has(api: Api, shop: Shop) -> str:
    websites = (
        f"{website.code} ({', '.join(store.code for store in shop.stores if store.website == website.id)})"
        for website in shop.websites
    )
    parts = [f"websites with their store views: {', '.join(websites)}"]
    if shop.attributes:
        parts.append(f"attributes of its own: {', '.join(shop.attributes)}")
    try:
        classes = api.get("taxClasses/search", ALL).get("items") or ()
    except (AccessDenied, Refused):
        return "; ".join(parts)
    names = ", ".join(row["class_name"] for row in classes if row["class_type"] == "CUSTOMER")
    return "; ".join([*parts, f"tax classes of customers: {names}"])


def _websites(shop: Shop, *, read_only: bool) -> Iterator[Finding]:
    if shop.website is None:
        codes = ", ".join(website.code for website in shop.websites)
        yield Finding(
            "GM522",
            Severity.NOTE if read_only else Severity.ERROR,
            f"the shop has several websites ({codes}); a source is read whole, a target must be one of them",
            "set `website:` in the connector to the code of the website you mean",
        )


def _demands(shop: Shop, *, read_only: bool) -> Iterator[Finding]:
    where = "make it optional in the shop (Stores > Configuration > Customers) during the migration"
    of_customer = sorted(name for name in shop.demanded if name in OF_CUSTOMER)
    if of_customer:
        words = (
            f"the shop demands of every customer: {', '.join(of_customer)}; those without it cannot be saved"
        )
        yield Finding("GM509", Severity.WARNING, words, where)
    of_address = sorted(name for name in shop.demanded_of_addresses - {"telephone"} if name in OF_ADDRESS)
    if of_address:
        words = (
            f"the shop demands of every address: {', '.join(of_address)}; those without it cannot be saved"
        )
        yield Finding("GM509", Severity.WARNING, words, where)
    if own_of_address := sorted(shop.demanded_of_addresses - WRITTEN_OF_ADDRESSES):
        words = f"the shop demands of every address: {', '.join(own_of_address)}, which is not written"
        yield Finding("GM509", Severity.WARNING, words, f"{where}, or say `addresses: false` in the mapping")
    own = sorted(shop.demanded & shop.attributes.keys())
    if taken := [code for code in own if shop.attributes[code].can_be_written]:
        words = f"the shop demands its own attributes of every customer: {', '.join(taken)}"
        hint = f"name them in the mapping (`customers: attributes:`), or {where}"
        yield Finding("GM509", Severity.WARNING, words, hint)
    if hopeless := [code for code in own if not shop.attributes[code].can_be_written]:
        yield Finding(
            "GM509",
            Severity.WARNING if read_only else Severity.ERROR,
            f"the shop demands of every customer: {', '.join(hopeless)}, which is not written",
            where,
        )


def _modules(api: Api) -> Iterator[Finding]:
    try:
        modules = set(api.get("modules", ALL))
    except (AccessDenied, Refused):
        return
    if "Magento_CustomerSegment" in modules:
        yield Finding(
            "GM531",
            Severity.NOTE,
            f"the shop has customer segments{_named_segments(api)}; segments are rules and no groups, and "
            "nothing here reads who is in them",
            "a mapping can put a segment's customers into a group: by country, date, attribute, or a list of "
            "e-mails exported from the segment's grid",
        )
    if "Magento_Company" in modules:
        yield Finding(
            "GM532",
            Severity.WARNING,
            "the shop has company accounts; the group of a company's users follows their company",
            "leave the users of companies out of the mapping, or set the companies' groups in the admin",
        )


def _named_segments(api: Api) -> str:
    """The segments by their names, where they can be asked for."""
    if not api.edition.lists_segments:
        return ""
    try:
        rows = api.get("customerSegments/search", ALL).get("items") or ()
    except (AccessDenied, Refused):
        return ""
    return f" ({', '.join(quoted(row['name']) for row in rows)})" if rows else ""


def _unseen(api: Api, shop: Shop) -> Iterator[Finding]:
    settings = ["whether new accounts wait for a confirmation (they are confirmed by a second request)"]
    if waiting := _unconfirmed(api):
        settings[0] += f"; waiting for it now: {waiting:,}"
    if len(shop.websites) > 1 and not shop.shared_accounts:
        settings.append("whether websites share their customers (taken as no; `shared_accounts: true` if so)")
    if not shop.keeps_group:
        settings.append("whether groups follow VAT numbers (`auto_group` lets the shop do that)")
    yield Finding("GM533", Severity.NOTE, f"no interface tells {'; nor '.join(settings)}")


def _unconfirmed(api: Api) -> int:
    unconfirmed = Filter("confirmation", "notnull", "1")
    try:
        found = api.get("customers/search", criteria((unconfirmed,), "entity_id", 1))
    except Refused:
        return 0
    return int(found.get("total_count") or 0)
