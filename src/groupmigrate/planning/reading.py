"""Reading the two stores into the snapshot: whole, or on request only what changed since the last time.

Nothing here can write to a store: the stores are opened read-only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groupmigrate import platforms
from groupmigrate.errors import FileProblems, StoreError
from groupmigrate.files.connector import Connector
from groupmigrate.files.migration import Migration
from groupmigrate.planning.sidetable import Side
from groupmigrate.planning.snapshot import Reading, Snapshot
from groupmigrate.platforms.base import Check, Rules, Severity, Source, Target

Watch = Callable[[str, int, int | None], None]
"""Told how far the work is: (what, customers so far, how many in all if known)."""
SIDES: tuple[Side, Side] = ("source", "target")


def wants_passwords(migration: Migration, rules: Rules) -> bool:
    """Whether password hashes are to be read: only to be carried, and to a target that takes any."""
    return migration.mapping.policy.passwords == "carry" and bool(rules.passwords)


def passed(check: Check, store: str) -> Check:
    """The check, if nothing in it would spoil a run; else a StoreError that names everything."""
    errors = [finding for finding in check.findings if finding.severity is Severity.ERROR]
    if not errors:
        return check
    first, more = errors[0], "; ".join(finding.message for finding in errors[1:])
    raise StoreError(
        f"{first.message}{'; ' if more else ''}{more}", place=store, hint=first.hint, code=first.code
    )


def read_source(
    migration: Migration,
    source: Source,
    check: Check,
    snapshot: Snapshot,
    watch: Watch,
    *,
    passwords: bool = False,
    since_last: bool = False,
) -> None:
    """Read the source, which has passed its check, into the snapshot.

    `passwords` says that it was opened to give password hashes; `since_last` that only those who changed are
    to be read, if that is possible.
    """
    connector = migration.source
    reading = Reading("source", source, connector.fingerprint, check, passwords=passwords)
    _read(snapshot, reading, connector, watch, since_last=since_last)


def read_target(
    migration: Migration,
    target: Target,
    check: Check,
    snapshot: Snapshot,
    watch: Watch,
    *,
    since_last: bool = False,
) -> None:
    """Read the target, which has passed its check, into the snapshot, with the rules that it lays down."""
    if check.store == snapshot.check("source").store:
        problem = migration.mapping.problem("GM111", f"source and target are the same store, {check.store}")
        raise FileProblems([problem])
    connector = migration.target
    reading = Reading("target", target, connector.fingerprint, check, target.rules())
    _read(snapshot, reading, connector, watch, since_last=since_last)


def how_read(snapshot: Snapshot) -> Iterator[str]:
    """What a person should know about how the stores were read: a code, and words."""
    for side in SIDES:
        if why := snapshot.fact(side, "whole"):
            yield f"GM615 the whole {side} was read: {why}"
        if since := snapshot.fact(side, "since"):
            clock = "its own" if snapshot.check(side).clock else "this machine's"
            whole = snapshot.fact(side, "started")[:16]
            yield (
                f"GM614 of the {side} only what it dates at or after {since} UTC, by {clock} clock, was read;"
                f" who was deleted there since {whole} UTC, when all was read, is still in this plan"
            )


def _read(
    snapshot: Snapshot, reading: Reading, connector: Connector, watch: Watch, *, since_last: bool
) -> None:
    side, why = reading.side, ""
    if since_last:
        why = _untold(connector) or snapshot.refresh(
            reading, lambda count, total: watch(f"reading what changed in the {side}", count, total)
        )
        if not why:
            return
    snapshot.read(reading, lambda count, total: watch(f"reading the {side}", count, total))
    snapshot.remember(side, whole=why)


def _untold(connector: Connector) -> str:
    """Why this way cannot be asked for changes; "" if it can."""
    tells = platforms.way_of(connector).tells_changes
    return "" if tells else f"`via: {connector.via}` does not tell what changed"
