"""The site file: its model, its loader that knows line and column, its JSON Schema."""
