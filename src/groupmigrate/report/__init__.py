"""Renderers of results: plain structs for JSON and tables for a terminal. They decide nothing."""
