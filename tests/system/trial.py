"""What is tried of an installation, in a Debian that has booted: from nothing until it is removed.

A real broker and a real subscriber run beside the gateway all the time, so that what the province
receives is known over every restart, upgrade, crash and way back.
"""

import json
import re
import time
import traceback
from pathlib import Path
from typing import Any, Final

from system import base_system
from system.base_system import PERSON
from system.container import Container, ContainerError
from system.tally import Tally

INSTALL: Final = "/source/install.sh"
OFFLINE: Final = f"{INSTALL} --offline /wheels"
SITE: Final = "/etc/fire-gateway/site.yaml"
SCRIPT: Final = "/etc/fire-gateway/rehearsal.txt"
RECEIVED: Final = "/trial/received.jsonl"
BACK_WITHIN_S: Final = 30.0  # after a hang, latched alarms latched
HIGHEST_EXPOSURE: Final = 2.0

# What removal says that it leaves, and what any use of a system leaves.
LEFT: Final = re.compile(r"/etc/fire-gateway(/.*)?|/var/lib/fire-gateway(/.*)?")
LISTED: Final = (
    "find /etc /usr /opt /var /boot /root /home /srv -xdev"
    " -not -path '/var/log/journal/*' -not -path '/var/cache/*' -not -path '/var/tmp/*'"
    " -not -path '*/__pycache__*' -not -path '/var/lib/systemd/catalog/*'"
    " -printf '%p %y %M %u:%g %l\\n' | sort"
)

NEVER_UP: Final = """
async def _never_up(_self):
    raise LineDownError("the port is gone")


SimulatedBus.run = _never_up
"""
DIES: Final = """
import threading

threading.Timer(4, os._exit, (1,)).start()
"""


class Trial:
    """One installation, tried from nothing.

    Args:
        container: a fresh system that has booted.
        tally: who counts.
        port: where the broker listens; the network is this machine's.
    """

    def __init__(self, container: Container, tally: Tally, port: int) -> None:
        self._container = container
        self._tally = tally
        self._port = port

    def run(self) -> None:
        """Try everything, in order."""
        self.from_nothing()
        self.guards()
        self.installed_again()
        self.alarm_stands()
        self.upgraded_and_back()
        self.releases_that_fail()
        self.nothing_was_lost()
        self.rights()
        self.applied()
        self.sandboxes()
        self.credentials()
        self.board()
        self.removed()

    def check(self, what: str, script: str, *, within_s: float = 300, user: str = "root") -> str:
        """Pass where the script succeeds; give what it printed."""
        try:
            code, output = self._container.run(script, user=user, within_s=within_s)
        except ContainerError as error:
            code, output = -1, str(error)
        wrong = ""
        if code != 0:
            log = self._container.run("journalctl --no-pager --lines 25 --unit 'fire-gateway*'")[1]
            wrong = f"{script}\n{output[-2500:]}\nexit code {code}\n{log[-2500:]}"
        self._tally.told(what, wrong)
        return output

    def claim(self, what: str, wrong: str) -> None:
        """Pass where nothing is wrong."""
        self._tally.told(what, wrong)

    def status(self) -> dict[str, Any]:
        """Give what the gateway says of itself, or nothing where it does not answer."""
        code, output = self._container.run("firegw status --json 2>/dev/null")
        return json.loads(output) if code == 0 else {}

    def wait(self, what: str, within_s: float = 30) -> str:
        """Wait until a script succeeds; give what is wrong where it never does."""
        deadline = time.monotonic() + within_s
        while True:
            code, output = self._container.run(what)
            if code == 0:
                return ""
            if time.monotonic() > deadline:
                return f"not within {within_s:g} s: {what}\n{output}"
            time.sleep(0.3)

    def play(self, line: str) -> None:
        """Let a detector that is not there measure something, now."""
        self._container.said(f"echo 'now {line}' >>{SCRIPT}")

    def received(self) -> list[dict[str, Any]]:
        """Give the events that the subscriber has, in the order in which they came."""
        text = self._container.said(f"cat {RECEIVED}")
        payloads = [json.loads(line)["payload"] for line in text.splitlines()]
        return [each for each in payloads if isinstance(each, dict) and "lane" in each]

    # ---- one after the other -----------------------------------------------------------------

    def from_nothing(self) -> None:
        """Nothing is installed; then it is."""
        self.check(
            "without root nothing is installed",
            f"! {INSTALL} 2>&1 | tee /dev/stderr | grep -v sudo",
            user=PERSON,
        )
        self.check(
            "a rehearsal changes nothing", f"{INSTALL} --dry-run && ! [ -e /opt/fire-gateway ]"
        )
        self.check(
            "nothing can be upgraded, nor gone back",
            f"! {INSTALL} --upgrade && ! {INSTALL} --rollback && ! [ -e /opt/fire-gateway ]",
        )
        self.check("from nothing: install.sh", INSTALL)
        self._tally.note("size: " + self._container.said("du -sh /opt/fire-gateway | cut -f1"))
        self.check("the command reads the site file by itself", f"cd / && firegw check {SITE}")
        self.check(
            "a device key was made on this machine, for the daemon's user alone",
            "stat --format '%U %a' /var/lib/fire-gateway/device.key | grep -x 'firegw 600'",
        )
        self.check(
            "its user is in the groups of the hardware and in no operator's",
            "groups firegw | grep -w gpio | grep -w dialout |"
            " grep -vE 'firegw-(view|operate|admin)'",
        )
        self.check(
            "it speaks Vietnamese",
            f"LANG=vi_VN.UTF-8 {INSTALL} --dry-run | grep 'đã cài đặt'",
        )
        self._container.said(
            "/opt/fire-gateway/current/bin/python -m pip download --quiet --require-hashes"
            " --dest /wheels --requirement /source/requirements/runtime.txt 2>/dev/null"
        )

    def guards(self) -> None:
        """It runs, and what happens reaches a subscriber."""
        sample = (base_system.SOURCE / "drivers/simulated/sample.yaml").read_text()
        site = sample.replace("/tmp/rehearsal.txt", SCRIPT).replace("1883", str(self._port))
        self._container.run(f"touch {SCRIPT} && cat >{SITE}", answers=site)
        self.check(
            "the service is active and ready",
            "systemctl enable --now fire-gateway && systemctl is-active fire-gateway",
        )
        self.claim("the broker has it", self.wait(_path_is_up()))
        self.play("kitchen-heat temperature 70")
        self.claim(
            "an alarm is received by a subscriber",
            self.wait(f"grep -q 'vn.pccc.fire-alarm.entered' {RECEIVED}", within_s=15),
        )

    def installed_again(self) -> None:
        """The same release, or one that cannot be: what runs is left alone."""
        before = self._pid()
        self.check(
            "installed again, the same release goes on undisturbed", f"{OFFLINE} && {before}"
        )
        self._next_release()
        broken = (
            "sed --in-place 's/sha256:......../sha256:00000000/' /source/requirements/runtime.txt"
        )
        self._container.said(f"cp /source/requirements/runtime.txt /root && {broken}")
        self.check("a package with a wrong hash stops it", f"! {OFFLINE} --force && {before}")
        self._container.said("cp /root/runtime.txt /source/requirements/")

    def alarm_stands(self) -> None:
        """Nothing disturbs an alarm; a hang does not end it."""
        before = self._pid()
        self.check(
            "while an alarm stands, an upgrade is refused in words",
            f"! {OFFLINE} --upgrade >/tmp/said 2>&1 && grep kitchen /tmp/said && {before}",
        )
        self._hang()
        self.play("kitchen-heat temperature 20")
        self.check("acknowledged and reset", "sleep 1.5; firegw ack --yes; firegw reset --yes")
        self.check(
            "a walk test is not disturbed either",
            f"firegw test kitchen --whole-site --yes >/dev/null && ! {OFFLINE} --upgrade &&"
            " firegw test kitchen --end --yes",
        )

    def _hang(self) -> None:
        pid = self._container.said("systemctl show --property MainPID --value fire-gateway")
        began = time.monotonic()
        self._container.said("systemctl kill --signal SIGSTOP fire-gateway")
        wrong = self.wait(f"{_new_pid(pid)} && firegw status --json", within_s=BACK_WITHIN_S)
        took = time.monotonic() - began
        latched = [
            each for each in self.status().get("now", {}).get("conditions", ()) if each["latched"]
        ]
        if not wrong and [each["condition"] for each in latched] != ["fire-alarm"]:
            wrong = f"latched is {latched}"
        self._tally.note(f"after SIGSTOP it was back, its alarm latched, in {took:.1f} s")
        late = "" if took <= BACK_WITHIN_S else f"after {took:.1f} s"
        self.claim("a hang is ended by the watchdog, latched alarms still latched", wrong or late)
        resets = self.wait("journalctl --unit fire-gateway | grep -i watchdog")
        self.claim("it was the watchdog", resets)

    def upgraded_and_back(self) -> None:
        """A second version, and the one before it again."""
        first = self._release()
        self.check(
            "a site file that the new release cannot read stops the upgrade",
            f"cp {SITE} /root && echo 'no_such_key: 1' >>{SITE} && ! {OFFLINE};"
            f" cat /root/site.yaml >{SITE}; {self._pid()}",
        )
        self.check("upgraded, the second version guards", f"{OFFLINE} --upgrade")
        second = self._release()
        self.claim("it is another", "" if first != second else f"{first} still runs")
        self.check(
            "it runs from the new release",
            f"tr '\\0' ' ' </proc/$({_PID})/cmdline | grep {second}",
        )
        copy = "/opt/fire-gateway/current/share/fire-gateway/install.sh"
        self.check("gone back without the folder it came from", f"{copy} --rollback")
        self.claim("the first runs", "" if self._release() == first else self._release())
        self.check("and forward again", f"{copy} --rollback")
        self.claim("the second runs", "" if self._release() == second else self._release())

    def releases_that_fail(self) -> None:
        """A release that cannot guard gives way by itself to the one before."""
        good = self._release()
        for what, file, mistake in (
            ("whose bus never comes up", "drivers/simulated/bus.py", NEVER_UP),
            ("that dies of its work", "gateway/cli/run.py", DIES),
            ("that does not start", "gateway/cli/run.py", "raise SystemExit(1)\n"),
        ):
            path = f"/source/{file}"
            self._container.said(f"cp {path} /root/kept.py")
            self._container.run(f"cat >>{path}", answers=mistake)
            self.check(f"a release {what} is refused", f"! {OFFLINE}", within_s=400)
            self._container.said(f"cp /root/kept.py {path}")
            back = self._release() == good
            self.claim("the one before is back", self.wait(_path_is_up()) if back else "it is not")
        self.play("kitchen-heat temperature 70")
        alarms = f"[ $(grep -c 'vn.pccc.fire-alarm.entered' {RECEIVED}) = 2 ]"
        self.claim("and guards: an alarm is received", self.wait(alarms, within_s=15))
        self.play("kitchen-heat temperature 20")
        self.check("which is reset", "sleep 1.5; firegw ack --yes; firegw reset --yes")

    def nothing_was_lost(self) -> None:
        """All that the journal holds has come to the subscriber, in order, over all of it."""
        kept = self._container.said("firegw journal export").splitlines()
        records = [json.loads(line) for line in kept]
        wanted = {(each["epoch"], each["lane"], each["seq"]) for each in records}
        came = [(each["epoch"], each["lane"], each["seq"]) for each in self.received()]
        missing = sorted(wanted - set(came))
        self.claim(f"each of {len(wanted)} events was received", str(missing) if missing else "")
        firsts = list(dict.fromkeys(came))
        wrong = ""
        # A process that was killed may have lost its last words; its journal goes on under a new
        # epoch, and each counts anew.
        for epoch, lane in dict.fromkeys((epoch, lane) for epoch, lane, _ in firsts):
            numbers = [seq for *of, seq in firsts if of == [epoch, lane]]
            if numbers != list(range(1, len(numbers) + 1)):
                wrong = f"{epoch} {lane}: {numbers}"
        self.claim("in order and without a gap", wrong)
        self.check("and the journal is whole", "firegw journal verify")

    def rights(self) -> None:
        """What people may do is decided by their groups."""
        self._container.said(
            "useradd --groups firegw-view binh && useradd --groups firegw-view,firegw-operate chi"
            " && useradd an"
        )
        self.check("a viewer sees it", "firegw status", user="binh")
        for act in ("silence", "ack", "reset", "disable zone/kitchen"):
            self.check(
                f"a viewer cannot {act}",
                f"runuser -u binh -- firegw {act} --yes; [ $? = 4 ]",
            )
        self.check("an operator can", "runuser -u chi -- firegw silence --yes; [ $? -le 1 ]")
        self.check(
            "another is refused clearly",
            "runuser -u an -- firegw status 2>/tmp/said; [ $? = 4 ] && grep firegw-view /tmp/said",
        )
        self.check(
            "secrets are for the daemon alone",
            f"! setpriv --reuid=nobody --regid=nogroup --clear-groups cat {SITE}",
        )

    def applied(self) -> None:
        """What was confirmed comes into the site file, which the daemon cannot write."""
        self._container.said(
            "useradd --groups firegw-view,firegw-admin dung &&"
            f" sed 's/Diễn tập/Diễn tập lần hai/' {SITE} >/tmp/new.yaml"
        )
        self.check(
            "an operator applies nothing",
            "runuser -u chi -- firegw apply /tmp/new.yaml --yes; [ $? = 4 ]",
        )
        self.check(
            "an administrator applies and confirms",
            "runuser -u dung -- firegw apply /tmp/new.yaml --yes &&"
            " runuser -u dung -- firegw confirm",
        )
        settled = (
            f"grep -q 'lần hai' {SITE} &&"
            f" stat --format '%U:%G %a' {SITE} | grep -x 'root:firegw 640'"
        )
        self.claim("and the site file has it", self.wait(settled))
        self.check(
            "which a unit of its own has brought there",
            "! systemctl is-failed fire-gateway-settle && ! ls"
            " /var/lib/fire-gateway/configuration/to-settle",
        )

    def sandboxes(self) -> None:
        """Each unit may no more than it must; the clock can be asked for all that."""
        units = self._container.said("cd /etc/systemd/system && ls fire-gateway*.service")
        for unit in units.split():
            said = self._container.said(f"systemd-analyze security --no-pager {unit} | tail -n 1")
            found = re.search(r": ([\d.]+)", said)
            exposure = float(found.group(1)) if found else 10.0
            self._tally.note(f"systemd-analyze security {unit}: {exposure}")
            high = "" if exposure <= HIGHEST_EXPOSURE else said
            self.claim(f"{unit} is exposed by {HIGHEST_EXPOSURE} at most", high)
        self.check(
            "systemd finds nothing to say about the units",
            "cd /etc/systemd/system && said=$(systemd-analyze verify --man=no"
            ' fire-gateway*.{service,timer,path} 2>&1); echo "$said"; [ -z "$said" ]',
        )
        self.check(
            "no privilege, and no memory that is both written and run",
            f"grep -E '^(CapEff|CapBnd):\\s0+$' /proc/$({_PID})/status | wc -l | grep -x 2 &&"
            f" ! grep -E '^\\S+ .wx' /proc/$({_PID})/maps",
        )
        self.check(
            "it writes its own folders only",
            f"nsenter --target $({_PID}) --mount -- sh -c '! touch /etc/fire-gateway/x &&"
            " ! touch /opt/x && ! touch /usr/x && touch /var/lib/fire-gateway/x &&"
            " rm /var/lib/fire-gateway/x'",
        )
        asks = "from gateway.synchronisation import *; print(kernel_says_synchronised())"
        self._container.said(
            "sed -e '/^\\(ExecStartPre\\|ExecStopPost\\|Restart\\|WatchdogSec\\|NotifyAccess\\)/d'"
            " -e 's/^Type=.*/Type=oneshot/'"
            f" -e 's|^ExecStart=.*|ExecStart=/opt/fire-gateway/current/bin/python -c \"{asks}\"|'"
            " /etc/systemd/system/fire-gateway.service >/run/systemd/system/asks-clock.service"
        )
        self.check(
            "in its sandbox the kernel's clock can be asked",
            "systemctl daemon-reload && systemctl start asks-clock &&"
            " journalctl --sync && journalctl --unit asks-clock --output cat | tee /dev/stderr |"
            " grep -xE 'True|False'",
        )
        self.check(
            "the hardware watchdog is asked for",
            "systemctl show --property RuntimeWatchdogUSec | grep -x RuntimeWatchdogUSec=15s",
        )
        self.check(
            "the daily look is arranged, and looks",
            "systemctl is-active fire-gateway-check.timer; systemctl start fire-gateway-check;"
            " journalctl --unit fire-gateway-check --output cat | tee /dev/stderr |"
            " grep -E 'looked at' && ! journalctl --unit fire-gateway-check | grep -iE"
            " 'traceback|read-only|WRONG: (site|settings|key|people|service)'",
        )
        page = f"/dev/tcp/127.0.0.1/{self._port + 1}"
        self._container.said(f"echo 'page: {{interface: lo, port: {self._port + 1}}}' >>{SITE}")
        self.check(
            "the owner's page is served by a user of its own, which may silence nothing",
            "systemctl restart fire-gateway && systemctl start fire-gateway-page &&"
            f" for i in $(seq 50); do (: <{page}) && break; sleep 0.2; done 2>/dev/null;"
            f" (: <{page}) &&"
            " { runuser -u firegw-page -- firegw silence --yes; [ $? = 4 ]; } &&"
            " nsenter --target $(pgrep -u firegw-page) --mount"
            " -- sh -c '[ -z \"$(ls -A /var/lib/fire-gateway /etc/fire-gateway | grep -v :)\" ]'",
        )
        self.check(
            "nothing was refused to the daemon that it asked for",
            "! journalctl --unit fire-gateway |"
            " grep -iE 'permission denied|not permitted|traceback'",
        )

    def credentials(self) -> None:
        """A secret that systemd hands to the daemon alone."""
        self._container.said(
            "install -d /etc/systemd/system/fire-gateway.service.d && printf '%s\\n' [Service]"
            " LoadCredential=broker:/root/broker.password"
            " >/etc/systemd/system/fire-gateway.service.d/credentials.conf"
            " && echo secret >/root/broker.password && chmod 600 /root/broker.password"
            f" && sed --in-place 's/{{id: lan, /{{id: lan, username: x,"
            f' password_file: "credential:broker", /\' {SITE}'
        )
        self.check(
            "a credential of the service is read by the daemon and by nobody else",
            f"firegw check {SITE} && systemctl daemon-reload && systemctl restart fire-gateway"
            " && ! runuser -u binh -- ls /run/credentials/fire-gateway.service/",
        )
        self.claim("and the broker has it", self.wait(_path_is_up()))

    def board(self) -> None:
        """The serial console of a Raspberry Pi that is not one, and the names of ports."""
        self._container.said(
            "mkdir -p /boot/firmware && echo 'Raspberry Pi 4 Model B' >/root/model &&"
            " echo 'console=serial0,115200 console=tty1 root=/dev/x fsck.repair=yes'"
            " >/boot/firmware/cmdline.txt && echo 'dtparam=audio=on' >/boot/firmware/config.txt"
            " && cp -r /boot/firmware /root/boot"
        )
        self.check(
            "the serial console is taken off the UART, once",
            f"export FIREGW_MODEL_FILE=/root/model; {INSTALL} --free-serial &&"
            f" {INSTALL} --free-serial && cat /boot/firmware/*.txt &&"
            " grep -x 'console=tty1 root=/dev/x fsck.repair=yes' /boot/firmware/cmdline.txt &&"
            " [ $(grep -cx enable_uart=1 /boot/firmware/config.txt) = 1 ]",
        )
        self.check(
            "udev has nothing to say about the names of ports",
            "if udevadm verify --help >/dev/null 2>&1; then udevadm verify"
            " /etc/udev/rules.d/60-fire-gateway.rules; fi",
        )

    def removed(self) -> None:
        """What is removed is gone."""
        self._container.said(
            "rm -f /run/systemd/system/asks-clock.service && systemctl daemon-reload"
        )
        self._container.said("rm -rf /etc/systemd/system/fire-gateway.service.d/credentials.conf")
        self.check("removed", f"FIREGW_MODEL_FILE=/root/model {INSTALL} --uninstall")
        self.check(
            "nothing of it runs or is enabled",
            "! systemctl is-active fire-gateway && ! systemctl is-enabled fire-gateway &&"
            " ! pgrep -u firegw && ! pgrep -u firegw-page && ! ls /run/fire-gateway*",
        )
        self.check("the board is as it was", "diff -r /root/boot /boot/firmware")
        self._container.said(
            "rm -r /boot/firmware /root/boot; userdel binh; userdel chi; userdel an; userdel dung"
        )
        self._container.said("rm -f /root/* && apt-mark showmanual >/dev/null")
        listed = (self._container.root / "trial/before").read_text().splitlines()
        before = {line.rstrip() for line in listed}
        after = [line.rstrip() for line in self._container.said(LISTED).splitlines()]
        new = [line for line in after if line not in before]
        new = [line for line in new if not LEFT.fullmatch(line.split(" ")[0])]
        self.claim("it leaves nothing but what it says", "\n".join(new))
        there = {line.split(" ")[0] for line in after}
        gone = [line for line in before if line.split(" ")[0] not in there]
        self.claim("and takes nothing that was there", "\n".join(gone))

    # ---- small ------------------------------------------------------------------------------

    def _next_release(self) -> None:
        self._container.said("echo '# the next release' >>/source/rules/__init__.py")

    def _release(self) -> str:
        return self._container.said("basename $(readlink /opt/fire-gateway/current)")

    def _pid(self) -> str:
        """Give a test that the process of now still runs."""
        pid = self._container.said(_PID)
        return f"[ $({_PID}) = {pid} ]"


_PID: Final = "systemctl show --property MainPID --value fire-gateway"


def _new_pid(old: str) -> str:
    return f"[ $({_PID}) != {old} ] && systemctl --quiet is-active fire-gateway"


def _path_is_up() -> str:
    return """firegw status --json | grep -q '"id":"lan","connected":true'"""


def prepare(container: Container, port: int) -> None:
    """Put a broker and a subscriber beside the gateway, and write down what is there."""
    quiet = "DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0"
    container.said(
        f"{quiet} update && {quiet} install --yes --no-install-recommends python3-venv mosquitto"
        " mosquitto-clients >/dev/null 2>&1 && systemctl disable --now mosquitto",
        within_s=600,
    )
    container.said(
        "mkdir -p /trial /wheels && chmod 777 /trial &&"
        f" printf 'listener {port} 127.0.0.1\\nallow_anonymous true\\n' >/trial/broker.conf &&"
        " systemd-run --unit trial-broker mosquitto -c /trial/broker.conf && sleep 1 &&"
        " systemd-run --unit trial-province --property StandardOutput=append:" + RECEIVED + ""
        f" mosquitto_sub -p {port} -V 5 -q 1 -F %J -t 'pccc/v1/#' && sleep 0.5"
    )
    container.said(f"{LISTED} >/trial/before")


def try_installation(suite: str, tally: Tally, work: Path, port: int) -> None:
    """Try all of it in a fresh system of a suite."""
    root = work / f"trial-{suite}"
    base_system.fresh(suite, root)
    base_system.copy_sources(root / "source")
    try:
        with Container(root, network=True) as container:
            prepare(container, port)
            Trial(container, tally, port).run()
    except Exception:  # noqa: BLE001 - the other Debian is tried all the same
        tally.told("the trial", traceback.format_exc())
    base_system.removed(root)
