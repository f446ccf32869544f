#!/usr/bin/env bash
# PKI.js 3.4.3 (npm) with OpenSSL 3.0.22, seen in November 2026. User keying material (ukm) is optional in a CMS message
# for an elliptic key (RFC 5753, section 3.1.1), and OpenSSL writes none. PKI.js puts an empty one into what it derives
# the wrapping key from (entityUInfo of ECC-CMS-SharedInfo, section 7.2) where the message has none, so it derives
# another key and opens no such message. Whoever wants browsers to open a message for an elliptic key gives it a ukm.
# Seen: OpenSSL opens its message, PKI.js refuses it with an OperationError; of the same certificate and key PKI.js
# opens a message that it made itself, which has a ukm.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund pkijs@3.4.3 asn1js@3.1.0
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -x509 -new -key key.pem -subj /CN=device -days 2 -out certificate.pem
openssl x509 -in certificate.pem -outform DER -out certificate.der
openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der
printf 'a message' > message
openssl cms -encrypt -binary -in message -outform DER -out sealed.der -aes-256-cbc -recip certificate.pem \
  -keyopt ecdh_kdf_md:sha256
openssl cms -decrypt -inform DER -in sealed.der -recip certificate.pem -inkey key.pem | cmp - message
cat > finding.js <<'CODE'
import { readFileSync } from 'node:fs';
import * as pkijs from 'pkijs';

const read = name => Uint8Array.from(readFileSync(name)).buffer;
const certificate = pkijs.Certificate.fromBER(read('certificate.der'));
const keys = { recipientCertificate: certificate, recipientPrivateKey: read('key.der') };
const open = async sealed => {
  const hasMaterial = sealed.recipientInfos[0].value.toSchema().valueBlock.value
    .some(field => field.idBlock.tagClass === 3 && field.idBlock.tagNumber === 1);
  try {
    return [hasMaterial, Buffer.from(await sealed.decrypt(0, keys)).toString()];
  } catch (e) {
    return [hasMaterial, e.name];
  }
};

const foreign = new pkijs.EnvelopedData({ schema: pkijs.ContentInfo.fromBER(read('sealed.der')).content });
const own = new pkijs.EnvelopedData();
own.addRecipientByCertificate(certificate, {}, 2);
await own.encrypt({ name: 'AES-CBC', length: 256 }, read('message'));

const [ofOpenSsl, ofPkiJs] = [await open(foreign), await open(own)];
console.log(`OpenSSL's: ukm ${ofOpenSsl[0]}, ${ofOpenSsl[1]}; PKI.js's: ukm ${ofPkiJs[0]}, ${ofPkiJs[1]}`);
const asSeen = `${ofOpenSsl}` === 'false,OperationError' && `${ofPkiJs}` === 'true,a message';
console.log(asSeen ? 'as seen: PKI.js opens no message without a ukm' : 'changed');
process.exit(asSeen ? 0 : 1);
CODE
node finding.js
