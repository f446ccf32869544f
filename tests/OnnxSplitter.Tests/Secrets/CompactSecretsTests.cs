using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;
using static OnnxSplitter.Tests.Secrets.TestKeys;

namespace OnnxSplitter.Tests.Secrets;

public sealed class CompactSecretsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_take_at_most_half_of_the_room_for_the_papers_resnet18(bool clustered)
    {
        using var key = KeyFiles.Create("owner");
        WeightChange[] changes = [.. ResNet18Changes(clustered)];
        Assert.Equal(280, changes.Length);
        using var ordinary = ModelSecrets.From("nnsplitter", SampleSecrets.Created, [SampleSecrets.File()], changes);
        using var compact =
            ModelSecrets.From("nnsplitter", SampleSecrets.Created, [SampleSecrets.CompactFile()], changes, 0.01f);

        var (whole, half) =
            (SecretsEnvelope.Seal(ordinary, key, [key]).Length, SecretsEnvelope.Seal(compact, key, [key]).Length);

        TestContext.Current.TestOutputHelper?.WriteLine($"ordinary {whole} bytes, compact {half} bytes");
        Assert.InRange(half, 1, whole / 2);
    }

    [Fact]
    public void Whoever_pins_the_signer_opens_them_though_they_hold_no_certificate()
    {
        foreach (var signer in new[] { Signer, EllipticSigner })
        {
            var file = SecretsEnvelope.Seal(SampleSecrets.Compact(), signer, [Alice, Bob]);
            Assert.Equal(-1, file.AsSpan().IndexOf(signer.RawData));
            using var secrets = SecretsEnvelope.Open(file, PublicPart(signer), Bob);
            Assert.True(secrets.IsCompact);
            NotOpened(SecretsFailure.NotTrusted, file, OtherSigner);

            var info = SecretsEnvelope.Inspect(file);
            Assert.Equal($"{signer.Issuer}, serial {signer.SerialNumber}", info.Signer);
            Assert.Null(info.SignerSha256);
            Assert.Null(info.SignerCertificate);
        }
    }

    [Fact]
    public void Every_flipped_bit_is_not_trusted()
    {
        var file = SecretsEnvelope.Seal(SampleSecrets.Compact(), Signer, [Alice]);
        for (var bit = 0; bit < file.Length * 8; bit += 7)
        {
            var flipped = file.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            NotOpened(SecretsFailure.NotTrusted, flipped, Signer);
        }
    }

    [Fact]
    public void Whether_there_is_a_certificate_goes_by_the_content()
    {
        var (ordinary, compact) =
            (ModelSecretsCodec.Encode(SampleSecrets.Of()), ModelSecretsCodec.Encode(SampleSecrets.Compact()));
        SecretsEnvelope.Open(Signed(compact, X509IncludeOption.None), Signer, Alice).Dispose();
        SecretsEnvelope.Open(Signed(ordinary, X509IncludeOption.EndCertOnly), Signer, Alice).Dispose();
        NotOpened(SecretsFailure.NotOpened, Signed(ordinary, X509IncludeOption.None), Signer);
        NotOpened(SecretsFailure.NotOpened, Signed(compact, X509IncludeOption.EndCertOnly), Signer);

        static byte[] Signed(byte[] payload, X509IncludeOption include) => ForeignEnvelope.Sign(
            ForeignEnvelope.Encrypt(payload, Alice), change: by => by.IncludeOption = include).Encode();
    }

    [Fact]
    public void A_signature_of_somebody_who_calls_himself_the_signer_is_not_trusted()
    {
        using var key = RSA.Create(2048);
        var request =
            new CertificateRequest(Signer.SubjectName, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var generator = X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1);
        using var same = request.Create(
            Signer.IssuerName, generator, DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddDays(9),
            Signer.SerialNumberBytes.Span);
        using var impostor = same.CopyWithPrivateKey(key);

        NotOpened(SecretsFailure.NotTrusted, SecretsEnvelope.Seal(SampleSecrets.Compact(), impostor, [Alice]), Signer);
    }

    private static IEnumerable<WeightChange> ResNet18Changes(bool clustered)
    {
        var random = new Random(1);
        foreach (var tensor in ResNet18())
        {
            // Fourteen anywhere in the tensor, or within one filter, as the paper's strategy picks them.
            var size = clustered ? tensor.Count / tensor.Dims[0] : tensor.Count;
            var start = clustered ? tensor.Dims[0] / 3 * size : 0;
            var indices = new HashSet<long>();
            while (indices.Count < 14) indices.Add(start + random.NextInt64(size));
            foreach (var index in indices)
                yield return new WeightChange(tensor, index, (uint)random.Next(), (uint)random.Next());
        }
    }

    private static IEnumerable<WeightTensor> ResNet18()
    {
        yield return Conv("conv1.weight", 64, 3, 3);
        for (var layer = 1; layer <= 4; layer++)
        {
            var (wide, narrow) = (64 << (layer - 1), layer == 1 ? 64 : 64 << (layer - 2));
            yield return Conv($"layer{layer}.0.conv1.weight", wide, narrow, 3);
            yield return Conv($"layer{layer}.0.conv2.weight", wide, wide, 3);
            yield return Conv($"layer{layer}.1.conv1.weight", wide, wide, 3);
            yield return Conv($"layer{layer}.1.conv2.weight", wide, wide, 3);
            if (layer > 1) yield return Conv($"layer{layer}.0.downsample.0.weight", wide, narrow, 1);
        }

        static WeightTensor Conv(string path, long filters, long channels, long kernel) =>
            SampleTensors.Of(path, filters, channels, kernel, kernel);
    }

    private static void NotOpened(SecretsFailure failure, byte[] file, X509Certificate2 signer) => Assert.Equal(
        failure, Assert.Throws<SecretsException>(() => SecretsEnvelope.Open(file, signer, Alice)).Failure);
}
