"""The practice PrestaShop: what a client of the webservice sees of a shop, in one SQLite file.

It practises customers, groups and addresses, and what a migration reads besides. It sends no mail, and it
keeps nobody's password.
"""

from __future__ import annotations

from pathlib import Path

from groupmigrate.closing import closed_on_error
from groupmigrate.errors import UsageError
from groupmigrate.platforms.practiceversions import check_kept, check_offered
from groupmigrate.platforms.prestashop.sandbox.release import RELEASES
from groupmigrate.platforms.prestashop.sandbox.seed import KEY, install, plant
from groupmigrate.platforms.prestashop.sandbox.shop import Shop
from groupmigrate.platforms.prestashop.sandbox.webservice import Webservice
from groupmigrate.platforms.sandbox import Practice

VERSIONS = tuple(RELEASES)
"""The versions that can be practised, oldest first."""


def serve(
    data: Path,
    *,
    port: int = 0,
    faults: str = "",
    seed: Path | None = None,
    latency_ms: int = 0,
    version: str | None = None,
    multistore: bool = False,
) -> Practice:
    """Serve the shop in the file `data` until the Practice is closed; its key may do everything.

    A file that is not there becomes a fresh shop of `version`, one of VERSIONS or the newest, with what
    `seed` adds; a file that is there is served as it is. With `multistore` it is four shops: 1 and 2 with
    customers of their own, 3 and 4 with shared ones. `faults` makes it misbehave: platforms/faults.py.
    Raises UsageError for a seed, faults or a port that cannot be used, for a version that there is not, and
    for a version or shops that the file does not have; DiskError for a file that cannot be opened.
    """
    check_offered("PrestaShop", version, VERSIONS)
    shop = Shop(data)
    with closed_on_error(shop):
        with shop.writing():
            if shop.value("SELECT count(*) FROM ps_shop") == 0:
                install(shop, RELEASES[version or VERSIONS[-1]], multistore=multistore)
                if seed is not None:
                    plant(shop, seed)
        check_kept("PrestaShop", version, shop.release.name, data)
        _check_shops(shop, data, multistore=multistore)
        return Practice(
            Webservice(shop), key=KEY, port=port, faults=faults, latency_ms=latency_ms, done=shop.close
        )


def _check_shops(shop: Shop, data: Path, *, multistore: bool) -> None:
    if multistore and shop.setting("PS_MULTISHOP_FEATURE_ACTIVE") != "1":
        hint = "take another file, or leave multistore out"
        raise UsageError("the practice shop in this file is a single shop", place=str(data), hint=hint)
