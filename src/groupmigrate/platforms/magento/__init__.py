"""The Magento room's card: what can be reached how."""

from __future__ import annotations

from groupmigrate.platforms.base import Card, Way
from groupmigrate.platforms.magento.csvoptions import CsvExportOptions

CARD = Card(
    name="magento",
    title="Magento 2 / Adobe Commerce",
    versions="2.4.7 (CSV exports)",
    ways=(
        Way(
            name="csv",
            options=CsvExportOptions,
            store="groupmigrate.platforms.magento.csvexport:CsvExport",
            reads=True,
            writes=False,
        ),
    ),
    can=(
        "read customers with their group and addresses from Magento's own CSV exports",
        "read customers of several websites apart from each other",
        "give password hashes to a target that takes them, if the mapping says so",
    ),
    cannot=(
        "write to Magento",
        "tell newsletter subscriptions and deactivated accounts: the exports do not hold them",
        "read customer segments: these are rules, not groups, and no export holds their members",
    ),
    builtin_groups="NOT LOGGED IN (id 0) is the visitor group; General (id 1) is the default group until the "
    "shop's configuration says otherwise. Wholesale (2) and Retailer (3) come with every new shop.",
    details={
        "groups": "exactly one per customer; the exports hold its number, the connector gives the names",
        "customer ids": "the number of the row in the customer export, the header not counted",
        "speed": "more than 25,000 customers a second; memory does not grow with the files",
    },
)
