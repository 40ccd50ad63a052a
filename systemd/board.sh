# shellcheck shell=bash
# shellcheck disable=SC2154  # dry_run and SITE_FILE are those of install.sh
# What installing changes on a Raspberry Pi itself, and gives back: the serial console. Read by
# install.sh, whose say, die and run it uses.
#
# The UART of the header bears the system's console unless somebody takes it off: the kernel's words and
# a login prompt would go out onto an RS-485 line. The change is that of raspi-config, it is kept
# beside the file, and it comes into force at the next start of the machine.

readonly MODEL_FILE=${FIREGW_MODEL_FILE:-/proc/device-tree/model}
readonly KEPT_AS=before-fire-gateway
readonly UART_BEGIN='# fire-gateway: begin (the UART of the header, for RS-485)'
readonly UART_END='# fire-gateway: end'

is_raspberry_pi() { grep --quiet --text 'Raspberry Pi' "$MODEL_FILE" 2>/dev/null; }

boot_folder() { # prints where the firmware reads its files: Raspberry Pi OS 12 and later, or before
  local folder
  for folder in /boot/firmware /boot; do
    if [ -e "$folder/cmdline.txt" ]; then echo "$folder" && return; fi
  done
  return 1
}

site_uses_uart() {
  is_raspberry_pi && [ -e "$SITE_FILE" ] && boot_folder >/dev/null &&
    sed 's/#.*//' "$SITE_FILE" | grep --quiet --extended-regexp '/dev/(serial0|ttyAMA0|ttyS0|fire-gateway/uart0)\b'
}

without_serial_console() { # FILE: prints a kernel command line without its serial consoles
  sed --regexp-extended 's/(^|[[:space:]])console=(serial0|ttyAMA0|ttyS0)(,[^[:space:]]*)?//g; s/^[[:space:]]+//' "$1"
}

uart_setting() { # prints what switches the UART on; on a Raspberry Pi 5 it is another
  if grep --quiet --text 'Raspberry Pi 5' "$MODEL_FILE"; then echo dtparam=uart0=on; else echo enable_uart=1; fi
}

put_boot_file() { # FILE: takes the new content from standard input; a power cut leaves old or new
  printf '  %s\n' "$1"
  if [ "$dry_run" = yes ]; then cat >/dev/null; return; fi
  cat >"$1.new"
  sync "$1.new"
  mv "$1.new" "$1"
  sync "$(dirname "$1")"
}

free_serial() {
  is_raspberry_pi || die "this is no Raspberry Pi: its serial ports bear no console of ours to take off" \
    "máy này không phải Raspberry Pi: không có console nối tiếp nào cần bỏ"
  local boot port changed=no
  boot=$(boot_folder) || die "no cmdline.txt in /boot/firmware or /boot" "không thấy cmdline.txt trong /boot/firmware hay /boot"
  if ! without_serial_console "$boot/cmdline.txt" | cmp --quiet - "$boot/cmdline.txt"; then
    say "the serial console is taken off the UART; the file before is kept as cmdline.txt.$KEPT_AS" \
      "bỏ console nối tiếp khỏi UART; tệp cũ được giữ là cmdline.txt.$KEPT_AS"
    if ! [ -e "$boot/cmdline.txt.$KEPT_AS" ]; then run cp "$boot/cmdline.txt" "$boot/cmdline.txt.$KEPT_AS"; fi
    without_serial_console "$boot/cmdline.txt" | put_boot_file "$boot/cmdline.txt"
    changed=yes
  fi
  if [ -e "$boot/config.txt" ] && ! grep --quiet --line-regexp "$(uart_setting)" "$boot/config.txt"; then
    say "the UART of the header is switched on" "bật UART trên hàng chân"
    {
      cat "$boot/config.txt"
      printf '%s\n' "$UART_BEGIN" '[all]' "$(uart_setting)" "$UART_END"
    } | put_boot_file "$boot/config.txt"
    changed=yes
  fi
  if systemd_runs; then
    for port in ttyAMA0 ttyS0; do # a login prompt that runs now
      if systemctl --quiet is-active "serial-getty@$port"; then run systemctl stop "serial-getty@$port" || true; fi
      if systemctl --quiet is-enabled "serial-getty@$port" 2>/dev/null; then
        run systemctl disable --quiet "serial-getty@$port" || true
      fi
    done
  fi
  if [ $changed = yes ]; then
    say "note: the UART is free after the next start of the machine: sudo reboot" \
      "lưu ý: UART sẽ trống sau khi khởi động lại máy: sudo reboot"
  fi
}

give_back_serial() { # what free_serial has changed, where nobody has changed it since
  local boot
  boot=$(boot_folder) || return 0
  if [ -e "$boot/cmdline.txt.$KEPT_AS" ]; then
    if without_serial_console "$boot/cmdline.txt.$KEPT_AS" | cmp --quiet - "$boot/cmdline.txt"; then
      run mv "$boot/cmdline.txt.$KEPT_AS" "$boot/cmdline.txt"
    else
      say "note: $boot/cmdline.txt has been changed since; what it was before is in cmdline.txt.$KEPT_AS" \
        "lưu ý: $boot/cmdline.txt đã bị sửa từ đó; nội dung cũ ở cmdline.txt.$KEPT_AS"
    fi
  fi
  if [ -e "$boot/config.txt" ] && grep --quiet --line-regexp --fixed-strings "$UART_BEGIN" "$boot/config.txt"; then
    sed "/^${UART_BEGIN//[()]/.}\$/,/^$UART_END\$/d" "$boot/config.txt" | put_boot_file "$boot/config.txt"
  fi
}
