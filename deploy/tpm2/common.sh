# shellcheck shell=bash
# What the scripts beside this one share; they source it.
set -euo pipefail
set +x
umask 077
ulimit -c 0

# For what is no secret: public parts, and contexts that the TPM has encrypted.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# Firmware, its settings, boot loader, Secure Boot; what GRUB measures of commands and files, the kernel among them.
default_pcrs=sha256:0,2,4,7,8,9

check_pcrs() {
  [[ $1 =~ ^sha(256|384):[0-9]{1,2}(,[0-9]{1,2})*$ ]] || fail "PCRs are named like $default_pcrs."
}

# A TPM without a resource manager keeps what a tool has loaded, and has room for three; with one, there is nothing.
flush() {
  tpm2_flushcontext --transient-object > /dev/null 2>&1 || true
  tpm2_flushcontext --loaded-session > /dev/null 2>&1 || true
}

# The parent of what is sealed: of the same seed and template the same key each time, so that nobody keeps it.
parent() {
  tpm2_createprimary -Q -C o -g sha256 -G ecc -c "$work/parent"
  flush
}

# The key that quotes, made anew in the same way. Restricted: it signs what the TPM says of itself, and nothing else.
attestation_key() {
  tpm2_createprimary -Q -C o -g sha256 -G ecc256:ecdsa-sha256:null -c "$work/ak" \
    -a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign|noda'
  flush
}

# quote NONCE PCRS: writes message and signature.
quote() {
  tpm2_quote -Q -c "$work/ak" -l "$2" -q "$1" -g sha256 -m "$work/message" -s "$work/signature"
  flush
}

# What a quote says of the PCRs: which they are, and their digest.
attested() {
  sed -n '/^attested:/,$p' "$1"
}
