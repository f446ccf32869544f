using System.Diagnostics;
using System.Globalization;

namespace OnnxSplitter.Fuzz;

/// <summary>
/// How long <c>onnxsplit restore</c> takes to refuse files with one flipped bit, by where the bit is.
/// </summary>
internal sealed class CommandTimes(string folder, TextWriter output)
{
    private const int Refused = 5;

    /// <param name="count">Runs of each kind, one after the other in turns.</param>
    /// <param name="seed">Which bits.</param>
    public int Run(int count, int seed)
    {
        var random = new Random(seed);
        var (secrets, model) =
            (VectorFiles.SecretsFile("success", "sealed-by-onnxsplit"), File.ReadAllBytes(VectorFiles.Obfuscated));
        File.WriteAllText(At("vendor.crt"), VectorFiles.Key("vendor").ExportCertificatePem());

        // The content stands first, the certificate then, the signature last.
        (string Name, bool Model, Range Where)[] kinds =
        [
            ("structure", false, ..16), ("ciphertext", false, 1200..1300), ("certificate", false, ^900..^700),
            ("signature", false, ^250..), ("model", true, ..),
        ];
        var times = kinds.ToDictionary(kind => kind.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            foreach (var kind in kinds)
            {
                File.WriteAllBytes(At("s.p7m"), kind.Model ? secrets : Flipped(secrets, kind.Where, random));
                File.WriteAllBytes(At("m.onnx"), kind.Model ? Flipped(model, kind.Where, random) : model);
                var start = Stopwatch.GetTimestamp();
                var code = Programs.Run("restore", At("m.onnx"), "-s", At("s.p7m"), "-i", VectorFiles.KeyPath("alice"),
                    "--trust", At("vendor.crt"), "-o", At("back.onnx"));
                times[kind.Name].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (code == Refused && !File.Exists(At("back.onnx"))) continue;
                output.WriteLine($"A flipped bit in the {kind.Name} ended with code {code}.");
                return 1;
            }
        }

        foreach (var (name, all) in times)
        {
            all.Sort();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"onnxsplit restore, a bit of the {name}: {count} runs, code {Refused}, half below "
                + $"{all[count / 2]:0} ms, fastest {all[0]:0} ms"));
        }

        return 0;
    }

    private string At(string name) => Path.Combine(folder, name);

    private static byte[] Flipped(byte[] bytes, Range where, Random random)
    {
        var (start, length) = where.GetOffsetAndLength(bytes.Length);
        var bit = start * 8 + random.Next(length * 8);
        byte[] flipped = [.. bytes];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }
}
