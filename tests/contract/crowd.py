"""The people of the contract suite: ordinary ones, and one made to break wires, escapes and filters."""

from __future__ import annotations

from msgspec.structs import replace

from groupmigrate.model import Address, Customer

HOSTILE_TEXT = "O’Brien-D'Angelo & Söhne ~ 李小龍 مريم Ελένη"
HOSTILE = Customer(
    id="",
    email="o'hostile+tag&50@example.com",
    firstname="Zoë 'Zed' ni Dhomhnaill",
    lastname="D'Ångelo-Müller & Ελένη 李",
    gender="female",
    birthday="1980-02-29",
    created="2015-05-05 05:05:05",
    addresses=(
        Address(
            "Zoë",
            "D'Ångelo",
            company='"Söhne" & Co 😀; مريم',
            street=("Straße der 'Einheit' 5 & 6", "2º piso; c/o מרים"),
            postcode="SW1A 1AA",
            city="Saint-Étienne-l'Évêque",
            country="GB",
            phone="+44 (20) 7946-0000",
            default_billing=True,
        ),
        Address(
            "李",
            "小龍",
            street=("香港 九龍 1",),
            postcode="75001",
            city="Tōkyō",
            country="FR",
            phone="01.02.03.04.05",
        ),
    ),
)


def without_emoji(customer: Customer) -> Customer:
    """The customer as a store holds them that has no room for characters of four bytes."""
    addresses = (replace(one, company=one.company.replace("😀", "")) for one in customer.addresses)
    return replace(customer, addresses=tuple(addresses))


def ordinary(number: int, **changes: object) -> Customer:
    """One of many customers."""
    values: dict[str, object] = {
        "id": "",
        "email": f"person{number:04d}@example.com",
        "firstname": "Ana",
        "lastname": "Ionescu",
        "created": "2019-01-02 03:04:05",
        "addresses": (
            Address(
                "Ana",
                "Ionescu",
                street=("Strada Exemplului 7",),
                postcode="010101",
                city="București",
                country="RO",
                phone="+40 21 555 0101",
                default_billing=True,
            ),
        ),
    }
    return Customer(**{**values, **changes})  # type: ignore[arg-type]
