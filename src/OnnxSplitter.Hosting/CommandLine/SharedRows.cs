namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>Options that several commands have, worded once.</summary>
public static class SharedRows
{
    private const string Sources =
        "a PEM or PFX file, - for standard input, store:THUMBPRINT in the system's certificate store, a PKCS#11 URI, "
        + "or exec:COMMAND, a command that prints the key.";

    /// <summary><c>--json</c>.</summary>
    public static RowTable<T> Json<T>(this RowTable<T> rows, Func<T, bool> get, Func<T, bool, T> set) => rows.Flag(
        "--json", get, set, "Print one JSON object on standard output, and nothing else there.");

    /// <summary><c>--force</c>.</summary>
    public static RowTable<T> Force<T>(this RowTable<T> rows, Func<T, bool> get, Func<T, bool, T> set) => rows.Flag(
        "--force", get, set, "Replace outputs that exist.", property: "Force");

    /// <summary><c>--secrets</c>, to be read.</summary>
    public static RowTable<T> Secrets<T>(this RowTable<T> rows, Func<T, string> get, Func<T, string, T> set) =>
        rows.Value(
        "--secrets|-s", "SECRETS.p7m", Kinds.Text, get, set,
        "The sealed secrets (.p7m), or - for standard input.", required: true, property: "Secrets");

    /// <summary><c>--identity</c>.</summary>
    public static RowTable<T> Identities<T>(
        this RowTable<T> rows, Func<T, IEnumerable<string>> get, Func<T, IReadOnlyList<string>, T> set,
        bool required = true) => rows.Many(
        "--identity|-i", "KEY", Kinds.Text, get, set,
        $"Certificate and private key that the secrets were sealed to: {Sources} Given several times, they are tried "
        + $"in order.",
        required, property: "Identities");

    /// <summary><c>--signer</c>.</summary>
    public static RowTable<T> Signer<T>(this RowTable<T> rows, Func<T, string> get, Func<T, string, T> set) =>
        rows.Value(
        "--signer", "KEY", Kinds.Text, get, set,
        $"Certificate and private key that vouch for the secrets: {Sources}", required: true, property: "Signer");

    /// <summary><c>--passphrase-file</c>.</summary>
    public static RowTable<T> PassphraseFile<T>(
        this RowTable<T> rows, Func<T, string?> get, Func<T, string?, T> set) => rows.Value(
        "--passphrase-file", "FILE", Kinds.OptionalText, get, set,
        "File whose first line is the passphrase of an encrypted key, or a token's PIN.",
        "the variable ONNXSPLIT_PASSPHRASE, or a prompt", property: "Passphrase");

    /// <summary><c>--recipient</c> and <c>--recipients-file</c>.</summary>
    public static RowTable<T> Recipients<T>(
        this RowTable<T> rows, Func<T, IEnumerable<string>> get, Func<T, IReadOnlyList<string>, T> set,
        Func<T, IEnumerable<string>> getFiles, Func<T, IReadOnlyList<string>, T> setFiles) => rows
        .Many("--recipient|-r", "CERT", Kinds.Text, get, set,
            "Certificate of someone who may restore the model (.crt). Can be given several "
            + "times.", property: "Recipients")
        .Many("--recipients-file|-R", "FILE", Kinds.Text, getFiles, setFiles,
            "File with one path of such a certificate per line, from the file's own folder on; # begins a comment.",
            property: "RecipientFiles");

    /// <summary><c>--pss</c>.</summary>
    public static RowTable<T> Pss<T>(this RowTable<T> rows, Func<T, bool> get, Func<T, bool, T> set) => rows.Flag(
        "--pss", get, set, "Sign by RSASSA-PSS instead of PKCS#1 v1.5; for RSA keys.", property: "Pss");

    /// <summary><c>--trust</c>, where it has to be given.</summary>
    public static RowTable<T> Trust<T>(this RowTable<T> rows, Func<T, string> get, Func<T, string, T> set) =>
        rows.Value(
        "--trust", "CERT", Kinds.Text, get, set,
        "The one certificate that vouches for secrets: the vendor's, got by a way that you trust.",
        required: true, property: "Trust");

    /// <summary><c>--signer-name</c>.</summary>
    public static RowTable<T> SignerName<T>(this RowTable<T> rows, Func<T, string?> get, Func<T, string?, T> set) =>
        rows.Value("--signer-name", "NAME", Kinds.OptionalText, get, set,
            "--trust is not the vendor's certificate but that of an authority; the signer is whoever it has issued a "
            + "certificate with this common name to.", property: "SignerName");

    /// <summary><c>--audience</c>, of whoever opens.</summary>
    public static RowTable<T> Audience<T>(this RowTable<T> rows, Func<T, string?> get, Func<T, string?, T> set) =>
        rows.Value("--audience", "NAME", Kinds.OptionalText, get, set,
            "Who opens the secrets, if the vendor has sealed them for an audience.", property: "Audience");

    /// <summary><c>--custom-ops</c>.</summary>
    public static RowTable<T> CustomOps<T>(
        this RowTable<T> rows, Func<T, IEnumerable<string>> get, Func<T, IReadOnlyList<string>, T> set) => rows.Many(
        "--custom-ops", "LIBRARY", Kinds.Text.Where(path => path.Length > 0, "be a path"), get, set,
        "A native library that registers custom ops with ONNX Runtime, for a model that has nodes of its domain. Its "
        + "code runs in this process: give only one that you trust. Can be given several times.",
        property: "CustomOps");

    /// <summary><c>--model-output</c>.</summary>
    public static RowTable<T> ModelOutput<T>(this RowTable<T> rows, Func<T, string?> get, Func<T, string?, T> set) =>
        rows.Value("--model-output", "NAME", Kinds.OptionalText, get, set,
            "The model's output that is measured.", "its first of floats", property: "ModelOutput");

    /// <summary><c>--embedding</c>.</summary>
    public static RowTable<T> Embedding<T>(
        this RowTable<T> rows, Func<T, bool> get, Func<T, bool, T> set, Requirement<T>? only = null) =>
        rows.Flag("--embedding", get, set,
            "The output that is measured is an embedding, compared by angle with those of other examples, and no class "
            + "scores. Without: it is taken for one if the examples have no labels and its rows have length 1, or "
            + "its name says so.", only, property: "Embedding");

    /// <summary><c>--target-worth</c>: a share of what the original is worth.</summary>
    public static RowTable<T> TargetWorth<T>(
        this RowTable<T> rows, Func<T, double?> get, Func<T, double?, T> set, string help, string? without = null) =>
        rows.Value("--target-worth", "W",
            Kinds.Number.Where(value => value is >= 0 and <= 1, "lie between 0 and 1").OrNone(), get, set, help,
            without, property: "TargetWorth");

    /// <summary><c>--compact-tolerance</c>: points, for a share of the accuracy or a normalised error.</summary>
    public static RowTable<T> CompactTolerance<T>(
        this RowTable<T> rows, Func<T, double> get, Func<T, double, T> set, string help, Requirement<T>? only = null) =>
        rows.Value("--compact-tolerance", "POINTS", Kinds.Points, get, set, help, only: only, property: "Tolerance");
}
