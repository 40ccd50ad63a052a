"""The uplink: what is sent next (delivery), and the paths over MQTT that carry it."""
