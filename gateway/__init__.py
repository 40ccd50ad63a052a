"""The gateway around the core: settings, journal, uplink, clock, control, wiring and firegw."""
