"""The black box: what the core was given, in its order, so that it can be judged once more."""
