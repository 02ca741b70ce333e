"""The Magento room's card: what can be reached how."""

from __future__ import annotations

from groupmigrate.platforms.base import Card, Way
from groupmigrate.platforms.magento.csvoptions import CsvExportOptions, CsvImportOptions
from groupmigrate.platforms.magento.restoptions import RestOptions

CARD = Card(
    name="magento",
    title="Magento 2 / Adobe Commerce",
    versions="2.3 and 2.4, and Adobe Commerce as a Cloud Service; 2.4.7 was run, the others were read about",
    ways=(
        Way(
            name="rest",
            options=RestOptions,
            store="groupmigrate.platforms.magento.store:Rest",
            reads=True,
            writes=True,
            tells_changes=True,
            removes="deletes",
        ),
        Way(
            name="csv",
            options=CsvExportOptions,
            store="groupmigrate.platforms.magento.csvexport:CsvExport",
            reads=True,
            writes=False,
        ),
        Way(
            name="csv-import",
            options=CsvImportOptions,
            store="groupmigrate.platforms.magento.csvimport:CsvImport",
            reads=True,
            writes=True,
        ),
    ),
    can=(
        "read customers with their group, addresses, subscription and the shop's own attributes",
        "read one website or all, and only who changed since a moment",
        "create customers, silently: the way that mails nobody is taken",
        "change the group and the data of customers, and make groups",
        "write the shop's own attributes that a mapping takes along, over REST and for the import",
        "carry passwords of Magento, and plain and salted MD5 and SHA-256",
        "read Magento's own CSV exports and write files for its own import, where there is no key",
    ),
    cannot=(
        "move customer segments: these are rules, not groups, and no interface lists their members",
        "hold inactive accounts, or a company, a mobile number or a note where Magento has no field for it",
        "read password hashes over REST: the CSV exports hold them",
        "subscribe customers without a mail from the shop; it is done on request only",
        "write days and files among the shop's own attributes, nor those of addresses",
    ),
    builtin_groups="NOT LOGGED IN (id 0) is the visitor group; General (id 1) is the default group until the "
    "shop's configuration says otherwise. Wholesale (2) and Retailer (3) come with every new shop.",
    sandbox="groupmigrate.platforms.magento.sandbox:serve",
    details={
        "groups": "exactly one per customer; names of at most 32 bytes",
        "mails": "none, unless `newsletter: true` subscribes customers",
        "speed": "about 1,000 customers read and 30 created a second by a shop on two processors",
        "lengths": "names, company and city 255 characters, prefix and suffix 40, tax number 50",
        "emoji": "blocked: the shop would store question marks",
        "customer ids": "over REST the shop's own; of files the number of the row",
    },
)
