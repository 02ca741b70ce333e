"""What `check` asks a shop: does it answer, and which readings of the vendor's text hold for it."""

from __future__ import annotations

from collections.abc import Iterator

from groupmigrate.errors import StoreError
from groupmigrate.platforms.base import Check, Finding, Severity
from groupmigrate.platforms.findings import trouble, unencrypted
from groupmigrate.platforms.gomag import ApiOptions
from groupmigrate.platforms.gomag.api import Api, Listing
from groupmigrate.platforms.gomag.reader import UNTOLD, UNTOLD_HINT, Reader

VERSION = "Gomag API v1"


def inspect(api: Api, reader: Reader, options: ApiOptions, address: str) -> Check:
    """Ask the shop. Expected troubles are findings."""
    try:
        first = api.page()
        findings = [
            *unencrypted(address),
            *_groups(reader, options, first),
            *_emails(reader, first),
            *_pages(first, options),
            *_mails(options),
        ]
    except StoreError as error:
        return Check(address, "", findings=(trouble(error),))
    return Check(address, VERSION, {"customers": "read, create, change the name"}, tuple(findings))


def _groups(reader: Reader, options: ApiOptions, first: Listing) -> Iterator[Finding]:
    """The canary: nobody may be in a group that is not there; and the groups add up to everybody."""
    if not reader.groups_told:
        yield Finding("GM563", Severity.ERROR, UNTOLD, UNTOLD_HINT)
        return
    counts = [reader.members(id_) for id_ in options.groups]
    known = sum(count or 0 for count in counts)
    if first.total is None or None in counts:
        return
    if known < first.total:
        yield Finding(
            "GM564",
            Severity.WARNING,
            f"{first.total - known:,} of {first.total:,} customers are in no group that the connector lists",
            "list all groups in `groups:`; these customers are taken to be in the default one",
        )
    elif known > first.total:
        yield Finding(
            "GM569",
            Severity.WARNING,
            f"the groups have {known:,} members, and the shop has {first.total:,} customers",
            "some are in several groups: they are read with all of them, the first in `groups:` decides",
        )


def _emails(reader: Reader, first: Listing) -> Iterator[Finding]:
    if first.rows and not reader.finds_emails():
        yield Finding(
            "GM566",
            Severity.NOTE,
            "the shop cannot be asked for one e-mail, so the whole list is read to find somebody",
            "nothing needs doing; runs into a large shop take longer",
        )


def _pages(first: Listing, options: ApiOptions) -> Iterator[Finding]:
    if first.pages > 1 and len(first.rows) != options.page_size:
        yield Finding(
            "GM567",
            Severity.NOTE,
            f"a page holds {len(first.rows):,} customers, and {options.page_size:,} were asked for",
            f"set `page_size` to {len(first.rows)}; reading everybody takes {first.pages:,} requests",
        )


def _mails(options: ApiOptions) -> Iterator[Finding]:
    if options.welcome_mail:
        yield Finding(
            "GM565",
            Severity.NOTE,
            "whether the shop mails customers whom the API creates is not documented; plans count the mails",
            "create one with an address of your own; if no mail comes, set `welcome_mail: false`",
        )
