"""The verbs about single stores and about a new folder: doctor, groups, export, sandbox, init, validate."""

from __future__ import annotations

import csv
import json
import signal
import stat
import subprocess
import sys
import urllib.request
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from groupmigrate.errors import Exit
from groupmigrate.files.migration import check_files
from groupmigrate.platforms import cards, names
from support.small_shop import BLOCKED, NEW, PEOPLE, SmallShop

SEVERAL_SHOPS = """\
version: 1
platform: prestashop
via: webservice
url: sandbox
multistore: true
shop: all
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A small migration folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return SmallShop(tmp_path, capsys).make()


@pytest.mark.parametrize("name", ["new", "connectors/new.yaml"])
def test_doctor_says_who_answers_and_what_the_key_may_do(shop: SmallShop, name: str) -> None:
    ran = shop.run("doctor", name, "--format", "json")
    assert ran.code == Exit.DONE
    assert ran.result["version"]
    assert "read" in ran.result["rights"]["customers"]
    assert "the store can be worked with" in shop.run("doctor", name).out


def test_doctor_is_1_if_something_would_stop_a_run(shop: SmallShop) -> None:
    shop.write("customer.csv", "email;_website;group_id;firstname;lastname\na@example.com;base;1;A;B\n")
    ran = shop.run("doctor", "old")
    assert ran.code == Exit.COULD_NOT
    assert "error: " in ran.out + ran.err
    assert shop.run("plan", shop.mapping).code == Exit.COULD_NOT


def test_a_connector_that_is_not_there_is_named_with_the_nearest(shop: SmallShop) -> None:
    ran = shop.run("doctor", "neww", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.USAGE, "GM109")
    assert 'did you mean "new"?' in ran.envelope["errors"][0]["hint"]
    assert shop.run("groups", "connectors/none.yaml").code == Exit.USAGE


def test_groups_lists_ids_names_roles_and_members(shop: SmallShop) -> None:
    listed = shop.run("groups", "old", "--format", "json").result["groups"]
    assert {"id": "0", "name": "NOT LOGGED IN", "role": "visitor", "members": 0} in listed
    assert {"id": "1", "name": "General", "role": "default", "members": 3} in listed
    assert ["1", "General", "default", "3"] in [
        line.split() for line in shop.run("groups", "old").out.splitlines()
    ]
    assert "Trade" in shop.run("groups", "new").out


def test_groups_of_a_source_are_saved_though_it_could_not_be_written_to(shop: SmallShop) -> None:
    shop.write("connectors/all.yaml", SEVERAL_SHOPS)
    assert shop.run("doctor", "all").code == Exit.DONE
    assert shop.run("groups", "all", "--save").code == Exit.DONE
    saved = json.loads((shop.root / "connectors/all.groups.json").read_text(encoding="utf-8"))
    assert "Customer" in [group["name"] for group in saved["groups"]]
    assert "target" not in saved


def test_export_writes_every_record_unchanged_for_its_owner_only(shop: SmallShop) -> None:
    formula = ("=cmd@example.com", "=1+1", 'Ö\'Brien "Ö", & Co', "1")
    with (shop.root / "customer.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow((formula[0], "base", formula[3], formula[1], formula[2], ""))
    ran = shop.run("export", "old", "--out", "export", "--format", "json")
    assert (ran.code, ran.result["customers"], ran.result["groups"]) == (Exit.DONE, 6, 5)
    with (shop.root / "export" / "customers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["email"] for row in rows] == [*(person[0] for person in PEOPLE), formula[0]]
    assert (rows[-1]["firstname"], rows[-1]["lastname"]) == (formula[1], formula[2])
    assert (rows[1]["group"], rows[1]["group_ids"]) == ("Wholesale", "2")
    names = sorted(path.name for path in (shop.root / "export").iterdir())
    assert names == ["addresses.csv", "customers.csv", "groups.csv"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (shop.root / "export").iterdir()} == {0o600}


def test_export_overwrites_only_by_force(shop: SmallShop) -> None:
    shop.run("export", "old", "--out", "export")
    shop.write("export/customers.csv", "mine")
    ran = shop.run("export", "old", "--out", "export", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.USAGE, "GM612")
    assert (shop.root / "export" / "customers.csv").read_text(encoding="utf-8") == "mine"
    assert shop.run("export", "old", "--out", "export", "--force").code == Exit.DONE
    assert NEW in (shop.root / "export" / "customers.csv").read_text(encoding="utf-8")


def test_export_from_the_target_has_addresses_and_groups(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    ran = shop.run("export", "new", "--out", "export")
    assert (ran.code, "3 customers" in ran.out) == (Exit.DONE, True)
    assert BLOCKED not in (shop.root / "export" / "customers.csv").read_text(encoding="utf-8")


def test_a_sandbox_serves_until_it_is_stopped_and_prints_a_connector_that_works(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "groupmigrate", "sandbox", "prestashop", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = "".join(iter(process.stdout.readline, "}\n")) + "}"
        shop = json.loads(told)["result"]
        assert shop["url"].startswith("http://127.0.0.1:")
        request = urllib.request.Request(f"{shop['url']}/api/")
        request.add_header("Authorization", "Basic " + b64encode(f"{shop['key']}:".encode()).decode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert b"customers" in answer.read()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")


def test_a_sandbox_speaks_the_version_that_is_asked_for(tmp_path: Path) -> None:
    asked = ["--version", "1.7", "--multistore", "--data", str(tmp_path / "shop.db"), "--format", "json"]
    command = [sys.executable, "-m", "groupmigrate", "sandbox", "prestashop", *asked]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shop = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")["result"]
        request = urllib.request.Request(f"{shop['url']}/api/shops?output_format=JSON")
        request.add_header("Authorization", "Basic " + b64encode(f"{shop['key']}:".encode()).decode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.headers["PSWS-Version"].startswith("1.7.")
            assert len(json.load(answer)["shops"]) == 4
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")


def test_a_sandbox_without_an_api_is_a_file_that_stays(shop: SmallShop, tmp_path: Path) -> None:
    ran = shop.run("sandbox", "opencart", "--version", "3.0", "--data", "practice.db")
    assert ran.code == 0
    dsn = f"sqlite:///{tmp_path / 'practice.db'}"
    assert f"a practice store at {dsn}\n" in ran.out
    assert f"export SANDBOX_KEY={dsn}" in ran.out
    assert "dsn: env:SANDBOX_KEY" in ran.out
    assert (tmp_path / "practice.db").exists()


def test_a_sandbox_that_cannot_misbehave_says_so(shop: SmallShop) -> None:
    ran = shop.run("sandbox", "opencart", "--latency", "5")
    assert ran.code == Exit.USAGE
    assert "has no --latency" in ran.err


def test_a_version_that_cannot_be_practised_is_said(shop: SmallShop) -> None:
    ran = shop.run("sandbox", "prestashop", "--version", "1.5")
    assert ran.code == Exit.USAGE
    assert '"1.5"' in ran.err
    assert "1.6, 1.7, 8, 9" in ran.err


def test_a_sandbox_without_versions_says_so(shop: SmallShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groupmigrate.platforms.prestashop.sandbox.serve", lambda data, **_: data)
    ran = shop.run("sandbox", "prestashop", "--version", "9")
    assert ran.code == Exit.USAGE
    assert "has no --version" in ran.err


def test_a_sandbox_that_there_is_not_is_said(shop: SmallShop) -> None:
    ran = shop.run("sandbox", "prestashp")
    assert ran.code == Exit.USAGE
    assert '"prestashop"' in ran.err


def test_init_makes_a_folder_whose_files_only_want_to_be_filled_in(shop: SmallShop) -> None:
    ran = shop.run("init", "move", "--source", "magento", "--target", "prestashop", "--format", "json")
    assert ran.code == Exit.DONE
    folder = shop.root / "move"
    assert all((folder / name).is_file() for name in ran.result["files"])
    assert ".groupmigrate/" in (folder / ".gitignore").read_text(encoding="utf-8")
    mapping = folder / "mappings" / "old-magento-to-new-prestashop.yaml"
    modeline = mapping.read_text(encoding="utf-8").splitlines()[0]
    schema = mapping.parent / modeline.partition("$schema=")[2]
    assert json.loads(schema.read_text(encoding="utf-8"))["title"] == "groupmigrate mapping"
    for file in (folder / "connectors").iterdir():
        text = file.read_text(encoding="utf-8").replace("url: TODO", "url: https://shop.example.com")
        file.write_text(text, encoding="utf-8")
    assert check_files([folder]).problems == []
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert f"groupmigrate plan {mapping.relative_to(folder)}" in readme


@pytest.mark.parametrize("name", names())
def test_a_new_folder_of_any_platform_and_way_validates_as_it_is(shop: SmallShop, name: str) -> None:
    other = next(one for one in names() if one != name)
    assert shop.run("init", "first", "--source", name, "--target", other).code == Exit.DONE
    for way in cards()[name].ways:
        for does, sides in ((way.reads, ("--source", "--target")), (way.writes, ("--target", "--source"))):
            if does:
                folder = f"{way.name}{sides[0]}"
                ran = shop.run("init", folder, sides[0], f"{name}:{way.name}", sides[1], other)
                assert ran.code == Exit.DONE
    assert (
        shop.run("validate", *(str(path.parent) for path in shop.root.glob("*/mappings"))).code == Exit.DONE
    )


def test_init_takes_the_way_that_is_named_and_names_the_others(shop: SmallShop) -> None:
    shop.run("init", "move", "--source", "magento:csv", "--target", "prestashop")
    text = (shop.root / "move/connectors/old-magento.yaml").read_text(encoding="utf-8")
    assert "\nvia: csv\n# other ways: rest, csv-import;" in text
    ran = shop.run("init", "other", "--source", "prestashop", "--target", "magento:csv-impor")
    assert (ran.code, 'did you mean "csv-import"?' in ran.err) == (Exit.USAGE, True)
    assert not (shop.root / "other").exists()


def test_init_explains_every_option_of_a_connector(shop: SmallShop) -> None:
    shop.run("init", "move", "--source", "magento", "--target", "prestashop")
    for name in ("magento", "prestashop"):
        (file,) = (shop.root / "move" / "connectors").glob(f"*-{name}.yaml")
        text = file.read_text(encoding="utf-8")
        way = shop.run("platforms", name, "--format", "json").result["ways"][0]
        for option in way["options"]:
            assert f"\n{option['name']}: " in text or f"\n# {option['name']}: " in text
            assert option["help"].split()[-1] in text


def test_init_never_overwrites(shop: SmallShop) -> None:
    arguments = ("init", "move", "--source", "magento", "--target", "prestashop")
    shop.run(*arguments)
    shop.write("move/README.md", "mine")
    ran = shop.run(*arguments)
    assert (ran.code, "[GM612]" in ran.err) == (Exit.USAGE, True)
    assert (shop.root / "move" / "README.md").read_text(encoding="utf-8") == "mine"


def test_init_suggests_a_platform_for_one_that_there_is_not(shop: SmallShop) -> None:
    ran = shop.run("init", "move", "--source", "magneto", "--target", "prestashop")
    assert (ran.code, 'did you mean "magento"?' in ran.err) == (Exit.USAGE, True)
    assert not (shop.root / "move").exists()


def test_init_names_a_platform_that_cannot_be_written(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = cards()
    only_read = replace(found["magento"], ways=tuple(replace(w, writes=False) for w in found["magento"].ways))
    monkeypatch.setattr("groupmigrate.platforms.cards", lambda: {**found, "magento": only_read})
    ran = shop.run("init", "move", "--source", "magento", "--target", "magento")
    assert (ran.code, "cannot be written" in ran.err) == (Exit.USAGE, True)
    assert not (shop.root / "move").exists()


def test_validate_counts_files_and_takes_the_current_folder(shop: SmallShop) -> None:
    assert shop.run("validate").out == "3 files, no problems\n"
    assert shop.run("validate", "connectors/old.yaml").out == "1 file, no problems\n"
    shop.change(shop.mapping, "limits:", "limit:")
    ran = shop.run("validate")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err.startswith(f"{shop.mapping}:10:1: GM103 ")
    assert ran.err.endswith("error: 1 problem in the files\n")
