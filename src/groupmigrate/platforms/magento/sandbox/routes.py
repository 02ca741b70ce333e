"""The endpoints of the practice shop: which method and address calls what, and which right it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from groupmigrate.platforms.magento.sandbox import (
    auth,
    customers,
    directory,
    groups,
    metadata,
    registration,
    segments,
    stores,
    taxes,
)
from groupmigrate.platforms.magento.sandbox.answer import Problem, Refusal
from groupmigrate.platforms.magento.sandbox.call import Call

CUSTOMER, MANAGE = "Magento_Customer::customer", "Magento_Customer::manage"
DELETE, GROUP = "Magento_Customer::delete", "Magento_Customer::group"
TAX, STORE, BACKEND = "Magento_Tax::manage_tax", "Magento_Backend::store", "Magento_Backend::admin"
SEGMENT = "Magento_CustomerSegment::customersegment"


@dataclass(frozen=True)
class Route:
    """One endpoint."""

    method: str
    parts: tuple[str, ...]
    """The address behind /V1/; ":" stands for something that is named."""
    calls: Callable[[Call], object]
    resource: str
    """What the caller must have a right to; "" if everybody may."""


def _route(method: str, path: str, calls: Callable[[Call], object], resource: str = "") -> Route:
    return Route(method, tuple(path.split("/")), calls, resource)


ROUTES = (
    _route("GET", "customerGroups/search", groups.find, GROUP),
    _route("GET", "customerGroups/default", groups.get_default, GROUP),
    _route("GET", "customerGroups/default/:", groups.get_default, GROUP),
    _route("PUT", "customerGroups/default/:", groups.set_default, GROUP),
    _route("GET", "customerGroups/:", groups.get, GROUP),
    _route("GET", "customerGroups/:/permissions", groups.is_readonly, GROUP),
    _route("POST", "customerGroups", groups.post, GROUP),
    _route("PUT", "customerGroups/:", groups.put, GROUP),
    _route("DELETE", "customerGroups/:", groups.delete, GROUP),
    _route("GET", "taxClasses/search", taxes.find, TAX),
    _route("GET", "taxClasses/:", taxes.get, TAX),
    _route("POST", "taxClasses", taxes.post, TAX),
    _route("GET", "store/websites", stores.websites, STORE),
    _route("GET", "store/storeGroups", stores.store_groups, STORE),
    _route("GET", "store/storeViews", stores.store_views, STORE),
    _route("GET", "store/storeConfigs", stores.store_configs, STORE),
    _route("GET", "modules", stores.modules, BACKEND),
    _route("GET", "directory/countries", lambda call: directory.listing(call.shop)),
    _route("GET", "directory/countries/:", lambda call: directory.one(call.shop, call.named[0])),
    _route("GET", "attributeMetadata/:", metadata.everything, CUSTOMER),
    _route("GET", "attributeMetadata/:/custom", metadata.own, CUSTOMER),
    _route("GET", "attributeMetadata/:/attribute/:", metadata.one, CUSTOMER),
    _route("GET", "customers/search", customers.find, CUSTOMER),
    _route("GET", "customers/addresses/:", customers.address, CUSTOMER),
    _route("GET", "customers/:", customers.get, CUSTOMER),
    _route("GET", "customers/:/billingAddress", customers.billing_address, CUSTOMER),
    _route("GET", "customers/:/shippingAddress", customers.shipping_address, CUSTOMER),
    _route("GET", "customers/:/confirm", customers.confirmation, MANAGE),
    _route("POST", "customers", registration.post),
    _route("PUT", "customers/:", customers.put, MANAGE),
    _route("DELETE", "customers/:", customers.delete, DELETE),
    _route("DELETE", "addresses/:", customers.delete_address, DELETE),
)
OWN_SERVER = (
    _route("POST", "customers/isEmailAvailable", registration.is_email_available),
    _route("PUT", "customers/password", customers.reset_password),
    _route("POST", "integration/admin/token", auth.admin_token),
    _route("POST", "integration/customer/token", auth.customer_token),
    _route("POST", "tfa/provider/google/authenticate", auth.two_factor_token),
)
"""Those that are open to everybody; Adobe Commerce as a Cloud Service has none of them (OpenAPI, read)."""
AT_ADOBE = (_route("GET", "customerSegments/search", segments.find, SEGMENT),)


def routed(method: str, parts: tuple[str, ...], *, at_adobe: bool) -> tuple[Route, tuple[str, ...]]:
    """The endpoint for a method and an address behind /V1/, and what its ":" stand for; the first that fits.

    Raises Refusal where there is none.
    """
    for route in (*(AT_ADOBE if at_adobe else OWN_SERVER), *ROUTES):
        if route.method == method and len(route.parts) == len(parts):
            pairs = list(zip(route.parts, parts, strict=True))
            if all(wanted in (":", given) for wanted, given in pairs):
                return route, tuple(given for wanted, given in pairs if wanted == ":")
    raise Refusal(404, Problem("no route fits this request"))
