"""How a practice store is where nobody knows how the real one is: a doubt can be read in several ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from groupmigrate.errors import UsageError
from groupmigrate.wording import quoted, suggestion


class Readings:
    """A choice such as "group=refuse,lists=always,rate=60"; of everything else the first reading."""

    def __init__(self, choices: Mapping[str, Sequence[str]], specification: str, *, rate: int) -> None:
        """`rate` is the usual limit of requests. Raises UsageError for what cannot be read."""
        self._choices = choices
        self._chosen = {name: values[0] for name, values in choices.items()}
        self.rate = rate
        """Requests that the store takes in the time that it counts in, for everybody together."""
        for part in filter(None, (part.strip() for part in specification.split(","))):
            self._read(part)

    def __getitem__(self, name: str) -> str:
        return self._chosen[name]

    def _read(self, part: str) -> None:
        name, _, value = part.partition("=")
        if name == "rate" and value.isdigit() and int(value):
            self.rate = int(value)
        elif value in self._choices.get(name, ()):
            self._chosen[name] = value
        else:
            known = self._choices.get(name)
            hint = suggestion(value, list(known)) if known else suggestion(name, [*self._choices, "rate"])
            raise UsageError(f"cannot read the reading {quoted(part)}", hint=hint)
