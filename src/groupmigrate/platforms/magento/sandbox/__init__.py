"""The practice Magento: what a client of the REST way sees of a shop, in one SQLite file.

It practises customers, groups and addresses, and what a migration reads besides. It sends no mail: what a
real shop would send lies in its outbox.

A request comes in at `rest`; `auth`, `oauth` and `cloud` say who calls, and `routes` finds the endpoint: in
`groups`, `taxes`, `stores`, `directory`, `metadata`, `segments`, `customers` or `registration`. `body` gives
them typed values, and `search` what is asked for. `save` stores a customer, `render` shows one, `seed` fills
a new shop.
"""

from __future__ import annotations

from pathlib import Path

from groupmigrate.closing import closed_on_error
from groupmigrate.platforms.magento.sandbox import cloud
from groupmigrate.platforms.magento.sandbox.credentials import CLIENT_SECRET, TOKEN
from groupmigrate.platforms.magento.sandbox.outbox import sent
from groupmigrate.platforms.magento.sandbox.release import NEWEST, RELEASES
from groupmigrate.platforms.magento.sandbox.rest import Rest
from groupmigrate.platforms.magento.sandbox.seed import demo, install, plant
from groupmigrate.platforms.magento.sandbox.shop import Shop
from groupmigrate.platforms.practiceversions import check_kept, check_offered
from groupmigrate.platforms.sandbox import Practice
from groupmigrate.platforms.seedfile import read_seed

VERSIONS = tuple(RELEASES)
"""The versions that can be practised, oldest first; saas is Adobe Commerce as a Cloud Service."""


def serve(
    data: Path,
    *,
    port: int = 0,
    faults: str = "",
    seed: Path | None = None,
    latency_ms: int = 0,
    version: str | None = None,
) -> Practice:
    """Serve the shop in the file `data` until the Practice is closed; its key is a token that may do all.

    For saas the key is the client secret of an account that may.

    A file that is not there becomes a fresh shop of `version`, one of VERSIONS or the newest, with what
    `seed` adds, or with the customers of a demonstration; a file that is there is served as it is. `faults`
    makes it misbehave: platforms/faults.py. Raises UsageError for a seed, faults or a port that cannot be
    used, for a version that there is not or that the file does not have; DiskError for a file that cannot be
    opened.
    """
    check_offered("Magento", version, VERSIONS)
    content = demo() if seed is None else read_seed(seed)
    shop = Shop(data)
    with closed_on_error(shop):
        with shop.writing():
            if shop.value("SELECT count(*) FROM store") == 0:
                install(shop, RELEASES[version] if version else NEWEST)
                plant(shop, content, str(seed))
        check_kept("Magento", version, shop.release.name, data)
        practice = Practice(
            Rest(shop),
            key=CLIENT_SECRET if shop.release.cloud else TOKEN,
            port=port,
            faults=faults,
            latency_ms=latency_ms,
            done=shop.close,
            outbox=lambda: sent(shop),
        )
        if shop.release.cloud:
            cloud.tell(practice)
        return practice
