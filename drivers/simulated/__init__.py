"""A bus of simulated detectors, for rehearsal and for tests."""
