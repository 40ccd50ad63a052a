"""Programs that play the world around a gateway: for the demo and the tests."""
