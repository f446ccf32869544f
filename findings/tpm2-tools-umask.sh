#!/usr/bin/env bash
# tpm2-tools 5.4-1 with swtpm 0.7.1-1.3 (Debian 12), seen in November 2026. The tools set a umask of their own, 0117, so
# a file that they write gets mode 0660 although the caller's umask is 077: whoever wants a key's blob, or what
# tpm2_unseal -o writes, for himself alone puts it into a folder of mode 0700, or makes the file before.
# Seen: by umask 077, tpm2_createprimary -c makes a file of mode 660, and touch one of mode 600.
set -euo pipefail
work=$(mktemp -d)
trap '[ ! -f "$work/pid" ] || kill "$(cat "$work/pid")"; rm -rf "$work"' EXIT
cd "$work"
dpkg-query -W -f '${Package} ${Version}\n' tpm2-tools swtpm
umask 077
mkdir state
port=$((20000 + RANDOM % 10000))
swtpm socket --tpm2 --tpmstate "dir=$work/state" --server "type=tcp,port=$port,disconnect" \
  --ctrl "type=tcp,port=$((port + 1))" --flags not-need-init,startup-clear --pid "file=$work/pid" --daemon
touch other
export TPM2TOOLS_TCTI=swtpm:port=$port
tpm2_createprimary -Q -c random
modes="$(stat -c %a other) $(stat -c %a random)"
echo "touch and tpm2_createprimary: $modes"
if [ "$modes" = "600 660" ]; then
  echo "as seen: the tools do not keep to the caller's umask"
else
  echo changed
  exit 1
fi
