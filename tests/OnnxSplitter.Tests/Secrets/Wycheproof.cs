using System.Text.Json;

namespace OnnxSplitter.Tests.Secrets;

/// <summary>Test vectors of Project Wycheproof (C2SP), a selection.</summary>
internal static class Wycheproof
{
    /// <summary>A group of vectors and its members.</summary>
    public static IEnumerable<(JsonElement Group, JsonElement Test)> Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Vector($"wycheproof/{name}.json")));
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
            foreach (var test in group.GetProperty("tests").EnumerateArray())
                yield return (group.Clone(), test.Clone());
    }

    public static byte[] Hex(this JsonElement element, string name) =>
        Convert.FromHexString(element.GetProperty(name).GetString()!);

    public static bool Is(this JsonElement test, string result) => test.GetProperty("result").GetString() == result;

    public static bool Has(this JsonElement test, string flag) =>
        test.GetProperty("flags").EnumerateArray().Any(x => x.GetString() == flag);

    public static string Name(this JsonElement test) =>
        $"tcId {test.GetProperty("tcId")}: {test.GetProperty("comment")}";
}
