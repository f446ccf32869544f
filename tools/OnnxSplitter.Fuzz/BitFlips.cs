using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Onnx;
using OnnxSplitter.Runtime;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Secrets.Payload;

namespace OnnxSplitter.Fuzz;

/// <summary>Every flipped bit of a secrets file, and random ones of a model: all refused alike.</summary>
internal sealed class BitFlips(string folder, TextWriter output) : IDisposable
{
    private readonly X509Certificate2 _vendor = VectorFiles.Key("vendor");
    private readonly Identity _device = Identity.Of(VectorFiles.Key("alice"));
    private readonly Dictionary<string, int> _messages = new(StringComparer.Ordinal);
    private readonly List<double> _times = [];

    /// <param name="stride">Only every so many-th bit of the secrets is flipped; 1 for all.</param>
    /// <param name="modelFlips">How many bits of the model are.</param>
    /// <param name="seed">Which.</param>
    /// <returns>0 if all were refused with one message each.</returns>
    public int Run(int stride, int modelFlips, int seed)
    {
        var file = VectorFiles.SecretsFile("success", "sealed-by-onnxsplit");
        for (var bit = 0; bit < file.Length * 8; bit += stride)
        {
            Flip(file, bit);
            Refuse(() => SecretsEnvelope.Open(file, _vendor, [_device]).Dispose());
            Flip(file, bit);
        }

        var secretsAlike = Report("bits of the secrets");
        using var secrets = SecretsEnvelope.Open(file, _vendor, [_device]);
        var model = Path.Combine(folder, "flipped.onnx");
        var bytes = File.ReadAllBytes(VectorFiles.Obfuscated);
        File.WriteAllBytes(model, bytes);
        CheckAccepted(model, secrets);
        var random = new Random(seed);
        for (var i = 0; i < modelFlips; i++)
        {
            var bit = random.Next(bytes.Length * 8);
            using (var stream = new FileStream(model, FileMode.Open)) Write(stream, bytes, bit, flip: true);
            Refuse(() => ModelRestorer.RestoreInMemory(model, secrets));
            using (var stream = new FileStream(model, FileMode.Open)) Write(stream, bytes, bit, flip: false);
        }

        var modelAlike = Report("bits of the model");
        CheckAccepted(model, secrets);
        return secretsAlike && modelAlike ? 0 : 1;
    }

    public void Dispose()
    {
        _vendor.Dispose();
        _device.Dispose();
    }

    private static void CheckAccepted(string model, ModelSecrets secrets) =>
        ModelRestorer.RestoreInMemory(model, secrets);

    private static void Flip(byte[] file, int bit) => file[bit / 8] ^= (byte)(1 << (bit % 8));

    private static void Write(FileStream stream, byte[] bytes, int bit, bool flip)
    {
        stream.Position = bit / 8;
        stream.WriteByte((byte)(bytes[bit / 8] ^ (flip ? 1 << (bit % 8) : 0)));
    }

    private void Refuse(Action act)
    {
        var start = Stopwatch.GetTimestamp();
        var message = "accepted";
        try
        {
            act();
        }
        catch (OnnxSplitterException e)
        {
            message = $"{e.GetType().Name}: {e.Message}";
        }

        _times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        _messages[message] = _messages.GetValueOrDefault(message) + 1;
    }

    private bool Report(string what)
    {
        _times.Sort();
        var alike = _messages.Count == 1 && !_messages.ContainsKey("accepted");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {_times.Count} flips; microseconds in this process: 5 % below {At(0.05):0}, half below "
            + $"{At(0.5):0}, 95 % below {At(0.95):0}"));
        foreach (var (message, count) in _messages) output.WriteLine($"  {count} x {message}");
        _messages.Clear();
        _times.Clear();
        return alike;
    }

    private double At(double share) => _times[(int)(share * (_times.Count - 1))];
}
