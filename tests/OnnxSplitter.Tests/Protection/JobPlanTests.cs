using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OnnxSplitter.Data;
using OnnxSplitter.Onnx;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Pipeline;
using OnnxSplitter.Protection.State;
using OnnxSplitter.Secrets;
using OnnxSplitter.Secrets.Envelope;
using OnnxSplitter.Secrets.Keys;
using OnnxSplitter.Tests.Secrets;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxSplitter.Tests.Protection;

/// <summary>
/// What can be refused is refused before ONNX Runtime starts: the model is one that has weights, and that ONNX Runtime
/// can't load.
/// </summary>
public sealed class JobPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public JobPlanTests()
    {
        new SmallModel().Input("x", DataType.Float, "n", 4).Output("y", DataType.Float, "n", 2).Weights("w", 4, 2)
            .Node("MatMul", ["x", "w"], "inner").Node("NoSuchOp", ["inner"], "y").Write(Model);
        File.WriteAllText(_folder["there.onnx"], "old");
        File.WriteAllText(_folder["there.state"], "old");
        File.WriteAllText(_folder["key.pem"], "key");
    }

    public static TheoryData<string> Refused => [.. Cases.Keys];

    private static Dictionary<string, (Func<ProtectionOptions, TemporaryFolder, ProtectionOptions> Of, Type Failure)>
        Cases
    { get; } = new(StringComparer.Ordinal)
    {
        ["the output's folder is missing"] =
                ((o, f) => o with { Output = f["missing/out.onnx"] }, typeof(OutputFailedException)),
        ["the secrets' folder is missing"] =
                ((o, f) => o with { Secrets = f["missing/out.p7m"] }, typeof(OutputFailedException)),
        ["a report's folder is missing"] =
                ((o, f) => o with { Reports = [f["missing/report.html"]] }, typeof(OutputFailedException)),
        ["the output exists"] = ((o, f) => o with { Output = f["there.onnx"] }, typeof(OutputExistsException)),
        ["the secrets exist"] = ((o, f) => o with { Secrets = f["there.onnx"] }, typeof(OutputExistsException)),
        ["a report exists"] = ((o, f) => o with { Reports = [f["there.onnx"]] }, typeof(OutputExistsException)),
        ["the output is the model"] =
                ((o, f) => o with { Output = f["model.onnx"], Force = true }, typeof(OutputExistsException)),
        ["the secrets are a key"] =
            ((o, f) => o with { Secrets = f["key.pem"], Kept = [f["key.pem"]], Force = true },
                typeof(OutputExistsException)),
        ["a report is the output"] =
                ((o, f) => o with { Reports = [f["out.onnx"]] }, typeof(OutputExistsException)),
        ["the state is the secrets"] = ((o, f) => o with { State = f["out.p7m"] }, typeof(OutputExistsException)),
        ["a search can go on"] = ((o, f) => o with { State = f["there.state"] }, typeof(OutputExistsException)),
        ["there is no search to go on with"] =
                ((o, f) => o with { State = f["no.state"], Resume = true }, typeof(SearchStateFileException)),
        ["the state is not this job's"] =
                ((o, f) => o with { State = f["there.state"], Resume = true }, typeof(SearchStateMismatchException)),
        ["a recipient's certificate has expired"] =
                ((o, _) => o with { Recipients = [Expired()] }, typeof(CertificateException)),
        ["a recipient's key is too small"] =
                ((o, _) => o with { Recipients = [TestKeys.Weak] }, typeof(CertificateException)),
        ["a variant's recipient has expired"] = ((o, f) => o with
        {
            Variants = [new ModelVariant("a", f["a.onnx"], f["a.p7m"], [Expired()])],
        }, typeof(CertificateException)),
        ["there is no recipient"] = ((o, _) => o with { Recipients = [] }, typeof(CertificateException)),
        ["the signer has no private key"] = ((o, _) => o with
        {
            Signer = Identity.Of(TestKeys.PublicPart(TestKeys.Signer)),
        }, typeof(CertificateException)),
        ["the data is not there"] = ((o, f) => o with
        {
            Data = new DataSettings { Calibration = f["missing.npz"] },
        }, typeof(DataFormatException)),
        ["no tensor has that name"] = ((o, _) => o with
        {
            Search = o.Search with { Tensors = TensorFilter.None with { Include = ["other*"] } },
        }, typeof(ModelFormatException)),
        ["there are two targets"] = ((o, _) => o with
        {
            Search = o.Search with { TargetAccuracy = 0.1, TargetError = 1 },
        }, typeof(PlanException)),
        ["the secrets could never be used"] = ((o, _) => o with
        {
            Sealing = new SealOptions { Terms = new SecretsTerms { NotAfter = DateTimeOffset.UnixEpoch } },
        }, typeof(PlanException)),
        ["worth is bounded and not measured"] = ((o, _) => o with
        {
            Search = o.Search with { TargetWorth = 0.1 },
            Data = new DataSettings { Metric = Metric.Accuracy },
        }, typeof(PlanException)),
        ["worth is bounded and accuracy asked for"] = ((o, _) => o with
        {
            Search = o.Search with { TargetWorth = 0.1, TargetAccuracy = 0.5 },
        }, typeof(PlanException)),
    };

    private string Model => _folder["model.onnx"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Refused))]
    public void It_is_refused_before_the_model_is_run_and_nothing_is_written(string what)
    {
        var (of, failure) = Cases[what];
        var options = of(Options(), _folder);
        var before = Content();

        var refused = Assert.Throws(failure, () => ProtectionPipeline.Run(options));

        Assert.DoesNotContain("ONNX Runtime can't load", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Content());
    }

    [Theory]
    [InlineData("the output's folder is missing")]
    [InlineData("the secrets' folder is missing")]
    [InlineData("the output is the model")]
    [InlineData("a recipient's certificate has expired")]
    [InlineData("no tensor has that name")]
    public void A_job_without_evaluation_is_refused_as_others_are(string what)
    {
        var (of, failure) = Cases[what];
        var options = of(Options(), _folder);
        var before = Content();

        Assert.Throws(failure, () => UnmeasuredProtection.Run(options));

        Assert.Equal(before, Content());
    }

    [Fact]
    public void A_job_that_can_be_done_gets_as_far_as_ONNX_Runtime()
    {
        var refused = Assert.Throws<ModelFormatException>(() => ProtectionPipeline.Run(Options()));
        Assert.Contains("ONNX Runtime can't load", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_variants_what_is_not_written_may_exist()
    {
        var options = Options() with
        {
            Output = _folder["there.onnx"],
            Secrets = _folder["missing/there.p7m"],
            Variants = [new ModelVariant("a", _folder["a.onnx"], _folder["a.p7m"], [TestKeys.Alice])],
        };
        using var plan = JobPlan.Of(options);
        Assert.Equal(Model, plan.Model.FilePath);
    }

    private ProtectionOptions Options() => new(
        Model, _folder["out.onnx"], _folder["out.p7m"], Identity.Of(TestKeys.Signer), [TestKeys.Alice])
    {
        Search = new SearchSettings { Strategy = StrategyKind.Random, MaxWeights = 2 },
    };

    private string[] Content() =>
    [
        .. Directory.GetFileSystemEntries(_folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path =>
                $"{path} {(File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "")}"),
    ];

    private static X509Certificate2 Expired()
    {
        using var key = RSA.Create(2048);
        var now = DateTimeOffset.UtcNow;
        return new CertificateRequest("CN=expired", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-9), now.AddDays(-1));
    }
}
