"""What the practice shop's webservice offers: resources and their fields, in the order it shows them.

Plain facts of 9.1.4, declared (run); what is otherwise in older versions is in release.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a value is stored, and of which type it is in JSON."""

    WHOLE = "whole"
    FLAG = "flag"
    DECIMAL = "decimal"
    DAY = "day"
    MOMENT = "moment"
    TEXT = "text"


@dataclass(frozen=True)
class Field:
    """One field: its rules, and where its value points to."""

    name: str
    kind: Kind = Kind.TEXT
    rule: str = ""
    """The validator's name, as the synopsis shows it."""
    size: int = 0
    """The longest text that is not refused; 0 refuses none."""
    width: int = 0
    """How much the column keeps of what is not refused; of a number, the digits before the dot."""
    required: bool = False
    writable: bool = True
    read_only: bool = False
    """The synopsis calls it read-only; whether it is refused says `writable`."""
    nullable: bool = False
    """An empty text is stored as NULL when a record is changed."""
    points_to: str = ""
    """The resource that the number is an id of."""
    places: int = 0
    """Decimal places of the column."""
    i18n: bool = False


@dataclass(frozen=True)
class Resource:
    """One resource: its names, its table and its fields without the id."""

    name: str
    node: str
    description: str
    fields: tuple[Field, ...]
    short: str = ""
    """What the table and its id are called after, where that is not the node."""
    order: str = ""
    """The order in which the database happens to serve rows; nobody promises it."""
    kept_loaded: tuple[int, ...] = ()
    """Ids of records that the shop itself has loaded: their flags come as numbers in JSON."""
    groups: bool = False
    """Has memberships."""

    @property
    def model(self) -> str:
        """The name in messages: "Property Customer->email is not valid"."""
        return self.node.title().replace("_", "")

    @property
    def table(self) -> str:
        return f"ps_{self.short or self.node}"

    @property
    def key(self) -> str:
        return f"id_{self.short or self.node}"

    @property
    def names(self) -> str:
        """The table of translated names, or ""."""
        return f"{self.table}_lang" if any(field.i18n for field in self.fields) else ""

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)


def _whole(name: str, rule: str = "", points_to: str = "", *, required: bool = False) -> Field:
    return Field(name, Kind.WHOLE, rule, points_to=points_to, required=required)


def _flag(name: str) -> Field:
    return Field(name, Kind.FLAG, "isBool")


DATES = (Field("date_add", Kind.MOMENT, "isDate"), Field("date_upd", Kind.MOMENT, "isDate"))

CUSTOMERS = Resource(
    "customers",
    "customer",
    "Customers",
    (
        _whole("id_default_group", points_to="groups"),
        _whole("id_lang", "isUnsignedId", "languages"),
        Field("newsletter_date_add", Kind.MOMENT),
        Field("ip_registration_newsletter", size=15, nullable=True),
        Field("last_passwd_gen", Kind.MOMENT, writable=False, read_only=True),
        Field("secure_key", rule="isMd5", size=32, writable=False, read_only=True),
        _flag("deleted"),
        Field("passwd", rule="isHashedPassword", size=255, required=True),
        Field("lastname", rule="isCustomerName", size=255, required=True),
        Field("firstname", rule="isCustomerName", size=255, required=True),
        Field("email", rule="isEmail", size=255, required=True),
        _whole("id_gender", "isUnsignedId"),
        Field("birthday", Kind.DAY, "isBirthDate"),
        _flag("newsletter"),
        _flag("optin"),
        Field("website", rule="isUrl", size=128, nullable=True),
        Field("company", rule="isGenericName", size=255, nullable=True),
        Field("siret", rule="isGenericName", size=14, nullable=True),
        Field("ape", rule="isApe", size=6, nullable=True),
        Field("outstanding_allow_amount", Kind.DECIMAL, "isFloat", width=14, places=6),
        _flag("show_public_prices"),
        _whole("id_risk", "isUnsignedInt"),
        _whole("max_payment_days", "isUnsignedInt"),
        _flag("active"),
        Field("note", size=4194303, nullable=True),
        _flag("is_guest"),
        _whole("id_shop", "isUnsignedId"),
        _whole("id_shop_group", "isUnsignedId"),
        *DATES,
        Field("reset_password_token", rule="isSha1", size=40, nullable=True),
        Field("reset_password_validity", Kind.MOMENT, "isDateOrNull"),
    ),
    # MariaDB reads ids from the index (id_shop, date_add): the newest may come first, the oldest last.
    order="id_shop, date_add, id_customer",
    groups=True,
)

GROUPS = Resource(
    "groups",
    "group",
    "Customer groups",
    (
        Field("reduction", Kind.DECIMAL, "isFloat", width=3, places=2),
        _whole("price_display_method", "isPriceDisplayMethod", required=True),
        _flag("show_prices"),
        *DATES,
        Field("name", rule="isGenericName", size=32, required=True, i18n=True),
    ),
    kept_loaded=(1,),
)

ADDRESSES = Resource(
    "addresses",
    "address",
    "Addresses of customers, brands and suppliers",
    (
        _whole("id_customer", "isNullOrUnsignedId", "customers"),
        _whole("id_manufacturer", "isNullOrUnsignedId", "manufacturers"),
        _whole("id_supplier", "isNullOrUnsignedId", "suppliers"),
        _whole("id_country", "isUnsignedId", "countries", required=True),
        _whole("id_state", "isNullOrUnsignedId", "states"),
        _whole("id_warehouse", "isNullOrUnsignedId", "warehouses"),
        Field("alias", rule="isGenericName", size=32, required=True),
        Field("company", rule="isGenericName", size=255),
        Field("lastname", rule="isName", size=255, required=True),
        Field("firstname", rule="isName", size=255, required=True),
        Field("vat_number", rule="isGenericName", size=32),
        Field("address1", rule="isAddress", size=128, required=True),
        Field("address2", rule="isAddress", size=128),
        Field("postcode", rule="isPostCode", size=12),
        Field("city", rule="isCityName", size=64, required=True),
        Field("other", rule="isMessage", size=4194303),
        Field("phone", rule="isPhoneNumber", size=32),
        Field("phone_mobile", rule="isPhoneNumber", size=32),
        Field("dni", rule="isDniLite", size=16),
        _flag("deleted"),
        *DATES,
    ),
    order="id_customer, id_address",
)

COUNTRIES = Resource(
    "countries",
    "country",
    "Countries",
    (
        _whole("id_zone", points_to="zones"),
        _whole("id_currency", points_to="currencies"),
        _whole("call_prefix"),
        Field("iso_code"),
        _flag("active"),
        _flag("contains_states"),
        _flag("need_identification_number"),
        _flag("need_zip_code"),
        Field("zip_code_format"),
        _flag("display_tax_label"),
        Field("name", i18n=True),
    ),
)

STATES = Resource(
    "states",
    "state",
    "States of countries",
    (
        _whole("id_zone", points_to="zones"),
        _whole("id_country", points_to="countries"),
        Field("iso_code"),
        Field("name"),
        _flag("active"),
    ),
)

LANGUAGES = Resource(
    "languages",
    "language",
    "Languages of the shop",
    (
        Field("name"),
        Field("iso_code"),
        Field("locale"),
        Field("language_code"),
        _flag("active"),
        _flag("is_rtl"),
        Field("date_format_lite"),
        Field("date_format_full"),
    ),
    short="lang",
    kept_loaded=(1,),
)

SHOPS = Resource(
    "shops",
    "shop",
    "Shops",
    (
        _whole("id_shop_group", points_to="shop_groups"),
        _whole("id_category"),
        _flag("active"),
        _flag("deleted"),
        Field("name"),
        Field("color"),
        Field("theme_name"),
    ),
    kept_loaded=(1,),
)

SHOP_GROUPS = Resource(
    "shop_groups",
    "shop_group",
    "Groups of shops",
    (
        Field("name"),
        Field("color"),
        _flag("share_customer"),
        _flag("share_order"),
        _flag("share_stock"),
        _flag("active"),
        _flag("deleted"),
    ),
    kept_loaded=(1,),
)

CONFIGURATIONS = Resource(
    "configurations",
    "configuration",
    "Settings of the shop",
    (Field("value"), Field("name"), Field("id_shop_group"), Field("id_shop"), *DATES),
)

RESOURCES = {
    resource.name: resource
    for resource in (
        ADDRESSES,
        CONFIGURATIONS,
        COUNTRIES,
        CUSTOMERS,
        GROUPS,
        LANGUAGES,
        SHOP_GROUPS,
        SHOPS,
        STATES,
    )
}
WRITABLE = ("customers", "groups", "addresses")
"""What the practice shop lets a client change; the rest is read."""
