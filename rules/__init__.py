"""The pure core: readings in, events and output commands out.

No I/O, no clock, no thread, no asyncio. Time comes in as an argument, so that a recorded stream of
inputs gives the same events again, on any machine and at any speed.
"""
