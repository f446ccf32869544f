using System.Security.Cryptography;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Vectors.Keyed;

namespace OnnxSplitter.Tests.Keyed;

/// <summary>tests/vectors/keyed.json: what keys make of tensors, for ever.</summary>
public sealed class KeyedVectorTests
{
    private const string Python = "/usr/bin/python3";

    private static readonly string File = Repository.Vector("keyed.json");

    [Fact]
    public void Every_vector_is_changed_as_it_says_and_changed_back()
    {
        foreach (var vector in KeyedVectors.Read(System.IO.File.ReadAllBytes(File)))
        {
            var original = Original(vector);
            var changed = KeyedVectors.Change(vector, original, back: false);

            Assert.Equal(vector.Sha256, Convert.ToHexStringLower(SHA256.HashData(changed)));
            if (vector.Obfuscated is { } few) Assert.Equal(few, Convert.ToHexStringLower(changed));
            Assert.Equal(original, KeyedVectors.Change(vector, changed, back: true));
        }
    }

    [Fact]
    public void The_generator_makes_these_vectors() =>
        Assert.Equal(System.IO.File.ReadAllBytes(File), KeyedVectors.Json());

    [Fact]
    public void A_reader_that_shares_no_code_makes_the_same_of_them()
    {
        Peer.Require("openssl", "version");
        Peer.Require(Python, "--version");
        var output = Peer.Run(Python, Path.Combine(Repository.Root, "tools", "readers", "keyed.py"), File);
        Assert.Equal($"{KeyedVectors.Read(System.IO.File.ReadAllBytes(File)).Count} vectors", output.Trim());
    }

    private static byte[] Original(KeyedVector vector)
    {
        if (vector.Original is { } written) return Convert.FromHexString(written);
        var nibbles = vector.Type is "int4" or "uint4";
        var bytes = KeyedVectors.Made(nibbles ? (vector.Count + 1) / 2 : (long)vector.Count * Width(vector.Type) / 8);
        if (nibbles) bytes[^1] &= 0xF;
        return bytes;
    }

    private static int Width(string type) => new[]
    {
        ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16, ElementType.Int16,
        ElementType.UInt16, ElementType.Int8, ElementType.UInt8,
    }.Single(each => each.ToString() == type).BitWidth;
}
