using CsCheck;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keyed;
using OnnxSplitter.Secrets.Payload;
using OnnxSplitter.Tests.Secrets;

namespace OnnxSplitter.Tests.Keyed;

/// <summary>Format 3: keyed secrets as a payload.</summary>
public sealed class KeyedPayloadTests
{
    private const int MostBytes = 3500;

    private static readonly Gen<ModelSecrets> Any = Gen.Select(
        Gen.Byte.Array[KeyedSecrets.KeyLength], Gen.Int[1, 7].Where(rules => KeyedSecrets.AreRules((KeyedRules)rules)),
        Gen.Int[0, KeyedSecrets.MaxTensors - 1].HashSet[1, 50], Gen.Bool,
        Gen.Int[0, KeyedSecrets.Classes - 1].Array[50])
        .Select((key, rules, tensors, whole, thresholds) => ModelSecrets.From(
            "keyed/sign", SampleSecrets.Created, [SampleSecrets.File()],
            new KeyedSecrets(key, (KeyedRules)rules, [.. tensors.Order()],
                whole || thresholds.Take(tensors.Count).All(threshold => threshold == 0)
                    ? null : thresholds[..tensors.Count])));

    [Fact]
    public void What_is_encoded_is_decoded_to_the_same() => Any.Holds(secrets =>
    {
        using var again = ModelSecretsCodec.Decode(ModelSecretsCodec.Encode(secrets));
        Assert.Equal(secrets.Keyed!.Key.ToArray(), again.Keyed!.Key.ToArray());
        Assert.Equal(secrets.Keyed.Rules, again.Keyed.Rules);
        Assert.Equal(secrets.Keyed.Tensors, again.Keyed.Tensors);
        Assert.Equal(secrets.Keyed.Thresholds, again.Keyed.Thresholds);
        Assert.Empty(again.Tensors);
    });

    [Fact]
    public void A_payload_with_a_byte_changed_is_refused_or_says_just_what_it_holds() => Any.Holds(secrets =>
    {
        var payload = ModelSecretsCodec.Encode(secrets);
        for (var i = 0; i < payload.Length; i++)
        {
            payload[i] ^= 0x11;
            try
            {
                using var other = ModelSecretsCodec.Decode(payload);
                Assert.Equal(payload, ModelSecretsCodec.Encode(other));
            }
            catch (SecretsException e)
            {
                Assert.Equal(SecretsFailure.NotOpened, e.Failure);
            }

            payload[i] ^= 0x11;
        }
    }, draws: 5);

    [Fact]
    public void The_key_is_zeroed_with_the_secrets()
    {
        var keyed = KeyedSecrets.Draw(KeyedRules.Sign, [0]);
        using (var secrets = ModelSecrets.From("keyed", SampleSecrets.Created, [SampleSecrets.File()], keyed))
            Assert.Contains(keyed.Key.ToArray(), digit => digit != 0);
        Assert.DoesNotContain(keyed.Key.ToArray(), digit => digit != 0);
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(300, true)]
    [InlineData(20_000, false)]
    public void Secrets_of_an_ordinary_model_are_small(int tensors, bool thresholds)
    {
        // Biases lie between the kernels, which leaves runs of one; of 20 000, all change.
        var places = Enumerable.Range(0, tensors).Select(i => tensors > 1000 ? i : 2 * i);
        using var secrets = ModelSecrets.From("keyed/mantissa+shuffle", SampleSecrets.Created,
            [SampleSecrets.File("model.obfuscated.onnx"), SampleSecrets.File("model.onnx.data")],
            KeyedSecrets.Draw(KeyedRules.Mantissa, [.. places],
                thresholds ? [.. Enumerable.Repeat(120, tensors)] : null));

        Assert.InRange(SecretsEnvelope.Seal(secrets, TestKeys.Signer, [TestKeys.Alice]).Length, 1, MostBytes);
    }

    [Fact]
    public void What_breaks_the_rules_is_no_secrets()
    {
        var key = new byte[KeyedSecrets.KeyLength];
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key.AsSpan(1), KeyedRules.Sign, [0]));
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key, KeyedRules.None, [0]));
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key, KeyedRules.Sign | KeyedRules.Mantissa, [0]));
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key, (KeyedRules)8, [0]));
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key, KeyedRules.Sign, []));
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key, KeyedRules.Sign, [-1]));
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key, KeyedRules.Sign, [1, 1]));
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key, KeyedRules.Sign, [KeyedSecrets.MaxTensors]));
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key, KeyedRules.Sign, [0], [0]));
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key, KeyedRules.Sign, [0], [1, 1]));
        Assert.Throws<ArgumentException>(() => new KeyedSecrets(key, KeyedRules.Sign, [0], [KeyedSecrets.Classes]));
    }
}
