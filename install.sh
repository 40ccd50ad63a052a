#!/usr/bin/env bash
# Installs the gateway on Debian 12 or 13 or Raspberry Pi OS, 64-bit. Run again, it upgrades.
#
#   /opt/fire-gateway/releases/VERSION-DIGEST   one environment a release
#   /opt/fire-gateway/current                   a link to the one that runs
#   /usr/local/bin/firegw                       a link to its command
#   /etc/fire-gateway/site.yaml                 the site file, left alone where it is there
#   /var/lib/fire-gateway                       the journal, never touched
#   /etc/{systemd/system,sysusers.d,tmpfiles.d,udev/rules.d}
#
# The release that runs goes on running until the new one is whole and has read the site file. A
# step that fails puts back what was there: the release before, or none.
set -o errexit -o nounset -o pipefail
shopt -s inherit_errexit
umask 022
# `su` without a dash leaves root with the PATH of a person.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

readonly HOME_DIRECTORY=/opt/fire-gateway
readonly RELEASES=$HOME_DIRECTORY/releases
readonly CURRENT=$HOME_DIRECTORY/current
readonly COMMAND=/usr/local/bin/firegw
readonly SETTINGS=/etc/fire-gateway
readonly SITE_FILE=$SETTINGS/site.yaml
readonly SERVICE=fire-gateway.service
# Debian's own Python, which its security updates reach.
readonly PYTHON=/usr/bin/python3
# What a release is made of; its digest is taken over these.
readonly PARTS=(rules drivers gateway config systemd requirements/runtime.txt pyproject.toml README.md LICENSE)
readonly BACKOFF_SINCE=254 # the systemd that knows RestartSteps
SOURCE=$(cd "$(dirname "$0")" && pwd)
readonly SOURCE

dry_run=no
uninstall=no
offline=
half_made=        # a release that is not whole yet
previous=         # the release that ran before, or nothing
units_replaced=no # whether those of /etc/systemd are the new release's

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
  say "usage: sudo ./install.sh [--offline DIRECTORY] [--dry-run]
       sudo ./install.sh --uninstall [--dry-run]

Installs or upgrades the fire gateway from this folder.

  --offline DIRECTORY  take Python packages from this folder of wheels, and nothing from a network
  --uninstall          remove the program; settings and journal stay
  --dry-run            only show what would be done
  --help               show this help" \
    "cách dùng: sudo ./install.sh [--offline THƯ_MỤC] [--dry-run]
           sudo ./install.sh --uninstall [--dry-run]

Cài đặt hoặc nâng cấp fire gateway từ thư mục này.

  --offline THƯ_MỤC  lấy các gói Python (wheel) từ thư mục này, không dùng mạng
  --uninstall        gỡ chương trình; giữ nguyên cấu hình và nhật ký
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
      --uninstall) uninstall=yes ;;
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
  local group
  for group in firegw-view firegw-operate firegw-admin gpio; do
    getent group "$group" >/dev/null || run groupadd --system "$group"
  done
  getent passwd firegw >/dev/null || run useradd --system --user-group --no-create-home \
    --home-dir /var/lib/fire-gateway --shell /usr/sbin/nologin firegw
  for group in gpio dialout; do
    if getent group "$group" >/dev/null; then run usermod --append --groups "$group" firegw; fi
  done
}

make_folders() {
  run install -d -m 0755 "$HOME_DIRECTORY" "$RELEASES"
  run install -d -m 0750 -o root -g firegw "$SETTINGS" "$SETTINGS/profiles"
  run install -d -m 0750 -o firegw -g firegw /var/lib/fire-gateway
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
  run cp --recursive "$SOURCE/systemd" "$release/share/fire-gateway/"
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

install_units() { # RELEASE
  local units=$1/share/fire-gateway/systemd drop_in=/etc/systemd/system/$SERVICE.d/backoff.conf
  run install -D -m 0644 "$units/$SERVICE" "/etc/systemd/system/$SERVICE"
  run install -D -m 0644 "$units/sysusers.d/fire-gateway.conf" /etc/sysusers.d/fire-gateway.conf
  run install -D -m 0644 "$units/tmpfiles.d/fire-gateway.conf" /etc/tmpfiles.d/fire-gateway.conf
  run install -D -m 0644 "$units/udev/60-fire-gateway.rules" /etc/udev/rules.d/60-fire-gateway.rules
  if [ "$(systemd_version)" -ge "$BACKOFF_SINCE" ]; then
    run install -D -m 0644 "$units/$SERVICE.d/backoff.conf" "$drop_in"
  else
    run rm -f "$drop_in"
  fi
  reload_units
}

reload_units() {
  if ! systemd_runs; then return; fi
  run systemctl daemon-reload
  if systemctl --quiet is-active systemd-udevd; then # not in a container
    run udevadm control --reload
    run udevadm trigger --subsystem-match=gpio --subsystem-match=tty
  fi
}

remove_units() {
  if systemd_runs; then run systemctl disable --now "$SERVICE" || true; fi
  run rm -f "/etc/systemd/system/$SERVICE" "/etc/systemd/system/$SERVICE.d/backoff.conf" \
    /etc/sysusers.d/fire-gateway.conf /etc/tmpfiles.d/fire-gateway.conf \
    /etc/udev/rules.d/60-fire-gateway.rules
  # A technician's own drop-ins stay, and so does their folder.
  rmdir --ignore-fail-on-non-empty "/etc/systemd/system/$SERVICE.d" 2>/dev/null || true
  reload_units
}

# ---- from one release to the next ----------------------------------------------------------

point_to() { # RELEASE: one rename, so that there is always a release to start
  local target
  target=releases/$(basename "$1")
  if [ "$(readlink "$CURRENT")" = "$target" ]; then return; fi
  run ln -s "$target" "$CURRENT.new"
  run mv --no-target-directory "$CURRENT.new" "$CURRENT"
}

link_command() {
  if [ -e "$COMMAND" ] && [ "$(readlink "$COMMAND")" != "$CURRENT/bin/firegw" ]; then
    die "$COMMAND is there and not ours: move it away" \
      "$COMMAND đã có và không thuộc chương trình này: hãy chuyển nó đi"
  fi
  run ln --symbolic --force --no-dereference "$CURRENT/bin/firegw" "$COMMAND"
}

start_service() { # RELEASE
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
  elif [ "$1" = "$previous" ] && service_is active; then
    return # the same release goes on guarding
  else
    run systemctl enable --quiet "$SERVICE"
    run systemctl restart "$SERVICE" ||
      die "the new release does not start: see journalctl --unit fire-gateway" \
        "bản mới không khởi động được: xem journalctl --unit fire-gateway"
  fi
}

remove_old_releases() { # RELEASE PREVIOUS: these two stay
  local release
  for release in "$RELEASES"/*; do
    if [ "$dry_run" = no ] && [ "$release" != "$1" ] && [ "$release" != "$2" ]; then run rm -rf "$release"; fi
  done
}

put_back() { # on every way out: nothing to do where all went well
  local code=$?
  trap - EXIT
  if [ $code -eq 0 ] || [ "$dry_run" = yes ]; then exit $code; fi
  set +o errexit
  rm -rf "$CURRENT.new" "$SITE_FILE.new" ${half_made:+"$half_made"}
  if [ "$units_replaced" = yes ] && [ -n "$previous" ]; then
    install_units "$previous"
    point_to "$previous"
    if service_is enabled; then run systemctl restart "$SERVICE"; fi
  elif [ "$units_replaced" = yes ]; then
    remove_units
    run rm -f "$CURRENT" "$COMMAND"
  fi
  if [ -n "$previous" ]; then
    say "install.sh: stopped; $(basename "$previous") goes on as before" \
      "install.sh: đã dừng; bản $(basename "$previous") tiếp tục chạy như trước" >&2
  else
    say "install.sh: stopped; nothing is installed" "install.sh: đã dừng; chưa cài đặt gì" >&2
  fi
  exit $code
}

install_gateway() {
  require_machine
  if [ -L "$CURRENT" ]; then previous=$(readlink --canonicalize "$CURRENT"); fi
  trap put_back EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  require_python
  make_accounts
  make_folders
  local release
  release=$RELEASES/$(release_name)
  if ! [ -e "$release/.whole" ]; then
    if [ -e "$release" ]; then run rm -rf "$release"; fi # a power cut in an earlier run
    say "making release $(basename "$release")" "tạo bản $(basename "$release")"
    build_release "$release"
  fi
  write_starter "$release"
  check_site "$release"
  link_command
  units_replaced=yes
  install_units "$release"
  point_to "$release"
  start_service "$release"
  remove_old_releases "$release" "$previous"
  say "installed: $(basename "$release")" "đã cài đặt: $(basename "$release")"
}

remove_gateway() {
  require_machine
  remove_units
  if [ "$(readlink "$COMMAND")" = "$CURRENT/bin/firegw" ]; then run rm -f "$COMMAND"; fi
  run rm -rf "$HOME_DIRECTORY"
  say "removed; left as they were: $SETTINGS, /var/lib/fire-gateway, the user firegw and its groups" \
    "đã gỡ; giữ nguyên: $SETTINGS, /var/lib/fire-gateway, người dùng firegw và các nhóm"
}

read_arguments "$@"
if [ "$uninstall" = yes ]; then remove_gateway; else install_gateway; fi
