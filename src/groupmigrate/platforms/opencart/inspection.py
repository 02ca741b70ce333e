"""What `check` finds out about a shop: what kind it is, the account's rights, and what would spoil a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select, text

from groupmigrate.errors import StoreError, UsageError
from groupmigrate.model import Group
from groupmigrate.platforms.base import Check, Finding, Severity
from groupmigrate.platforms.findings import no_time_zone, trouble
from groupmigrate.platforms.opencart import DatabaseOptions, wire
from groupmigrate.platforms.opencart.database import Database
from groupmigrate.platforms.opencart.groups import names_by_group, read_groups, tax_rates
from groupmigrate.platforms.opencart.rights import VERBS, missing_rights, words_of
from groupmigrate.platforms.opencart.schema import clause, find_tables
from groupmigrate.platforms.opencart.settings import read_shop
from groupmigrate.platforms.opencart.shop import Shop
from groupmigrate.platforms.opencart.tables import Tables

WRITTEN = ("customer", "address", "customer_approval")
MANY = 3


def inspect(database: Database, options: DatabaseOptions) -> Check:
    """Ask the shop. Expected troubles are findings; StoreError only if the shop goes away meanwhile."""
    shown = database.location.shown
    try:
        tables = find_tables(database, database.location.prefix)
        shop = read_shop(database, tables, options)
    except (StoreError, UsageError) as error:
        return Check(shown, "", findings=(trouble(error),))
    groups = read_groups(database, shop)
    findings = [
        *_connection(database),
        *_server(database),
        *_rights(database, tables),
        *_tables(tables, read_only=database.read_only),
        *_settings(shop, options),
        *_stores(database, shop),
        *_groups(database, shop, groups),
        *_prices(groups, shop),
        *_half_written(database, shop),
    ]
    rights = {"customers": _may(database, tables)}
    name = f"{shop.name} ({shown})" if shop.name else shown
    return Check(name, tables.likeness, rights, tuple(findings))


def _connection(database: Database) -> Iterator[Finding]:
    if database.location.is_far and not database.location.encrypted:
        yield Finding(
            "GM523",
            Severity.WARNING,
            f"all customers travel unencrypted between here and the database {database.location.shown}",
            "set `tls: true` in the connector, or go through a tunnel (ssh -L)",
        )


def _server(database: Database) -> Iterator[Finding]:
    """A replica, or a server that was set read-only: what is written there is refused, or lost."""
    if not database.location.is_mysql:
        return
    # A number up to MariaDB 11, a word since 12.
    answer = database.value(text("SELECT @@GLOBAL.read_only AS answer"))
    if str(answer).upper() in {"0", "OFF"}:
        return
    yield Finding(
        "GM543",
        Severity.NOTE if database.read_only else Severity.ERROR,
        "the server takes no changes (read_only): most likely it is a replica",
        "as a source it will do; as a target take the server that the shop itself writes to",
    )


def _rights(database: Database, tables: Tables) -> Iterator[Finding]:
    if not database.location.is_mysql:
        return
    grants = _grants(database)
    names = [tables[name].name for name in WRITTEN if name in tables]
    if missing := missing_rights(grants, database.location.url.database or "", names):
        yield Finding(
            "GM503",
            Severity.WARNING if database.read_only else Severity.ERROR,
            f"the account lacks, and a target needs: {'; '.join(missing)}",
            "let the owner of the database grant them; a source needs SELECT only",
        )


def _may(database: Database, tables: Tables) -> str:
    if not database.location.is_mysql:
        return ", ".join(VERBS.values())
    return words_of(_grants(database), database.location.url.database or "", tables["customer"].name)


def _grants(database: Database) -> list[str]:
    return [str(next(iter(row.values()))) for row in database.rows(text("SHOW GRANTS"))]


def _tables(tables: Tables, *, read_only: bool) -> Iterator[Finding]:
    views = [tables[name].name for name in WRITTEN if name in tables and tables[name].is_view]
    if views:
        yield Finding(
            "GM544",
            Severity.NOTE if read_only else Severity.ERROR,
            f"these are views and no tables: {', '.join(views)}",
            "as a source they will do; as a target take the database of the tables themselves",
        )
    elif not tables.are_transactional:
        engines = sorted({tables[name].engine for name in WRITTEN if name in tables})
        yield Finding(
            "GM545",
            Severity.NOTE,
            f"the tables know no transactions ({', '.join(engines)}): customers are written in three steps, "
            "and cannot log in before the last",
        )
    narrow = [
        f"{table}.{one.name}"
        for table in ("customer", "address")
        for one in tables[table].columns.values()
        if not one.holds_four_bytes
    ]
    wide = any(one.charset and one.holds_four_bytes for one in tables["customer"].columns.values())
    if narrow and (wide or tables.default_is_flagged):
        yield Finding(
            "GM546",
            Severity.NOTE if read_only else Severity.WARNING,
            f"some columns hold no characters of four bytes, as emoji: {_some(narrow)}",
            "convert them to utf8mb4, or let the plan block or clean such customers",
        )


def _settings(shop: Shop, options: DatabaseOptions) -> Iterator[Finding]:
    if not shop.time_zone_known:
        yield no_time_zone("the shop does not say its time zone; its dates are taken as UTC")
    if options.language and options.language not in shop.languages.values():
        known = ", ".join(sorted(set(shop.languages.values())))
        yield Finding(
            "GM105",
            Severity.ERROR,
            f'the shop has no language "{options.language}", only: {known}',
            "correct `language:` in the connector",
        )


def _stores(database: Database, shop: Shop) -> Iterator[Finding]:
    """The default store 0 has no row of its own (2.3 to 4.1, run)."""
    if "store" not in shop.tables:
        return
    stores = {0} | {int(row["store_id"]) for row in database.rows(select(clause(shop.tables, "store")))}
    if shop.store not in stores:
        known = ", ".join(map(str, sorted(stores)))
        yield Finding(
            "GM105",
            Severity.ERROR,
            f"the shop has no store {shop.store}, only: {known}",
            "correct `store:` in the connector",
        )


def _groups(database: Database, shop: Shop, groups: Sequence[Group]) -> Iterator[Finding]:
    names, taxes = names_by_group(database, shop), tax_rates(database, shop)
    gone = [group.id for group in groups if not group.settings]  # nothing is left of them but their members
    if gone:
        yield Finding(
            "GM547",
            Severity.WARNING,
            f"customers are in groups that are not there any more: {', '.join(gone)}",
            "they can log in, and the back office does not list them; map these groups by id (id:7)",
        )
    there = [group for group in groups if group.id not in gone]
    unnamed = [
        group.id for group in there if not (names.get(group.id, {}).get(shop.admin_language) or "").strip()
    ]
    if unnamed:
        yield Finding(
            "GM547",
            Severity.WARNING,
            f"these groups have no name in the language of the back office: {', '.join(unnamed)}",
            "the back office lists none of their customers; give them a name in every language",
        )
    untaxed = [group.name for group in there if taxes.get(shop.default_group) and not taxes.get(group.id)]
    if untaxed:
        yield Finding(
            "GM548",
            Severity.WARNING,
            f"the customers of these groups pay no tax: {_some(untaxed)}",
            "if that is not meant, tick the groups at the tax rates (System > Localisation > Taxes)",
        )


def _prices(groups: Sequence[Group], shop: Shop) -> Iterator[Finding]:
    """A special price or a discount is of one group: who is moved to another pays in full (4.1.0.4, run)."""
    prices = {group.id: group.settings["prices of its own"] for group in groups if group.settings}
    own = prices.get(shop.default_group, "none")
    without = [group.name for group in groups if prices.get(group.id) == "none"]
    if own != "none" and without:
        yield Finding(
            "GM571",
            Severity.WARNING,
            f"the default group has special prices and discounts ({own}), these have none: {_some(without)}",
            "if customers should keep them after a move, enter them at the products for that group, too",
        )


def _half_written(database: Database, shop: Shop) -> Iterator[Finding]:
    customer = clause(shop.tables, "customer")
    marked = customer.c.ip.startswith(wire.PENDING, autoescape=True)
    number = database.value(select(func.count().label("number")).select_from(customer).where(marked))
    if number:
        yield Finding(
            "GM549",
            Severity.WARNING,
            f"{number:,} customers are half-written by a run that was cut off; they cannot log in yet",
            "run the same plan again: it ends them",
        )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
    return ", ".join(names[:MANY]) + more
