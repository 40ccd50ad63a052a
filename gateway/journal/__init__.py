"""The journal: events, state and outbox durable together, and the thread that owns it."""
