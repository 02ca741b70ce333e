"""The practice Gomag: what a client of the API sees of a shop's customers, in one SQLite file.

No Gomag was asked for it: it follows the vendor's published collection of calls. Where that leaves a question
open, the practice shop can be told to behave either way. It sends no mail, and it keeps nobody's password.
"""

from __future__ import annotations

from pathlib import Path

from groupmigrate.closing import closed_on_error
from groupmigrate.platforms.gomag.sandbox.readings import Readings
from groupmigrate.platforms.gomag.sandbox.seed import KEY, plant
from groupmigrate.platforms.gomag.sandbox.shop import Shop
from groupmigrate.platforms.gomag.sandbox.webservice import Webservice
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
    """Serve the shop in the file `data` until the Practice is closed.

    A file that is not there becomes a shop with the group Standard, Trade and Retail and nobody in them,
    or with what `seed` says; a file that is there is served as it is. `readings` says how the open questions
    of the vendor's text are answered (readings.py), `faults` makes it misbehave (platforms/faults.py). Raises
    UsageError for a seed, faults, readings or a port that cannot be used; DiskError for a file that cannot
    be opened.
    """
    chosen = Readings(readings)
    shop = Shop(data)
    with closed_on_error(shop):
        with shop.writing():
            if not shop.value("SELECT count(*) FROM shop_group"):
                plant(shop, seed)
        service = Webservice(shop, chosen)
        return Practice(service, key=KEY, port=port, faults=faults, latency_ms=latency_ms, done=shop.close)
