"""Where an OpenCart's database is: DSNs, config.php as text, options, and what nobody may see of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from groupmigrate.errors import GroupmigrateError, Unreachable, UsageError
from groupmigrate.platforms.base import Opening
from groupmigrate.platforms.opencart import DatabaseOptions
from groupmigrate.platforms.opencart.config import constants_of
from groupmigrate.platforms.opencart.database import Database
from groupmigrate.platforms.opencart.location import Location, locate
from groupmigrate.platforms.opencart.rights import missing_rights, words_of
from groupmigrate.platforms.opencart.schema import table_names

PHP = r"""<?php
// define('DB_PASSWORD', 'an old one');
/* define('DB_DATABASE', 'an old one'); */
define('HTTP_SERVER', 'https://shop.example.com/');
define( "DB_DRIVER", "mysqli" );
define('DB_HOSTNAME', 'db.example.com');  # define('DB_HOSTNAME', 'elsewhere');
define('DB_USERNAME', 'shop');
define('DB_PASSWORD', 'it\'s a \\ // # "secret"');
define('DB_DATABASE', "the\$shop");
define('DB_PORT', '3307');
define('DB_PREFIX', 'shop_');
define('DB_PREFIX', 'later_');
"""


def located(folder: Path, **options: Any) -> Location:
    return locate(DatabaseOptions.model_validate(options), Opening("shop", folder, folder))


def test_config_php_is_read_as_text_with_its_quotes_and_comments() -> None:
    assert constants_of(PHP) == {
        "DB_DRIVER": "mysqli",
        "DB_HOSTNAME": "db.example.com",
        "DB_USERNAME": "shop",
        "DB_PASSWORD": r"""it's a \ // # "secret\"""".replace('\\"', '"'),
        "DB_DATABASE": "the$shop",
        "DB_PORT": "3307",
        "DB_PREFIX": "shop_",
    }


def test_config_php_says_where_the_database_is_and_what_its_tables_begin_with(tmp_path: Path) -> None:
    (tmp_path / "config.php").write_text(PHP, encoding="utf-8")
    found = located(tmp_path, config="config.php")
    assert (found.url.host, found.url.port, found.url.database) == ("db.example.com", 3307, "the$shop")
    assert (found.url.username, found.prefix) == ("shop", "shop_")
    assert found.url.password == 'it\'s a \\ // # "secret"'
    assert located(tmp_path, config="config.php", prefix="oc_").prefix == "oc_"


@pytest.mark.parametrize(
    "php", ["", "define('DB_HOSTNAME', getenv('HOST'));", PHP.replace("DB_USERNAME", "USER")]
)
def test_a_config_php_that_does_not_say_it_is_refused_with_what_is_missing(tmp_path: Path, php: str) -> None:
    (tmp_path / "config.php").write_text(php, encoding="utf-8")
    with pytest.raises(UsageError, match="DB_USERNAME") as error:
        located(tmp_path, config="config.php")
    assert error.value.code == "GM520"


def test_a_config_php_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        located(tmp_path, config="missing.php")
    assert (error.value.code, error.value.place) == ("GM520", str(tmp_path / "missing.php"))


@pytest.mark.parametrize("driver", ["mysql", "mariadb", "mysql+pymysql"])
def test_a_dsn_is_taken_from_where_it_is_kept_and_shown_without_user_and_password(
    driver: str, tmp_path: Path
) -> None:
    (tmp_path / "dsn").write_text(f"{driver}://shop:s%40cret@db.example.com:3307/live", encoding="utf-8")
    found = located(tmp_path, dsn="file:dsn", timeout=5)
    assert (found.url.drivername, found.url.password) == ("mysql+pymysql", "s@cret")
    assert found.shown == "live on db.example.com:3307"
    assert found.is_far
    assert found.arguments["read_timeout"] == 5


@pytest.mark.parametrize(
    "dsn",
    [
        "shop:secret@db/live",
        "postgresql://shop:secret@db/live",
        "mysql://shop:secret@db",
        "mysql://a:secret@b:c/d",
        "mysql://shop:bare@secret@db/live",
    ],
)
def test_a_dsn_that_cannot_be_used_is_refused_without_being_repeated(dsn: str, tmp_path: Path) -> None:
    (tmp_path / "dsn").write_text(dsn, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        located(tmp_path, dsn="file:dsn")
    assert error.value.code == "GM105"
    assert "secret" not in f"{error.value} {error.value.hint} {error.value.place}"


def test_a_socket_and_this_machine_are_not_far(tmp_path: Path) -> None:
    (tmp_path / "dsn").write_text("mysql://shop:x@127.0.0.1/live", encoding="utf-8")
    assert not located(tmp_path, dsn="file:dsn").is_far
    (tmp_path / "dsn").write_text("mysql://shop:x@localhost/live", encoding="utf-8")
    found = located(tmp_path, dsn="file:dsn", socket="/run/mysqld.sock")
    assert (found.is_far, found.shown) == (False, "live on /run/mysqld.sock")


def test_a_file_of_certificates_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "dsn").write_text("mysql://shop:x@db.example.com/live", encoding="utf-8")
    with pytest.raises(UsageError) as error:
        located(tmp_path, dsn="file:dsn", tls=True, ca_bundle="no.pem")
    assert error.value.code == "GM520"
    assert located(tmp_path, dsn="file:dsn", tls=True).encrypted


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"dsn": "sandbox", "config": "config.php"},
        {"dsn": "mysql://shop:secret@db/live"},
        {"dsn": "env:DSN", "release": "3.0"},
        {"dsn": "env:DSN", "ca_bundle": "ca.pem"},
        {"dsn": "sandbox", "prefix": "oc`; DROP"},
        {"dsn": "sandbox", "store": -1},
    ],
)
def test_options_that_contradict_each_other_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as error:
        DatabaseOptions.model_validate(options)
    assert "mysql://shop:secret" not in "".join(one["msg"] for one in error.value.errors())


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "dsn").write_text(f"sqlite:///{tmp_path}/shop.db", encoding="utf-8")
    with pytest.raises(Unreachable):
        Database(located(tmp_path, dsn="file:dsn"), read_only=True)
    assert not (tmp_path / "shop.db").exists()


def test_a_server_that_does_not_answer_is_named_without_the_password(tmp_path: Path) -> None:
    (tmp_path / "dsn").write_text("mysql://shop:s3cret@127.0.0.1:9/live", encoding="utf-8")
    database = Database(located(tmp_path, dsn="file:dsn", timeout=1), read_only=True)
    with pytest.raises(GroupmigrateError) as error:
        table_names(database)
    database.close()
    assert isinstance(error.value, Unreachable)
    assert error.value.place == "live on 127.0.0.1:9"
    assert "s3cret" not in str(error.value)


# --- rights ------------------------------------------------------------------------------------------------

USAGE = "GRANT USAGE ON *.* TO `shop`@`%` IDENTIFIED BY PASSWORD '*AB'"


@pytest.mark.parametrize(
    ("grants", "missing"),
    [
        (["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"], []),
        ([USAGE, "GRANT ALL PRIVILEGES ON `my\\_shop`.* TO `shop`@`%`"], []),
        ([USAGE, "GRANT SELECT, INSERT, UPDATE ON `my%`.* TO `shop`@`%`"], []),
        ([USAGE, "GRANT SELECT ON `my_shop`.* TO `shop`@`%`"], ["INSERT, UPDATE on oc_customer"]),
        (
            [
                USAGE,
                "GRANT SELECT, INSERT ON `my_shop`.* TO `a`@`%`",
                "GRANT UPDATE ON `my_shop`.`oc_customer` TO `a`@`%`",
            ],
            [],
        ),
        (
            [USAGE, "GRANT SELECT, INSERT, UPDATE (`email`) ON `my_shop`.* TO `a`@`%`"],
            ["UPDATE on oc_customer"],
        ),
        (
            [USAGE, "GRANT ALL PRIVILEGES ON `other`.* TO `shop`@`%`"],
            ["SELECT, INSERT, UPDATE on oc_customer"],
        ),
        ([USAGE, "GRANT `writers`@`%` TO `shop`@`%`"], []),
        ([USAGE], ["SELECT, INSERT, UPDATE on oc_customer"]),
    ],
)
def test_rights_that_a_target_needs_are_read_from_the_grants(grants: list[str], missing: list[str]) -> None:
    assert missing_rights(grants, "my_shop", ["oc_customer"]) == missing


def test_rights_are_told_in_words() -> None:
    some = [USAGE, "GRANT SELECT, INSERT ON `my_shop`.* TO `shop`@`%`"]
    assert words_of(some, "my_shop", "oc_customer") == "read, create"
    everything = ["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost`"]
    assert words_of(everything, "my_shop", "oc_customer") == "read, create, change, remove"
    role = [USAGE, "GRANT `writers`@`%` TO `shop`@`%`"]
    assert words_of(role, "my_shop", "oc_customer") == "what its role allows"
