"""The files that users write, and the groups saved beside them: checked completely, offline, before a run.

connector.py mapping.py migration.py   the two kinds of file, and both together
language.py condition.py schema.py     what a mapping may say, and how a mismatch is worded
groupnames.py resolution.py route.py   names of groups held against a store: where everybody goes
catalogue.py review.py suppression.py  groups saved for checks offline, those checks, comments that allow
"""
