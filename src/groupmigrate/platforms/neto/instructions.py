"""The text that lies beside the import files: what to choose in the wizard, and what it does not do.

Names and behaviour as read in the vendor's help ("Customer Import Wizard"), not run.
"""

from __future__ import annotations

from collections.abc import Iterable

_TEXT = """\
# How to import these files into Neto

The files hold personal data. Keep them private, and delete them when the import is done.

## Before

1. Make the groups by hand (Settings & tools > All settings & tools > Customers > Customer groups). The files
   name them, and it is not known what the wizard does with a name that the store does not have:

{groups}

2. See that nobody in the store has a username of these files: the wizard would change that customer. Search
   for the prefix that the mapping's `usernames:` gives.
3. See that nobody in the files is in the store already: e-mails must be unique.
4. Usernames longer than 15 characters need the setting for longer ones first (up to 25).

## Every file customers-NNNN.csv, once

Settings & tools > Import & export data > Import data, for customers. The columns have the wizard's own names,
so its simple import knows them; in a complex import check that each column goes to the field of its name.

There is a row for each address that parcels go to, so a customer may have several rows.
Try the first file with a few rows, and look at the group and the addresses of these customers.
An import is a queued job and may take a quarter of an hour.

## What the import does not do

- It sets no password. Customers ask for a new one on the page _myacct/forgotpwd of the store.
- It does not set the day of registration.

Afterwards `groupmigrate verify` with these files says what is in the files. To see what is in the store, use
a connector with `via: api`.
"""


def instructions(groups: Iterable[str]) -> str:
    """The text for a store with these groups."""
    return _TEXT.format(groups="\n".join(f"   - {name}" for name in groups))
