"""The plan file: header, resolved groups, every customer's action with before and after, and the journal.

One SQLite file that can be reviewed, carried to another machine, applied once, and resumed from wherever it
stopped. Anyone can open it with any SQLite tool. It holds personal data.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from groupmigrate.database import DatabaseFile, connect, database_errors, is_mid_write
from groupmigrate.errors import StalePlan
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.planheader import Header, Tally
from groupmigrate.planning.planrow import Row, as_row, from_row, groups_in

if TYPE_CHECKING:
    import pandas

APPLICATION_ID = 0x474D504C  # "GMPL", so that other SQLite files are not taken for plans
FORMAT = 2
SQLITE = b"SQLite format 3\x00"
"""How every file of SQLite begins."""

JOURNAL = """(
    seq INTEGER PRIMARY KEY, state TEXT NOT NULL, tries INTEGER NOT NULL, sent_at TEXT, ended_at TEXT,
    target_id TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '', words TEXT NOT NULL DEFAULT ''
)"""
"""The columns of the journals: one of the run, one of its undo."""
SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT};
CREATE TABLE header(name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE actions(
    seq INTEGER PRIMARY KEY, act TEXT NOT NULL, code TEXT NOT NULL, key TEXT NOT NULL, email TEXT NOT NULL,
    source_id TEXT NOT NULL, source_group TEXT NOT NULL, line INTEGER NOT NULL, target_id TEXT NOT NULL,
    groups TEXT NOT NULL, notes TEXT NOT NULL, change TEXT NOT NULL
);
CREATE TABLE tally(
    source_group TEXT, target_group TEXT, act TEXT, code TEXT, customers INTEGER,
    PRIMARY KEY(source_group, target_group, act, code)
);
CREATE TABLE remarks(code TEXT, field TEXT, customers INTEGER, PRIMARY KEY(code, field));
CREATE TABLE logins(password TEXT, carried INTEGER, customers INTEGER, PRIMARY KEY(password, carried));
CREATE TABLE journal{JOURNAL};
CREATE TABLE undone{JOURNAL};
"""


class PlanFile(DatabaseFile):
    """An open plan."""

    @classmethod
    def create(cls, path: Path) -> PlanFile:
        """Begin a new plan file; it counts as a plan only after `finish`."""
        database = connect(path)
        with database_errors(path):
            # a plan that is not finished is thrown away, so nothing here has to survive a power cut
            database.execute("PRAGMA synchronous = OFF")
            database.executescript(SCHEMA)
        return cls(path, database)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> PlanFile:
        """Open a finished plan; raises StalePlan if the file is none, is cut short, or of another version."""
        _refuse_strangers(path)
        plan = cls(path, connect(path, read_only=read_only))
        try:
            plan._refuse_other_formats()
        except sqlite3.DatabaseError as error:
            plan.close()
            raise _not_a_plan(path, f"it is damaged or cut short ({error})") from error
        except StalePlan:
            plan.close()
            raise
        return plan

    def ask(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """The rows that an SQL query finds."""
        return self._database.execute(query, values)

    # --- writing the plan ---

    def add(self, actions: Iterable[Action]) -> None:
        """Add actions, in order, in one transaction."""
        with self.transaction() as database:
            database.executemany(
                "INSERT INTO actions(act, code, key, email, source_id, source_group, line, target_id, groups,"
                " notes, change) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                map(as_row, actions),
            )

    def finish(
        self,
        header: Header,
        tallies: Sequence[Tally],
        remarks: Mapping[tuple[str, str], int],
        logins: Mapping[tuple[str, bool], int] | None = None,
    ) -> None:
        """Write the totals and the header: from here on the file is a plan, and survives a power cut."""
        self._database.execute("PRAGMA synchronous = FULL")
        with self.transaction() as database:
            database.executemany(
                "INSERT INTO tally VALUES (?, ?, ?, ?, ?)",
                [(t.source_group, t.target_group, t.act, t.code, t.customers) for t in tallies],
            )
            database.executemany(
                "INSERT INTO remarks VALUES (?, ?, ?)",
                [(code, field, count) for (code, field), count in remarks.items()],
            )
            database.executemany(
                "INSERT INTO logins VALUES (?, ?, ?)",
                [(kind, carried, count) for (kind, carried), count in (logins or {}).items()],
            )
            database.execute("INSERT INTO header VALUES ('plan', ?)", (msgspec.json.encode(header).decode(),))

    # --- reading the plan ---

    @property
    def header(self) -> Header:
        """What the plan was made of."""
        return msgspec.json.decode(self._fact("plan"), type=Header)

    @property
    def finished(self) -> str:
        """When the plan was applied to its end (UTC), or ""."""
        return self._fact("finished")

    @property
    def undone(self) -> bool:
        """Whether the run of the plan was taken back, wholly or in part; not where everybody had to stay."""
        taken = "SELECT 1 FROM undone WHERE state != 'rejected' LIMIT 1"
        return self._database.execute(taken).fetchone() is not None

    @property
    def begun(self) -> bool:
        """Whether anything of the plan was sent, or it was found that nothing had to be."""
        sent = self._database.execute("SELECT 1 FROM journal LIMIT 1").fetchone()
        return bool(self.finished) or sent is not None

    @property
    def last_sent(self) -> str:
        """When something was sent last, by the run or by its undo (UTC), or ""."""
        both = "SELECT max(sent_at) AS at FROM journal UNION ALL SELECT max(sent_at) FROM undone"
        (moment,) = self._database.execute(f"SELECT max(at) FROM ({both})").fetchone()
        return moment or ""

    def tallies(self) -> list[Tally]:
        """The totals of the plan, by group, action and code."""
        rows = self._database.execute("SELECT * FROM tally ORDER BY rowid")
        return [Tally(source, target, Act(act), code, count) for source, target, act, code, count in rows]

    def remarks(self) -> list[tuple[str, str, int]]:
        """How many customers have a note of this code about this field."""
        return list(self._database.execute("SELECT code, field, customers FROM remarks ORDER BY code, field"))

    def logins(self, *, carried: bool) -> dict[str, int]:
        """How many customers that are created have a password of this kind in the source ("" for none), of
        those whose hash is carried or of all others."""
        rows = self._database.execute(
            "SELECT password, customers FROM logins WHERE carried = ? ORDER BY customers DESC, password",
            (carried,),
        )
        return dict(rows.fetchall())

    def rows(
        self, where: str = "1", values: Sequence[Any] = (), *, limit: int = -1, order: str = "a.seq"
    ) -> Iterator[Row]:
        """Actions with their journal state; `where` and `order` speak of actions a, journal j, undone u."""
        query = (
            "SELECT a.*, j.state, j.tries, j.code, j.words, j.target_id, u.state FROM actions a"
            " LEFT JOIN journal j USING(seq) LEFT JOIN undone u USING(seq)"
            f" WHERE {where} ORDER BY {order} LIMIT ?"
        )
        with database_errors(self.path):
            for row in self._database.execute(query, (*values, limit)):
                yield from_row(row)

    def batches(self, where: str, values: Sequence[Any] = (), *, size: int) -> Iterator[Sequence[Row]]:
        """The same rows as `rows` gives, at most `size` at a time.

        Between two batches the file is free: a store may be asked meanwhile, and a run beside us may write.
        """
        after = 0
        while batch := list(self.rows(f"({where}) AND a.seq > ?", (*values, after), limit=size)):
            after = batch[-1].seq
            yield batch

    def to_pandas(self) -> pandas.DataFrame:
        """All actions as a table, for people in notebooks. It holds e-mails, and the whole plan in memory."""
        import pandas

        header = self.header
        source = {group.id: group.name for group in header.source_groups}
        target = {group.id: group.name for group in header.target_groups}
        table = pandas.read_sql_query(
            "SELECT seq, act AS action, a.code, email, source_id, source_group, a.target_id, groups,"
            " line, state, j.code AS outcome, words"
            " FROM actions a LEFT JOIN journal j USING(seq) ORDER BY seq",
            self._database,
            index_col="seq",
        )
        table["source_group"] = table["source_group"].map(lambda group: source.get(group, f"id:{group}"))
        table["groups"] = [
            ", ".join(target.get(one, one) for one in groups_in(row)) for row in table["groups"]
        ]
        return table

    def _fact(self, name: str) -> str:
        row = self._database.execute("SELECT value FROM header WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _refuse_other_formats(self) -> None:
        (mark,) = self._database.execute("PRAGMA application_id").fetchone()
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if mark != APPLICATION_ID:
            raise _not_a_plan(self.path, "it is another kind of SQLite file")
        if version != FORMAT:
            raise _not_a_plan(self.path, f"it has plan format {version}, and this version reads {FORMAT}")
        if not self._fact("plan"):
            raise _not_a_plan(self.path, "planning was cut off before its end")


def _refuse_strangers(path: Path) -> None:
    """Catch what SQLite would report late or not at all: no file, no database, a file that was cut."""
    with database_errors(path):
        if not path.is_file():
            raise _not_a_plan(path, "there is no such file")
        with path.open("rb") as file:
            start = file.read(100)
    if not start.startswith(SQLITE) or len(start) < 100:
        raise _not_a_plan(path, "it is no plan file")
    page = int.from_bytes(start[16:18], "big")
    pages = int.from_bytes(start[28:32], "big")
    # first the journal, then the size: a run beside us may just be ending a transaction
    if not is_mid_write(path) and path.stat().st_size < (65536 if page == 1 else page) * pages:
        raise _not_a_plan(path, "it is cut short")


def _not_a_plan(path: Path, why: str) -> StalePlan:
    hint = "make a new plan with `groupmigrate plan MAPPING`"
    return StalePlan(f"{path} cannot be used as a plan: {why}", hint=hint, code="GM605")
