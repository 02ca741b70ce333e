"""One record as the shop's own code holds it while it answers: values, translated names, memberships."""

from __future__ import annotations

from dataclasses import dataclass, field

from groupmigrate.platforms.practicefile import Row, Value
from groupmigrate.platforms.prestashop.sandbox.context import Context
from groupmigrate.platforms.prestashop.sandbox.resources import Kind, Resource
from groupmigrate.platforms.prestashop.sandbox.shop import Names, Shop


@dataclass
class Record:
    """A record that was read, or one that is being written: then its values are as they were sent."""

    id: Value
    values: Row
    names: Names = field(default_factory=dict)
    groups: list[int] = field(default_factory=list)


def load(shop: Shop, resource: Resource, number: int, context: Context) -> Record | None:
    """Read one record; None if there is none of that id. Whose shop it is does not matter."""
    rows = shop.rows(f"SELECT * FROM {resource.table} WHERE {resource.key} = ?", (number,))
    if not rows:
        return None
    # Before 8 all values come as texts (PrestaShop 1.6.1.25 and 1.7.6.2, run).
    typed = shop.release.typed_json
    values = {
        each.name: rows[0].get(each.name)
        if typed and each.kind is Kind.WHOLE
        else _text(rows[0].get(each.name))
        for each in resource.fields
        if not each.i18n
    }
    if typed and number in resource.kept_loaded:
        # The shop has loaded this record for itself, and then flags are numbers (PrestaShop 9.1.4, run).
        flags = [each.name for each in resource.fields if each.kind is Kind.FLAG]
        values |= {name: int(values[name] or 0) for name in flags}
    return Record(
        number,
        values,
        shop.names(resource, number) if resource.names else {},
        shop.groups_of(number, context.listed) if resource.groups else [],
    )


def _text(value: Value) -> Value:
    return None if value is None else str(value)
