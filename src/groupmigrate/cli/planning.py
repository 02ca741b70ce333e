"""Making a plan: both stores are opened read-only, read, and planned; for `plan` and `run` alike."""

from __future__ import annotations

from pathlib import Path

from groupmigrate.cli.chosen import sent_since
from groupmigrate.cli.opening import source_of, target_of
from groupmigrate.cli.progress import Shown
from groupmigrate.errors import GroupmigrateError, LimitTripped, UsageError
from groupmigrate.files.folder import Folder
from groupmigrate.files.migration import Migration
from groupmigrate.planning.plan import check_limits, make_plan
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.reading import SIDES, passed, read_source, read_target, wants_passwords
from groupmigrate.planning.snapshot import Snapshot

KEPT = 5
"""How many plans that were never applied are kept."""


def planned(migration: Migration, shown: Shown, *, offline: bool = False, since_last: bool = False) -> Path:
    """Read both stores, or take what was read before, and write a new plan; returns its path.

    `since_last` reads only what changed, where a store can tell. The caller holds the lock of the mapping.
    """
    migration.folder.prepare()
    with Snapshot(migration.folder.snapshot) as snapshot:
        if offline:
            _refuse_unread(migration, snapshot)
        else:
            _read(migration, snapshot, shown, since_last=since_last)
        path = make_plan(migration, snapshot, migration.folder, shown.count)
    drop_old_plans(migration.folder)
    return path


def limit_warning(plan: PlanFile) -> str:
    """What `run` would refuse about this plan, in words; "" if nothing."""
    try:
        check_limits(plan)
    except LimitTripped as error:
        return f"{error.message}; `run` will refuse this plan"
    return ""


def drop_old_plans(folder: Folder) -> None:
    """Delete plans that were never applied, but for the newest; a plan with a journal always stays."""
    for draft in folder.state.glob("*.draft*"):
        draft.unlink()
    unused = [path for path in folder.plans() if _never_applied(path)]
    for path in unused[:-KEPT]:
        path.unlink()


def _read(migration: Migration, snapshot: Snapshot, shown: Shown, *, since_last: bool) -> None:
    watch = shown.count
    with target_of(migration.target, read_only=True) as target:
        # a target that cannot be worked with is found before an hour of reading the source
        of_target = passed(target.check(), migration.target.name)
        passwords = wants_passwords(migration, target.rules())
        with source_of(migration.source, passwords=passwords) as source:
            of_source = passed(source.check(), migration.source.name)
            read_source(
                migration, source, of_source, snapshot, watch, passwords=passwords, since_last=since_last
            )
        read_target(migration, target, of_target, snapshot, watch, since_last=since_last)


def _refuse_unread(migration: Migration, snapshot: Snapshot) -> None:
    for side, connector in zip(SIDES, (migration.source, migration.target), strict=True):
        if why := snapshot.unread(side, connector.fingerprint):
            raise UsageError(
                f'there is no snapshot of the {side} "{connector.name}" to plan from: {why}',
                hint="plan once without --offline",
                code="GM610",
            )
    if next(sent_since(snapshot.fact("target", "sealed"), migration.folder.plans()), None):
        raise UsageError(
            f'a plan was applied after the target "{migration.target.name}" had been read',
            hint="plan once without --offline, or with --since-last",
            code="GM610",
        )
    if wants_passwords(migration, snapshot.rules()) is not snapshot.has_passwords("source"):
        raise UsageError(
            "the snapshot does not fit `passwords:` in the mapping, which decides whether hashes are read",
            hint="plan once without --offline",
            code="GM610",
        )


def _never_applied(path: Path) -> bool:
    try:
        with PlanFile.open(path, read_only=True) as plan:
            return not plan.begun
    except GroupmigrateError:
        return False  # of another version or damaged: not ours to delete
