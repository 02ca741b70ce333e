"""Planning: every source customer of a snapshot gets an action, and all of it is frozen in a file."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from groupmigrate.database import database_errors
from groupmigrate.errors import LimitTripped
from groupmigrate.files.folder import Folder
from groupmigrate.files.mapping import Policy
from groupmigrate.files.migration import Migration
from groupmigrate.files.resolution import resolve
from groupmigrate.files.route import Resolution
from groupmigrate.model import Customer
from groupmigrate.planning.action import ASLEEP, Act, Action
from groupmigrate.planning.decide import Decider
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planheader import Header, Tally
from groupmigrate.planning.reading import Watch, how_read
from groupmigrate.planning.snapshot import Snapshot
from groupmigrate.planning.usernames import usernames
from groupmigrate.wording import quoted

BATCH = 2_000
"""Actions written in one transaction."""


def make_plan(migration: Migration, snapshot: Snapshot, folder: Folder, watch: Watch) -> Path:
    """Decide about every source customer of the snapshot and write the plan file; returns its path.

    Raises FileProblems with everything in the mapping that does not fit the two stores.
    """
    rules = snapshot.rules()
    mapping = migration.mapping
    resolution = resolve(
        mapping, snapshot.groups("source"), snapshot.groups("target"), rules, snapshot.members("source")
    )
    with database_errors(folder.snapshot):
        merged = snapshot.merged_keys() if rules.ignores_accents else {}
    sides = (snapshot.customers("source"), snapshot.customers("target"))
    marks = "".join(_fingerprints(migration, snapshot).values())
    path = folder.new_plan(hashlib.sha256(marks.encode()).hexdigest()[:8])
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    totals = _Totals()
    with (
        PlanFile.create(draft) as plan,
        database_errors(folder.snapshot),
        usernames(rules.username, mapping.policy.usernames, *sides) as names,
    ):
        decider = Decider(resolution, mapping.policy, rules, merged, names)
        for batch in _batches(decider, snapshot):
            plan.add(batch)
            totals.add(batch)
            watch("planning", totals.tallies.total(), snapshot.count("source"))
        rows = [Tally(*key, customers=count) for key, count in sorted(totals.tallies.items())]
        header = _header(migration, snapshot, resolution, rows, totals)
        plan.finish(header, rows, totals.remarks, totals.logins)
    draft.replace(path)
    return path


def check_limits(plan: PlanFile) -> None:
    """Raise LimitTripped if the plan would change more of the target's customers than the mapping allows."""
    header = plan.header
    updates = sum(tally.customers for tally in plan.tallies() if tally.act is Act.UPDATE)
    few = FEW_UPDATES if header.max_updates_percent else 0
    if updates <= few or not header.in_target:
        return
    percent = 100 * updates / header.in_target
    if percent > header.max_updates_percent:
        raise LimitTripped(
            f"the plan changes {updates:,} of the target's {header.in_target:,} customers ({percent:.0f} %),"
            f" and the mapping allows {header.max_updates_percent} %",
            place=header.mapping,
            hint="check the groups; if this is what you want, raise `limits: max_updates_percent`",
            code="GM602",
        )


FEW_UPDATES = 10
"""So few updates are never too many, unless none is allowed: a percentage says nothing about a small shop."""


def _batches(decider: Decider, snapshot: Snapshot) -> Iterator[list[Action]]:
    batch: list[Action] = []
    for pair in snapshot.pairs():
        batch.extend(decider.decide(pair.key, pair.source, pair.target))
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@dataclass
class _Totals:
    """What is counted while planning."""

    tallies: Counter[tuple[str, str, Act, str]] = field(default_factory=Counter)
    remarks: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Notes of those who are sent, by code and field: why the others are not is their own code.

    Whoever is there already and cannot log in is counted, sent or not.
    """
    logins: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Those who are created, by the kind of their password and whether its hash is carried."""
    attributes: set[str] = field(default_factory=set)
    """The attributes that somebody who is created has, by the target's codes."""
    by_hand: Counter[str] = field(default_factory=Counter)
    """Those whom a person has to put into their group, by that group."""

    def add(self, batch: list[Action]) -> None:
        for action in batch:
            target_group = action.groups[0] if action.groups else ""
            self.tallies[(action.source_group, target_group, action.act, action.code)] += 1
            if action.by_hand:
                self.by_hand[target_group] += 1
            sent = action.act in (Act.CREATE, Act.UPDATE)
            notes = (note for note in action.notes if sent or note.code == ASLEEP)
            self.remarks.update({(note.code, _place(note.field)) for note in notes})
            if action.act is Act.CREATE and action.wanted is not None:
                self._create(action.wanted)

    def _create(self, wanted: Customer) -> None:
        self.attributes.update(wanted.attributes)
        if not wanted.guest:
            self.logins[wanted.password, wanted.password_hash is not None] += 1


def _place(field: str) -> str:
    """The field without the number of the address: "address 2: phone" counts as "address.phone"."""
    start, colon, name = field.partition(": ")
    return f"address.{name}" if colon else "address" if start.startswith("address ") else field


def _header(
    migration: Migration,
    snapshot: Snapshot,
    resolution: Resolution,
    rows: Sequence[Tally],
    totals: _Totals,
) -> Header:
    mapping, rules = migration.mapping, snapshot.rules()
    created = sum(row.customers for row in rows if row.act is Act.CREATE)
    return Header(
        name=mapping.name,
        mapping=os.fsencode(mapping.path).decode(errors="replace"),  # names of folders may be no UTF-8
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        source=migration.source.name,
        target=migration.target.name,
        source_store=snapshot.check("source").store,
        target_store=snapshot.check("target").store,
        fingerprints=_fingerprints(migration, snapshot),
        source_groups=tuple(snapshot.groups("source")),
        target_groups=tuple(snapshot.groups("target")),
        read=snapshot.count("source"),
        in_target=snapshot.count("target"),
        max_failures=mapping.limits.max_failures,
        max_updates_percent=mapping.limits.max_updates_percent,
        managed=tuple(sorted(resolution.managed)),
        remarks=(
            *(f"{remark.code} {remark.message}" for remark in resolution.remarks),
            *_none_carried(mapping.policy, totals.logins),
            *(_nobody_has(mapping.policy, totals.attributes) if created else ()),
            *how_read(snapshot),
        ),
        mails=created if rules.mails_on_create else 0,
        unproven_groups=rules.unproven_groups,
        batch=rules.batch,
        by_hand=dict(totals.by_hand),
    )


def _none_carried(policy: Policy, logins: Mapping[tuple[str, bool], int]) -> Iterator[str]:
    if policy.passwords == "carry" and logins and not any(carried for _, carried in logins):
        yield "GM140 no password is carried: the source gives no hash that the target takes"


def _nobody_has(policy: Policy, found: set[str]) -> Iterator[str]:
    for code, theirs in policy.attributes.items():
        if theirs not in found:
            yield f"GM338 nobody who is created has the attribute {quoted(code)}"


def _fingerprints(migration: Migration, snapshot: Snapshot) -> dict[str, str]:
    return {
        "mapping": migration.mapping.fingerprint,
        "source": migration.source.fingerprint,
        "target": migration.target.fingerprint,
        "source snapshot": snapshot.fingerprint("source"),
        "target snapshot": snapshot.fingerprint("target"),
    }
