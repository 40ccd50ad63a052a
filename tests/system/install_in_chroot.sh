#!/usr/bin/env bash
# Installs the gateway into fresh Debian systems and takes it away again.
#
#     tests/system/install_in_chroot.sh [bookworm] [trixie]
#
# Needs root, debootstrap, systemd-nspawn and a Debian mirror; packages come from where this machine
# takes them. Each check prints a line; the last line is `N passed, N failed`.
# shellcheck disable=SC2016  # what stands in single quotes is for the shell in the chroot
set -o errexit -o nounset -o pipefail
SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
readonly SOURCE

if [ "$(id -u)" -ne 0 ]; then
  echo "must be run as root: a chroot needs it" >&2
  exit 1
fi

work=$(mktemp -d)
root=
passed=0
failed=0

leave() {
  local mount
  for mount in "$root/proc" "$root/dev"; do
    if [ -n "$root" ] && mountpoint --quiet "$mount"; then umount --recursive "$mount"; fi
  done
  rm -rf --one-file-system "$work"
}
trap leave EXIT
trap 'exit 130' INT TERM

inside() { # COMMAND ...: runs it in the chroot, as a login of root would find it
  env --ignore-environment "${pip_environment[@]}" HOME=/root LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    chroot "$root" "$@"
}

check() { # WHAT COMMAND ...: passes where the command succeeds
  if "${@:2}" >"$work/said" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $suite: $1"
  else
    failed=$((failed + 1))
    echo "FAILED  $suite: $1"
    sed 's/^/        /' "$work/said" | tail -n 30
  fi
}

# How this machine reaches its package indexes, whatever it is, is how the chroot does.
pip_environment=()
while IFS= read -r variable; do pip_environment+=("$variable"); done < <(
  env | grep -iE '^(PIP_|SSL_CERT_|REQUESTS_CA_BUNDLE|(http|https|no)_proxy)' || true
)

share_network_settings() {
  local path
  for path in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/xdg/pip /root/.config/pip /root/.pip \
    /etc/ssl/certs /usr/share/ca-certificates /usr/local/share/ca-certificates \
    /etc/apt/apt.conf.d /etc/apt/auth.conf.d; do
    if [ -e "$path" ]; then
      mkdir -p "$root$(dirname "$path")"
      cp --recursive --dereference --no-target-directory "$path" "$root$path"
    fi
  done
}

mirror() { # of this machine's own Debian, or nothing, and then it is debootstrap's choice
  apt-get indextargets --format '$(CREATED_BY) $(REPO_URI)' 'Origin: Debian' 2>/dev/null |
    sed -n '/security/!s/^Packages //p' | head -n 1
}

copy_sources() { # what a person would have unpacked; no environment, no history
  mkdir -p "$root/source"
  git -C "$SOURCE" ls-files -z --cached --others --exclude-standard |
    (cd "$SOURCE" && xargs --null cp --parents --target-directory "$root/source")
}

lays_down() { # what is installed, times and caches left out
  inside sh -c 'find /opt/fire-gateway /etc/fire-gateway /etc/systemd/system /etc/udev/rules.d \
    /etc/sysusers.d /etc/tmpfiles.d /usr/local/bin -printf "%p %M %u:%g %l\n" | sort
    sha256sum /etc/fire-gateway/site.yaml; getent passwd firegw; getent group | grep -w firegw'
}

try_suite() {
  root=$work/$suite
  echo "        $suite: debootstrap"
  # shellcheck disable=SC2046  # an empty mirror is no argument
  debootstrap --variant=minbase "$suite" "$root" $(mirror) >"$work/said" 2>&1 || {
    tail -n 5 "$work/said"
    failed=$((failed + 1))
    return
  }
  share_network_settings
  copy_sources
  mount --bind /proc "$root/proc"

  check "nothing to install is refused without root" inside sh -c \
    '! setpriv --reuid=nobody --clear-groups /source/install.sh'
  check "a rehearsal changes nothing" inside sh -c \
    '/source/install.sh --dry-run; ! [ -e /opt/fire-gateway ] && ! [ -e /etc/fire-gateway ]'
  check "the first installation succeeds" inside /source/install.sh
  check "the command reads the site file by itself" inside sh -c \
    'cd / && firegw --version && firegw check /etc/fire-gateway/site.yaml'
  check "the daemon's user reads the site file, others do not" inside sh -c \
    'setpriv --reuid=firegw --regid=firegw --init-groups cat /etc/fire-gateway/site.yaml >/dev/null &&
     ! setpriv --reuid=nobody --regid=nogroup --clear-groups cat /etc/fire-gateway/site.yaml'
  check "the daemon's user is in the groups of the hardware and in no operator's" inside sh -c \
    'groups firegw | tee /dev/stderr | grep -w gpio | grep -w dialout | grep -vE "firegw-(view|operate|admin)"'
  # Where Python is 3.13 the library is Raspberry Pi OS's own package, which plain Debian has not.
  [ "$suite" = trixie ] || check "the GPIO library loads" inside /opt/fire-gateway/current/bin/python -c 'import gpiozero, lgpio'
  check "profiles and examples are found from everywhere" inside sh -c \
    'cd / && ls /opt/fire-gateway/current/share/fire-gateway/profiles/*.yaml &&
     for site in /opt/fire-gateway/current/share/fire-gateway/examples/*.yaml; do firegw check "$site" || exit 1; done'

  inside sed -i '1i # written by a person' /etc/fire-gateway/site.yaml
  lays_down >"$work/first"
  check "the second installation succeeds" inside /source/install.sh
  lays_down >"$work/second"
  check "two installations are one" diff "$work/first" "$work/second"

  inside sed -i 's/sha256:......../sha256:00000000/' /source/requirements/runtime.txt
  check "a package with a wrong hash stops the upgrade" inside sh -c '! /source/install.sh'
  lays_down >"$work/third"
  check "a failed upgrade leaves all as it was" diff "$work/first" "$work/third"
  cp "$SOURCE/requirements/runtime.txt" "$root/source/requirements/"

  inside sh -c 'cp /etc/fire-gateway/site.yaml /root/ && echo "no such key: 1" >>/etc/fire-gateway/site.yaml &&
    echo "# next" >>/source/rules/__init__.py'
  check "a site file that the new release cannot read stops the upgrade" inside sh -c '! /source/install.sh'
  inside sh -c 'cat /root/site.yaml >/etc/fire-gateway/site.yaml'
  check "an upgrade succeeds and keeps the release before" inside sh -c \
    'before=$(readlink /opt/fire-gateway/current) && /source/install.sh &&
     [ "$before" != "$(readlink /opt/fire-gateway/current)" ] &&
     [ -x "/opt/fire-gateway/$before/bin/firegw" ] && [ "$(ls /opt/fire-gateway/releases | wc -l)" = 2 ]'
  check "the site file was left alone" inside grep -q "written by a person" /etc/fire-gateway/site.yaml

  check "systemd is installed" inside sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install --yes --no-install-recommends systemd'
  check "an upgrade with systemd succeeds" inside sh -c 'echo "# next" >>/source/rules/__init__.py && /source/install.sh'
  check "systemd of this Debian finds nothing to say about the unit" inside sh -c \
    'said=$(systemd-analyze verify --man=no /etc/systemd/system/fire-gateway.service 2>&1); echo "$said"; [ -z "$said" ]'

  check "wheels for an installation without a network can be gathered" inside sh -c \
    '/opt/fire-gateway/current/bin/python -m pip download --quiet --require-hashes --dest /wheels \
       --requirement /source/requirements/runtime.txt'
  check "removal succeeds" inside /source/install.sh --uninstall
  check "removal leaves nothing but settings, journal and accounts" inside sh -c \
    '! [ -e /opt/fire-gateway ] && ! [ -L /usr/local/bin/firegw ] && [ -z "$(find /etc -path "*systemd*" -name "*fire-gateway*")" ] &&
     [ -e /etc/fire-gateway/site.yaml ] && [ -d /var/lib/fire-gateway ] && getent passwd firegw'
  check "an installation without a network succeeds" inside env PIP_INDEX_URL=file:///nowhere PIP_PROXY=http://127.0.0.1:9 \
    /source/install.sh --offline /wheels
  try_service
}

try_service() { # boots the chroot as a container, and lets service_trial.sh try the service in it
  if ! inside sh -c 'DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes \
    --no-install-recommends systemd-sysv dbus procps' >"$work/said" 2>&1; then
    tail -n 5 "$work/said"
    failed=$((failed + 1))
    return
  fi
  # A site without hardware, and a broker that is not there.
  sed 's|simulated: {.*}|simulated: {}|' "$SOURCE/drivers/simulated/sample.yaml" \
    >"$root/etc/fire-gateway/site.yaml"
  cat >"$root/etc/systemd/system/trial.service" <<'UNIT'
[Service]
Type=oneshot
ExecStart=/source/tests/system/service_trial.sh /source /wheels
StandardOutput=append:/trial.log
TimeoutStartSec=900
ExecStopPost=systemctl poweroff --no-block
UNIT
  inside mkdir -p /etc/systemd/system/multi-user.target.wants
  inside ln -s ../trial.service /etc/systemd/system/multi-user.target.wants/
  umount "$root/proc" # the container brings its own
  local keep_unit=()
  [ -d /run/systemd/system ] || keep_unit=(--keep-unit) # no systemd here to make a unit
  timeout 1000 systemd-nspawn --quiet --register=no "${keep_unit[@]}" --private-network \
    --directory="$root" --boot </dev/null >"$work/said" 2>&1 || true
  touch "$root/trial.log"
  sed "/^ended\$/d; s/ service: / $suite, service: /" "$root/trial.log"
  if ! grep -q '^ended$' "$root/trial.log"; then
    echo "FAILED  $suite, service: its trial did not end"
    tail -n 20 "$work/said"
    failed=$((failed + 1))
  fi
  passed=$((passed + $(grep -c '^ok ' "$root/trial.log" || true)))
  failed=$((failed + $(grep -c '^FAILED ' "$root/trial.log" || true)))
}

if [ $# -eq 0 ]; then set -- bookworm trixie; fi
for suite in "$@"; do
  try_suite
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
