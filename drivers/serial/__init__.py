"""Sensors that send framed binary messages over a serial port."""
