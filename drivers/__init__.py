"""Drivers: one folder a kind of bus. They import only the nouns of rules."""
