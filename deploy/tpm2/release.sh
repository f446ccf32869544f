#!/usr/bin/env bash
# release.sh FOLDER: prints the identity that seal.sh has sealed into FOLDER, if the PCRs hold what they did then.
# For -i "exec:release.sh FOLDER".
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"
[ $# -eq 1 ] || fail "from which folder?"
trap 'flush; rm -rf "$work"' EXIT
pcrs=$(head -c 100 "$1/pcrs")
check_pcrs "$pcrs"
parent
tpm2_load -Q -C "$work/parent" -u "$1/sealed.pub" -r "$1/sealed.priv" -c "$work/sealed"
flush
tpm2_unseal -c "$work/sealed" -p "pcr:$pcrs" \
  | openssl pkcs12 -in "$1/identity.pfx" -passin stdin -noenc || fail "the TPM released no key."
