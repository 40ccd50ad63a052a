"""Devices that are played: what answers where no wire leads, for trials and for tests."""
