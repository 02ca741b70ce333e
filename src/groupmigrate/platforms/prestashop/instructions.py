"""The text that lies beside the import files: what to choose on the import page, and what it does not do.

Field names and behaviour as read in the source of PrestaShop 8 and 9 (AdminImportController), not run.
"""

from __future__ import annotations

from groupmigrate.platforms.prestashop.csvoptions import CsvImportOptions

_TEXT = """\
# How to import these files into PrestaShop {version}

The files hold personal data and passwords. Keep them private, and delete them when the import is done.

## Before

1. Make a backup of the shop's database. An import cannot be undone.
2. Check the groups. The files name them by id, as the connector does, and the import page says nothing about
   an id that the shop does not have: the customer gets the Customer group. Compare with Customers > Groups:

{groups}

3. Check that nobody in the files is in the shop already. The import does not look at e-mails: it would make a
   second customer with the same e-mail.
4. Check the countries (International > Locations > Countries): the shop makes a new, useless country of every
   name that it does not know in any of its languages.{states}
5. Set your own language in the back office to "{language}": every new customer gets it.

## Customers: every file customers-NNNN.csv, once, in the order of the numbers

Advanced Parameters > Import:

| field | choose |
|---|---|
| What do you want to import? | Customers |
| ISO-8859-1 encoded file? | No |
| Field separator | ; |
| Multiple value separator | , |
| Delete all customers before import? | **No** |
| Force all ID numbers? | No |
| Send notification email | as you like; it goes to you, not to customers |

On the next page: rows to skip 1. The columns are in the order in which the page lists its fields, so its own
choices are right; compare them with the first row all the same.

**Import each file once.** After an interruption look up in Customers how far it came, and delete the rows
that are done from the file.

## Addresses: then every file addresses-NNNN.csv, once

The same, with Addresses instead of Customers. They find their customer by e-mail, so customers come first.

## What the import does not do

- It sends no mail to customers. Nobody knows their new password: they ask for one with "forgot password".
- It changes nobody who is in the shop.
- It sets no company and no language of a customer.

Afterwards `groupmigrate verify` with these files says what is in the files. To see what is in the shop, use a
connector with `via: webservice`.
"""


def instructions(options: CsvImportOptions) -> str:
    """The text for a shop."""
    groups = "\n".join(f"   - {id_}: {name}" for id_, name in options.group_names.items())
    states = "\n   The same goes for states (International > Locations > States)." if options.states else ""
    return _TEXT.format(version=options.shop_version, groups=groups, states=states, language=options.language)
