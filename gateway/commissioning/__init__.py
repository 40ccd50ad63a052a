"""Proving an installation: the walk test's log, and the report that a commissioning ends in."""
