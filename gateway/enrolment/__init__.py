"""How a unit comes to its keys and its certificate, and how another unit takes its place.

Nothing here is loaded by the daemon: `cryptography` costs more memory than it has to spare.
"""
