"""Plans, runs and verifications as people see them on a terminal. Shows what it is given; decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from groupmigrate.report.endings import PlanState, VerifySummary
from groupmigrate.report.lettering import (
    counted,
    lasting,
    logins_in_words,
    mails_in_words,
    outbox_in_words,
    printable,
)
from groupmigrate.report.screen import Column, Sheet, facts, heading, warning
from groupmigrate.report.summary import PlanSummary
from groupmigrate.running.forecast import Forecast
from groupmigrate.running.result import Failure, Result

STATES = {"rejected": "refused", "differs": "stored differently", "unknown": "outcome not known"}


def plan_view(plan: PlanSummary) -> Iterator[RenderableType]:
    """A plan: which stores, where each group goes, what does not go and why, and the balance."""
    yield facts(
        [
            ("from", f"{plan.source}, {plan.source_store}: {counted(plan.read, 'customer')}"),
            ("to", f"{plan.target}, {plan.target_store}: {counted(plan.in_target, 'customer')}"),
            ("plan", plan.plan),
        ]
    )
    yield _group_pairs(plan)
    if plan.reasons:
        yield heading("not sent, and why")
        yield _reasons(plan)
    if plan.notes:
        yield heading("what does not fit as it is, by field")
        yield _notes(plan)
    if plan.meanings:
        yield heading("what the groups mean")
        yield from _meanings(plan)
    yield Text()
    yield balance(
        plan.read,
        {
            "create": plan.totals.create,
            "change": plan.totals.update,
            "same": plan.totals.same,
            "skip": plan.totals.skip,
            "blocked": plan.totals.blocked,
        },
        holds=plan.balanced,
    )
    if plan.forecast.customers:
        yield Text(_forecast(plan.forecast))
        yield Text(f"log in afterwards: {logins_in_words(plan.logins)}")
    for remark in plan.remarks:
        yield Text(f"note: {printable(remark)}", style="dim")
    for words in plan.warnings:
        yield warning(words)


def run_view(run: Result) -> Iterator[RenderableType]:
    """A run: the balance, and the failures by their codes."""
    parts = {
        "created": run.created,
        "updated": run.updated,
        "same": run.same,
        "skipped": run.skipped,
        "blocked": run.blocked,
        "failed": run.failed,
        "open": run.open,
    }
    yield balance(run.read, parts, holds=run.balanced)
    if run.failures:
        yield heading("not as it should be")
        yield _failures(run.failures)


def status_view(states: Sequence[PlanState]) -> Iterator[RenderableType]:
    """The plans of a mapping, newest first."""
    for state in states:
        ended = f" on {state.finished} UTC" if state.finished else ""
        to_send = f", {counted(state.counts.open, 'customer')} to send" if state.counts.open else ""
        yield facts(
            [
                ("plan", state.plan),
                ("made", f"{state.made} UTC"),
                ("state", f"{state.state}{ended}{to_send}"),
            ]
        )
        if state.state != "not begun":
            yield from run_view(state.counts)
            yield Text()


def verify_view(found: VerifySummary) -> Iterator[RenderableType]:
    """A verification: what is as wanted, by group, and some customers who are not."""
    yield _checked_pairs(found)
    if found.fields:
        fields = Sheet([Column("field that differs"), Column("customers", number=True)])
        for name, count in found.fields.items():
            fields.add(name, count)
        yield Text()
        yield fields
    if found.sample:
        yield heading(
            "not as wanted" if found.faults <= len(found.sample) else "not as wanted, the first ones"
        )
        people = Sheet([Column("no."), Column("customer"), Column("verdict"), Column("why")])
        for one in found.sample:
            people.add(str(one.seq), one.email, one.verdict, f"{one.code} {one.words}".strip())
        yield people
    yield Text()
    style = "bold red" if found.faults else "bold yellow" if found.by_hand else "bold green"
    yield Text(_verdict(found), style=style)
    if found.mails is not None:
        yield Text(outbox_in_words(found.mails), style="yellow" if found.mails else "")


def _checked_pairs(found: VerifySummary) -> Sheet:
    by_hand = [Column("by hand", number=True, style="yellow")] if found.by_hand else []
    sheet = Sheet(
        [
            Column("source group"),
            Column("target group"),
            Column("wanted", number=True),
            Column("as wanted", number=True, style="green"),
            *by_hand,
            Column("differs", number=True, style="red"),
            Column("missing", number=True, style="red"),
            Column("twice", number=True, style="red"),
            Column("open", number=True, style="yellow"),
        ]
    )
    for pair in found.groups:
        waiting = [pair.by_hand] if by_hand else []
        faults = (pair.differs, pair.missing, pair.doubled, pair.open)
        sheet.add(pair.source, pair.target, pair.wanted, pair.as_wanted, *waiting, *faults)
    return sheet


def balance(read: int, parts: dict[str, int], *, holds: bool) -> Text:
    """The balance line: what was read is the sum of what became of it; parts that are 0 are left away."""
    sum_of = " + ".join(f"{count:,} {name}" for name, count in parts.items() if count) or "0"
    line = Text.assemble((f"{read:,} read", "bold"), f" = {sum_of}")
    if not holds:
        line.append("  DOES NOT ADD UP", style="bold red")
    return line


def _verdict(found: VerifySummary) -> str:
    waiting = f"; {counted(found.by_hand, 'customer')} to be moved by hand" if found.by_hand else ""
    left = f"{waiting}; {counted(found.open, 'customer')} not sent or refused" if found.open else waiting
    if found.faults:
        return f"{found.faults:,} of {counted(found.checked, 'customer')} are not as the plan wanted{left}"
    no_difference = "" if found.by_hand else ", no difference"
    return f"{counted(found.as_wanted, 'customer')} as wanted{no_difference}{left}"


def _group_pairs(plan: PlanSummary) -> Sheet:
    sheet = Sheet(
        [
            Column("source group"),
            Column("customers", number=True),
            Column("target group"),
            Column("create", number=True, style="green"),
            Column("change", number=True, style="yellow"),
            Column("same", number=True),
            Column("skip", number=True),
            Column("blocked", number=True, style="red"),
        ]
    )
    for pair in plan.groups:
        totals = pair.customers
        sheet.add(
            pair.source,
            totals.sum,
            f"→ {pair.target}" if pair.target else "–",
            totals.create,
            totals.update,
            totals.same,
            totals.skip,
            totals.blocked,
        )
    return sheet


def _meanings(plan: PlanSummary) -> Iterator[Text]:
    for one in plan.meanings:
        yield Text(printable(f"{one.source} → {one.target}: {counted(one.customers, 'customer')}"))
        yield Text(printable(f"    {', '.join(one.says)}"))
    if not all(one.source_tells for one in plan.meanings):
        some = any(one.source_tells for one in plan.meanings)
        untold = "some of its groups mean" if some else "its groups mean"
        yield Text(f"the source does not tell what {untold}", style="dim")


def _forecast(expected: Forecast) -> str:
    words = f"a run sends {counted(expected.customers, 'customer')}, and {mails_in_words(expected.mails)}"
    if expected.seconds is None:
        return words
    return f"{words}; about {lasting(expected.seconds)} at the pace of the last run"


def _reasons(plan: PlanSummary) -> Sheet:
    sheet = Sheet([Column("action"), Column("code"), Column("reason"), Column("customers", number=True)])
    for reason in plan.reasons:
        sheet.add(reason.act, reason.code, reason.title, reason.customers)
    return sheet


def _notes(plan: PlanSummary) -> Sheet:
    sheet = Sheet([Column("code"), Column("note"), Column("field"), Column("customers", number=True)])
    for note in plan.notes:
        sheet.add(note.code, note.title, note.field, note.customers)
    return sheet


def _failures(failures: Sequence[Failure]) -> Sheet:
    sheet = Sheet([Column("code"), Column("reason"), Column("outcome"), Column("customers", number=True)])
    for failure in failures:
        sheet.add(failure.code, failure.title, STATES.get(failure.state, failure.state), failure.customers)
    return sheet
