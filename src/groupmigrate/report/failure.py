"""How an error looks: lines for people, plain data for programs."""

from __future__ import annotations

from groupmigrate.errors import FileProblems, GroupmigrateError
from groupmigrate.report.lettering import printable


def lines(error: GroupmigrateError) -> list[str]:
    """The message, the place and the hint; of files every problem, as `file:line:column: code message`."""
    if isinstance(error, FileProblems):
        from groupmigrate.report.problems import problem_lines  # knows the files' language, which costs 0.1 s

        return [*problem_lines(error.problems), f"error: {error.message}"]
    code = f" [{error.code}]" if error.code else ""
    found = [f"error: {printable(error.message)}{code}"]
    if error.place:
        found.append(f"  at   {printable(error.place)}")
    if error.hint:
        found.append(f"  hint {printable(error.hint)}")
    return found


def as_data(error: GroupmigrateError) -> list[dict[str, str]]:
    """The error as the `errors` of an envelope: code, message, place and hint."""
    if isinstance(error, FileProblems):
        return [
            {"code": one.code, "message": one.message, "place": one.place, "hint": one.hint}
            for one in error.problems
        ]
    return [{"code": error.code, "message": error.message, "place": error.place, "hint": error.hint}]
