"""The owner's page: read-only, in a process of its own that knows what the control socket tells."""
