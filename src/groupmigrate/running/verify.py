"""Reading back: does the target hold what the plan wanted? Asks the store and writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from groupmigrate.compare import differing, same_field, surplus_addresses
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.planning.action import Act
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planrow import Row
from groupmigrate.platforms.base import Outbox, Target
from groupmigrate.running.journal import Ended

BATCH = 500
SAMPLE = 50
"""How many of the differences are kept with their names; all of them are counted."""

Verdict = Literal["as wanted", "by hand", "differs", "missing", "doubled", "open"]
"""What is found about one customer; "by hand": a person has not put them into their group yet."""


@dataclass(frozen=True)
class Difference:
    """One customer who is not as the plan wanted."""

    seq: int
    email: str
    verdict: Verdict
    code: str
    words: str


@dataclass
class Verification:
    """What the reading back found."""

    checked: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    groups: Counter[tuple[str, str, Verdict]] = field(default_factory=Counter)
    """By (source group, wanted default group, verdict)."""
    fields: Counter[str] = field(default_factory=Counter)
    """In how many customers each field differs."""
    sample: list[Difference] = field(default_factory=list)
    mails: int | None = None
    """How many mails a practice store would have sent to customers; None if the target does not tell."""

    @property
    def faults(self) -> int:
        """Customers who are not as wanted, though they were sent or were there already."""
        return self.verdicts["differs"] + self.verdicts["missing"] + self.verdicts["doubled"]

    @property
    def by_hand(self) -> int:
        """Customers whom a person has not put into their group yet. No fault; the worklist has them."""
        return self.verdicts["by hand"]


def verify_plan(plan: PlanFile, target: Target, *, watch: Callable[[int, int], None]) -> Verification:
    """Ask the target for every customer that the plan wants there, and compare."""
    result = Verification()
    wants = "a.act IN ('create', 'update', 'same')"
    total = sum(
        tally.customers for tally in plan.tallies() if tally.act in (Act.CREATE, Act.UPDATE, Act.SAME)
    )
    for rows in plan.batches(wants, size=BATCH):
        found = target.find([row.action.email for row in rows])
        for row in rows:
            _add(result, row, found.get(key(row.action.email), ()))
        watch(result.checked, total)
    result.mails = mails_of(target)
    return result


def mails_of(target: Target) -> int | None:
    """How many mails a practice store would have sent to customers so far; None for a real one."""
    return target.mails() if isinstance(target, Outbox) else None


def _add(result: Verification, row: Row, found: Sequence[Customer]) -> None:
    action = row.action
    verdict, code, words = _verdict(row, action.counterparts(found, row.stored_id))
    result.checked += 1
    result.verdicts[verdict] += 1
    result.groups[action.source_group, action.groups[0], verdict] += 1
    if verdict == "differs":
        result.fields.update(words.split(", "))
    if verdict not in ("as wanted", "by hand") and len(result.sample) < SAMPLE:
        result.sample.append(Difference(row.seq, action.email, verdict, code, words))


def _verdict(row: Row, live: Sequence[Customer]) -> tuple[Verdict, str, str]:
    action = row.action
    if len(live) > 1:
        return "doubled", "GM406", f"{len(live)} customers have this e-mail"
    ended = row.state in (Ended.DONE, Ended.DIFFERS) or action.act is Act.SAME
    if not ended:
        return "open", row.ended, row.words or row.state or "not sent"
    if not live:
        return "missing", "GM407", ""
    wanted = action.wanted or Customer(id=action.target_id, email=action.email, groups=action.groups)
    wrong = differing(wanted, live[0], action.promised)
    if action.act is Act.CREATE and surplus_addresses(wanted, live[0]):
        wrong = (*wrong, "addresses twice")
    if wrong:
        return "differs", "GM405", ", ".join(wrong)
    if action.by_hand and not same_field(wanted, live[0], "groups"):
        return "by hand", "GM420", ""
    return "as wanted", "", ""
