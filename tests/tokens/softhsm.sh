#!/usr/bin/env bash
# softhsm.sh FOLDER PIN NAME...: makes a SoftHSM token "onnxsplit" in FOLDER, and imports FOLDER/NAME.pem (key and
# certificate) for every NAME, as objects of that label with the ids 01, 02 and so on.
set -euo pipefail
folder=$1 pin=$2
shift 2
module=$(find /usr/lib /usr/local/lib -name libsofthsm2.so -print -quit)
export SOFTHSM2_CONF=$folder/softhsm2.conf
mkdir -p "$folder/tokens"
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$folder/tokens" > "$SOFTHSM2_CONF"
softhsm2-util --init-token --free --label onnxsplit --so-pin 12345678 --pin "$pin" > "$folder/token.log"
token=(pkcs11-tool --module "$module" --token-label onnxsplit --login --pin "$pin")
id=0
for name in "$@"; do
  id=$((id + 1))
  openssl pkcs8 -topk8 -nocrypt -outform DER -in "$folder/$name.pem" -out "$folder/$name.p8"
  openssl x509 -in "$folder/$name.pem" -outform DER -out "$folder/$name.der"
  "${token[@]}" --write-object "$folder/$name.p8" --type privkey --usage-sign --usage-decrypt --usage-derive \
    --label "$name" --id "0$id" >> "$folder/token.log" 2>&1
  "${token[@]}" --write-object "$folder/$name.der" --type cert --label "$name" --id "0$id" >> "$folder/token.log" 2>&1
done
echo "$module"
