#!/usr/bin/env bash
# quote.sh SERVICE...: prints the identity that a key service releases to this machine, by a quote of its TPM. SERVICE
# is a command that runs key-service.sh where the keys are, such as `ssh keys@vendor.example`; who is at its other end,
# and that nobody listens, is for that command to see to. For -i "exec:quote.sh SERVICE".
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"
[ $# -ge 1 ] || fail "by which command is the service reached?"
attestation_key
coproc SERVICE { "$@"; }
service=$SERVICE_PID

# The shell forgets its own of these once the service has ended, read or not.
exec 3<&"${SERVICE[0]}" 4>&"${SERVICE[1]}"
IFS=' ' read -r -t 60 -n 300 nonce pcrs <&3 || fail "the service asks for nothing."
[[ $nonce =~ ^[0-9a-f]{64}$ ]] || fail "the service's nonce is none."
check_pcrs "$pcrs"
quote "$nonce" "$pcrs"
base64 -w 0 "$work/message" >&4
echo >&4
base64 -w 0 "$work/signature" >&4
echo >&4
exec 4>&-
cat <&3
wait "$service" || fail "the service released no key."
