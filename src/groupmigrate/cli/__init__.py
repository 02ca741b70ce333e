"""The command line: one file per verb, which parses, calls the core and renders. Nothing is decided here."""
