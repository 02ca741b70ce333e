"""What an account of MySQL or MariaDB may do, from its own SHOW GRANTS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NEEDED = ("SELECT", "INSERT", "UPDATE")
VERBS = {"SELECT": "read", "INSERT": "create", "UPDATE": "change", "DELETE": "remove"}
GRANT = re.compile(r"GRANT (?P<rights>.+?) ON (?:TABLE )?(?P<database>\S+)\.(?P<table>\S+) TO ", re.I)
ROLE = re.compile(r"GRANT (?P<role>[`'\"][^ ]+) TO ", re.I)
NAME = re.compile(r"[`\"]?(.*?)[`\"]?\Z")


def missing_rights(grants: Sequence[str], database: str, tables: Iterable[str]) -> list[str]:
    """The rights that a target needs and the account lacks, as "INSERT on oc_customer".

    Empty if the account has a role: what a role may do is not in these lines.
    """
    if any(ROLE.match(line) for line in grants):
        return []
    found = []
    for table in tables:
        rights = _rights(grants, database, table)
        if lacking := [name for name in NEEDED if name not in rights]:
            found.append(f"{', '.join(lacking)} on {table}")
    return found


def words_of(grants: Sequence[str], database: str, table: str) -> str:
    """What the account may do with a table, for people: "read, create, change"."""
    rights = _rights(grants, database, table)
    role = ["what its role allows"] if any(ROLE.match(line) for line in grants) else []
    return ", ".join([*(word for right, word in VERBS.items() if right in rights), *role])


def _rights(grants: Sequence[str], database: str, table: str) -> set[str]:
    rights: set[str] = set()
    for line in grants:
        grant = GRANT.match(line)
        if grant and _means(grant["database"], database) and _name(grant["table"]) in {"*", table}:
            # Rights on single columns, "UPDATE (`email`)", are not enough.
            rights |= {
                one.strip().upper() for one in re.sub(r"\w+ \([^)]*\)", "", grant["rights"]).split(",")
            }
    return set(VERBS) if "ALL PRIVILEGES" in rights else rights


def _means(pattern: str, database: str) -> bool:
    r"""Whether a grant is for this database: % and _ stand for others unless they are written \% and \_."""
    parts = re.split(r"(\\[%_]|[%_])", _name(pattern))
    signs = {"%": ".*", "_": ".", r"\%": "%", r"\_": "_"}
    form = "".join(signs.get(part, re.escape(part)) for part in parts)
    return pattern == "*" or re.fullmatch(form, database) is not None


def _name(written: str) -> str:
    found = NAME.match(written)
    return found[1].replace("``", "`") if found else written
