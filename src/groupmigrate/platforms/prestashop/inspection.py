"""What `check` finds out about a shop: who answers, the key's rights, and what would spoil a run."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from groupmigrate.errors import StoreError
from groupmigrate.platforms.base import Check, Finding, Severity
from groupmigrate.platforms.findings import no_time_zone, trouble, unencrypted
from groupmigrate.platforms.prestashop import WebserviceOptions
from groupmigrate.platforms.prestashop.api import Api
from groupmigrate.platforms.prestashop.limits import OF_ADDRESS, OF_CUSTOMER, unmeetable
from groupmigrate.platforms.prestashop.settings import read_shop, shop_names, version_numbers
from groupmigrate.platforms.prestashop.shop import Shop

READS = ("customers", "groups", "addresses", "countries", "states", "languages", "configurations")
OLDEST = (1, 6)
NOT_WRITABLE = "customers can be written to one shop only, not to several at once"
VERBS = {"get": "read", "post": "create", "put": "replace", "patch": "change", "delete": "remove"}


def inspect(api: Api, options: WebserviceOptions, address: str, *, read_only: bool) -> Check:
    """Ask the shop. Expected troubles are findings; StoreError only if the shop goes away meanwhile."""
    try:
        root, version, clock = api.root()
    except StoreError as error:
        return Check(address, "", findings=(trouble(error),))
    rights = _rights(root)
    findings = [
        *_connection(api, address),
        *_version(version),
        *_missing(rights, version, read_only=read_only),
    ]
    if not any(finding.severity is Severity.ERROR for finding in findings):
        findings += _settings(api, options, read_only=read_only)
        findings += _shops(api, options, rights, read_only=read_only)
    name = root[0].get("shopName") or address
    words = {
        resource: ", ".join(VERBS[verb] for verb in VERBS if verb in has) for resource, has in rights.items()
    }
    return Check(f"{name} ({address})", version, words, tuple(findings), clock)


def required_fields(schema: ET.Element) -> tuple[str, ...]:
    """The fields a schema demands; the shop's own demands are among them (PrestaShop 9.1.4, run)."""
    return tuple(field.tag for field in schema if field.get("required") == "true")


def _rights(root: ET.Element) -> dict[str, set[str]]:
    """The verbs the key may use on each of the resources that matter here."""
    return {
        resource.tag: {verb for verb in VERBS if resource.get(verb) == "true"}
        for resource in root[0]
        if resource.tag in {*READS, "shops"}
    }


def _connection(api: Api, address: str) -> Iterator[Finding]:
    yield from unencrypted(address)
    if api.key_in_address:
        yield Finding(
            "GM521",
            Severity.WARNING,
            "the web server keeps the Authorization header from the shop, so the key is sent in the address",
            "the key lands in the server's access log: let the header through, or change the key afterwards",
        )


def _version(version: str) -> Iterator[Finding]:
    if version_numbers(version) < OLDEST:
        yield Finding(
            "GM505",
            Severity.ERROR,
            f"the shop is PrestaShop {version}; this room works with 1.6, 1.7, 8 and 9",
            "update the shop first",
        )


def _missing(rights: dict[str, set[str]], version: str, *, read_only: bool) -> Iterator[Finding]:
    unread = [f"GET {resource}" for resource in READS if "get" not in rights.get(resource, ())]
    # PATCH exists since 8.0, and a key that is older than that does not have the right.
    change = "patch" if version_numbers(version) >= (8,) else "put"
    writes = (("customers", "post"), ("customers", change), ("addresses", "post"))
    unwritten = [f"{verb.upper()} {name}" for name, verb in writes if verb not in rights.get(name, ())]
    where = "grant them to the key in the back office: Advanced Parameters > Webservice"
    if unread:
        yield Finding("GM503", Severity.ERROR, f"the key lacks: {', '.join(unread)}", where)
    if unwritten:
        # A store that is only read works without; a target does not.
        severity = Severity.WARNING if read_only else Severity.ERROR
        yield Finding("GM503", severity, f"the key lacks, and a target needs: {', '.join(unwritten)}", where)


def _settings(api: Api, options: WebserviceOptions, *, read_only: bool) -> Iterator[Finding]:
    shop = read_shop(api, options)
    yield from _of_shop(shop)
    yield from _of_options(options, shop)
    yield from _demands(required_fields(api.synopsis("customers")), read_only=read_only)
    if shop.demands_of_addresses:
        yield from _demands_of_addresses(required_fields(api.synopsis("addresses")))


def _of_shop(shop: Shop) -> Iterator[Finding]:
    if not shop.time_zone_known:
        yield no_time_zone("the shop does not say its time zone; its dates are taken as UTC")
    if not shop.takes_guests:
        yield Finding(
            "GM570",
            Severity.NOTE,
            "everybody has to register in this shop, so no guests can be created in it",
            "for `guests: create` switch guest checkout on, in the shop's settings for orders",
        )
    if shop.technical_account:
        yield Finding(
            "GM589",
            Severity.NOTE,
            f"customer {shop.technical_account} is an account of the shop's GDPR module, and is left out",
        )


def _of_options(options: WebserviceOptions, shop: Shop) -> Iterator[Finding]:
    if options.language and options.language not in shop.languages.values():
        known = ", ".join(sorted(shop.languages.values()))
        yield Finding(
            "GM105",
            Severity.ERROR,
            f'the shop has no language "{options.language}", only: {known}',
            "correct `language:` in the connector",
        )
    if not options.always_customer_group:
        yield Finding(
            "GM518",
            Severity.WARNING,
            "customers are not put into the Customer group, too; whether their groups see the whole shop "
            "cannot be asked",
            "leave `always_customer_group` on, or check the groups' modules and categories",
        )


def _demands(required: tuple[str, ...], *, read_only: bool) -> Iterator[Finding]:
    fillable = [name for name in required if name in OF_CUSTOMER]
    hopeless = unmeetable(required)
    if fillable:
        yield Finding(
            "GM509",
            Severity.WARNING,
            f"the shop demands of every customer: {', '.join(fillable)}; those without it cannot be created",
            "make it optional in the shop (Customers > Set required fields) during the migration",
        )
    if hopeless:
        yield Finding(
            "GM509",
            Severity.WARNING if read_only else Severity.ERROR,
            f"the shop demands of every customer: {', '.join(hopeless)}, which no other platform has",
            "make it optional in the shop (Customers > Set required fields) during the migration",
        )


def _demands_of_addresses(required: tuple[str, ...]) -> Iterator[Finding]:
    if demanded := [name for name in required if name in OF_ADDRESS]:
        yield Finding(
            "GM509",
            Severity.WARNING,
            f"the shop demands of every address: {', '.join(demanded)}; those without it cannot be created",
            "make it optional in the shop (Customers > Addresses > Set required fields) during the migration",
        )


def _shops(
    api: Api, options: WebserviceOptions, rights: dict[str, set[str]], *, read_only: bool
) -> Iterator[Finding]:
    if isinstance(options.shop, int):
        return
    if "get" not in rights.get("shops", ()):
        if not options.one_shop:
            where = "grant it to the key in the back office: Advanced Parameters > Webservice"
            yield Finding("GM503", Severity.ERROR, "the key lacks: GET shops", where)
        return
    shops = shop_names(api, options.shop)
    names = ", ".join(f"{id_} {name}" for id_, name in shops.items())
    if not options.one_shop:
        yield _several(options, names, read_only=read_only)
    elif len(shops) > 1:
        yield Finding(
            "GM522",
            Severity.WARNING,
            f"this is a multistore ({names}); only its default shop is used",
            "set `shop:` in the connector to the number of the shop you mean, or to `all`",
        )


def _several(options: WebserviceOptions, names: str, *, read_only: bool) -> Finding:
    if not names:
        words = f"there is no shop in use in `shop: {options.shop}`"
        return Finding("GM522", Severity.ERROR, words, "correct `shop:` in the connector")
    if not read_only:
        return Finding("GM522", Severity.ERROR, NOT_WRITABLE, f"set `shop:` to one of: {names}")
    return Finding("GM522", Severity.NOTE, f"read are the customers of these shops: {names}")
