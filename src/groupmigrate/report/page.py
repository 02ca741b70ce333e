"""A plan or a verification, laid out for readers: what HTML and Markdown both show. Draws nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from groupmigrate.codes import catalogue, title
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.report.endings import Sample, VerifySummary, plan_state
from groupmigrate.report.lettering import (
    counted,
    field_in_words,
    lasting,
    logins_in_words,
    mails_in_words,
    outbox_in_words,
)
from groupmigrate.report.listing import STATES, Listed, Listing, listed, listing
from groupmigrate.report.people import People
from groupmigrate.report.summary import PlanSummary, Totals
from groupmigrate.running.result import Result

Cell = str | int
NOTHING = "–"
"""What stands in a cell of customers who go nowhere."""


class Figure(Struct, frozen=True):
    """One large number. `kind` decides its colour: an action or a verdict; or the whole of all."""

    kind: str
    count: int


class Flow(Struct, frozen=True):
    """Customers who go the same way, for a diagram. An empty target means that they go nowhere."""

    source: str
    target: str
    kind: str
    customers: int


class Table(Struct, frozen=True):
    """A table of texts and numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Cause(Struct, frozen=True):
    """A reason why customers are not sent or not as wanted, and what can be done."""

    kind: str
    code: str
    title: str
    cause: str
    cure: str
    customers: int


class Page(Struct, frozen=True):
    """Everything that a report says. E-mails in it are masked unless unmasked ones were asked for."""

    title: str
    facts: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    balance: str
    sound: bool
    """False if the balance does not add up, or customers are not as wanted."""
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]
    flows: tuple[Flow, ...]
    causes: tuple[Cause, ...]
    tables: tuple[Table, ...]
    listing: Listing

    @property
    def kinds(self) -> list[str]:
        """The kinds of flows that there are, in the order of the figures."""
        there = {flow.kind for flow in self.flows}
        return [figure.kind for figure in self.figures if figure.kind in there]


def plan_page(plan: PlanFile, summary: PlanSummary, *, show_pii: bool) -> Page:
    """A plan, and what became of it if it was applied."""
    people = People(plan.header, show_pii=show_pii)
    run = plan_state(plan).counts if plan.begun else None
    totals = summary.totals
    return Page(
        title=f"Migration plan: {plan.header.name}",
        facts=tuple(_plan_facts(plan, summary)),
        figures=(Figure("read", summary.read), *_figures(totals)),
        balance=_balance("read", summary.read, _figures(totals)),
        sound=summary.balanced and (run is None or run.balanced),
        warnings=summary.warnings,
        remarks=(*summary.remarks, *_untold(summary)),
        flows=tuple(_plan_flows(summary)),
        causes=tuple(_causes(summary, run)),
        tables=tuple(_plan_tables(summary, run)),
        listing=listing(plan, people),
    )


def verify_page(plan: PlanFile, found: VerifySummary, *, show_pii: bool) -> Page:
    """What reading the target back found, with the customers whom the verification keeps as examples."""
    kinds = _verdicts(found)
    figures = tuple(Figure(kind, getattr(found, kind.replace(" ", "_"))) for kind in kinds)
    return Page(
        title=f"Verification: {plan.header.name}",
        facts=(
            ("from", f"{plan.header.source}, {plan.header.source_store}"),
            ("to", f"{plan.header.target}, {plan.header.target_store}"),
            ("plan", found.plan),
            ("made", f"{plan.header.made} UTC"),
            *((("mails", outbox_in_words(found.mails)),) if found.mails is not None else ()),
        ),
        figures=(Figure("checked", found.checked), *figures),
        balance=_balance("checked", found.checked, figures),
        sound=not found.faults,
        warnings=(),
        remarks=(),
        flows=tuple(
            Flow(pair.source, pair.target, kind, count)
            for pair in found.groups
            for kind in kinds
            if (count := getattr(pair, kind.replace(" ", "_")))
        ),
        causes=tuple(_faults(found)),
        tables=tuple(_verify_tables(found)),
        listing=_verify_listing(plan, found, People(plan.header, show_pii=show_pii)),
    )


VERDICTS = ("as wanted", "by hand", "differs", "missing", "doubled", "open")
ACTS = {"create": "create", "update": "change", "same": "same", "skip": "skip", "blocked": "blocked"}


def _verdicts(found: VerifySummary) -> tuple[str, ...]:
    """The verdicts that can be: groups are set by hand in few stores."""
    return VERDICTS if found.by_hand else tuple(kind for kind in VERDICTS if kind != "by hand")


def _figures(totals: Totals) -> tuple[Figure, ...]:
    return tuple(Figure(word, getattr(totals, act)) for act, word in ACTS.items())


def _balance(whole: str, count: int, parts: Iterable[Figure]) -> str:
    words = " + ".join(f"{part.count:,} {part.kind}" for part in parts if part.count)
    return f"{count:,} {whole} = {words or 0}"


def _plan_facts(plan: PlanFile, summary: PlanSummary) -> Iterator[tuple[str, str]]:
    yield "from", f"{summary.source}, {summary.source_store}: {counted(summary.read, 'customer')}"
    yield "to", f"{summary.target}, {summary.target_store}: {counted(summary.in_target, 'customer')}"
    yield "mapping", summary.mapping
    yield "plan", summary.plan
    yield "made", f"{summary.made} UTC"
    state = plan_state(plan)
    yield "state", f"finished on {state.finished} UTC" if state.finished else state.state
    expected = summary.forecast
    if expected.customers and not state.finished:
        yield "to send", counted(expected.customers, "customer")
        yield "mails", mails_in_words(expected.mails)
        yield "log in", logins_in_words(summary.logins)
        if expected.seconds is not None:
            yield "duration", f"about {lasting(expected.seconds)} at the pace of the last run"


def _untold(summary: PlanSummary) -> Iterator[str]:
    silent = [one.source for one in summary.meanings if not one.source_tells]
    if silent:
        groups = ", ".join(dict.fromkeys(silent))
        yield f"the source does not tell what these groups mean: {groups}"


def _plan_flows(summary: PlanSummary) -> Iterator[Flow]:
    for pair in summary.groups:
        for act, word in ACTS.items():
            if count := getattr(pair.customers, act):
                goes = act in ("create", "update", "same")
                yield Flow(pair.source, pair.target if goes else "", word, count)


def _causes(summary: PlanSummary, run: Result | None) -> Iterator[Cause]:
    for reason in summary.reasons:
        yield _cause(reason.act, reason.code, reason.customers)
    for failure in run.failures if run else ():
        yield _cause(STATES.get(failure.state, failure.state), failure.code, failure.customers)


def _faults(found: VerifySummary) -> Iterator[Cause]:
    """Of the codes among the examples: a verdict that is counted but has no example tells none."""
    if found.by_hand:
        yield _cause("by hand", "GM420", found.by_hand)
    for verdict, code in dict.fromkeys((one.verdict, one.code) for one in found.sample):
        if verdict != "open":  # open customers have as many codes as there are ways to fail
            yield _cause(verdict, code, getattr(found, verdict))


def _cause(kind: str, code: str, customers: int) -> Cause:
    entry = catalogue().get(code)
    return Cause(
        kind, code, title(code), entry.cause if entry else "", entry.cure if entry else "", customers
    )


def _plan_tables(summary: PlanSummary, run: Result | None) -> Iterator[Table]:
    yield Table(
        "Groups",
        ("source group", "customers", "target group", *ACTS.values()),
        tuple(
            (
                pair.source,
                pair.customers.sum,
                pair.target or NOTHING,
                *(figure.count for figure in _figures(pair.customers)),
            )
            for pair in summary.groups
        ),
    )
    if summary.meanings:
        yield Table(
            "What the groups mean",
            ("source group", "target group", "customers", "meaning"),
            tuple((one.source, one.target, one.customers, ", ".join(one.says)) for one in summary.meanings),
        )
    if summary.notes:
        rows = tuple(
            (note.code, note.title, field_in_words(note.field), note.customers) for note in summary.notes
        )
        yield Table("What does not fit as it is", ("code", "note", "field", "customers"), rows)
    if run:
        yield Table("What became of the plan", ("outcome", "customers"), tuple(_outcomes(run)))


def _outcomes(run: Result) -> Iterator[tuple[Cell, ...]]:
    for name in ("created", "updated", "same", "skipped", "blocked", "failed", "open"):
        if count := getattr(run, name):
            yield name, count


def _verify_tables(found: VerifySummary) -> Iterator[Table]:
    kinds = _verdicts(found)
    yield Table(
        "Groups",
        ("source group", "target group", "wanted", *kinds),
        tuple(
            (
                pair.source,
                pair.target,
                pair.wanted,
                *(getattr(pair, kind.replace(" ", "_")) for kind in kinds),
            )
            for pair in found.groups
        ),
    )
    if found.fields:
        yield Table(
            "Fields that differ",
            ("field", "customers"),
            tuple((field_in_words(name), count) for name, count in found.fields.items()),
        )


def _verify_listing(plan: PlanFile, found: VerifySummary, people: People) -> Listing:
    samples = {one.seq: one for one in found.sample}
    marks = ", ".join("?" * len(samples)) or "NULL"
    others = found.checked - found.as_wanted - found.by_hand
    return Listing(
        tuple(
            _judged(listed(people.person(row)), samples[row.seq])
            for row in plan.rows(f"a.seq IN ({marks})", tuple(samples))
        ),
        f"{len(samples):,} of {counted(others, 'customer')} who are not as wanted are listed."
        if others
        else "Every customer whom the plan wants is as wanted; nobody is listed.",
    )


def _judged(customer: Listed, sample: Sample) -> Listed:
    return replace(
        customer,
        action=sample.verdict,
        state="",
        code=sample.code,
        why=title(sample.code) if sample.code else "",
        notes=(sample.words,) if sample.words else (),
        codes=(sample.code,) if sample.code else (),
    )
