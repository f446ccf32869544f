#!/usr/bin/env bash
# enrol.sh OUT_FOLDER [PCRS]: writes what a key service has to know of this machine: the public key that its TPM quotes
# by, and what the PCRs hold now. Run it while the machine is in your hands: nothing here proves that the key is a TPM's
# (the way to that, by the TPM's certificate, is tpm2_makecredential).
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"
[ $# -ge 1 ] || fail "into which folder?"
out=$1 pcrs=${2:-$default_pcrs}
check_pcrs "$pcrs"
mkdir "$out"
attestation_key
tpm2_readpublic -Q -c "$work/ak" -f pem -o "$out/ak.pem"
flush
quote 00 "$pcrs"
tpm2_print -t TPMS_ATTEST "$work/message" > "$work/said"
attested "$work/said" > "$out/attested"
echo "$pcrs" > "$out/pcrs"
