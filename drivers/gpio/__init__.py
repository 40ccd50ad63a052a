"""Dry contacts and outputs on the GPIO lines of a Raspberry Pi."""
