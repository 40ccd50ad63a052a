"""The texts of subjects that have many: a table each, which gateway.text takes in."""
