"""firegw as a person calls it, in the process of the test: its code and what it said."""

import json
from dataclasses import dataclass
from typing import Any

from gateway.cli.firegw import run


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def firegw(capsys, *arguments: object) -> Said:
    capsys.readouterr()
    code = run([str(each) for each in arguments])
    said = capsys.readouterr()
    return Said(code, said.out, said.err)
