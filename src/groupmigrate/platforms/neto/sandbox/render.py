"""How the practice store writes its answers: the shapes that XML leaves behind when it becomes JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from groupmigrate.platforms.neto.sandbox.fields import BILLING, FLAGS, SHIPPING, ZERO, ZERO_DATE
from groupmigrate.platforms.neto.sandbox.readings import Readings
from groupmigrate.platforms.neto.sandbox.shop import Record

Body = dict[str, Any]
SPELLINGS = {"text": ("False", "True"), "real": (False, True), "number": ("0", "1"), "yes": ("n", "y")}


class Renderer:
    """Answers as these readings have them."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def rows(self, name: str, rows: Sequence[Mapping[str, Any]]) -> Body:
        """Repeated elements: one is an object, none an empty text, unless it is read otherwise."""
        if self._readings["lists"] == "always" or len(rows) > 1:
            return {name: list(rows)}
        if not rows:
            return {} if self._readings["lists"] == "absent" else {name: ""}
        return {name: rows[0]}

    def answer(
        self, action: str, ack: str, body: Body, errors: Sequence[str], warnings: Sequence[str]
    ) -> Body:
        """A whole answer."""
        answer = {**body, **self._messages(errors, warnings)}
        answer |= {"CurrentTime": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}", "Ack": ack}
        return {f"{action}Response": answer} if self._readings["wrapped"] == "yes" else answer

    def customer(self, record: Record, selector: Sequence[str], numbers: Mapping[str, int]) -> Body:
        """The selected fields of a customer; the username comes unasked."""
        return {name: self._value(record, name, numbers) for name in dict.fromkeys(("Username", *selector))}

    def _value(self, record: Record, name: str, numbers: Mapping[str, int]) -> Any:
        match name:
            case "BillingAddress":
                return _home(record["BillingAddress"], BILLING)
            case "ShippingAddress":
                return _home(record["Book"][0], SHIPPING) if record["Book"] else ""
            case "ShippingAddressBook":
                book = record["Book"][self._readings["book"] == "without" :]
                return self.rows("ShippingAddress", [_home(home, SHIPPING) for home in book])
            case "UserGroup":
                group = str(record.get(name, ""))
                return str(numbers.get(group, group)) if self._readings["shown"] == "number" else group
            case "DateOfBirth":
                return record.get(name) or ZERO_DATE
            case "RegistrationDate" | "DateAddedUTC" | "DateUpdatedUTC":
                return record.get(name) or ZERO
        if name in FLAGS:
            return SPELLINGS[self._readings["flags"]][bool(record.get(name))]
        return record.get(name, "")

    def _messages(self, errors: Sequence[str], warnings: Sequence[str]) -> Body:
        entries = {
            "Error": [_entry(words, "Error") for words in errors],
            "Warning": [_entry(words, "Warning") for words in warnings],
        }
        shown = {kind: one[0] if len(one) == 1 else one for kind, one in entries.items() if one}
        match self._readings["messages"]:
            case "list":
                return {"Messages": [shown] if shown else []}
            case "top" if errors:
                return shown
        return {"Messages": shown or ""}


def as_json(answer: Body) -> bytes:
    """The answer for a client that accepts JSON."""
    return json.dumps(answer).encode()


def as_xml(action: str, answer: Body) -> bytes:
    """The answer for everybody else."""
    root = ET.Element(f"{action}Response")
    _fill(root, answer)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _fill(element: ET.Element, value: object) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            for one in inner if isinstance(inner, list) else [inner]:
                _fill(ET.SubElement(element, name), one)
    else:
        element.text = str(value)


def _home(home: Mapping[str, str], names: Mapping[str, int]) -> Body:
    return {name: home.get(name, "") for name in names}


def _entry(words: str, severity: str) -> Body:
    entry = {"Message": words, "SeverityCode": severity}
    return {**entry, "Description": ""} if severity == "Error" else entry
