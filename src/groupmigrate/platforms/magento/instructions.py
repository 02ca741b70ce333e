"""The text that lies beside the import files: what to choose on the import page, and what it does not do.

Behaviour of Magento Open Source 2.4.7, run; what is only read in its source is marked on the room's page.
"""

from __future__ import annotations

from groupmigrate.platforms.magento.csvoptions import CsvImportOptions

_TEXT = """\
# How to import these files into Magento

The files hold personal data, and hashes of passwords where these are carried. Keep them private, and delete
them when the import is done. Do not save them in a spreadsheet program: it takes phone numbers for formulas,
and turns 0123 into 123.

## Before

1. Make a backup of the shop's database. An import cannot be undone.
2. Compare the groups with Customers > Customer Groups. The files name them by number, and the import takes
   any number without a word, even one that no group has:

{groups}

3. The website is `{website}`, the store view `{store}`{languages} (Stores > Settings > All Stores).
4. Check that the shop allows the countries of the files: Stores > Configuration > General > Country Options.
{existing}

## The files

System > Data Transfer > Import, for each file:

| files, in this order | entity type | import behavior |
|---|---|---|
{files}

Each kind in the order of its numbers, and each file once: a second import adds all its addresses again.

| field | choose |
|---|---|
| Validation Strategy | Skip error entries |
| Allowed Errors Count | 100, or more |
| Field separator | , |
| Multiple value separator | , |
| Fields enclosure | no |

Check Data, look at the errors by row, then Import. A row with an error is left out, and so are the addresses
of a customer who is left out.

## Afterwards

- Reindex Customer Grid, else Customers > All Customers does not show the new ones:
  `bin/magento indexer:reindex customer_grid`, or wait for cron.
- The import sends no mail. Whose password was carried logs in with it; all others ask for a new one with
  "forgot password".
- It subscribes nobody to the newsletter, and changes no e-mail; a new one is stored in small letters.
- `groupmigrate verify` says what is in the files. To see what is in the shop export Customers Main File
  again, or use a connector that asks the shop itself.
"""
_EXISTING = """\
5. Import soon: the files of changes were made from an export of the shop. Who changed their name since would
   get the old one back from a file of persons."""
_UNKNOWN = """\
5. Check that nobody in the files is in the shop already: the import would overwrite them, their group first.
   With `existing:` in the connector groupmigrate checks that itself."""
_MAIN = "Customers Main File | Add/Update Complex Data"
_FILES = {
    "composite": {"customers": "Customers and Addresses (single file) | Add/Update"},
    "pair": {"customers": _MAIN, "addresses": "Customer Addresses | Add/Update Complex Data"},
}
"""The entity type and the behavior of each kind of file."""
_CHANGES = {"groups": _MAIN, "persons": _MAIN}


def instructions(options: CsvImportOptions) -> str:
    """The text for a shop."""
    spoken = ", ".join(f"`{store}` ({language})" for store, language in options.languages.items())
    kinds = {**_FILES[options.files], **(_CHANGES if options.existing else {})}
    if options.existing and options.attributes:
        kinds["attributes"] = _MAIN
    return _TEXT.format(
        groups="\n".join(f"   - {id_}: {name}" for id_, name in options.group_names.items()),
        website=options.website,
        store=options.store,
        languages=f", by language {spoken}" if spoken else "",
        existing=_EXISTING if options.existing else _UNKNOWN,
        files="\n".join(f"| {kind}-NNNN.csv | {choices} |" for kind, choices in kinds.items()),
    )
