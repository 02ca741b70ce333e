"""Plan files with customers for tests of reports, among them names that try to get out of their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from groupmigrate.model import Customer, Group
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.fittext import Note
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planheader import Tally
from groupmigrate.report.page import Page, plan_page
from groupmigrate.report.summary import plan_summary
from support.headers import header

HOSTILE = '</script><img src=x onerror="alert(1)">|`@team`=1+1'
SOURCE = (Group("1", "General"), Group("2", "Wholesale"), Group("3", HOSTILE))
TARGET = (Group("7", "Customer"), Group("8", "Trade"), Group("9", HOSTILE))


def action(number: int, act: Act, code: str, source: str = "1", target: str = "7", note: str = "") -> Action:
    """What becomes of customer `number`."""
    email = f"person{number}@example.com"
    goes = act in (Act.CREATE, Act.UPDATE, Act.SAME)
    groups = (target,) if goes else ()
    wanted = Customer(id=str(number), email=email, groups=groups) if act in (Act.CREATE, Act.UPDATE) else None
    return Action(
        act=act,
        code=code,
        key=email,
        email=email,
        source_id=str(number),
        source_group=source,
        groups=groups,
        notes=(Note(code, "firstname", note),) if note else (),
        wanted=wanted,
        fields=("groups",) if act is Act.UPDATE else (),
    )


SMALL = (
    action(1, Act.CREATE, "GM201"),
    action(2, Act.CREATE, "GM201", "2", "8"),
    action(3, Act.UPDATE, "GM203", "2", "8"),
    action(4, Act.SAME, "GM204"),
    action(5, Act.SKIP, "GM221"),
    action(6, Act.BLOCKED, "GM302", note="<b>no digits</b>"),
    action(7, Act.CREATE, "GM201", "3", "9"),
)
"""One customer for each action at least, and one in groups with a hostile name."""


def made(
    folder: Path,
    actions: Sequence[Action] = SMALL,
    *,
    source: Sequence[Group] = SOURCE,
    target: Sequence[Group] = TARGET,
) -> PlanFile:
    """A plan of these actions; close it."""
    said = header(
        target_store="New shop (http://127.0.0.1:1)",
        source_groups=tuple(source),
        target_groups=tuple(target),
        read=len(actions),
        in_target=3,
        max_failures=5,
        max_updates_percent=50,
    )
    plan = PlanFile.create(folder / "small.plan")
    plan.add(actions)
    counts = Counter((one.source_group, (*one.groups, "")[0], one.act, one.code) for one in actions)
    plan.finish(said, [Tally(*way, count) for way, count in counts.items()], {("GM304", "prefix"): 2})
    return plan


def page_of(plan: PlanFile, *, show_pii: bool = False, warnings: Sequence[str] = ()) -> Page:
    """The plan as reports get it."""
    return plan_page(plan, plan_summary(plan, warnings), show_pii=show_pii)
