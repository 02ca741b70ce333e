"""What `doctor` says about a Magento over REST: told apart as far as the shop lets it be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.errors import WrongAnswer
from groupmigrate.platforms.base import Check, Finding, Severity
from groupmigrate.platforms.http import Patience
from groupmigrate.platforms.magento.sandbox.credentials import TOKEN
from support.magento_room import SECOND, Opener, codes, seeded
from support.scripted import Scripted, status

pytest_plugins = ["support.magento_fixtures", "support.http_fixtures"]

Configure = Callable[[str, str], None]
RIGHTS = {"customer": "Magento_Customer::customer", "group": "Magento_Customer::group",
          "store": "Magento_Backend::store", "manage": "Magento_Customer::manage"}  # fmt: skip

HTML = "Content-Type: text/html"


@pytest.fixture
def with_rights(open_magento: Opener, tmp_path: Path) -> Callable[..., Check]:
    """Checks a shop with a token that has some rights only."""

    def check(*names: str, read_only: bool = True) -> Check:
        token = "limited" * 4
        shop = open_magento(seed={"tokens": {token: [RIGHTS[name] for name in names]}})
        (tmp_path / "token").write_text(token, encoding="utf-8")
        return open_magento(url=shop.address, token="file:token", read_only=read_only).check()

    return check


def found(check: Check, code: str) -> Finding:
    (finding,) = [finding for finding in check.findings if finding.code == code]
    return finding


def test_a_good_shop_tells_its_version_rights_and_time(open_magento: Opener) -> None:
    check = open_magento().check()
    assert check.version == "2.4 (Community)"
    assert check.rights == {
        "customers": "read, create, change",
        "groups": "read, create",
        "websites": "read",
    }
    assert check.clock
    assert {finding.severity for finding in check.findings} == {Severity.NOTE}


def test_websites_store_views_attributes_and_tax_classes_are_listed(open_magento: Opener) -> None:
    seed = {"websites": [SECOND], "attributes": [{"code": "loyalty_no", "label": "Loyalty number"}]}
    listed = found(open_magento(seed=seed).check(), "GM530").message
    for name in ("base (default)", "second (second_en, second_de)", "loyalty_no", "Retail Customer"):
        assert name in listed


# --- rights ---


def test_a_missing_right_is_named(with_rights: Callable[..., Check]) -> None:
    check = with_rights("customer", "store")
    (group,) = [one for one in check.findings if "Magento_Customer::group" in one.message]
    assert (group.code, group.severity) == ("GM503", Severity.ERROR)
    (manage,) = [one for one in check.findings if "Magento_Customer::manage" in one.message]
    assert (manage.code, manage.severity) == ("GM503", Severity.WARNING)


def test_a_target_without_the_right_to_write_is_an_error(with_rights: Callable[..., Check]) -> None:
    check = with_rights("customer", "group", "store", read_only=False)
    assert [(one.code, one.severity) for one in check.findings] == [("GM503", Severity.ERROR)]
    assert "create" not in check.rights["customers"]


def test_a_source_needs_three_rights_only(with_rights: Callable[..., Check]) -> None:
    check = with_rights("customer", "group", "store")
    assert Severity.ERROR not in {one.severity for one in check.findings}


def test_a_token_that_opens_nothing_is_told_once(with_rights: Callable[..., Check]) -> None:
    check = with_rights()
    (finding,) = check.findings
    assert (finding.code, finding.severity) == ("GM502", Severity.ERROR)
    assert "Bearer" in finding.hint


# --- what answers instead of Magento ---


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (status(503, HTML, body=b"<title>Error 503: Service Unavailable</title>"), "GM526", "maintenance"),
        (status(200, HTML, body=b"<html>a storefront</html>"), "GM504", "a web page"),
        (status(403, HTML, body=b"<html>firewall</html>"), "GM504", "403"),
        (status(302, "Location: https://www.example.com/rest/x?token=1"), "GM504", "https://www.example.com"),
        (status(401, 'WWW-Authenticate: Basic realm="x"'), "GM502", "password of its own"),
        (status(200, "Content-Type: application/json", body=b"{broken"), "GM504", "something else"),
        (status(200, "Content-Type: application/json", body=b'{"ok":true}'), "GM504", "not by a Magento"),
        (status(200, "Content-Type: application/json", body=b"[]"), "GM504", "not by a Magento"),
        (
            status(500, "Content-Type: application/json", body=b'{"message":"Internal Error. Report ID: 1"}'),
            "GM504",
            "Report ID",
        ),
    ],
)  # fmt: skip
def test_what_is_not_magentos_interface_is_told_apart(
    open_magento: Opener, server: Scripted, tmp_path: Path, answer: bytes, code: str, words: str
) -> None:
    server.script = [answer] * 9
    (tmp_path / "token").write_text("secrettoken", encoding="utf-8")
    (finding,) = open_magento(url=server.address, token="file:token").check().findings
    assert (finding.code, finding.severity) == (code, Severity.ERROR)
    assert words in finding.message
    assert "secrettoken" not in finding.message + finding.hint


def test_a_page_that_a_proxy_sends_in_passing_is_asked_again(
    open_magento: Opener, server: Scripted, tmp_path: Path
) -> None:
    server.script = [status(503, "Content-Type: text/html", body=b"<h1>503 Backend fetch failed</h1>")] * 4
    (tmp_path / "token").write_text("secrettoken", encoding="utf-8")
    (finding,) = open_magento(url=server.address, token="file:token").check().findings
    assert finding.code == "GM501"
    assert len(server.seen) == Patience(attempts=4).attempts


def test_maintenance_is_told_at_once(open_magento: Opener, configure_magento: Configure) -> None:
    store = open_magento()
    configure_magento("sandbox/maintenance", "1")
    (finding,) = store.check().findings
    assert finding.code == "GM526"


# --- what would spoil a run ---


@pytest.mark.parametrize("read_only", [True, False])
def test_several_websites_without_a_choice_are_told(open_magento: Opener, read_only: bool) -> None:
    store = open_magento(seed={"websites": [SECOND]}, read_only=read_only)
    assert ("GM522", "note" if read_only else "error") in codes(store)
    assert "GM522" not in dict(codes(open_magento(website="second")))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"website": "secnod"}, 'did you mean "second"?'),
        ({"store": "default_fr"}, '"default"'),
        ({"website": "base", "store": "second_en"}, "correct `website:` or `store:`"),
    ],
)
def test_a_wrong_website_or_store_view_is_told_with_the_right_ones(
    open_magento: Opener, options: dict[str, str], words: str
) -> None:
    finding = found(open_magento(seed={"websites": [SECOND]}, **options).check(), "GM529")
    assert finding.severity is Severity.ERROR
    assert words in finding.hint


def test_what_the_shop_demands_is_told_and_in_the_rules(
    open_magento: Opener, configure_magento: Configure
) -> None:
    store = open_magento()
    for path, value in (("gender_show", "req"), ("taxvat_show", "req"), ("company_show", "req")):
        configure_magento(f"customer/address/{path}", value)
    messages = [one.message for one in store.check().findings if one.code == "GM509"]
    assert ["gender, taxvat" in messages[0], "company" in messages[1]] == [True, True]
    rules = store.rules()
    assert rules.customer["gender"].required
    assert rules.customer["tax_id"].required
    assert rules.address["company"].required


def test_an_attribute_of_the_shop_that_is_demanded_is_told_and_needed(open_magento: Opener) -> None:
    seed = {"attributes": [{"code": "loyalty_no", "label": "Loyalty number", "required": True}]}
    store = open_magento(seed=seed, read_only=False)
    told = found(store.check(), "GM509")
    assert (told.severity, "loyalty_no" in told.message) == (Severity.WARNING, True)
    assert store.rules().attributes["loyalty_no"].required


def test_a_demanded_attribute_of_addresses_is_told(open_magento: Opener) -> None:
    door = {"code": "door_code", "label": "Door", "entity": "customer_address", "required": True}
    told = found(open_magento(seed={"attributes": [door]}).check(), "GM509")
    assert (told.severity, "of every address: door_code" in told.message) == (Severity.WARNING, True)


def test_a_demanded_attribute_that_is_not_written_stops_a_target(open_magento: Opener) -> None:
    seed = {"attributes": [{"code": "since", "label": "Since", "input": "date", "required": True}]}
    store = open_magento(seed=seed, read_only=False)
    assert found(store.check(), "GM509").severity is Severity.ERROR
    assert "since" not in store.rules().attributes
    assert found(open_magento(read_only=True).check(), "GM509").severity is Severity.WARNING


def test_segments_and_companies_are_told_where_the_shop_has_them(
    open_magento: Opener, configure_magento: Configure
) -> None:
    store = open_magento()
    assert not {"GM531", "GM532"} & set(dict(codes(store)))
    configure_magento("sandbox/modules", "Magento_Customer,Magento_CustomerSegment,Magento_Company")
    assert ("GM531", "note") in codes(store)
    assert ("GM532", "warning") in codes(store)


def test_a_refusal_that_nobody_expects_is_told_in_the_shops_words(
    open_magento: Opener, configure_magento: Configure
) -> None:
    store = open_magento()
    configure_magento("customer/create_account/default_group", "77")
    assert "= 77" in found(store.check(), "GM504").message
    with pytest.raises(WrongAnswer, match="status 404"):
        store.rules()


def test_what_no_interface_tells_is_said(open_magento: Opener) -> None:
    people = [seeded("a@example.com", confirmation="key"), seeded("b@example.com")]
    store = open_magento(seed={"websites": [SECOND], "customers": people}, website="base", auto_group=True)
    message = found(store.check(), "GM533").message
    for words in ("waiting for it now: 1", "shared_accounts", "auto_group"):
        assert words in message


def test_an_unencrypted_address_is_warned_of(open_magento: Opener, tmp_path: Path, monkeypatch: Any) -> None:
    shop = open_magento()
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    store = open_magento(url=shop.address, token="file:token")
    monkeypatch.setattr(store, "address", "http://shop.example.com")
    assert ("GM523", "warning") in codes(store)


def test_an_old_shop_is_refused(
    open_magento: Opener, ask_magento: Callable[..., list[Any]], monkeypatch: Any
) -> None:
    store = open_magento()
    monkeypatch.setattr(store._api, "version", lambda: "2.1 (Community)")
    assert ("GM505", "error") in codes(store)
    monkeypatch.setattr(store._api, "version", lambda: "")
    assert store.check().version == "not told"
