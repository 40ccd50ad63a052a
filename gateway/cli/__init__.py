"""firegw, the gateway's face: one file a command."""
