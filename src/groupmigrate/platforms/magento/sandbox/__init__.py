"""The practice Magento: what a client of the REST way sees of a shop, in one SQLite file.

It practises customers, groups and addresses, and what a migration reads besides. It sends no mail: what a
real shop would send lies in its outbox.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from groupmigrate.errors import DiskError
from groupmigrate.platforms.magento.sandbox import seed as seeds
from groupmigrate.platforms.magento.sandbox.credentials import TOKEN
from groupmigrate.platforms.magento.sandbox.outbox import sent
from groupmigrate.platforms.magento.sandbox.rest import Rest
from groupmigrate.platforms.magento.sandbox.shop import Shop
from groupmigrate.platforms.sandbox import Practice

OUTBOX = "/__sandbox__/outbox"
"""Where the practice shop tells its mails, as a JSON list: recipient, template, store_id, sent_at."""


def serve(
    data: Path, *, port: int = 0, faults: str = "", seed: Path | None = None, latency_ms: int = 0
) -> Practice:
    """Serve the shop in the file `data` until the Practice is closed; its key is a token that may do all.

    A file that is not there becomes a fresh shop of 2.4.7 with what `seed` adds, or with the customers of a
    demonstration; a file that is there is served as it is. `faults` makes it misbehave: platforms/faults.py.
    Raises UsageError for a seed, faults or a port that cannot be used; DiskError for a file that cannot be
    opened.
    """
    content = seeds.demo() if seed is None else seeds.read(seed)
    try:
        shop = Shop(data)
    except (sqlite3.Error, OSError) as error:
        raise DiskError(f"cannot open the practice shop: {error}", place=str(data)) from error
    try:
        with shop.writing():
            if shop.value("SELECT count(*) FROM store") == 0:
                seeds.install(shop)
                seeds.plant(shop, content, str(seed))
        return Practice(
            Rest(shop),
            key=TOKEN,
            port=port,
            faults=faults,
            latency_ms=latency_ms,
            done=shop.close,
            pages={OUTBOX: lambda: sent(shop)},
        )
    except BaseException:
        shop.close()
        raise
