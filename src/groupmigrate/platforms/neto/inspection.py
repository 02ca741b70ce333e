"""What `check` finds out about a store: who answers, whether the key is good, and what would spoil a run."""

from __future__ import annotations

from collections.abc import Iterator

from groupmigrate.errors import StoreError
from groupmigrate.platforms.base import Check, Finding, Severity
from groupmigrate.platforms.findings import trouble, unencrypted
from groupmigrate.platforms.neto import ApiOptions
from groupmigrate.platforms.neto.api import Api
from groupmigrate.platforms.neto.shapes import Row, text
from groupmigrate.platforms.neto.wire import FULL

SAMPLE = 5


def inspect(api: Api, options: ApiOptions, address: str) -> Check:
    """Ask the store for a few customers. Expected troubles are findings."""
    try:
        rows = next(api.customers(FULL, SAMPLE), [])
    except StoreError as error:
        return Check(address, "", findings=(trouble(error),))
    rights = {"customers": "read; whether it may create and change shows when it does"}
    findings = (*unencrypted(address), *_filters(api), *_fields(rows), *_groups(options))
    return Check(address, "Neto API", rights, findings)


def _filters(api: Api) -> Iterator[Finding]:
    """Whether the filters that find people again are honoured: asked for nobody, nobody may come."""
    for name in ("Username", "Email"):
        nobody = {name: ["nobody0at0all"] if name == "Username" else ["nobody@nowhere.invalid"]}
        if next(api.customers(("Username",), 1, nobody), []):
            yield Finding(
                "GM555",
                Severity.ERROR,
                f"the store gives customers for a {name} that nobody has: its filter is not honoured",
                "without it nobody can be found again; ask Neto's support",
            )


def _fields(rows: list[Row]) -> Iterator[Finding]:
    unnamed = [row for row in rows if not text(row, "Username")]
    if unnamed:
        yield Finding(
            "GM556",
            Severity.ERROR,
            "the store gives customers without a Username, which is their only key",
            "check `url` and the rights of the key",
        )
    numeric = sorted({group for row in rows if (group := text(row, "UserGroup")).isdigit()})
    if numeric:
        yield Finding(
            "GM557",
            Severity.WARNING,
            f"customers name their group by a number: {', '.join(numeric)}",
            "groups that products have prices for get their names; the others keep the number and are closed",
        )


def _groups(options: ApiOptions) -> Iterator[Finding]:
    if not options.groups:
        yield Finding(
            "GM558",
            Severity.NOTE,
            "no call lists the groups: known are those with members, those with prices, and A to F, which "
            "a new store has",
            "list all groups in `groups:` of the connector",
        )
