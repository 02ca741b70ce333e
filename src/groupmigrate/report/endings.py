"""What became of a plan: the state of its journal, a verification. Plain structs, nothing is printed."""

from __future__ import annotations

from msgspec import Struct

from groupmigrate.identity import mask
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planheader import Header
from groupmigrate.report.summary import group_names, name_of
from groupmigrate.running.result import Result, summary
from groupmigrate.running.verify import Verification


class PlanState(Struct, frozen=True):
    """How far one plan is. Times are UTC."""

    plan: str
    made: str
    state: str
    """"not begun", "unfinished", "finished" or "taken back"."""
    finished: str
    counts: Result


class CheckedPair(Struct, frozen=True):
    """What the reading back found about one pair of groups."""

    source: str
    target: str
    as_wanted: int = 0
    by_hand: int = 0
    differs: int = 0
    missing: int = 0
    doubled: int = 0
    open: int = 0

    @property
    def wanted(self) -> int:
        """All customers whom the plan wants there."""
        return self.as_wanted + self.by_hand + self.differs + self.missing + self.doubled + self.open


class Sample(Struct, frozen=True):
    """One customer who is not as wanted; the e-mail is masked unless unmasked ones were asked for."""

    seq: int
    email: str
    verdict: str
    code: str
    words: str


class VerifySummary(Struct, frozen=True):
    """What the reading back of a plan found."""

    plan: str
    target: str
    checked: int
    as_wanted: int
    by_hand: int
    """Who waits for a person to put them into their group; no fault."""
    differs: int
    missing: int
    doubled: int
    open: int
    faults: int
    groups: tuple[CheckedPair, ...]
    fields: dict[str, int]
    """In how many customers each field differs."""
    sample: tuple[Sample, ...]
    mails: int | None
    """How many mails a practice store would have sent to customers since it was made; None for a real one."""


def plan_state(plan: PlanFile) -> PlanState:
    """How far a plan is."""
    state = "finished" if plan.finished else "unfinished" if plan.begun else "not begun"
    state = "taken back" if plan.undone else state
    return PlanState(str(plan.path), plan.header.made, state, plan.finished[:19], summary(plan))


def verify_summary(plan: PlanFile, found: Verification, *, show_pii: bool) -> VerifySummary:
    """The counts of a verification, its groups by name."""
    verdicts = found.verdicts
    return VerifySummary(
        plan=str(plan.path),
        target=plan.header.target,
        checked=found.checked,
        as_wanted=verdicts["as wanted"],
        by_hand=found.by_hand,
        differs=verdicts["differs"],
        missing=verdicts["missing"],
        doubled=verdicts["doubled"],
        open=verdicts["open"],
        faults=found.faults,
        groups=_checked_pairs(plan.header, found),
        fields=dict(found.fields.most_common()),
        sample=tuple(
            Sample(one.seq, one.email if show_pii else mask(one.email), one.verdict, one.code, one.words)
            for one in found.sample
        ),
        mails=found.mails,
    )


def _checked_pairs(header: Header, found: Verification) -> tuple[CheckedPair, ...]:
    from_names, to_names = group_names(header.source_groups), group_names(header.target_groups)
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for (source, target, verdict), count in found.groups.items():
        counts.setdefault((source, target), {})[verdict.replace(" ", "_")] = count
    order = {group.id: place for place, group in enumerate(header.source_groups)}
    return tuple(
        CheckedPair(name_of(source, from_names), name_of(target, to_names), **verdicts)
        for (source, target), verdicts in sorted(
            counts.items(), key=lambda entry: (order.get(entry[0][0], len(order)), entry[0][1])
        )
    )
