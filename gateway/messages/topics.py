"""The topics of the contract: `pccc/v1/{province}/{site}/{gateway}/…`.

MQTT keeps order within a topic only, so each lane is a topic. The version of the contract stands
in the topic: fields are added within a version, and never change their meaning.
"""

from dataclasses import dataclass

from rules.condition import Lane

CONTRACT = "v1"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who speaks: the three codes that name a gateway in the country.

    Attributes:
        province: official province code, two digits as text.
        site: the facility's id.
        gateway: the gateway's id.
    """

    province: str
    site: str
    gateway: str

    @property
    def prefix(self) -> str:
        """What every topic of this gateway begins with."""
        return f"pccc/{CONTRACT}/{self.province}/{self.site}/{self.gateway}"

    @property
    def source(self) -> str:
        """The CloudEvents source of everything this gateway says."""
        return f"/pccc/{self.province}/{self.site}/{self.gateway}"

    def event(self, lane: Lane) -> str:
        """Where the events of a lane go."""
        return f"{self.prefix}/event/{lane}"

    def presence(self, path: str) -> str:
        """Where birth and will of a path go."""
        return f"{self.prefix}/presence/{path}"

    @property
    def state(self) -> str:
        """Where the whole present goes."""
        return f"{self.prefix}/state"

    @property
    def inventory(self) -> str:
        """Where the list of what is installed goes."""
        return f"{self.prefix}/inventory"

    @property
    def heartbeat(self) -> str:
        """Where the sign of life goes."""
        return f"{self.prefix}/heartbeat"

    @property
    def telemetry(self) -> str:
        """Where readings go."""
        return f"{self.prefix}/telemetry"

    @property
    def ack(self) -> str:
        """Where a centre says what it has received."""
        return f"{self.prefix}/ack"

    @property
    def command(self) -> str:
        """Where a centre says what it wants done."""
        return f"{self.prefix}/command"

    @property
    def reply(self) -> str:
        """Where commands are answered, and nowhere else."""
        return f"{self.prefix}/reply"

    def client_id(self, path: str) -> str:
        """The MQTT client id of a path: one a path, so that two never drive each other out."""
        return f"{self.gateway}-{path}"
