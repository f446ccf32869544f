#!/usr/bin/env bash
# key-service.sh FOLDER: a conversation with quote.sh on another machine, by standard input and output. Asks for a quote
# with a nonce that it has just drawn, and prints FOLDER/identity.pem if the quote is by the key and of the PCRs that
# enrol.sh has written into FOLDER. A sample: one folder a machine, and whoever starts it (a forced command of sshd, by
# the machine's own key) says which. It needs no TPM.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/common.sh"
[ $# -eq 1 ] || fail "for which machine?"
folder=$1
nonce=$(openssl rand -hex 32)
echo "$nonce $(cat "$folder/pcrs")"

for part in message signature; do
  IFS= read -r -t 60 -n 4096 line || fail "no quote."
  base64 -d <<< "$line" > "$work/$part" 2> /dev/null || fail "no quote."
done

# Signature and nonce.
tpm2_checkquote -Q -u "$folder/ak.pem" -m "$work/message" -s "$work/signature" -g sha256 -q "$nonce" \
  > /dev/null 2>&1 || fail "refused: not a quote of this machine for this nonce."

# That it is a quote, and of which PCRs: 16 and 23 can be set to what others hold by whoever runs the machine.
tpm2_print -t TPMS_ATTEST "$work/message" > "$work/said" 2> /dev/null || fail "refused: not a quote."
[ "$(sed -n '1,2p' "$work/said")" = $'magic: ff544347\ntype: 8018' ] || fail "refused: not a quote."
attested "$work/said" | cmp -s - "$folder/attested" || fail "refused: the machine was booted in another way."
cat "$folder/identity.pem"
