"""`groupmigrate run`: plans, shows, asks, applies; a plan that was cut off is resumed first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from groupmigrate.cli.applying import answer, applied, named
from groupmigrate.cli.asking import confirm, need_somebody
from groupmigrate.cli.chosen import is_plan, mapping_of, refuse_overtaken, unfinished, unreadable
from groupmigrate.cli.opening import target_of
from groupmigrate.cli.options import FormatOption, PlanArgument, QuietOption, SinceLastOption, YesOption
from groupmigrate.cli.output import Answer, Form, emit, show
from groupmigrate.cli.planning import planned as new_plan
from groupmigrate.cli.progress import progress
from groupmigrate.errors import LimitTripped, StalePlan, UsageError
from groupmigrate.files.migration import Migration, load_migration
from groupmigrate.planning.plan import check_limits
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.report.lettering import counted
from groupmigrate.report.summary import PlanSummary, plan_summary
from groupmigrate.report.terminal import plan_view
from groupmigrate.running.newgroups import make_groups, missing_groups
from groupmigrate.running.result import summary
from groupmigrate.running.staleness import refuse_used, same_files
from groupmigrate.wording import command

if TYPE_CHECKING:
    from groupmigrate.model import Group
    from groupmigrate.platforms.base import GroupMaker

CreateGroupsOption = Annotated[
    bool,
    typer.Option(
        "--create-groups",
        help="First make the target groups that the mapping names and the target lacks. They have no"
        " discount, and a shop's modules and categories may not be open to them yet.",
    ),
]


@dataclass(frozen=True)
class _Chosen:
    """The plan that is applied, and what should be said about the choice."""

    path: Path
    remarks: tuple[str, ...] = ()


def run(
    plan: PlanArgument,
    yes: YesOption = False,
    create_groups: CreateGroupsOption = False,
    since_last: SinceLastOption = False,
    quiet: QuietOption = False,
    form: FormatOption = Form.TEXT,
) -> int:
    """Apply a plan: create and change customers in the target.

    \b
      groupmigrate run mappings/demo.yaml            plan, show, ask, apply
      groupmigrate run mappings/demo.yaml --yes      without asking
      groupmigrate run mappings/demo.yaml --create-groups
      groupmigrate run mappings/demo.yaml --since-last     read only what changed, plan, show, ask, apply
      groupmigrate run .groupmigrate/demo/20260801-101500-1a2b3c4d.plan

    A run that was cut off goes on where it stopped: run the same command again. Ctrl-C finishes what is in
    flight and saves; a second one stops at once. A plan file is applied as it is, even if the mapping was
    edited since.
    """
    if since_last and is_plan(plan):
        raise UsageError(
            "--since-last reads the stores, and a plan file is applied as it is: name the mapping"
        )
    need_somebody("a run changes the target", form, yes=yes)
    migration = _migration(plan)
    with migration.folder.lock():
        if create_groups:
            _create_groups(migration, yes=yes)
        chosen = (
            _given(plan, migration)
            if is_plan(plan)
            else _resumed_or_new(migration, quiet=quiet, since_last=since_last)
        )
        with PlanFile.open(chosen.path) as opened:
            planned = plan_summary(opened, chosen.remarks)
            return emit(_apply(opened, planned, migration, form, yes=yes, quiet=quiet), form)


def _create_groups(migration: Migration, *, yes: bool) -> None:
    """Make the target groups that the mapping names and the target lacks, after a yes."""
    with target_of(migration.target, read_only=True) as target:
        names = missing_groups(migration.mapping, target.groups())
    if not names:
        return
    shown = ", ".join(f'"{name}"' for name in names)
    confirm(f"make {counted(len(names), 'new group')} in {migration.target.name}: {shown}?", yes=yes)
    with target_of(migration.target, read_only=False) as target:
        make_groups(cast("GroupMaker", target), names, _tell_made)


def _tell_made(group: Group) -> None:
    show([f'made the group "{group.name}" (id {group.id})'], on_stderr=True)


def _migration(plan: Path) -> Migration:
    if not is_plan(plan):
        return load_migration(plan)
    with PlanFile.open(plan, read_only=True) as opened:
        return load_migration(mapping_of(plan, opened.header))


def _given(plan: Path, migration: Migration) -> _Chosen:
    """A plan that was named by its file. Its groups are checked again, so an edited mapping does no harm."""
    with PlanFile.open(plan, read_only=True) as opened:
        refuse_used(opened)
        refuse_overtaken(opened, migration.folder.plans())
        fits = same_files(opened.header, migration)
    edited = "the mapping or a connector was edited since; this plan stays what it is"
    return _Chosen(plan, () if fits else (edited,))


def _resumed_or_new(migration: Migration, *, quiet: bool, since_last: bool) -> _Chosen:
    """The newest plan that was begun and not finished, else a new one.

    Raises StalePlan (GM608) if the mapping or a connector was edited since, and not planned with yet.
    """
    plans = migration.folder.plans()
    remarks = unreadable(plans)
    begun = next(unfinished(plans), None)
    if begun is not None:
        with PlanFile.open(begun, read_only=True) as opened:
            fits = same_files(opened.header, migration)
        if fits:
            return _Chosen(begun, (*remarks, "this plan was cut off, and goes on where it stopped"))
        if begun == plans[-1]:
            raise _edited(begun, migration)
        remarks.append(f"{begun} was begun with an older mapping, and is left unfinished")
    with progress(quiet=quiet) as shown:
        path = new_plan(migration, shown, since_last=since_last)
    return _Chosen(path, tuple(remarks))


def _edited(begun: Path, migration: Migration) -> StalePlan:
    return StalePlan(
        "the mapping or a connector was edited, and the last run of the old one is not finished",
        place=str(begun),
        hint=f"`{command('run', begun)}` finishes it; or leave it, and plan again with"
        f" `{command('plan', migration.mapping.path)}`",
        code="GM608",
    )


def _apply(
    plan: PlanFile, planned: PlanSummary, migration: Migration, form: Form, *, yes: bool, quiet: bool
) -> Answer:
    to_send = 0 if plan.finished else summary(plan).open
    if form is Form.TEXT:
        show([*plan_view(planned), ""])
    try:
        if not plan.finished:
            check_limits(plan)
    except LimitTripped as error:
        return Answer("run", {"plan": planned}, exit=error.exit_code, errors=(error,))
    if to_send:
        confirm(_question(planned, migration, to_send), yes=yes)
    ended = applied(plan, migration.target, quiet=quiet)
    return answer("run", ended, named(plan, migration), to_send=to_send, plan=planned)


def _question(plan: PlanSummary, migration: Migration, to_send: int) -> str:
    moves = sum(work.customers for work in plan.by_hand)
    later = f", and put {moves:,} into their groups by hand afterwards" if moves else ""
    mails = plan.forecast.mails
    mailed = f"; the shop may mail {counted(mails, 'customer')} of these" if mails else ""
    where = f"{migration.target.name} ({plan.target_store})"
    return f"send {counted(to_send, 'customer')} to {where}{later}{mailed}?"
