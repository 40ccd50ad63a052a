"""Finds what is wrong with a unit, and says how to mend it."""
