namespace OnnxSplitter.Onnx.Files;

/// <summary>Names of files below a folder, the same on every system: parts with forward slashes between.</summary>
public static class RelativeName
{
    /// <summary>Whether a name can't lead out of the folder that it is put into, on any system.</summary>
    public static bool IsPlain(string? name) =>
        !string.IsNullOrEmpty(name) && name.Split('/').All(part => part.Length > 0 && part is not ("." or "..")
            && !part.Any(c => char.IsControl(c) || c is '\\' or ':'));
}
