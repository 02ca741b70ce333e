"""The two kinds of Magento by how they are addressed: on a server of one's own, and Adobe's service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class TurnedAway(NamedTuple):
    """What the status of a refusal means for somebody who has got no answer yet."""

    code: str
    message: str
    hint: str = ""
    """"" where the way in says what to do."""


@dataclass(frozen=True)
class Edition:
    """How one kind of Magento is addressed, and what is said to people about it."""

    path: str
    """Where the interface begins, below the shop's address."""
    grant: str
    """How a missing right is granted."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What every request says besides."""
    version: str = ""
    """The version whose interface it has, where it tells none."""
    turned_away: Mapping[int, TurnedAway] = field(default_factory=dict)
    """By status; where nothing stands Magento's own words are enough."""
    lists_segments: bool = False
    """The names of customer segments can be asked for; who is in them cannot."""
    was_run: bool = True
    """False where all that is known was read: then the first customer of each group goes alone."""


OWN_SERVER = Edition(
    # The scope of all stores: a subscription is then that of the customer's own store (2.4.7, run).
    path="/rest/all/V1",
    grant="grant it under System > Extensions > Integrations, or to the admin user's role",
)
CLOUD_SERVICE = Edition(
    # Neither /rest nor a store in the address: the scope is a header (Adobe's commerce-webapi pages, read).
    path="/V1",
    headers={"Store": "all"},
    grant="give the credential a product profile with this right: Adobe Developer Console > the project > "
    "Adobe Commerce as a Cloud Service",
    # It has no number of its own; a PUT of some fields, as in 2.4, is documented (commerce-webapi, read).
    version="2.4 (as a Cloud Service)",
    turned_away={
        401: TurnedAway("GM502", "Adobe's service refuses the token"),
        403: TurnedAway(
            "GM582",
            "Adobe does not let this organization in",
            "check `organization`, and that the credential is of the organization that `url` belongs to, "
            "and has the API Adobe Commerce as a Cloud Service with a product profile",
        ),
        404: TurnedAway(
            "GM583",
            "Adobe has no store at this address",
            "check the server and the tenant in `url`: Commerce Cloud Manager shows it as REST endpoint",
        ),
    },
    lists_segments=True,
    was_run=False,
)
