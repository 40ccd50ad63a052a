"""The search for Modbus devices: whom to ask, who is there, what it is, and what to write down."""
