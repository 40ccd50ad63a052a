"""The rule language: text to a checked expression tree, and the tree to a value."""
