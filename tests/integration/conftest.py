"""Real parts that several integration tests need."""

from collections.abc import Callable, Iterator

import pytest
from certificates import Authority
from mosquitto_broker import Mosquitto


@pytest.fixture
def start_mosquitto(tmp_path) -> Iterator[Callable[..., Mosquitto]]:
    """Starts a mosquitto with some lines of mosquitto.conf; all are stopped at the end."""
    brokers: list[Mosquitto] = []

    def start(*settings: str) -> Mosquitto:
        broker = Mosquitto(tmp_path, settings or ("allow_anonymous true",))
        brokers.append(broker)
        return broker.start()

    yield start
    for broker in brokers:
        broker.stop()


@pytest.fixture
def mosquitto(start_mosquitto) -> Mosquitto:
    """A mosquitto that lets anybody do anything."""
    return start_mosquitto()


@pytest.fixture
def authority(tmp_path) -> Authority:
    """An authority that signs certificates."""
    return Authority(tmp_path)
