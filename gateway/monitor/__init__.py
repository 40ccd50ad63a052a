"""The live screen of `firegw monitor`: what it shows is decided in pure modules."""
