"""How the unit itself is: its supply, its temperature, its memory, its disk."""
