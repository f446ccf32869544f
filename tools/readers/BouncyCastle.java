import java.io.FileReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Opens a secrets file with BouncyCastle: SECRETS SIGNER.crt DEVICE.pem PAYLOAD. */
final class BouncyCastle {
    private record Identity(X509CertificateHolder certificate, PrivateKeyInfo key) {}

    public static void main(String[] arguments) throws Exception {
        var provider = new BouncyCastleProvider();
        var signed = new CMSSignedData(Files.readAllBytes(Path.of(arguments[0])));
        var signer = read(arguments[1]).certificate();
        var verifier = new JcaSimpleSignerInfoVerifierBuilder().setProvider(provider).build(signer);
        var signers = signed.getSignerInfos().getSigners();
        if (signers.size() != 1 || !signers.iterator().next().verify(verifier))
            throw new IllegalStateException("The signature does not verify.");

        var device = read(arguments[2]);
        var key = new JcaPEMKeyConverter().setProvider(provider).getPrivateKey(device.key());
        var elliptic = device.key().getPrivateKeyAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey);
        Recipient recipient = elliptic
            ? new JceKeyAgreeEnvelopedRecipient(key).setProvider(provider)
            : new JceKeyTransEnvelopedRecipient(key).setProvider(provider);
        var enveloped = new CMSEnvelopedData((byte[]) signed.getSignedContent().getContent());
        for (var info : enveloped.getRecipientInfos().getRecipients()) {
            if (!info.getRID().match(device.certificate())) continue;
            Files.write(Path.of(arguments[3]), info.getContent(recipient));
            return;
        }

        throw new IllegalStateException("No recipient has this certificate.");
    }

    private static Identity read(String path) throws Exception {
        try (var parser = new PEMParser(new FileReader(path))) {
            X509CertificateHolder certificate = null;
            PrivateKeyInfo key = null;
            for (Object next; (next = parser.readObject()) != null;) {
                if (next instanceof X509CertificateHolder found) certificate = found;
                if (next instanceof PrivateKeyInfo found) key = found;
            }

            return new Identity(certificate, key);
        }
    }
}
