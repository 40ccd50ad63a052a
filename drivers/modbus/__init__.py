"""Modbus RTU over a serial port, and Modbus/TCP."""
