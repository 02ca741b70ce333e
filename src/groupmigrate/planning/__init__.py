"""From two stores to a plan: what was read, what is to be done with every customer, frozen in one file.

reading.py snapshot.py                 both stores, read into one file
decide.py fit.py action.py             one customer: the action, by the mapping and the target's rules
plan.py planfile.py                    all of them, in a file that is applied once
suggest.py meaning.py difference.py    a first mapping, what groups mean, two plans compared
"""
