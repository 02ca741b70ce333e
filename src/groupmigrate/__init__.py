"""groupmigrate moves customers, with the groups they belong to, from one online store to another."""

__version__ = "0.1.0"
