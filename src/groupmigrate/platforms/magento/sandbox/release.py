"""The versions of Magento that can be practised, and what each does otherwise than 2.4.7.

2.4.7 was run; what the older ones do is told in the upstream issues that are named here, and what the cloud
service does in Adobe's documentation.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """One version."""

    name: str
    version: str = ""
    """What /magento_version says: never more than the first two numbers."""
    cloud: bool = False
    """Adobe Commerce as a Cloud Service: other addresses, another log-in, fewer endpoints (cloud.py)."""
    merges: bool = True
    """PUT customers/:id keeps what is not sent. Before 2.4.0 e-mail and names were needed, and group, default
    addresses and custom attributes were lost (issues 21237, 14663, 7380, 27909)."""
    repeats_last_page: bool = False
    """A page behind the last one is the last one again (issue 3787)."""
    breaks_on_doubles: bool = False
    """A search that finds a customer with several newsletter rows is 500 (issues 31168, 31814)."""


RELEASES = {
    release.name: release
    for release in (
        Release("2.3", "Magento/2.3 (Community)", merges=False, repeats_last_page=True),
        Release("2.4.1", "Magento/2.4 (Community)", breaks_on_doubles=True),
        Release("2.4.7", "Magento/2.4 (Community)"),
        Release("saas", cloud=True),
    )
}
"""By name: the numbered ones, oldest first, and the one that has no number."""
NEWEST = RELEASES["2.4.7"]
