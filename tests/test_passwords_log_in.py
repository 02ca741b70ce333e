"""Customers log in to a practice Magento with the password that they had in another shop."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from groupmigrate.cli import edge
from groupmigrate.platforms.magento.sandbox import serve as serve_magento
from groupmigrate.platforms.prestashop.sandbox import serve as serve_prestashop
from groupmigrate.platforms.sandbox import Practice

PASSWORD = "Correct horse 7"
SALT, COOKIE_KEY = "n3Gz7QwErTyUiOpA", "k" * 56
BCRYPT = "$2y$10$Fbv6A.0qxFrM7EdFV3W6m.pUWXg/yEETSCv1Ic73FWn7s3Fy8x2ry"
MAPPING = """\
version: 1
source: old
target: new
groups: {GROUPS}
unmapped: {to: General}
customers: {passwords: carry}
"""


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def magento(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Practice]:
    """A practice Magento without customers, which is the target of a migration in the current folder."""
    (tmp_path / "seed.json").write_text("{}", encoding="utf-8")
    for name in ("mappings", "connectors"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    with serve_magento(tmp_path / "magento.db", seed=tmp_path / "seed.json") as practice:
        monkeypatch.setenv("NEW_KEY", practice.key)
        connector("new", f"platform: magento\nvia: rest\nurl: {practice.url}\ntoken: env:NEW_KEY\n")
        yield practice


def connector(name: str, text: str) -> None:
    Path("connectors", f"{name}.yaml").write_text(f"version: 1\n{text}", encoding="utf-8")


def migrate(groups: str) -> None:
    Path("mappings/m.yaml").write_text(MAPPING.replace("{GROUPS}", groups), encoding="utf-8")
    assert edge.run(("run", "mappings/m.yaml", "--yes")) == 0


def logs_in(magento: Practice, email: str, password: str) -> bool:
    body = {"username": email, "password": password}
    with requests.post(f"{magento.url}/rest/V1/integration/customer/token", json=body, timeout=30) as answer:
        return answer.status_code == 200


def test_passwords_of_magento_1_and_2_open_a_new_magento(magento: Practice, tmp_path: Path) -> None:
    hashes = {
        "one@example.com": f"{md5(SALT + PASSWORD)}:{SALT}",
        "two@example.com": f"{sha256(SALT + PASSWORD)}:{SALT}:1",
        "plain@example.com": f"{md5(PASSWORD)}::0",
        "bcrypt@example.com": BCRYPT,
        "none@example.com": "",
    }
    rows = [f"{email},base,1,A,B,{password_hash}\n" for email, password_hash in hashes.items()]
    header = "email,_website,group_id,firstname,lastname,password_hash\n"
    (tmp_path / "old.csv").write_text(header + "".join(rows), encoding="utf-8")
    connector("old", "platform: magento\nvia: csv\ncustomers: ../old.csv\n")
    migrate("{General: General}")
    assert [email for email in hashes if logs_in(magento, email, PASSWORD)] == list(hashes)[:3]
    assert not any(logs_in(magento, email, PASSWORD + "!") for email in hashes)


@pytest.mark.parametrize("told", [True, False])
def test_passwords_of_prestashop_1_6_open_it_if_the_cookie_key_is_told(
    told: bool, magento: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = {"email": "ana@example.com", "firstname": "Ana", "lastname": "Pop", "groups": ["Customer"]}
    (tmp_path / "old.json").write_text(json.dumps({"customers": [person]}), encoding="utf-8")
    with serve_prestashop(tmp_path / "old.db", seed=tmp_path / "old.json", version="1.6") as old:
        with closing(sqlite3.connect(tmp_path / "old.db")) as database, database:
            database.execute("UPDATE ps_customer SET passwd = ?", (md5(COOKIE_KEY + PASSWORD),))
        monkeypatch.setenv("OLD_KEY", old.key)
        monkeypatch.setenv("COOKIE_KEY", COOKIE_KEY)
        key = "cookie_key: env:COOKIE_KEY\n" if told else ""
        connector("old", f"platform: prestashop\nvia: webservice\nurl: {old.url}\nkey: env:OLD_KEY\n{key}")
        migrate("{Visitor: NOT LOGGED IN, Customer: General}")
    assert logs_in(magento, "ana@example.com", PASSWORD) is told
