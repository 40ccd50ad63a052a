"""Many simulated gateways in one process: they speak the real contract, and have no detectors."""
