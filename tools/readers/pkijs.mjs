// Opens a secrets file with PKI.js, as a browser would: SECRETS SIGNER.crt DEVICE.pem PAYLOAD.
import { readFileSync, writeFileSync } from 'node:fs';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

const [secretsPath, signerPath, devicePath, payloadPath] = process.argv.slice(2);

const exactly = bytes => Uint8Array.from(bytes).buffer;
const block = (path, label) => exactly(Buffer.from(
  readFileSync(path, 'latin1').split(`-----BEGIN ${label}-----`)[1].split('-----END')[0], 'base64'));
const certificate = path => pkijs.Certificate.fromBER(block(path, 'CERTIFICATE'));

const signed = new pkijs.SignedData({
  schema: pkijs.ContentInfo.fromBER(exactly(readFileSync(secretsPath))).content,
});
if (!await signed.verify({ signer: 0, trustedCerts: [certificate(signerPath)], checkChain: false }))
  throw new Error('The signature does not verify.');

const inner = asn1js.fromBER(signed.encapContentInfo.eContent.getValue()).result;
const enveloped = new pkijs.EnvelopedData({ schema: new pkijs.ContentInfo({ schema: inner }).content });
const device = certificate(devicePath);
const identifier = device.extensions?.find(extension => extension.extnID === '2.5.29.14')?.parsedValue;
const index = enveloped.recipientInfos.findIndex(({ value }) => names(value));
const payload = await enveloped.decrypt(index, {
  recipientCertificate: device,
  recipientPrivateKey: block(devicePath, 'PRIVATE KEY'),
});
writeFileSync(payloadPath, new Uint8Array(payload));

// By subject key identifier, as secrets are sealed to certificates that have one.
function names(recipient) {
  const rid = recipient instanceof pkijs.KeyTransRecipientInfo
    ? recipient.rid
    : recipient.recipientEncryptedKeys.encryptedKeys[0].rid.value.subjectKeyIdentifier;
  return rid instanceof asn1js.OctetString && rid.isEqual(identifier);
}
