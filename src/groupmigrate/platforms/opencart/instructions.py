"""The text that lies beside the workbooks: what to choose in the tool, and what it does not do.

As read in the source of the Export/Import Tool 4.17.9 and 3.22, not run.
"""

from __future__ import annotations

from groupmigrate.platforms.opencart.workbookoptions import WorkbookImportOptions

_TEXT = """\
# How to import these workbooks into OpenCart {release}

The files hold personal data and hashes of passwords. Keep them private, and delete them when the import is
done. They are for the Export/Import Tool of J. Neuhoff (mhccorp.com), which must be installed in the shop.

## Before

1. Make a backup of the shop's database. An import cannot be undone, and one that breaks off leaves half of
   its rows.
2. Look up the highest customer id (the last row of an export). The workbooks use the ids from {first} on:
   **whoever has one of them already is replaced.**
3. Check that nobody in the files is in the shop already. The tool does not look at e-mails: it would make a
   second customer with the same e-mail.
4. Compare the groups with Customers > Customer Groups, in the shop's default language, letter by letter. The
   tool refuses a file with a name that the shop does not have:

{groups}

5. The same goes for countries and zones (System > Localisation).
{upgraded}
## The import: every file customers-NNNN.xlsx, in the order of the numbers

Open the tool's Import tab.

| field | choose |
|---|---|
| Use incremental Import | **Yes. With No the tool deletes every customer and every address of the shop** |
| Upload File | one workbook |

Each workbook holds customers and their addresses. If the tool refuses one, nothing of it was imported; the
reason stands in the error log (System > Maintenance > Error Logs). A workbook can be imported again: it
replaces the same customers.

## What the import does not do

- It sends no mail to customers. Who came without a hash that the shop takes has a password that nobody knows,
  and asks for a new one with "forgotten password".
- It puts nobody on the list of customers who wait for approval: inactive customers are just inactive.
- It sets no language.

Afterwards `groupmigrate verify` with these files says what is in the files. To see what is in the shop, use a
connector with `via: database`, or export the customers and use `via: workbook-export`.
"""

_UPGRADED = """\
6. Not for a shop that was upgraded from OpenCart 3 to 4.1: the tool fails there, because columns are missing.
"""


def instructions(options: WorkbookImportOptions) -> str:
    """The text for a shop."""
    names = dict.fromkeys((options.default_group, *options.groups))
    return _TEXT.format(
        release=options.release,
        first=options.first_customer_id,
        groups="\n".join(f"   - {name}" for name in names),
        upgraded=_UPGRADED if options.release == "4.1" else "",
    )
