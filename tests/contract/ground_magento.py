"""The grounds of Magento's ways."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from contract.ground_magento_csv import COMPOSITE, PAIR
from contract.ground_magento_rest import CLOUD_SERVICE, REST, SECOND_WEBSITE
from contract.grounds import Ground
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Opening, Source
from groupmigrate.platforms.magento import CARD
from groupmigrate.platforms.magento.csvexport import CsvExport

CUSTOMER = (
    "email,_website,_store,firstname,middlename,lastname,group_id,dob,gender,created_at,taxvat,confirmation"
)
ADDRESS = (
    "_website,_email,firstname,lastname,company,street,postcode,city,country_id,telephone,"
    "_address_default_billing_,_address_default_shipping_"
)


def _fill(folder: Path, customers: Sequence[Customer]) -> None:
    with (
        (folder / "customer.csv").open("w", encoding="utf-8", newline="") as people,
        (folder / "customer_address.csv").open("w", encoding="utf-8", newline="") as homes,
    ):
        customer_rows, address_rows = csv.writer(people), csv.writer(homes)
        customer_rows.writerow(CUSTOMER.split(","))
        address_rows.writerow(ADDRESS.split(","))
        for one in customers:
            gender = {"male": "Male", "female": "Female"}.get(one.gender, "")
            group = one.default_group or "1"
            customer_rows.writerow(
                [
                    one.email,
                    "base",
                    "default",
                    one.firstname,
                    one.middlename,
                    one.lastname,
                    group,
                    one.birthday,
                    gender,
                    one.created,
                    one.tax_id,
                    "",
                ]
            )
            for home in one.addresses:
                address_rows.writerow(
                    [
                        "base",
                        one.email,
                        home.firstname,
                        home.lastname,
                        home.company,
                        "\n".join(home.street),
                        home.postcode,
                        home.city,
                        home.country,
                        home.phone,
                        int(home.default_billing),
                        0,
                    ]
                )


def _open(folder: Path, read_only: bool) -> Source:
    way = CARD.way("csv")
    assert way is not None
    options = way.options.model_validate({"customers": "customer.csv", "addresses": "customer_address.csv"})
    return CsvExport(options, Opening("ground", folder, folder, read_only))  # type: ignore[arg-type]


GROUNDS = {
    "rest": REST,
    "rest, second website": SECOND_WEBSITE,
    "rest, cloud service": CLOUD_SERVICE,
    "csv": Ground("magento via csv", _open, _fill, ("1", "2"), writes=False),
    "csv-import": COMPOSITE,
    "csv-import, pair": PAIR,
}
