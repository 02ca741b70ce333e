"""The practice PrestaShop: what a client of 9.1.4's webservice sees of a shop, in one SQLite file.

It practises customers, groups and addresses, and what a migration reads besides. It sends no mail, and it
keeps nobody's password.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from groupmigrate.errors import DiskError
from groupmigrate.platforms.prestashop.sandbox.seed import KEY, install, plant
from groupmigrate.platforms.prestashop.sandbox.shop import Shop
from groupmigrate.platforms.prestashop.sandbox.webservice import Webservice
from groupmigrate.platforms.sandbox import Practice


def serve(
    data: Path, *, port: int = 0, faults: str = "", seed: Path | None = None, latency_ms: int = 0
) -> Practice:
    """Serve the shop in the file `data` until the Practice is closed; its key may do everything.

    A file that is not there becomes a fresh shop, with what `seed` adds; a file that is there is served as it
    is. `faults` makes it misbehave, see platforms/faults.py. Raises UsageError for a seed, faults or a
    port that cannot be used, and DiskError for a file that cannot be opened.
    """
    try:
        shop = Shop(data)
    except (sqlite3.Error, OSError) as error:
        raise DiskError(f"cannot open the practice shop: {error}", place=str(data)) from error
    try:
        with shop.writing():
            if shop.value("SELECT count(*) FROM ps_shop") == 0:
                install(shop)
                if seed is not None:
                    plant(shop, seed)
        return Practice(
            Webservice(shop), key=KEY, port=port, faults=faults, latency_ms=latency_ms, done=shop.close
        )
    except BaseException:
        shop.close()
        raise
