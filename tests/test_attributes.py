"""Attributes that shops added: which are taken along, what the target cannot hold, and who is changed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from groupmigrate.errors import FileProblems
from groupmigrate.files.language import Policy
from groupmigrate.files.mapping import load_mapping
from groupmigrate.files.resolution import resolve
from groupmigrate.files.route import Path as Way
from groupmigrate.files.route import Resolution, Route
from groupmigrate.model import Customer, Group, Role
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.decide import Decider
from groupmigrate.planning.fit import Fit, Fitting
from groupmigrate.platforms.base import AttributeRule, Rules
from groupmigrate.running.reconsider import reconsider

GENERAL = Group("1", "General", role=Role.DEFAULT)
RULES = Rules(
    attributes={
        "card": AttributeRule(max_length=6, pattern=r"\A[^#]*\Z", says="no #"),
        "level": AttributeRule(options=("Gold", "Silver")),
        "likes": AttributeRule(options=("Chess", "Golf", "Go"), several=True),
    }
)
CODES = {"loyalty_no": "card", "tier": "level", "hobbies": "likes"}
POLICY = Policy(existing="update", attributes=CODES)
ANA = Customer("17", "ana@example.com", ("1",), firstname="Ana", lastname="Pop")
RICH = replace(ANA, attributes={"loyalty_no": " 0001 ", "tier": "Gold", "hobbies": "Go\nChess"})


def fit(attributes: dict[str, str], *, leave_out: bool = False, rules: Rules = RULES) -> Fit:
    fitting = Fitting(rules, misfits="leave_out" if leave_out else "block", attributes=CODES)
    return fitting.fit(replace(ANA, attributes=attributes))


def decide(
    source: Customer, found: Customer | None = None, policy: Policy = POLICY, rules: Rules = RULES
) -> Action:
    routes = {"1": Route(GENERAL, 0, 3, (Way(("1",), None, 3),))}
    decider = Decider(Resolution(routes, None, frozenset({"1"}), ()), policy, rules, {})
    there = [msgspec.json.encode(found)] if found else []
    (action,) = decider.decide("ana@example.com", [msgspec.json.encode(source)], there)
    return action


def written(tmp_path: Path, customers: str) -> Path:
    path = tmp_path / "m.yaml"
    path.write_text(
        f"version: 1\nsource: a\ntarget: b\ngroups: {{General: General}}\ncustomers: {customers}\n"
    )
    return path


# --- fitting ---


def test_named_attributes_get_the_codes_of_the_target_and_options_its_order() -> None:
    fitted = fit(RICH.attributes)
    assert fitted.customer.attributes == {"card": "0001", "level": "Gold", "likes": "Chess\nGo"}
    assert (fitted.notes, fitted.misfits) == ((), ())


def test_an_attribute_that_the_mapping_does_not_name_stays_behind_with_a_note() -> None:
    fitted = fit({"tier": "Gold", "size": "XL"})
    assert fitted.customer.attributes == {"level": "Gold"}
    assert [(note.code, note.field) for note in fitted.notes] == [("GM304", "attribute size")]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"loyalty_no": "1234567"}, "GM303"),
        ({"loyalty_no": "#1"}, "GM302"),
        ({"tier": "Platinum"}, "GM337"),
        ({"tier": "gold"}, "GM337"),
        ({"tier": "Gold\nSilver"}, "GM337"),
        ({"hobbies": "Go\nRugby"}, "GM337"),
    ],
)
def test_what_the_target_cannot_hold_blocks_or_is_left_out(attributes: dict[str, str], code: str) -> None:
    (name,) = attributes
    assert [(one.code, one.field) for one in fit(attributes).misfits] == [(code, f"attribute {name}")]
    loose = fit(attributes, leave_out=True)
    assert (loose.customer.attributes, loose.misfits) == ({}, ())
    assert [one.code for one in loose.notes] == ["GM337" if code == "GM337" else "GM305"]


def test_an_option_that_is_not_there_is_told_without_the_e_mail_in_it() -> None:
    (misfit,) = fit({"tier": "bob.smith@example.com"}).misfits
    assert "bob.smith" not in misfit.detail


def test_a_demanded_attribute_is_needed_whether_the_mapping_names_it_or_not() -> None:
    level = replace(RULES.attributes["level"], required=True)
    rules = replace(
        RULES, attributes={**RULES.attributes, "level": level, "vat": AttributeRule(required=True)}
    )
    for leave_out in (False, True):
        found = fit({}, leave_out=leave_out, rules=rules).misfits
        assert [(one.code, one.field) for one in found] == [
            ("GM301", "attribute vat"),
            ("GM301", "attribute tier"),
        ]
        (_, wrong) = fit({"tier": "Platinum"}, leave_out=leave_out, rules=rules).misfits
        assert wrong.code == "GM337"


# --- deciding ---


def test_a_new_customer_is_created_with_the_attributes() -> None:
    action = decide(RICH)
    assert (action.act, action.wanted and action.wanted.attributes["card"]) == (Act.CREATE, "0001")


def test_who_is_there_gets_them_only_with_existing_update() -> None:
    found = replace(ANA, id="5", attributes={"card": "old", "other": "kept"})
    action = decide(RICH, found)
    assert (action.act, action.fields) == (Act.UPDATE, ("attributes",))
    assert action.before is not None
    assert action.before.attributes == {"card": "old", "level": "", "likes": ""}
    assert decide(RICH, found, Policy(attributes=CODES)).act is Act.SAME


def test_what_the_source_leaves_empty_is_not_emptied_in_the_target() -> None:
    found = replace(ANA, id="5", attributes={"card": "0001", "level": "Silver"})
    source = replace(ANA, attributes={"loyalty_no": "0001"})
    assert decide(source, found).act is Act.SAME


def test_a_value_that_does_not_fit_blocks_an_update_too() -> None:
    action = decide(replace(ANA, attributes={"tier": "Platinum"}), replace(ANA, id="5"))
    assert (action.act, action.code) == (Act.BLOCKED, "GM337")


def test_a_demanded_attribute_that_the_source_lacks_is_no_hindrance_for_who_is_there() -> None:
    rules = replace(RULES, attributes={"level": AttributeRule(required=True, options=("Gold",))})
    there = replace(ANA, id="5", lastname="Pope")
    assert decide(ANA, there, Policy(existing="update"), rules).fields == ("lastname",)
    assert decide(ANA, None, Policy(), rules).code == "GM301"


def test_an_attribute_that_somebody_changed_since_the_plan_is_left_alone() -> None:
    found = replace(ANA, id="5", attributes={"card": "old"})
    action = decide(RICH, found)
    assert reconsider(action, [found], was_sent=False).send
    changed = replace(found, attributes={"card": "newer"})
    step = reconsider(action, [changed], was_sent=False)
    assert (step.send, step.code) == (False, "GM404")


# --- the mapping file ---


def test_an_attribute_that_the_target_does_not_take_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path, "{attributes: {tier: levle}}"))
    with pytest.raises(FileProblems) as caught:
        resolve(mapping, [GENERAL], [GENERAL], RULES, {})
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.column) == ("GM336", 5, 32)
    assert 'did you mean "level"' in problem.hint
    with pytest.raises(FileProblems) as caught:
        resolve(mapping, [GENERAL], [GENERAL], Rules(), {})
    assert [one.code for one in caught.value.problems] == ["GM336"]


def test_two_attributes_cannot_become_one(tmp_path: Path) -> None:
    with pytest.raises(FileProblems) as caught:
        load_mapping(written(tmp_path, "{attributes: {tier: level, class: level}}"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("GM105", 5)
    assert '"tier" and "class"' in problem.message
