#!/usr/bin/env bash
# Tries the installed service under the systemd of this machine, which it does not spare: it kills,
# stops and upgrades it. Run by install_in_chroot.sh in a container of its own.
#
#     service_trial.sh SOURCE WHEELS
#
# Each check prints a line that begins with `ok` or `FAILED`, and a last line says `ended`.
# shellcheck disable=SC2016  # what stands in single quotes is for the shell of the check
set -o nounset -o pipefail
export SOURCE=$1 WHEELS=$2
export SITE=/etc/fire-gateway/site.yaml

check() { # WHAT COMMAND: passes where the command succeeds
  if timeout 120 bash -o nounset -o pipefail -c "$2" >/tmp/said 2>&1; then
    echo "ok      service: $1"
  else
    echo "FAILED  service: $1"
    { cat /tmp/said && journalctl --no-pager --unit fire-gateway --lines 15; } | sed 's/^/        /' | tail -n 40
  fi
}

main_pid() { # never 0, which to kill is one's own group
  local pid
  pid=$(systemctl show --property MainPID --value fire-gateway)
  if [ "$pid" -ne 0 ]; then echo "$pid"; else echo none; fi
}

started_anew() { # PID: waits until the service is active under another process
  local deadline=$((SECONDS + 60))
  until [ "$(main_pid)" != none ] && [ "$(main_pid)" != "$1" ] && systemctl --quiet is-active fire-gateway; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.2
  done
}
export -f main_pid started_anew

check "it starts, and says itself when it is ready" \
  'systemctl enable --now fire-gateway && systemctl is-active fire-gateway'
if ! systemctl --quiet is-active fire-gateway; then exit; fi
check "root sees its status" 'firegw status --json | grep -q zones'
check "a person of the group firegw-view sees it, another does not" \
  'useradd --groups firegw-view binh && useradd an &&
   runuser -u binh -- firegw status --json | grep -q zones &&
   ! runuser -u an -- firegw status'
check "a person of the group firegw-operate acts, one of firegw-view does not" \
  'useradd --groups firegw-view,firegw-operate chi &&
   runuser -u chi -- firegw ack --yes; [ $? -le 1 ] && { runuser -u binh -- firegw ack --yes; [ $? -eq 4 ]; }'
check "it has no privilege, and no memory that is both written and run" \
  'grep -E "^(CapEff|CapBnd):\s0+$" /proc/$(main_pid)/status | wc -l | grep -qx 2 &&
   grep -E "^NoNewPrivs:\s1" /proc/$(main_pid)/status && grep -E "^Seccomp:\s2" /proc/$(main_pid)/status &&
   ! grep -E "^\S+ .wx" /proc/$(main_pid)/maps'
check "it writes its own folders only" \
  'nsenter --target $(main_pid) --mount -- sh -c "
     ! touch /etc/fire-gateway/x && ! touch /opt/fire-gateway/x && ! touch /usr/x && ! ls /home/* 2>/dev/null &&
     touch /var/lib/fire-gateway/x && rm /var/lib/fire-gateway/x"'
check "nothing was refused to it that it asked for" \
  '! journalctl --unit fire-gateway | grep -iE "permission denied|not permitted|traceback"'
check "killed, it is started anew" 'pid=$(main_pid); kill -KILL "$pid" && started_anew "$pid"'
check "hung, it is started anew by the watchdog" 'pid=$(main_pid); kill -STOP "$pid" && started_anew "$pid"'
check "installed again, the same release goes on undisturbed" \
  'pid=$(main_pid); "$SOURCE/install.sh" --offline "$WHEELS" && [ "$(main_pid)" = "$pid" ]'
check "upgraded, the new release runs" \
  'pid=$(main_pid); before=$(readlink /opt/fire-gateway/current)
   echo "# the next release" >>"$SOURCE/rules/__init__.py"
   "$SOURCE/install.sh" --offline "$WHEELS" && started_anew "$pid" &&
   [ "$(readlink /opt/fire-gateway/current)" != "$before" ] &&
   tr "\0" "\n" </proc/$(main_pid)/cmdline | grep -q /opt/fire-gateway/'
check "a release that does not start gives way to the one before" \
  'before=$(readlink /opt/fire-gateway/current)
   echo "raise SystemExit(1)" >>"$SOURCE/gateway/cli/run.py"
   ! "$SOURCE/install.sh" --offline "$WHEELS" &&
   [ "$(readlink /opt/fire-gateway/current)" = "$before" ] && started_anew none && firegw status --json | grep -q zones'
check "stopped, it ends in order" \
  'systemctl stop fire-gateway && [ "$(systemctl show --property Result --value fire-gateway)" = success ]'
check "removed, nothing of it runs or is enabled" \
  'systemctl start fire-gateway && "$SOURCE/install.sh" --uninstall &&
   ! systemctl is-active fire-gateway && ! systemctl is-enabled fire-gateway && ! pgrep -u firegw && [ -e "$SITE" ]'
echo ended
