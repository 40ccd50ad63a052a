#!/usr/bin/env bash
# Installs the gateway on Debian 12 or 13 or Raspberry Pi OS, 64-bit. Run again, it upgrades.
#
#   /opt/fire-gateway/releases/VERSION-DIGEST   one environment a release
#   /opt/fire-gateway/current                   a link to the one that runs
#   /opt/fire-gateway/previous                  a link to the one before it
#   /usr/local/bin/firegw                       a link to its command
#   /etc/fire-gateway/site.yaml                 the site file, left alone where it is there
#   /var/lib/fire-gateway                       the journal, never touched
#   /etc/{systemd,sysusers.d,tmpfiles.d,udev/rules.d}
#
# The release that runs goes on running until the new one is whole and has read the site file. The
# new one then has to show that it guards as well (`firegw health`). A step that fails puts back what
# was there: the release before, or none. A release has a copy of this script in its folder
# share/fire-gateway, so that going back and removing need nothing else.
set -o errexit -o nounset -o pipefail
shopt -s inherit_errexit
umask 022
# `su` without a dash leaves root with the PATH of a person.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

readonly HOME_DIRECTORY=/opt/fire-gateway
readonly RELEASES=$HOME_DIRECTORY/releases
readonly CURRENT=$HOME_DIRECTORY/current
readonly PREVIOUS=$HOME_DIRECTORY/previous
readonly COMMAND=/usr/local/bin/firegw
readonly SETTINGS=/etc/fire-gateway
readonly SITE_FILE=$SETTINGS/site.yaml
readonly STATE=/var/lib/fire-gateway
readonly SERVICE=fire-gateway.service
readonly PAGE=fire-gateway-page.service
# Debian's own Python, which its security updates reach.
readonly PYTHON=/usr/bin/python3
# What a release is made of; its digest is taken over these.
readonly PARTS=(rules drivers gateway config systemd requirements/runtime.txt pyproject.toml README.md LICENSE)
readonly BACKOFF_SINCE=254 # the systemd that knows RestartSteps
SOURCE=$(cd "$(dirname "$0")" && pwd)
readonly SOURCE

# Where the parts of a release's folder systemd/ go to, beside the units themselves.
readonly CONFIGURED=(
  sysusers.d/fire-gateway.conf=/etc/sysusers.d/fire-gateway.conf
  tmpfiles.d/fire-gateway.conf=/etc/tmpfiles.d/fire-gateway.conf
  udev/60-fire-gateway.rules=/etc/udev/rules.d/60-fire-gateway.rules
  system.conf.d/fire-gateway.conf=/etc/systemd/system.conf.d/fire-gateway.conf
  journald.conf.d/fire-gateway.conf=/etc/systemd/journald.conf.d/fire-gateway.conf
)

task=install # or upgrade, rollback, uninstall, demo, free-serial
dry_run=no
force=no
offline=
half_made=        # a release that is not whole yet
previous=         # the release that ran before, or nothing
judge=            # the newest release at hand, which understands what each of them says
units_replaced=no # whether those of /etc/systemd are the new release's
status_before=    # a file: what the release before said of itself

# ---- what a person reads -------------------------------------------------------------------

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
  vi*) language='vi' ;;
  *) language='en' ;;
esac

say() { # ENGLISH VIETNAMESE
  if [ "$language" = vi ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi
}

die() { # ENGLISH VIETNAMESE
  say "install.sh: $1" "install.sh: $2" >&2
  exit 1
}

usage() {
  say "usage: sudo ./install.sh [--upgrade] [--offline DIRECTORY] [--force] [--dry-run]
       sudo ./install.sh --rollback [--force] [--dry-run]
       sudo ./install.sh --uninstall [--dry-run]
       sudo ./install.sh --free-serial
            ./install.sh --demo

Installs or upgrades the fire gateway from this folder.

  --upgrade            upgrade what is installed; fails where nothing is
  --rollback           go back to the release before
  --uninstall          remove the program; settings and journal stay
  --free-serial        take the serial console off the board's UART, for RS-485 on it
  --demo               show a market on fire; installs nothing, needs no root
  --offline DIRECTORY  take Python packages from this folder of wheels, and nothing from a network
  --force              go on although an alarm stands or a walk test runs
  --dry-run            only show what would be done
  --help               show this help" \
    "cách dùng: sudo ./install.sh [--upgrade] [--offline THƯ_MỤC] [--force] [--dry-run]
           sudo ./install.sh --rollback [--force] [--dry-run]
           sudo ./install.sh --uninstall [--dry-run]
           sudo ./install.sh --free-serial
                ./install.sh --demo

Cài đặt hoặc nâng cấp fire gateway từ thư mục này.

  --upgrade          nâng cấp bản đang cài; báo lỗi nếu chưa cài
  --rollback         quay lại bản trước
  --uninstall        gỡ chương trình; giữ nguyên cấu hình và nhật ký
  --free-serial      bỏ console nối tiếp khỏi cổng UART của bo mạch, để dùng cho RS-485
  --demo             cho xem một khu chợ bị cháy; không cài đặt gì, không cần root
  --offline THƯ_MỤC  lấy các gói Python (wheel) từ thư mục này, không dùng mạng
  --force            vẫn làm dù đang có báo cháy hoặc đang thử
  --dry-run          chỉ cho xem những việc sẽ làm
  --help             xem trợ giúp này"
}

run() { # COMMAND ...: shows what it does, and does it unless this is a rehearsal
  printf '  %s\n' "$*"
  if [ "$dry_run" = no ]; then "$@"; fi
}

# ---- what this machine is ------------------------------------------------------------------

read_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage && exit 0 ;;
      --dry-run) dry_run=yes ;;
      --force) force=yes ;;
      --upgrade | --rollback | --uninstall | --free-serial | --demo)
        [ "$task" = install ] || die "--$task and $1: one of the two" "--$task và $1: chỉ chọn một"
        task=${1#--}
        ;;
      --offline)
        if [ $# -lt 2 ] || ! [ -d "$2" ]; then
          die "--offline needs a folder of wheels" "--offline cần một thư mục chứa các gói wheel"
        fi
        offline=$(cd "$2" && pwd)
        shift
        ;;
      *) die "unknown option '$1' (try --help)" "không có tùy chọn '$1' (xem --help)" ;;
    esac
    shift
  done
}

# shellcheck source=systemd/board.sh
. "$SOURCE/systemd/board.sh"

systemd_runs() { [ -d /run/systemd/system ]; }

systemd_version() {
  if command -v systemctl >/dev/null; then
    systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p'
  else
    echo 0
  fi
}

service_is() { systemd_runs && systemctl --quiet "is-$1" "$SERVICE"; } # active | enabled

require_machine() {
  [ "$(id -u)" -eq 0 ] || die "must be run as root: sudo ./install.sh" \
    "phải chạy với quyền root: sudo ./install.sh"
  command -v apt-get >/dev/null || die "this is neither Debian nor Raspberry Pi OS" \
    "máy này không chạy Debian hay Raspberry Pi OS"
  local machine
  machine=$(dpkg --print-architecture)
  case $machine in
    amd64 | arm64) ;;
    *) die "$machine is not supported: a 64-bit system is needed (arm64 or amd64)" \
      "không hỗ trợ $machine: cần hệ điều hành 64 bit (arm64 hoặc amd64)" ;;
  esac
  exec 9>/run/fire-gateway-install.lock
  flock --nonblock 9 || die "another installation is under way" "một lần cài đặt khác đang chạy"
}

apt_install() { # PACKAGE ...
  run apt-get update --quiet --quiet &&
    run env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
      --quiet --quiet "$@"
}

require_python() {
  if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
    [ -z "$offline" ] || die "python3-venv is missing, and not to be had offline" \
      "thiếu python3-venv và không thể tải khi ngoại tuyến"
    apt_install python3 python3-venv
  fi
  if [ "$dry_run" = yes ]; then return; fi
  "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
    die "$("$PYTHON" --version) is not supported: 3.11 to 3.13 are" \
      "không hỗ trợ $("$PYTHON" --version): cần bản 3.11 đến 3.13"
}

debian_lgpio() { # prints the files of the system's lgpio; fails where it is not there
  local folder=/usr/lib/python3/dist-packages
  [ -e $folder/lgpio.py ] && ls $folder/lgpio.py $folder/_lgpio*.so
}

# lgpio has no wheel for Python 3.13, that of Debian 13. Raspberry Pi OS has a package of it; and
# only on a Raspberry Pi is there a use for it.
find_lgpio() { # RELEASE
  if [ "$dry_run" = yes ] || "$1/bin/python" -c 'import lgpio' 2>/dev/null; then return; fi
  if ! debian_lgpio >/dev/null && [ -z "$offline" ] &&
    grep --quiet --text 'Raspberry Pi' /proc/device-tree/model 2>/dev/null; then
    apt_install python3-lgpio || true
  fi
  local packages file
  packages=$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
  for file in $(debian_lgpio); do run ln -s "$file" "$packages/"; done
  "$1/bin/python" -c 'import lgpio' 2>/dev/null ||
    say "note: without python3-lgpio this machine has no GPIO; Modbus and serial work" \
      "lưu ý: thiếu python3-lgpio nên máy này không dùng được GPIO; Modbus và cổng nối tiếp vẫn dùng được"
}

# ---- accounts and folders ------------------------------------------------------------------

make_accounts() {
  if command -v systemd-sysusers >/dev/null; then
    run systemd-sysusers "$SOURCE/systemd/sysusers.d/fire-gateway.conf"
    return
  fi
  local group user
  for group in firegw-view firegw-operate firegw-admin gpio; do
    getent group "$group" >/dev/null || run groupadd --system "$group"
  done
  for user in firegw firegw-page; do
    getent passwd "$user" >/dev/null || run useradd --system --user-group --no-create-home \
      --home-dir "$STATE" --shell /usr/sbin/nologin "$user"
  done
  for group in gpio dialout; do
    if getent group "$group" >/dev/null; then run usermod --append --groups "$group" firegw; fi
  done
  run usermod --append --groups firegw-view firegw-page
}

make_folders() {
  run install -d -m 0755 "$HOME_DIRECTORY" "$RELEASES"
  run install -d -m 0750 -o root -g firegw "$SETTINGS" "$SETTINGS/profiles"
  run install -d -m 0750 -o firegw -g firegw "$STATE"
}

# Made here, on this machine, and before anything can ask for it; it stays for good.
make_device_key() { # RELEASE
  if [ "$dry_run" = yes ]; then return; fi
  local key
  key=$(runuser --user firegw -- "$1/bin/python" -I -c "
from pathlib import Path
from gateway.device_key import FILE_NAME, read_or_make_key
print(read_or_make_key(Path('$STATE') / FILE_NAME).public.text)") ||
    die "the device key cannot be made: see above" "không tạo được khóa thiết bị: xem ở trên"
  say "public device key, for the centre: $key" "khóa công khai của thiết bị, gửi cho trung tâm: $key"
}

# ---- a release -----------------------------------------------------------------------------

release_name() { # the version, and a digest of the sources and of the Python that will run them
  local version digest
  version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$SOURCE/pyproject.toml")
  digest=$(
    cd "$SOURCE"
    {
      if [ -x "$PYTHON" ]; then "$PYTHON" --version; fi # it may be missing in a rehearsal
      find "${PARTS[@]}" -type f ! -name '*.pyc' -print0 | LC_ALL=C sort --zero-terminated |
        xargs --null sha256sum
    } | sha256sum | cut -c1-8
  )
  printf '%s-%s\n' "$version" "$digest"
}

build_release() { # RELEASE: a folder that is not there yet
  local release=$1 source=$1/source index=()
  half_made=$release
  run "$PYTHON" -m venv "$release"
  if [ -n "$offline" ]; then index=(--no-index --find-links "$offline"); fi
  local pip=("$release/bin/python" -m pip --disable-pip-version-check --no-input install --quiet --no-cache-dir)
  run "${pip[@]}" "${index[@]}" --require-hashes --requirement "$SOURCE/requirements/runtime.txt"
  # A copy, since building leaves files beside the sources.
  run mkdir "$source"
  (cd "$SOURCE" && run cp --recursive --parents "${PARTS[@]}" "$source")
  run "${pip[@]}" --no-index --no-deps --no-build-isolation "$source"
  run mkdir -p "$release/share/fire-gateway"
  run cp --recursive "$SOURCE/systemd" "$SOURCE/install.sh" "$release/share/fire-gateway/"
  run rm -r "$source"
  find_lgpio "$release"
  if [ "$dry_run" = yes ]; then return; fi
  "$release/bin/firegw" --version
  touch "$release/.whole"
  half_made=
}

# ---- the site file -------------------------------------------------------------------------

starter() { # RELEASE: prints the site file that a new installation begins with
  printf '%s\n' \
    "# A starter, made by install.sh: an existing fire panel's alarm and fault relays on two inputs." \
    "# Tệp mẫu do install.sh tạo: rơ-le báo cháy và báo lỗi của tủ báo cháy có sẵn, nối vào hai ngõ vào." \
    "# Change every value that belongs to your site, then / Sửa mọi giá trị theo cơ sở của bạn, rồi chạy:" \
    "#     sudo firegw check $SITE_FILE" \
    "#     sudo systemctl enable --now fire-gateway" \
    ""
  cat "$1/share/fire-gateway/examples/panel.yaml"
}

write_starter() { # RELEASE
  if [ -e "$SITE_FILE" ]; then return; fi
  say "  $SITE_FILE: a starter" "  $SITE_FILE: tệp mẫu"
  if [ "$dry_run" = yes ]; then return; fi
  starter "$1" >"$SITE_FILE.new"
  chown root:firegw "$SITE_FILE.new"
  chmod 0640 "$SITE_FILE.new"
  mv "$SITE_FILE.new" "$SITE_FILE"
}

check_site() { # RELEASE
  if [ "$dry_run" = yes ]; then return; fi
  runuser --user firegw -- "$1/bin/firegw" check "$SITE_FILE" ||
    die "this release cannot use $SITE_FILE: correct what is named above, then run install.sh again" \
      "bản này không dùng được $SITE_FILE: sửa các lỗi nêu trên rồi chạy lại install.sh"
}

# ---- units ---------------------------------------------------------------------------------

units_of() { # RELEASE: prints the names of its units
  (cd "$1/share/fire-gateway/systemd" && find . -maxdepth 1 \( -name '*.service' -o -name '*.timer' -o -name '*.path' \) -printf '%f\n')
}

our_units() { # prints the names of the units that are installed
  find /etc/systemd/system -maxdepth 1 -name 'fire-gateway*' -type f -printf '%f\n' 2>/dev/null || true
}

install_units() { # RELEASE
  local parts=$1/share/fire-gateway/systemd unit part drop_in=/etc/systemd/system/$SERVICE.d/backoff.conf
  if [ "$dry_run" = yes ] && ! [ -d "$parts" ]; then parts=$SOURCE/systemd; fi # it is not made
  for unit in $(our_units); do
    if ! [ -e "$parts/$unit" ]; then # of a release that had more
      run systemctl disable --now --quiet "$unit" || true
      run rm -f "/etc/systemd/system/$unit"
    fi
  done
  for unit in "$parts"/*.service "$parts"/*.timer "$parts"/*.path; do
    if [ -e "$unit" ]; then run install -D -m 0644 "$unit" "/etc/systemd/system/${unit##*/}"; fi
  done
  for part in "${CONFIGURED[@]}"; do
    if [ -e "$parts/${part%%=*}" ]; then
      run install -D -m 0644 "$parts/${part%%=*}" "${part#*=}"
    else
      run rm -f "${part#*=}"
    fi
  done
  if [ "$(systemd_version)" -ge "$BACKOFF_SINCE" ]; then
    run install -D -m 0644 "$parts/$SERVICE.d/backoff.conf" "$drop_in"
  else
    run rm -f "$drop_in"
  fi
  reload_units
}

reload_units() {
  if ! systemd_runs; then return; fi
  # The manager itself reads its hardware watchdog's settings only so; no service is touched by it.
  run systemctl daemon-reexec
  run systemctl try-restart systemd-journald
  if systemctl --quiet is-active systemd-udevd; then # not in a container
    run udevadm control --reload
    run udevadm trigger --subsystem-match=gpio --subsystem-match=tty
  fi
}

remove_units() {
  local unit part
  for unit in $(our_units); do
    if systemd_runs; then run systemctl disable --now --quiet "$unit" || true; fi
    run rm -f "/etc/systemd/system/$unit"
  done
  run rm -f "/etc/systemd/system/$SERVICE.d/backoff.conf"
  for part in "${CONFIGURED[@]}"; do run rm -f "${part#*=}"; done
  # A technician's own drop-ins stay, and so does their folder; Debian's own folders stay empty.
  for part in "/etc/systemd/system/$SERVICE.d/" "${CONFIGURED[@]}"; do
    part=$(dirname "${part#*=}x")
    if [ "$dry_run" = no ] && [ -d "$part" ] && ! dpkg --search "$part" >/dev/null 2>&1; then
      rmdir --ignore-fail-on-non-empty "$part"
    fi
  done
  reload_units
}

# ---- from one release to the next ----------------------------------------------------------

switch_link() { # LINK RELEASE: one rename, so that it always leads to a release
  local target
  target=releases/$(basename "$2")
  if [ "$(readlink "$1")" = "$target" ]; then return; fi
  run ln --symbolic --force --no-dereference "$target" "$1.new"
  run mv --no-target-directory "$1.new" "$1"
}

point_to() { # RELEASE
  switch_link "$CURRENT" "$1"
}

# An alarm, a walk test or a configuration on trial is not disturbed by a restart.
require_quiet() { # RELEASE: whose command asks
  if ! service_is active; then return; fi
  local said code=0
  said=$("$1/bin/firegw" health --may-restart 2>&1) || code=$?
  if [ $code -ne 1 ]; then return; fi # one that cannot be asked may be what is to be mended
  printf '%s\n' "$said" >&2
  if [ "$force" = yes ]; then
    say "going on all the same, as --force says" "vẫn tiếp tục, theo --force"
  else
    die "not now: what is named above would be disturbed (--force goes on all the same)" \
      "chưa làm: sẽ làm gián đoạn việc nêu trên (--force để vẫn tiếp tục)"
  fi
}

remember_status() { # RELEASE: whose command asks
  if [ "$dry_run" = yes ] || ! service_is active; then return; fi
  status_before=$(mktemp /run/fire-gateway-before.XXXXXX)
  if ! "$1/bin/firegw" status --json >"$status_before"; then
    say "note: the gateway that runs does not answer; the new one cannot be compared with it" \
      "lưu ý: chương trình đang chạy không trả lời; không có gì để so sánh với bản mới"
    rm -f "$status_before"
    status_before=
  fi
}

require_health() { # RELEASE: whose command judges
  say "looking whether it guards as before: two minutes at most" \
    "xem bản này có canh gác như trước không: nhiều nhất hai phút"
  run "$1/bin/firegw" health ${status_before:+--before "$status_before"} ||
    die "the release does not guard as it should: see above, and journalctl --unit fire-gateway" \
      "bản này không canh gác như cần thiết: xem ở trên và journalctl --unit fire-gateway"
}

link_command() {
  if [ -e "$COMMAND" ] && [ "$(readlink "$COMMAND")" != "$CURRENT/bin/firegw" ]; then
    die "$COMMAND is there and not ours: move it away" \
      "$COMMAND đã có và không thuộc chương trình này: hãy chuyển nó đi"
  fi
  run ln --symbolic --force --no-dereference "$CURRENT/bin/firegw" "$COMMAND"
}

# A power cut between two steps may have left a link to one release and the process of another.
runs_from() { # RELEASE
  local pid
  pid=$(systemctl show --property MainPID --value "$SERVICE")
  tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep --quiet --fixed-strings "$1/"
}

start_service() { # RELEASE JUDGE: the latter's command judges
  if ! systemd_runs; then
    say "systemd does not run here: nothing was started" \
      "systemd không chạy ở đây: chưa khởi động dịch vụ"
  elif ! [ -e "$SITE_FILE" ] || starter "$1" | cmp --quiet - "$SITE_FILE"; then
    say "next: edit $SITE_FILE, then
  sudo firegw check $SITE_FILE
  sudo systemctl enable --now fire-gateway" \
      "tiếp theo: sửa $SITE_FILE, rồi chạy
  sudo firegw check $SITE_FILE
  sudo systemctl enable --now fire-gateway"
  elif service_is active && runs_from "$1"; then
    return # the same release goes on guarding
  else
    run systemctl enable --quiet "$SERVICE"
    run systemctl restart "$SERVICE" ||
      die "the new release does not start: see journalctl --unit fire-gateway" \
        "bản mới không khởi động được: xem journalctl --unit fire-gateway"
    run systemctl try-restart "$PAGE"
    require_health "$2"
  fi
}

remove_old_releases() { # RELEASE: it and the one before it stay
  local release before
  before=$(readlink --canonicalize "$PREVIOUS" || true)
  for release in "$RELEASES"/*; do
    if [ "$dry_run" = no ] && [ "$release" != "$1" ] && [ "$release" != "$before" ]; then
      run rm -rf "$release"
    fi
  done
}

put_back() { # on every way out: nothing to do where all went well
  local code=$?
  trap - EXIT
  if [ $code -eq 0 ] || [ "$dry_run" = yes ]; then
    rm -f ${status_before:+"$status_before"}
    exit $code
  fi
  set +o errexit
  rm -rf "$CURRENT.new" "$PREVIOUS.new" "$SITE_FILE.new" ${half_made:+"$half_made"}
  if [ "$units_replaced" = yes ] && [ -n "$previous" ]; then
    install_units "$previous"
    point_to "$previous"
    if service_is enabled; then
      run systemctl restart "$SERVICE"
      run systemctl try-restart "$PAGE"
      "$judge/bin/firegw" health ${status_before:+--before "$status_before"}
    fi
  elif [ "$units_replaced" = yes ]; then
    remove_units
    run rm -f "$CURRENT" "$COMMAND"
  fi
  rm -f ${status_before:+"$status_before"}
  if [ -n "$previous" ]; then
    say "install.sh: stopped; $(basename "$previous") goes on as before" \
      "install.sh: đã dừng; bản $(basename "$previous") tiếp tục chạy như trước" >&2
  else
    say "install.sh: stopped; nothing is installed" "install.sh: đã dừng; chưa cài đặt gì" >&2
  fi
  exit $code
}

install_gateway() {
  [ -e "$SOURCE/pyproject.toml" ] || die "this folder holds no release to install; --help says what can be done from here" \
    "thư mục này không có bản nào để cài; xem --help để biết làm được gì ở đây"
  begin
  if [ "$task" = upgrade ] && [ -z "$previous" ]; then
    die "nothing is installed that could be upgraded: sudo ./install.sh" "chưa cài nên không thể nâng cấp: sudo ./install.sh"
  fi
  require_python
  make_accounts
  make_folders
  local release
  release=$RELEASES/$(release_name)
  if [ -n "$previous" ] && [ "$release" != "$previous" ]; then require_quiet "$previous"; fi
  if ! [ -e "$release/.whole" ]; then
    if [ -e "$release" ]; then run rm -rf "$release"; fi # a power cut in an earlier run
    say "making release $(basename "$release")" "tạo bản $(basename "$release")"
    build_release "$release"
  fi
  judge=$release
  write_starter "$release"
  check_site "$release"
  make_device_key "$release"
  if site_uses_uart; then free_serial; fi
  link_command
  if [ -n "$previous" ] && [ "$release" != "$previous" ]; then
    require_quiet "$release" # making it took minutes
    remember_status "$release"
  fi
  units_replaced=yes
  install_units "$release"
  point_to "$release"
  start_service "$release" "$release"
  if [ -n "$previous" ] && [ "$release" != "$previous" ]; then switch_link "$PREVIOUS" "$previous"; fi
  remove_old_releases "$release"
  say "installed: $(basename "$release")" "đã cài đặt: $(basename "$release")"
}

begin() {
  require_machine
  if [ -L "$CURRENT" ]; then previous=$(readlink --canonicalize "$CURRENT"); fi
  trap put_back EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

go_back() {
  begin
  [ -n "$previous" ] || die "nothing is installed" "chưa cài đặt gì"
  local release
  release=$(readlink --canonicalize "$PREVIOUS" || true)
  [ -e "$release/.whole" ] || die "there is no release before this one" "không có bản nào trước bản này"
  judge=$previous # what it left in the journal and says of itself, an older one may not understand
  require_quiet "$judge"
  check_site "$release"
  remember_status "$judge"
  units_replaced=yes
  install_units "$release"
  point_to "$release"
  start_service "$release" "$judge"
  switch_link "$PREVIOUS" "$previous"
  say "back at: $(basename "$release")" "đã quay lại: $(basename "$release")"
}

remove_gateway() {
  require_machine
  remove_units
  give_back_serial
  if [ "$(readlink "$COMMAND")" = "$CURRENT/bin/firegw" ]; then run rm -f "$COMMAND"; fi
  run rm -rf "$HOME_DIRECTORY" /run/fire-gateway
  run rm -f /run/fire-gateway-install.lock /var/lib/systemd/timers/stamp-fire-gateway-check.timer
  say "removed; left as they were: $SETTINGS, $STATE, the users firegw and firegw-page and the groups firegw-*" \
    "đã gỡ; giữ nguyên: $SETTINGS, $STATE, người dùng firegw, firegw-page và các nhóm firegw-*"
}

# ---- a demonstration -----------------------------------------------------------------------

show_demo() {
  # Who has typed sudo out of habit would be left with a folder of root's.
  if [ "$(id -u)" -eq 0 ] && [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ]; then
    exec runuser --user "$SUDO_USER" -- "$SOURCE/install.sh" --demo
  fi
  [ -e "$SOURCE/pyproject.toml" ] || die "the demonstration needs the folder that was unpacked" \
    "cần thư mục đã giải nén để xem trình diễn"
  local environment=$SOURCE/.venv part
  "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null ||
    die "python3-venv is missing: sudo apt-get install python3-venv" \
      "thiếu python3-venv: sudo apt-get install python3-venv"
  local parts=(runtime)
  command -v mosquitto >/dev/null || parts+=(demo) # a broker in Python then
  if ! [ -x "$environment/bin/python" ]; then run "$PYTHON" -m venv "$environment"; fi
  for part in "${parts[@]}"; do
    if ! [ "$environment/$part.stamp" -nt "$SOURCE/requirements/$part.txt" ]; then
      run "$environment/bin/python" -m pip --disable-pip-version-check --no-input install --quiet \
        ${offline:+--no-index --find-links "$offline"} --require-hashes --requirement "$SOURCE/requirements/$part.txt"
      touch "$environment/$part.stamp"
    fi
  done
  cd "$SOURCE"
  exec "$environment/bin/python" -m gateway.demo
}

read_arguments "$@"
case $task in
  install | upgrade) install_gateway ;;
  rollback) go_back ;;
  uninstall) remove_gateway ;;
  free-serial)
    require_machine
    free_serial
    ;;
  demo) show_demo ;;
esac
