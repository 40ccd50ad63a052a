"""Rules as a person sees them: their expressions, what is true of them now, and what they read."""
