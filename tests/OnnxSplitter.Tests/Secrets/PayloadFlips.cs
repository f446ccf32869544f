using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>Every byte of a payload changed, one after the other.</summary>
internal static class PayloadFlips
{
    /// <summary>Each is refused, or gives other secrets, which are encoded so.</summary>
    public static void AreRefusedOrOtherSecrets(byte[] payload)
    {
        for (var i = 0; i < payload.Length; i++)
        {
            var changed = payload.ToArray();
            changed[i] ^= 1;
            try
            {
                using var decoded = ModelSecretsCodec.Decode(changed);
                Assert.Equal(changed, ModelSecretsCodec.Encode(decoded));
            }
            catch (SecretsException e)
            {
                Assert.Equal(SecretsFailure.NotOpened, e.Failure);
            }
        }
    }
}
