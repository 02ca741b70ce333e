"""What tables a shop has and what they are like. The room decides by this, never by a version number.

Upgraded shops keep columns that their version does not have, and lack some that it has (3.0.3.9 upgraded to
4.1.0.4, run), and hosts convert engines and character sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

NEEDED = (
    "customer",
    "address",
    "customer_group",
    "customer_group_description",
    "language",
    "setting",
    "country",
    "zone",
)
"""Without these it is no OpenCart that the room can work with."""
OF_CUSTOMER = (
    "customer_activity",
    "customer_affiliate",
    "customer_affiliate_report",
    "customer_approval",
    "customer_authorize",
    "customer_history",
    "customer_ip",
    "customer_reward",
    "customer_token",
    "customer_transaction",
    "customer_wishlist",
)
"""What else may belong to a customer, and goes with them (the delete button of 4.1.0.4, run)."""
OTHERS = (
    "country_description",
    "zone_description",
    "custom_field",
    "custom_field_description",
    "custom_field_value_description",
    "custom_field_customer_group",
    "store",
    "order",
    "tax_rate",
    "tax_rate_to_customer_group",
    "product_discount",
    "product_special",
)
KNOWN = (*NEEDED, *OF_CUSTOMER, *OTHERS)
MARK = "customer_group_description"
"""The table that tells a shop from everything else in a database."""
TRANSACTIONAL = {"INNODB", "XTRADB", "ROCKSDB", "TOKUDB", "NDBCLUSTER", "SQLITE"}
FOUR_BYTES = {"", "utf8mb4", "utf16", "utf16le", "utf32", "gb18030"}
NUMBERS = ("int", "decimal", "float", "double", "numeric", "bit", "real")


@dataclass(frozen=True)
class Column:
    """One column as it is there."""

    name: str
    type: str
    """Without length: "varchar"."""
    length: int = 0
    """In characters; 0 for no limit and for everything but text."""
    nullable: bool = True
    has_default: bool = True
    charset: str = ""
    """ "" where the database does not tell, or it is no text."""

    @property
    def holds_four_bytes(self) -> bool:
        """Whether there is room for emoji and other characters of four bytes."""
        return self.charset in FOUR_BYTES

    @property
    def is_demanded(self) -> bool:
        """Whether a strict server refuses a row that does not name it."""
        return not (self.nullable or self.has_default)

    @property
    def neutral(self) -> str | int:
        """What means nothing in a column that this room does not know but that must be given."""
        if self.type.startswith(NUMBERS):
            return 0
        return "1970-01-01 00:00:01" if self.type.startswith(("date", "timestamp")) else ""


@dataclass(frozen=True)
class Table:
    """One table as it is there."""

    name: str
    """With the prefix."""
    columns: dict[str, Column] = field(default_factory=dict)
    engine: str = ""
    is_view: bool = False

    @cached_property
    def demanded(self) -> dict[str, str | int]:
        """Something neutral for every column that a strict server demands."""
        return {name: one.neutral for name, one in self.columns.items() if one.is_demanded}

    @property
    def is_transactional(self) -> bool:
        """Whether a batch can be written as a whole or not at all."""
        return self.engine.upper() in TRANSACTIONAL


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of one shop, by name without prefix; no two shops are the same."""

    prefix: str
    by_name: Mapping[str, Table]

    def __getitem__(self, name: str) -> Table:
        return self.by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def has(self, table: str, column: str) -> bool:
        """Whether the shop has that column."""
        return table in self.by_name and column in self.by_name[table].columns

    def length(self, table: str, column: str) -> int:
        """The most characters the column takes; 0 for no limit."""
        return self.by_name[table].columns[column].length

    @property
    def default_is_flagged(self) -> bool:
        """Whether a flag of an address tells the default one (4.x), not only a column of the customer."""
        return self.has("address", "default")

    @property
    def are_transactional(self) -> bool:
        """Whether a customer can be written as a whole or not at all."""
        written = [
            self.by_name[name] for name in ("customer", "address", "customer_approval") if name in self
        ]
        return all(table.is_transactional for table in written)

    @property
    def likeness(self) -> str:
        """The OpenCart whose tables these are: "4.1", "4.1, upgraded from an older one" …"""
        old = " (upgraded)" if self.has("customer", "salt") or self.has("customer", "address_id") else ""
        if "country_description" in self:
            return f"4.1{old}"
        if self.default_is_flagged:
            return f"4.0{old}"
        return "3.0" if "customer_approval" in self else "2.x"


def prefixes(names: Iterable[str]) -> list[str]:
    """What the tables of each shop in a database begin with, from the names of all its tables."""
    return sorted(name.removesuffix(MARK) for name in names if name.endswith(MARK))


def type_and_length(declared: str) -> tuple[str, int]:
    """ "varchar(32)" as ("varchar", 32); only text has a length."""
    found = re.match(r"\s*(\w+)\s*(?:\(\s*(\d+))?", declared.lower())
    if not found:
        return "", 0
    return found[1], int(found[2] or 0) if "char" in found[1] else 0
