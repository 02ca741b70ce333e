"""Which plan is meant: a plan file by its path, or the plans of a mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from groupmigrate.errors import FileProblems, StalePlan, UsageError
from groupmigrate.files.folder import Folder
from groupmigrate.files.migration import Migration, load_migration
from groupmigrate.planning.planfile import SQLITE, PlanFile
from groupmigrate.planning.planheader import Header
from groupmigrate.running.staleness import same_files
from groupmigrate.wording import command, quoted


def is_plan(path: Path) -> bool:
    """Whether a path means a plan, and not a mapping."""
    if path.suffix == ".plan":
        return True
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return False


def newest(path: Path) -> Path:
    """The plan itself, or the newest plan of a mapping. Raises UsageError (GM611) if there is none."""
    if is_plan(path):
        return path
    plans = _plans(path)
    if not plans:
        raise _no_plan(path, "there is no plan of it yet", command("plan", path))
    return plans[-1]


def newest_begun(path: Path) -> Path:
    """The plan itself, or the mapping's newest plan that was applied, wholly or in part."""
    found = _newest_that(path, lambda plan: plan.begun)
    if found is None:
        raise _no_plan(path, "no plan of it was applied yet", command("run", path))
    return found


def newest_sent(path: Path) -> Path:
    """The plan itself, or the mapping's newest plan that sent anything; that was applied, if none did."""
    return _newest_that(path, lambda plan: bool(plan.last_sent)) or newest_begun(path)


def unfinished(plans: Sequence[Path]) -> Iterator[Path]:
    """The plans that were begun and not applied to their end, newest first; see `unreadable`, too.

    Older ones than a plan that was applied to its end are done with: that one decided anew about everybody.
    """
    for path in reversed(plans):
        with suppress(StalePlan), PlanFile.open(path, read_only=True) as plan:
            if plan.finished:
                return
            if plan.begun:
                yield path


def sent_since(moment: str, plans: Sequence[Path]) -> Iterator[Path]:
    """The plans that sent something after that moment (UTC, to the second), newest first."""
    for path in reversed(plans):
        with suppress(StalePlan), PlanFile.open(path, read_only=True) as plan:
            if plan.last_sent[: len(moment)] > moment:
                yield path


def refuse_overtaken(plan: PlanFile, plans: Sequence[Path]) -> None:
    """Raise StalePlan (GM623) if another plan sent something after this one was made, and this one has not.

    Everybody whom both of them mean would be refused, one by one, for not being as this plan saw them.
    """
    newer = next(sent_since(plan.header.made, plans), None)
    if newer is not None and not plan.last_sent:
        raise StalePlan(
            f"another plan of this mapping was applied after {plan.path} was made",
            place=str(newer),
            hint=f"make a new plan: `{command('plan', plan.header.mapping)}`",
            code="GM623",
        )


def unreadable(plans: Sequence[Path]) -> list[str]:
    """A warning for every plan that cannot be opened: nobody knows whether it was begun."""
    found = []
    for path in plans:
        try:
            PlanFile.open(path, read_only=True).close()
        except StalePlan as error:
            found.append(f"{error.message}; it is left aside")
    return found


def migration_of(plan_path: Path, header: Header) -> Migration:
    """The migration that a plan belongs to: of the folder that it lies in, else of the path it remembers.

    Raises UsageError (GM611) if the mapping file is in neither place.
    """
    return load_migration(mapping_of(plan_path, header))


def mapping_of(plan_path: Path, header: Header) -> Path:
    """The mapping file of a plan, see `migration_of`."""
    remembered = Path(header.mapping)
    # the path as it was given, if it is long enough to say where the migration folder is
    root = (plan_path if len(plan_path.parents) > 2 else plan_path.resolve()).parents[2]
    places = [root / "mappings" / remembered.name, root / remembered.name, remembered]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise UsageError(
            f"the plan's mapping {quoted(header.mapping)} is not there",
            place=str(plan_path),
            hint=f"put the plan into .groupmigrate/{header.name}/ of the migration folder",
            code="GM611",
        )
    return found


def staleness(plan: PlanFile) -> str:
    """What has changed since the plan was made, in words; "" if nothing has."""
    try:
        migration = migration_of(plan.path, plan.header)
        refuse_overtaken(plan, migration.folder.plans())
    except (FileProblems, UsageError):
        return "the plan's mapping or a connector of it is missing or has mistakes now"
    except StalePlan as error:
        return error.message
    if same_files(plan.header, migration):
        return ""
    return "the mapping or a connector was edited after the plan was made"


def _newest_that(path: Path, is_meant: Callable[[PlanFile], bool]) -> Path | None:
    if is_plan(path):
        return path
    for plan_path in reversed(_plans(path)):
        with suppress(StalePlan), PlanFile.open(plan_path, read_only=True) as plan:
            if is_meant(plan):
                return plan_path
    return None


def _plans(mapping: Path) -> list[Path]:
    plans = Folder.of(mapping).plans()
    if not plans and not mapping.is_file():
        raise UsageError(f"there is no file {quoted(str(mapping))}", hint="name a mapping or a plan file")
    return plans


def _no_plan(path: Path, why: str, hint: str) -> UsageError:
    return UsageError(why, place=str(path), hint=f"`{hint}` makes one", code="GM611")
