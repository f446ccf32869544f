using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using OnnxSplitter.Pkcs11;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Pkcs11;

public sealed class OaepPaddingTests
{
    private static readonly RSA Key = TestKeys.Alice.GetRSAPrivateKey()!;

    [Fact]
    public void Ciphertexts_are_decrypted_or_refused_as_Wycheproof_says()
    {
        var accepted = 0;
        foreach (var (group, test) in Wycheproof.Read("rsa_oaep_2048_sha256"))
        {
            var key = group.GetProperty("privateKey");
            var (modulus, exponent) = (Number(key.Hex("modulus")), Number(key.Hex("privateExponent")));
            var message = OaepPadding.Decrypt(
                test.Hex("ct"), modulus.ToByteArray(isUnsigned: true, isBigEndian: true), Bare(modulus, exponent));

            // Sealing uses no label, so what has one is for somebody else.
            var valid = test.Is("valid") && test.Hex("label").Length == 0;
            Assert.True(valid == message is not null, test.Name());
            if (!valid) continue;
            Assert.Equal(test.Hex("msg"), message);
            accepted++;
        }

        Assert.True(accepted >= 10);
    }

    [Fact]
    public void Whatever_the_platform_encrypts_is_decrypted()
    {
        var parameters = Key.ExportParameters(includePrivateParameters: true);
        var bare = Bare(Number(parameters.Modulus!), Number(parameters.D!));
        Gen.Byte.Array[0, 190].Holds(
            message => Assert.Equal(message, OaepPadding.Decrypt(
                Key.Encrypt(message, RSAEncryptionPadding.OaepSHA256), parameters.Modulus!, bare)),
            draws: 50);
    }

    [Fact]
    public void Every_altered_byte_of_the_padding_is_refused()
    {
        var parameters = Key.ExportParameters(includePrivateParameters: true);
        var modulus = Number(parameters.Modulus!);
        var encrypted = Key.Encrypt(new byte[32], RSAEncryptionPadding.OaepSHA256);
        var encoded = Bytes(Bare(modulus, Number(parameters.D!))(encrypted), parameters.Modulus!.Length);
        Assert.NotNull(OaepPadding.Decrypt(encrypted, parameters.Modulus, _ => [.. encoded]));

        // Changing a byte of the masked seed or of the masked padding changes nearly all that is unmasked.
        for (var i = 0; i < encoded.Length; i++)
        {
            byte[] altered = [.. encoded];
            altered[i] ^= 0x10;
            Assert.Null(OaepPadding.Decrypt(encrypted, parameters.Modulus, _ => altered));
        }
    }

    private static Func<byte[], byte[]> Bare(BigInteger modulus, BigInteger exponent) => data =>
        BigInteger.ModPow(Number(data), exponent, modulus).ToByteArray(isUnsigned: true, isBigEndian: true);

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(byte[] number, int length) => [.. new byte[length - number.Length], .. number];
}
