"""What MQTT's property "content type" says of a payload."""

from typing import Final

CLOUD_EVENT: Final = "application/cloudevents+json; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"
