"""The people of the contract suite: ordinary ones, and one made to break wires, escapes and filters."""

from __future__ import annotations

from msgspec.structs import replace

from groupmigrate.model import Address, Customer, PasswordHash

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


HASHES = {
    hash_.scheme: hash_
    for hash_ in (
        PasswordHash("md5", "a1" * 16),
        PasswordHash("md5+salt", "a1" * 16, "Pepper"),
        PasswordHash("sha1", "a1" * 20),
        PasswordHash("sha1³", "a1" * 20, "Pepper123"),
        PasswordHash("sha256", "a1" * 32),
        PasswordHash("sha256+salt", "a1" * 32, "Pepper"),
        PasswordHash("sha512", "a1" * 64),
        PasswordHash("sha512+salt", "a1" * 64, "Pepper"),
        PasswordHash("bcrypt", "$2y$10$Fbv6A.0qxFrM7EdFV3W6m.pUWXg/yEETSCv1Ic73FWn7s3Fy8x2ry"),
        PasswordHash("argon2", "$argon2id$v=19$m=65536,t=4,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"),
        PasswordHash("phpass", "$P$B1234567890abcdefghijklmnopqrst"),
        PasswordHash("md5-crypt", "$1$Pepper12$aaaaaaaaaaaaaaaaaaaaaa"),
        PasswordHash("sha256-crypt", f"$5$Pepper12${'a' * 43}"),
        PasswordHash("sha512-crypt", f"$6$Pepper12${'a' * 86}"),
        PasswordHash("magento", f"{'a1' * 16}:Pepper:3_32_2_67108864"),
    )
}
"""A hash of every scheme, made of no password."""
