"""The sample shop: written by its generator byte for byte, and read by the connector that ships with it."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from groupmigrate.files.connector import load_connector
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Opening, Severity
from groupmigrate.platforms.magento.csvexport import CsvExport
from groupmigrate.platforms.magento.csvoptions import CsvExportOptions

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data"
FILES = ("customer.csv", "customer_address.csv")


def make(folder: Path, *options: str) -> None:
    command = [sys.executable, str(SAMPLE / "make_shop.py"), "--out", str(folder), *options]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CsvExport]:
    connector = load_connector(ROOT / "connectors" / "sample-magento.yaml")
    assert isinstance(connector.options, CsvExportOptions)
    store = CsvExport(
        connector.options, Opening("sample", ROOT / "connectors", tmp_path_factory.mktemp("state"))
    )
    yield store
    store.close()


@pytest.fixture(scope="module")
def customers(shop: CsvExport) -> dict[str, Customer]:
    return {f"{c.scope}/{c.email}": c for page in shop.customers() for c in page.customers}


def test_the_committed_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    make(tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes()


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    make(tmp_path, "--seed", "8", "--customers", "100")
    with (tmp_path / "customer.csv").open(newline="", encoding="utf-8") as made:
        assert sum(1 for _ in csv.reader(made)) == 101
    assert (tmp_path / "customer.csv").read_bytes()[:5000] != (SAMPLE / "customer.csv").read_bytes()[:5000]


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_shop_may_be_smaller_than_its_hard_cases(tmp_path: Path, count: int) -> None:
    make(tmp_path, "--customers", str(count))
    options = CsvExportOptions(customers=Path(FILES[0]), addresses=Path(FILES[1]))
    store = CsvExport(options, Opening("small", tmp_path, tmp_path))
    assert not [finding for finding in store.check().findings if finding.severity is Severity.ERROR]
    assert sum(len(page.customers) for page in store.customers()) == count
    store.close()


def test_the_sample_connector_shows_every_option() -> None:
    text = (ROOT / "connectors" / "sample-magento.yaml").read_text(encoding="utf-8")
    assert [name for name in CsvExportOptions.model_fields if f"\n{name}:" not in text] == []


def test_the_only_finding_is_the_deleted_group(shop: CsvExport) -> None:
    (finding,) = shop.check().findings
    assert (finding.code, finding.severity) == ("GM516", Severity.WARNING)
    assert '"9" (2 customers)' in finding.message


def test_groups_have_the_members_that_the_readme_says(shop: CsvExport) -> None:
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    for group in shop.groups():
        assert f"| {group.id} | {group.name} | {group.members} |" in readme
    assert sum(group.members or 0 for group in shop.groups()) == 1200


def test_every_customer_is_read_once_and_emails_are_unique_on_a_website(
    customers: dict[str, Customer],
) -> None:
    assert len(customers) == 1200
    assert len({customer.id for customer in customers.values()}) == 1200
    assert len({(customer.scope, customer.email.lower()) for customer in customers.values()}) == 1200


def test_every_host_is_reserved_for_examples(customers: dict[str, Customer]) -> None:
    hosts = {customer.email.lower().rpartition("@")[2] for customer in customers.values()} - {"unknown"}
    assert {".".join(host.split(".")[-2:]) for host in hosts} == {
        "example.com",
        "example.org",
        "example.test",
    }


def test_four_pairs_differ_in_the_case_of_letters_only(customers: dict[str, Customer]) -> None:
    counts = Counter(key(customer.email) for customer in customers.values())
    assert sorted(email for email, count in counts.items() if email and count > 1) == [
        "ana.pop@example.com",
        "max.mustermann@example.org",
        "o'hara@example.com",
        "zoe.martin@example.com",
    ]


def test_what_was_written_by_hand_arrives_as_it_was_meant(customers: dict[str, Customer]) -> None:
    formula = customers["base/formula@example.com"]
    assert formula.addresses[0].company == "=SUM(A1:A9)"
    assert formula.addresses[0].phone == "+44 1225 000 001"
    assert formula.tax_id == "-12345"
    assert customers["base/pizza@example.org"].addresses[0].street == ("🏠 Via Toledo 1",)
    assert customers["base/tom.jerry@example.com"].addresses[0].company == 'Tom & Jerry <"Cheese"> ]]> Ltd'
    assert customers["base/backslash@example.com"].addresses[0].company == 'The "Quote\\"'
    assert len(customers["base/five.lines@example.com"].addresses[0].street) == 4
    assert customers["base/mohammed@example.com"].lastname == "العربي"
    assert customers["base/unconfirmed.two@example.com"].active is False
    assert customers["base/zero.birthday@example.com"].birthday == ""
    assert customers["base/old.account@example.com"].created == ""
    homes = customers["base/two.homes@example.com"].addresses
    assert [(home.default_billing, home.default_shipping) for home in homes] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_the_shop_is_as_mixed_as_a_real_one(customers: dict[str, Customer]) -> None:
    people = customers.values()
    countries = Counter(customer.country for customer in people)
    assert {"RO", "DE", "FR", "ES", "IT", "GB", "US", "CA", "AT", "HU", "PL", "BG", "GR", "XK"} <= set(
        countries
    )
    assert {len(customer.addresses) for customer in people} == {0, 1, 2, 3}
    assert any(c.country == "ES" and not c.tax_id for c in people)
    assert any(c.country == "ES" and c.tax_id for c in people)
    assert {home.region for c in people for home in c.addresses if home.country == "US"} >= {"Texas"}
    assert any(c.middlename for c in people)
    assert any(c.prefix for c in people)
    assert {customer.language for customer in people} == {"en", "ro", "de", "fr", "es", "it"}
