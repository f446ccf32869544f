#!/usr/bin/env bash
# tpm.sh FOLDER PIN PORT: starts a software TPM (swtpm) on PORT and the next, with its state in FOLDER, and through
# tpm2-pkcs11 makes a token "onnxsplit" with keys that are generated inside the TPM: "rsa" (01) and "p256" (02). Their
# certificates are issued by a key in a file, since the TPM's are only just made. Prints the library's path;
# FOLDER/swtpm.pid names the process.
set -euo pipefail
folder=$1 pin=$2 port=$3
module=$(find /usr/lib -name 'libtpm2_pkcs11.so*' -print -quit)
export TPM2_PKCS11_STORE=$folder/store TPM2_PKCS11_TCTI=swtpm:port=$port
mkdir -p "$folder/state" "$TPM2_PKCS11_STORE"
cd "$folder"
swtpm socket --tpm2 --tpmstate "dir=$folder/state" --server "type=tcp,port=$port,disconnect" \
  --ctrl "type=tcp,port=$((port + 1))" --flags not-need-init,startup-clear --pid "file=$folder/swtpm.pid" \
  --daemon --log "file=$folder/swtpm.log"

log=$folder/token.log
pkcs11-tool --module "$module" --init-token --so-pin 12345678 --label onnxsplit > "$log" 2>&1
token=(pkcs11-tool --module "$module" --token-label onnxsplit)
"${token[@]}" --init-pin --so-pin 12345678 --pin "$pin" >> "$log" 2>&1
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=issuer -days 30 -keyout issuer.key -out issuer.crt 2>> "$log"
for key in rsa:01:rsa:2048 p256:02:EC:prime256v1; do
  IFS=: read -r name id kind size <<< "$key"
  "${token[@]}" --login --pin "$pin" --keypairgen --key-type "$kind:$size" --label "$name" --id "$id" >> "$log" 2>&1
  "${token[@]}" --login --pin "$pin" --read-object --type pubkey --id "$id" -o "$name.pub" >> "$log" 2>&1
  openssl pkey -pubin -inform DER -in "$name.pub" -out "$name.pub.pem"
  openssl x509 -new -force_pubkey "$name.pub.pem" -CA issuer.crt -CAkey issuer.key -subj "/CN=tpm $name" -days 30 \
    -extfile <(echo subjectKeyIdentifier=hash) -out "$name.crt" 2>> "$log"
  openssl x509 -in "$name.crt" -outform DER -out "$name.der"
  "${token[@]}" --login --pin "$pin" --write-object "$name.der" --type cert --label "$name" --id "$id" >> "$log" 2>&1
done
echo "$module"
