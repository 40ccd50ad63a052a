"""What the gateway measures of itself, and its Prometheus page on loopback."""
