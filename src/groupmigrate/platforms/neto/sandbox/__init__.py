"""The practice Neto: what a client of the API sees of customers, in one SQLite file.

Nothing of it was compared with a real store: it does what the vendor's pages and the tests of other clients
say. Where they are silent or differ, a reading says how it is (`readings.py`). It sends no mail.
"""

from __future__ import annotations

from pathlib import Path

from groupmigrate.closing import closed_on_error
from groupmigrate.platforms.neto.sandbox.api import NetoApi, is_read
from groupmigrate.platforms.neto.sandbox.readings import Readings
from groupmigrate.platforms.neto.sandbox.seed import KEY, install, plant
from groupmigrate.platforms.neto.sandbox.shop import Shop
from groupmigrate.platforms.sandbox import Practice


def serve(
    data: Path,
    *,
    port: int = 0,
    faults: str = "",
    seed: Path | None = None,
    latency_ms: int = 0,
    readings: str = "",
) -> Practice:
    """Serve the store in the file `data` until the Practice is closed; its key is the one key of the store.

    A file that is not there becomes a fresh store with what `seed` adds; a file that is there is served as it
    is. `faults` makes it misbehave: platforms/faults.py. Raises UsageError for a seed, faults, readings or a
    port that cannot be used, DiskError for a file that cannot be opened.
    """
    understood = Readings(readings)
    shop = Shop(data)
    with closed_on_error(shop):
        with shop.writing():
            if not shop.groups():
                install(shop)
                if seed is not None:
                    plant(shop, seed)
        application = NetoApi(shop, understood)
        return Practice(
            application,
            key=KEY,
            port=port,
            faults=faults,
            latency_ms=latency_ms,
            is_read=is_read,
            done=shop.close,
        )
