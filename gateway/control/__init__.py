"""The control socket: who may ask and order at the unit, and what is answered."""
