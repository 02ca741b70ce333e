"""The practice OpenCart: the shop's own tables in one SQLite file. OpenCart has no API, so nothing is served.

It practises customers, groups and addresses, and what a migration reads besides.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from groupmigrate.errors import DiskError
from groupmigrate.platforms.opencart.sandbox.release import RELEASES
from groupmigrate.platforms.opencart.sandbox.seed import install, plant
from groupmigrate.platforms.opencart.sandbox.shop import Shop
from groupmigrate.platforms.opencart.sandbox.tables import PREFIX, create_tables
from groupmigrate.platforms.practiceversions import check_kept, check_offered
from groupmigrate.platforms.sandbox import PracticeDatabase

VERSIONS = tuple(RELEASES)
"""The releases that can be practised, oldest first; "upgraded" is a 3.0 that became a 4.1."""

NEWEST = "4.1"


def serve(data: Path, *, seed: Path | None = None, version: str | None = None) -> PracticeDatabase:
    """The shop in the file `data`; what opens it is its DSN. Otherwise as `make`."""
    return PracticeDatabase(make(data, seed=seed, version=version))


def make(data: Path, *, seed: Path | None = None, version: str | None = None) -> str:
    """The DSN of the shop in the file `data`, "sqlite:///…".

    A file that is not there becomes a fresh shop of `version`, one of VERSIONS or the newest, with what
    `seed` adds; a file that is there is left as it is. Raises UsageError for a seed that cannot be used,
    for a version that there is not, and for one that the file does not have; DiskError for a file that
    cannot be opened.
    """
    check_offered("OpenCart", version, VERSIONS)
    dsn = f"sqlite:///{data.resolve()}"
    engine = create_engine(dsn)
    try:
        data.touch(mode=0o600)
        kept = _prepare(engine, version or NEWEST, seed)
    except (SQLAlchemyError, OSError) as error:
        raise DiskError(f"cannot open the practice shop: {error}", place=str(data)) from error
    finally:
        engine.dispose()
    check_kept("OpenCart", version, kept, data)
    return dsn


def _prepare(engine: Engine, version: str, seed: Path | None) -> str:
    """Make the shop if the file is empty, in one step; the release that it is."""
    with engine.connect() as connection:
        # The driver would commit before each CREATE TABLE: a killed process would leave half a shop.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        number = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if number:
            return VERSIONS[number - 1]
        release = RELEASES[version]
        create_tables(connection, release)
        shop = Shop(connection, release, PREFIX)
        install(shop)
        if seed is not None:
            plant(shop, seed)
        connection.exec_driver_sql(f"PRAGMA user_version = {VERSIONS.index(version) + 1}")
        connection.commit()
        return version
