"""Holds a line as any other program may: python line_holder.py CHIP LINE."""

import sys
import time

import lgpio

handle = lgpio.gpiochip_open(int(sys.argv[1]))
lgpio.gpio_claim_input(handle, int(sys.argv[2]))
print("held", flush=True)
while True:
    time.sleep(3600)
