"""Passwords carried from store to store: read only if wanted, taken only where they work, shown nowhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from groupmigrate.errors import UsageError
from groupmigrate.files.migration import Migration, load_migration
from groupmigrate.model import Customer, Group, PasswordHash
from groupmigrate.planning.plan import make_plan
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.reading import read_source, read_target, wants_passwords
from groupmigrate.planning.snapshot import Reading, Snapshot
from groupmigrate.platforms import hashes
from groupmigrate.platforms.base import Check, Opening, Rules
from groupmigrate.platforms.magento import passwords
from groupmigrate.platforms.magento.csvexport import CsvExport
from groupmigrate.platforms.magento.csvoptions import CsvExportOptions
from groupmigrate.platforms.prestashop import WebserviceOptions, wire
from groupmigrate.platforms.prestashop.shop import Shop
from groupmigrate.platforms.prestashop.store import Webservice
from groupmigrate.running.forecast import logins
from support.memory import MemoryStore

PASSWORD = "Correct horse 7"
SALT = "n3Gz7QwErTyUiOpA"
COOKIE_KEY = "k" * 56
BCRYPT = "$2y$10$Fbv6A.0qxFrM7EdFV3W6m.pUWXg/yEETSCv1Ic73FWn7s3Fy8x2ry"
ARGON2 = "$argon2id$v=19$m=65536,t=4,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"
MAPPING = """\
version: 1
source: old
target: new
groups: {General: Customer}
customers: {passwords: carry, guests: create}
"""
TAKES = Rules(several_groups=True, passwords=("sha256+salt", "bcrypt"), guests=True)


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()


def magento_checks(stored: str, password: str) -> bool:
    """What a Magento 2 does at log in with a hash of version 0 or 1; it needs all three parts."""
    parts = stored.split(":")
    if len(parts) != 3:
        return False
    digest, salt, version = parts
    return {"0": md5, "1": sha256}[version](salt + password) == digest


# --- the forms of a hash -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "salt", "scheme"),
    [
        (md5(PASSWORD), "", "md5"),
        (md5(PASSWORD).upper(), "", "md5"),
        (md5(SALT + PASSWORD), SALT, "md5+salt"),
        (sha1(PASSWORD), "", "sha1"),
        (sha256(PASSWORD), "", "sha256"),
        (sha256(SALT + PASSWORD), SALT, "sha256+salt"),
        ("0" * 128, SALT, "sha512+salt"),
        (BCRYPT, "", "bcrypt"),
        (BCRYPT, COOKIE_KEY, "bcrypt"),
        (ARGON2, "", "argon2"),
        ("$P$B1234567890", "", "phpass"),
        ("$5$salt$hash", "", "sha256-crypt"),
        ("$6$salt$hash", "", "sha512-crypt"),
        ("$1$salt$hash", "", "md5-crypt"),
    ],
)
def test_a_form_names_its_scheme(text: str, salt: str, scheme: str) -> None:
    found = hashes.of(f" {text} ", salt)
    assert found is not None
    assert found.scheme == scheme
    assert scheme in hashes.SCHEMES
    assert found.digest.casefold() == text.casefold()
    assert found.salt == ("" if text.startswith("$") else salt)


@pytest.mark.parametrize("text", ["", "   ", "!", "secret", "abc123", "$9$new"])
def test_what_is_no_hash_is_none(text: str) -> None:
    assert hashes.of(text) is None


def test_a_hash_is_not_in_its_own_name() -> None:
    customer = Customer("1", "a@example.com", password_hash=PasswordHash("bcrypt", BCRYPT, SALT))
    assert BCRYPT not in f"{customer!r} {customer} {customer.password_hash}"
    assert SALT not in repr(customer)


@pytest.mark.parametrize(
    ("stored", "scheme", "again"),
    [
        (f"{sha256(SALT + PASSWORD)}:{SALT}:1", "sha256+salt", True),
        (f"{md5(SALT + PASSWORD)}:{SALT}:0", "md5+salt", True),
        (f"{md5(PASSWORD)}::0", "md5", True),
        (f"{sha256(PASSWORD)}::1", "sha256", True),
        (f"{'ab' * 16}:{SALT}:3_32_2_67108864", "magento", True),
        (f"{'ab' * 32}:{SALT}:2", "magento", True),
        (f"{'ab' * 32}:{SALT}:1:2", "magento", True),
        (f"{md5(SALT + PASSWORD)}:{SALT}", "md5+salt", False),  # Magento 1
        (f"{sha256(SALT + PASSWORD)}:{SALT}", "sha256+salt", False),
        (f"{'ab' * 64}:{SALT}", "sha512+salt", None),
        (md5(PASSWORD), "md5", False),
        (BCRYPT, "bcrypt", None),
    ],
)
def test_magentos_hashes_are_read_and_written_again(stored: str, scheme: str, again: bool | None) -> None:
    """`again`: whether Magento 2 stores the very same text, another one, or none at all."""
    found = passwords.of(stored)
    assert found is not None
    assert found.scheme == scheme
    written = passwords.stored(found)
    assert (None if not written else written == stored) is again
    assert bool(written) is (scheme in passwords.SCHEMES)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "nothing",
        ":salt:1",
        "hash:",
        "Ä:x",
        "SECRET-HASH",
        "not-hex:salt:1",
        "not-hex:salt:1:2",
        f"{'ab' * 32}:s:0",
    ],
)
def test_what_is_no_hash_of_magento_is_none(stored: str) -> None:
    assert passwords.of(stored) is None


@pytest.mark.parametrize(
    "foreign",
    [
        wire.password_hash(md5(COOKIE_KEY + PASSWORD), COOKIE_KEY),  # PrestaShop 1.6
        passwords.of(f"{md5(SALT + PASSWORD)}:{SALT}"),  # Magento 1
        passwords.of(f"{sha256(SALT + PASSWORD)}:{SALT}"),
        hashes.of(md5(PASSWORD)),
        hashes.of(sha256(PASSWORD)),
    ],
)
def test_a_foreign_hash_that_magento_takes_logs_in_there(foreign: PasswordHash | None) -> None:
    assert foreign is not None
    assert foreign.scheme in passwords.SCHEMES
    assert magento_checks(passwords.stored(foreign), PASSWORD)
    assert not magento_checks(passwords.stored(foreign), PASSWORD + "!")


def test_every_hash_that_a_real_magento_took_and_logged_in_with_is_written_as_it_is(recordings: Path) -> None:
    recorded = json.loads((recordings / "magento" / "29-create-put-password-hash.json").read_bytes())
    bodies = (exchange["request"].get("body") or {} for exchange in recorded["exchanges"])
    stored = [body["passwordHash"] for body in bodies if "passwordHash" in body]
    assert len(stored) >= 6
    for text in stored:
        found = passwords.of(text)
        assert found is not None
        assert passwords.stored(found) == text


@pytest.mark.parametrize("salt", ["a:b", "s" * 120])
def test_a_salt_that_magento_has_no_room_for_is_not_written(salt: str) -> None:
    assert passwords.stored(PasswordHash("md5+salt", md5(salt + PASSWORD), salt)) == ""


@pytest.mark.parametrize(
    ("passwd", "cookie_key", "scheme"),
    [
        (BCRYPT, "", "bcrypt"),
        (BCRYPT, COOKIE_KEY, "bcrypt"),
        (md5(COOKIE_KEY + PASSWORD), COOKIE_KEY, "md5+salt"),
        (md5(COOKIE_KEY + PASSWORD), "", None),
        ("", COOKIE_KEY, None),
    ],
)
def test_prestashops_old_hashes_need_the_cookie_key(passwd: str, cookie_key: str, scheme: str | None) -> None:
    row = {"id": "1", "email": "a@example.com", "passwd": passwd}
    found = wire.customer(row, Shop(), cookie_key=cookie_key).password_hash
    assert (found.scheme if found else None) == scheme
    assert wire.customer(row, Shop()).password_hash is None


# --- the sources -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [True, False])
def test_magentos_export_gives_hashes_only_if_they_are_wanted(wanted: bool, tmp_path: Path) -> None:
    stored = f"{sha256(SALT + PASSWORD)}:{SALT}:1"
    (tmp_path / "customer.csv").write_text(
        f"email,_website,group_id,firstname,lastname,password_hash\na@example.com,base,1,A,B,{stored}\n",
        encoding="utf-8",
    )
    options = CsvExportOptions.model_validate({"customers": "customer.csv"})
    store = CsvExport(options, Opening("old", tmp_path, tmp_path, passwords=wanted))
    try:
        ((customer,),) = [page.customers for page in store.customers()]
    finally:
        store.close()
    assert customer.password == "sha256"
    expected = PasswordHash("sha256+salt", sha256(SALT + PASSWORD), SALT)
    assert customer.password_hash == (expected if wanted else None)


@pytest.mark.parametrize("wanted", [True, False])
def test_prestashop_gives_hashes_only_if_they_are_wanted(
    wanted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = '{"email": "a@example.com", "firstname": "A", "lastname": "B"}'
    (tmp_path / "seed.json").write_text(f'{{"customers": [{person}]}}', encoding="utf-8")
    monkeypatch.setenv("COOKIE_KEY", COOKIE_KEY)
    options = {"url": "sandbox", "seed": "seed.json", "release": "1.6", "cookie_key": "env:COOKIE_KEY"}
    store = Webservice(
        WebserviceOptions.model_validate(options), Opening("old", tmp_path, tmp_path, passwords=wanted)
    )
    try:
        (customer,) = [one for page in store.customers() for one in page.customers]
    finally:
        store.close()
    found = customer.password_hash
    assert (found and found.scheme, found and found.salt) == (
        ("md5+salt", COOKIE_KEY) if wanted else (None, None)
    )


def test_a_cookie_key_that_is_not_there_is_said_only_if_hashes_are_wanted(tmp_path: Path) -> None:
    options = WebserviceOptions.model_validate({"url": "sandbox", "cookie_key": "env:NO_SUCH_KEY"})
    Webservice(options, Opening("old", tmp_path, tmp_path)).close()
    with pytest.raises(UsageError) as caught:
        Webservice(options, Opening("old", tmp_path, tmp_path, passwords=True))
    assert caught.value.code == "GM108"


# --- the plan ----------------------------------------------------------------------------------------------


class Named(MemoryStore):
    """A store in memory with a name of its own."""

    name = "the old shop"

    def check(self) -> Check:
        return Check(self.name, "1")


def people() -> list[Customer]:
    """One for each thing that can become of a password."""

    def person(number: int, kind: str, hash_: PasswordHash | None) -> Customer:
        email = f"person{number}@example.com"
        return Customer(str(number), email, ("1",), password=kind, password_hash=hash_)

    return [
        person(1, "sha256", PasswordHash("sha256+salt", sha256(SALT + PASSWORD), SALT)),
        person(2, "bcrypt", PasswordHash("bcrypt", BCRYPT)),
        person(3, "sha1", PasswordHash("sha1³", sha1(PASSWORD), SALT)),
        person(4, "md5", None),
        person(5, "", None),
        person(6, "bcrypt", PasswordHash("bcrypt", BCRYPT)),
        replace(person(7, "", None), guest=True),
    ]


@pytest.fixture
def migration(tmp_path: Path) -> Migration:
    return folder(tmp_path, MAPPING)


def folder(root: Path, mapping: str) -> Migration:
    for name in ("mappings", "connectors"):
        (root / name).mkdir(exist_ok=True)
    (root / "mappings" / "m.yaml").write_text(mapping, encoding="utf-8")
    fixed = "version: 1\nplatform: prestashop\nvia: webservice\nkey: env:NONE\n"
    for name in ("old", "new"):
        text = f"{fixed}url: https://{name}.example.com\n"
        (root / "connectors" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_migration(root / "mappings" / "m.yaml")


def planned(
    migration: Migration, customers: Sequence[Customer], rules: Rules = TAKES, known: Sequence[Customer] = ()
) -> Path:
    """Read two stores in memory, the source with hashes if they are wanted, and plan."""
    wanted = wants_passwords(migration, rules)
    given = customers if wanted else [replace(one, password_hash=None) for one in customers]
    source = Named(given, groups=[Group("1", "General")])
    migration.folder.prepare()
    with Snapshot(migration.folder.snapshot) as snapshot:
        read_source(migration, source, source.check(), snapshot, lambda *_: None, passwords=wanted)
        target = MemoryStore(known, rules=rules)
        read_target(migration, target, target.check(), snapshot, lambda *_: None)
        return make_plan(migration, snapshot, migration.folder, lambda *_: None)


def test_a_hash_is_wanted_only_where_it_is_carried_and_the_target_takes_it(migration: Migration) -> None:
    known = [Customer("7", "person6@example.com", ("4",))]
    with PlanFile.open(planned(migration, people(), known=known), read_only=True) as plan:
        actions = {row.action.source_id: row.action for row in plan.rows()}
        carried = {
            number: action.wanted.password_hash.scheme
            for number, action in actions.items()
            if action.wanted and action.wanted.password_hash
        }
        assert carried == {"1": "sha256+salt", "2": "bcrypt"}
        notes = {number: [(note.code, note.detail) for note in one.notes] for number, one in actions.items()}
        assert notes == {
            "1": [],
            "2": [],
            "3": [("GM318", "sha1³")],
            "4": [("GM319", "md5")],
            "5": [],
            "6": [],
            "7": [],
        }
        assert plan.remarks() == [("GM318", "password", 1), ("GM319", "password", 1)]
        told = logins(plan)
        assert (told.unchanged, told.carried) == (1, {"bcrypt": 1, "sha256": 1})
        assert told.reset == {"": 1, "md5": 1, "sha1": 1}
        assert plan.header.remarks == ()


def test_without_carry_no_hash_gets_anywhere(tmp_path: Path) -> None:
    migration = folder(tmp_path, MAPPING.replace("carry", "reset"))
    assert not wants_passwords(migration, TAKES)
    with PlanFile.open(planned(migration, people()), read_only=True) as plan:
        assert all(row.action.wanted and not row.action.wanted.password_hash for row in plan.rows())
        assert plan.remarks() == []
        assert logins(plan).carried == {}
    everything = b"".join(path.read_bytes() for path in migration.folder.state.glob("*"))
    assert BCRYPT.encode() not in everything


def test_hashes_are_not_read_for_a_target_that_takes_none(migration: Migration) -> None:
    assert not wants_passwords(migration, Rules())


def test_a_source_that_gives_no_hash_is_told_of(migration: Migration) -> None:
    nobody = [replace(one, password_hash=None) for one in people()]
    with PlanFile.open(planned(migration, nobody), read_only=True) as plan:
        assert [remark[:5] for remark in plan.header.remarks] == ["GM140"]


def test_hashes_are_gone_from_the_disk_when_they_are_not_wanted_any_more(tmp_path: Path) -> None:
    migration = folder(tmp_path, MAPPING)
    crowd = [
        Customer(str(number), f"p{number}@example.com", ("1",), password_hash=PasswordHash("bcrypt", BCRYPT))
        for number in range(500)
    ]
    planned(migration, crowd).unlink()
    assert BCRYPT.encode() in migration.folder.snapshot.read_bytes()
    planned(folder(tmp_path, MAPPING.replace("carry", "reset")), crowd[:1])
    assert BCRYPT.encode() not in migration.folder.snapshot.read_bytes()


class Broken(Named):
    """A store whose reading breaks off after the first page."""

    def customers(self, after: str = "") -> Iterator[object]:  # type: ignore[override]
        for number, page in enumerate(super().customers(after)):
            if number:
                raise KeyboardInterrupt
            yield page


@pytest.mark.parametrize("first", [True, False])
def test_a_reading_with_hashes_and_one_without_are_never_mixed(
    first: bool, migration: Migration, tmp_path: Path
) -> None:
    check = Check("the old shop", "1")
    with_hashes = people()
    without = [replace(one, password_hash=None) for one in with_hashes]
    before, after = (with_hashes, without) if first else (without, with_hashes)
    with Snapshot(tmp_path / "s.db") as snapshot:
        with pytest.raises(KeyboardInterrupt):
            snapshot.read(Reading("source", Broken(before), "c", check, passwords=first), lambda *_: None)  # type: ignore[arg-type]
        snapshot.read(Reading("source", Named(after), "c", check, passwords=not first), lambda *_: None)
        read = list(snapshot.customers("source"))
        assert snapshot.has_passwords("source") is not first
    assert msgspec.json.encode(read) == msgspec.json.encode(after)
