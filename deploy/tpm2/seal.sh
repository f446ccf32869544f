#!/usr/bin/env bash
# seal.sh KEY.pem OUT_FOLDER [PCRS]: seals an identity (certificate and private key) to this TPM and to what the PCRs
# hold now; release.sh prints it. A TPM seals 128 bytes, so it gets a random passphrase of 256 bits, and OUT_FOLDER the
# identity as PKCS#12 (AES-256, with a MAC) under that. KEY.pem stays: remove it, or keep it where it is safe.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"
[ $# -ge 2 ] || fail "which key, into which folder?"
key=$1 out=$2 pcrs=${3:-$default_pcrs}
check_pcrs "$pcrs"
mkdir "$out"
trap 'rm -rf "$work" "$out"' EXIT

parent
tpm2_createpolicy -Q --policy-pcr -l "$pcrs" -L "$work/policy"
flush

# In this shell and in pipes alone: printf is the shell's own, so no process has it among its arguments.
passphrase=$(openssl rand -hex 32)

# Without userwithauth, so that the policy is the one way to it.
printf '%s' "$passphrase" | tpm2_create -Q -C "$work/parent" -L "$work/policy" -i - \
  -a 'fixedtpm|fixedparent|adminwithpolicy|noda' -u "$out/sealed.pub" -r "$out/sealed.priv"
flush
openssl pkcs12 -export -in "$key" -out "$out/identity.pfx" -passout fd:3 3< <(printf '%s\n' "$passphrase")
echo "$pcrs" > "$out/pcrs"
"$(dirname "$0")/release.sh" "$out" > /dev/null || fail "what was sealed can't be released."
trap 'rm -rf "$work"' EXIT
