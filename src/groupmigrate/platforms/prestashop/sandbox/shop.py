"""The practice shop's database: one SQLite file with PrestaShop's tables, and how values are stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cached_property
from importlib.resources import files
from zoneinfo import ZoneInfo

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.practicefile import PracticeFile, Row, Value
from groupmigrate.platforms.prestashop.sandbox.release import NINE, RELEASES, Release
from groupmigrate.platforms.prestashop.sandbox.resources import Field, Kind, Resource

Names = dict[int, str]


class Shop(PracticeFile):
    """An open shop: PrestaShop's tables."""

    tables = files(__package__).joinpath("tables.sql").read_text(encoding="utf-8")
    layout = 2

    def _prepare(self) -> None:
        self._connection.create_function("fold", 1, fold, deterministic=True)
        super()._prepare()

    def setting(self, name: str) -> str:
        """A value of the shop's configuration, "" where there is none."""
        return str(self.value("SELECT value FROM ps_configuration WHERE name = ?", (name,)) or "")

    @cached_property
    def release(self) -> Release:
        """The version that the shop was installed as; a file that does not say it is of the newest."""
        named = self.setting("PS_VERSION_DB")
        return next((each for each in RELEASES.values() if each.version == named), NINE)

    def now(self, minus_minutes: int = 0) -> str:
        """The shop's own time, in the zone of PS_TIMEZONE (UTC where none is set)."""
        zone = ZoneInfo(self.setting("PS_TIMEZONE") or "UTC")
        moment = datetime.now(UTC) - timedelta(minutes=minus_minutes)
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")

    def languages(self) -> list[int]:
        """The ids of the shop's languages; the default language is first."""
        default = int(self.setting("PS_LANG_DEFAULT") or 1)
        ids = [int(row["id_lang"] or 0) for row in self.rows("SELECT id_lang FROM ps_lang ORDER BY id_lang")]
        return sorted(ids, key=lambda number: (number != default, number))

    def insert(self, resource: Resource, row: Row) -> int:
        """Store a new row, as `_kept` says, and return its id."""
        row = self._kept(resource, row)
        marks = ", ".join("?" * len(row))
        columns = ", ".join(row)
        return self.execute(f"INSERT INTO {resource.table} ({columns}) VALUES ({marks})", tuple(row.values()))

    def update(self, resource: Resource, number: int, row: Row) -> None:
        """Store the values over those of an existing row."""
        row = self._kept(resource, row)
        sets = ", ".join(f"{column} = ?" for column in row)
        self.execute(f"UPDATE {resource.table} SET {sets} WHERE {resource.key} = ?", (*row.values(), number))

    def names(self, resource: Resource, number: int) -> Names:
        """The translated names of a record by the id of the language, as far as there are any."""
        sql = f"SELECT id_lang, name FROM {resource.names} WHERE {resource.key} = ?"
        return {int(row["id_lang"] or 0): str(row["name"]) for row in self.rows(sql, (number,))}

    def set_names(self, resource: Resource, number: int, names: Names) -> None:
        """Store a name in every language of the shop; missing ones become the default language's."""
        languages = self.languages()
        for language in languages:
            self.execute(
                f"INSERT OR REPLACE INTO {resource.names} VALUES (?, ?, ?)",
                (number, language, names.get(language) or names.get(languages[0], "")),
            )

    def groups_of(self, customer: int, shops: str = "SELECT id_shop FROM ps_shop") -> list[int]:
        """The groups that a customer is in, once for each of the shops (for SQL's IN) that has the group.

        Memberships of groups that are not there are not seen.
        """
        sql = (
            "SELECT id_group FROM ps_customer_group JOIN ps_group_shop USING (id_group) "
            f"WHERE id_customer = ? AND id_shop IN ({shops}) ORDER BY id_group"
        )
        return [int(row["id_group"] or 0) for row in self.rows(sql, (customer,))]

    def set_shops(self, group: int, shops: Iterable[int]) -> None:
        """Let a group belong to these shops, too."""
        for one in shops:
            self.execute("INSERT OR IGNORE INTO ps_group_shop VALUES (?, ?)", (group, one))

    def set_groups(self, customer: int, groups: Sequence[int]) -> None:
        """Replace the memberships; nothing checks that the groups exist (PrestaShop, run)."""
        self.execute("DELETE FROM ps_customer_group WHERE id_customer = ?", (customer,))
        for group in groups:
            self.execute("INSERT OR IGNORE INTO ps_customer_group VALUES (?, ?)", (customer, group))

    def _kept(self, resource: Resource, row: Row) -> Row:
        if not self.release.wide_characters:
            row = {name: _without_wide(value) for name, value in row.items()}
        if resource.name == "customers" and "email" in row:
            row = {**row, "email_folded": str(fold(row["email"]))}
        return row


def _without_wide(value: Value) -> Value:
    # Up to 1.7.6 the connection knows characters of three bytes only (1.6.1.25 and 1.7.6.2, run).
    return re.sub(r"[\U00010000-\U0010ffff]", "????", value) if isinstance(value, str) else value


def stored(field: Field, value: Value, *, nulls: bool = False) -> Value:
    """What the column keeps of a value: PHP and MariaDB cut, cast and fill in without a word."""
    match field.kind:
        case Kind.WHOLE | Kind.FLAG:
            return whole(value)
        case Kind.DECIMAL:
            return _decimal(value, field)
        case Kind.DAY:
            return _moment(value)[:10]
        case Kind.MOMENT:
            return _moment(value)
        case Kind.TEXT:
            if nulls and field.nullable and not value:
                return None
            text = "" if value is None else str(value)
            return text[: field.width] if field.width else text


def whole(value: Value) -> int:
    """The number that PHP and MariaDB see at the beginning of a text; 0 where there is none."""
    found = re.match(r"\s*([+-]?\d+)", str(value or 0))
    return int(found[1]) if found else 0


def _decimal(value: Value, field: Field) -> str:
    try:
        number = Decimal(str(value or 0))
    except InvalidOperation:
        number = Decimal(0)
    # The column is decimal(5,2) for a group's reduction: 1000 becomes 999.99 (PrestaShop, run).
    smallest = Decimal(1).scaleb(-field.places)
    largest = Decimal(10) ** field.width - smallest
    return str(max(min(number, largest), -largest).quantize(smallest, ROUND_HALF_UP))


def _moment(value: Value) -> str:
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d\d:\d\d:\d\d))?", str(value or ""))
    if not found:
        return "0000-00-00 00:00:00"
    year, month, day, time = found.groups()
    moment = f"{year}-{month:0>2}-{day:0>2} {time or '00:00:00'}"
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        # A day that is on no calendar is stored as no day (PrestaShop 1.6.1.25, run).
        return "0000-00-00 00:00:00"
    return moment
