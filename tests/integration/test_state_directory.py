"""A state directory serves one gateway: the second is turned away, and the first goes on."""

import pytest
from daemon_process import HEAD, Daemon, Played, wait_for

from gateway.state_directory import NoStateDirectoryError, StateInUseError, held

SITE = """\
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones: [{{id: hall, name: Sảnh}}]
detectors: [{{id: door, zone: hall, bus: played, profile: simulated-contact}}]
rules: [{{id: open, zone: hall, raises: fire-alarm, when: door.contact}}]
uplink: {{paths: []}}
"""


def test_a_second_gateway_on_one_state_directory_is_refused_in_a_line_and_the_first_goes_on(
    tmp_path,
):
    played = Played(tmp_path / "script")
    played.set("door", 0)
    site = HEAD + SITE.format(script=played.path)
    (tmp_path / "second").mkdir()
    second = Daemon(tmp_path / "second", site, state=tmp_path / "state")
    with Daemon(tmp_path, site) as first:
        first.start().until_up()

        with second:
            assert second.start().process.wait(30) == 2

        assert "Traceback" not in second.log
        last = second.log.splitlines()[-1]
        assert last.startswith(f"firegw: {tmp_path / 'state'}: another gateway works there")
        played.set("door", 1)
        alarm = "SELECT 1 FROM record WHERE kind = 'fire-alarm.entered'"
        wait_for(lambda: first.rows(alarm), "the alarm in the journal")

        first.kill()
        first.start().until_up()  # a lock that outlived its gateway would end it


def test_what_is_no_directory_is_told_apart_from_one_in_use(tmp_path):
    (tmp_path / "file").touch()

    with held(tmp_path):
        with pytest.raises(StateInUseError), held(tmp_path):
            pass
        for wrong in ("missing", "file"):
            with pytest.raises(NoStateDirectoryError), held(tmp_path / wrong):
                pass
    with held(tmp_path):
        pass
