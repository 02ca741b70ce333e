"""From a plan to the store: applied, resumable from any point, read back, and taken back.

run.py journal.py reconsider.py        customer by customer; what is sent is written down before
verify.py undo.py                      does the store hold it; give back what was there
canary.py newgroups.py worklist.py     groups that are proven first, made on request, set by a person
"""
