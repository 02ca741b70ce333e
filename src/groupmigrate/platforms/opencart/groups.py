"""The groups of a shop: read with all that they mean there, and made whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import TableClause, func, insert, literal, select

from groupmigrate.errors import GroupmigrateError
from groupmigrate.model import Group
from groupmigrate.platforms.opencart import wire
from groupmigrate.platforms.opencart.database import Database, Transaction
from groupmigrate.platforms.opencart.escaping import TAKES, escaped, unescaped
from groupmigrate.platforms.opencart.schema import clause
from groupmigrate.platforms.opencart.shop import Shop

# What a new group lacks, and what makes it pay no tax or hides fields from its customers (2.3 to 4.1, run).
COPIED = ("tax_rate_to_customer_group", "custom_field_customer_group")


def read_groups(database: Database, shop: Shop) -> list[Group]:
    """Every group, and those that are gone but still have customers: these can log in all the same (run)."""
    group = clause(shop.tables, "customer_group")
    rows = {
        wire.group_id(row): row for row in database.rows(select(group).order_by(group.c.customer_group_id))
    }
    names, members = names_by_group(database, shop), _members(database, shop)
    taxes, prices = tax_rates(database, shop), _own_prices(database, shop)
    groups = []
    for id_, row in rows.items():
        settings = {
            "taxes": ", ".join(taxes.get(id_, ())) or "none",
            "prices of its own": str(prices.get(id_, "none")),
        }
        groups.append(wire.group(row, names.get(id_, {}), shop, settings, members.get(id_, 0)))
    gone = sorted(set(members) - set(rows), key=int)
    return [*groups, *(Group(id_, f"(group {id_}: gone)", members=members[id_]) for id_ in gone)]


def names_by_group(database: Database, shop: Shop) -> Mapping[str, Mapping[int, str]]:
    """The names as they are stored, by group and language."""
    found: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for row in database.rows(select(clause(shop.tables, "customer_group_description"))):
        found[wire.group_id(row)][row["language_id"]] = row["name"]
    return found


def tax_rates(database: Database, shop: Shop) -> Mapping[str, list[str]]:
    """The names of the tax rates that each group pays."""
    if "tax_rate" not in shop.tables or "tax_rate_to_customer_group" not in shop.tables:
        return {}
    rate, link = clause(shop.tables, "tax_rate"), clause(shop.tables, "tax_rate_to_customer_group")
    joined = link.join(rate, rate.c.tax_rate_id == link.c.tax_rate_id)
    question = select(link.c.customer_group_id, rate.c.name).select_from(joined).order_by(rate.c.tax_rate_id)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in database.rows(question):
        found[wire.group_id(row)].append(unescaped(row["name"] or ""))
    return found


def make_group(database: Database, shop: Shop, name: str, *, copy: bool) -> None:
    """Make a group with its name in every language; with `copy` it pays the taxes of the default group.

    Raises GroupmigrateError if the name is too long, and what `Database.writing` raises.
    """
    room = shop.tables.length("customer_group_description", "name")
    if room and len(escaped(name)) > room:
        takes = ", ".join(f"{character} takes {places}" for character, places in TAKES.items())
        raise GroupmigrateError(
            f'the group name "{name}" takes {len(escaped(name))} places, and the shop has {room} ({takes})',
            hint="take a shorter name in the mapping, or make the group in the shop's back office",
            code="GM401",
        )
    with database.writing() as transaction:
        id_ = _insert(transaction, shop, name)
        for table in COPIED if copy else ():
            if table in shop.tables:
                _copy(transaction, shop, table, id_)


def _own_prices(database: Database, shop: Shop) -> Mapping[str, int]:
    """How many special prices and discounts of products each group has."""
    # Since 4.1 specials are discounts, and what an upgrade left in the old table is not read (run).
    old = () if shop.tables.has("product_discount", "special") else ("product_special",)
    found: Counter[str] = Counter()
    for name in ("product_discount", *old):
        if name in shop.tables:
            found += _count(database, clause(shop.tables, name))
    return found


def _members(database: Database, shop: Shop) -> Mapping[str, int]:
    return _count(database, clause(shop.tables, "customer"))


def _count(database: Database, table: TableClause) -> Counter[str]:
    """How many rows a table has for each group."""
    question = select(table.c.customer_group_id, func.count().label("number")).select_from(table)
    found: Counter[str] = Counter()
    for row in database.rows(question.group_by(table.c.customer_group_id)):
        found[wire.group_id(row)] += row["number"]
    return found


def _insert(transaction: Transaction, shop: Shop, name: str) -> int:
    group = clause(shop.tables, "customer_group")
    last = transaction.value(select(func.max(group.c.sort_order))) or 0
    # A made group lets people in at once: whoever is in it is moved there by us.
    row = wire.whole({"approval": 0, "sort_order": last + 1}, shop.tables["customer_group"])
    id_ = transaction.send(insert(group).values(row))
    description = clause(shop.tables, "customer_group_description")
    names = {"customer_group_id": id_, "name": escaped(name), "description": ""}
    there = shop.tables["customer_group_description"]
    rows = [wire.whole(names | {"language_id": language}, there) for language in shop.languages]
    transaction.insert(description, rows)
    return id_


def _copy(transaction: Transaction, shop: Shop, name: str, id_: int) -> None:
    """Give a group the rows that the default group has in a table."""
    there = clause(shop.tables, name)
    others = [one for one in there.c if one.name != "customer_group_id"]
    question = select(literal(id_), *others).where(there.c.customer_group_id == int(shop.default_group or 0))
    transaction.send(
        insert(there).from_select(["customer_group_id", *(one.name for one in others)], question)
    )
