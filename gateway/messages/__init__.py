"""What the gateway says on the wire: the types, their encoding, the topics. Pure."""
