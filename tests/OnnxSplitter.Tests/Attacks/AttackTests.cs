using OnnxSplitter.Attacks;
using OnnxSplitter.Attacks.Suite;

namespace OnnxSplitter.Tests.Attacks;

/// <summary>Attacks work: what two changed weights took away, they bring back.</summary>
public sealed class AttackTests : IDisposable
{
    // Two biases that decide what a unit of the hidden layer does, and with it most answers.
    private const string Bias = "hidden.bias";

    private readonly AttackedModel _model = new();

    [Theory]
    [InlineData("outliers")]
    [InlineData("clipping")]
    [InlineData("z-scores")]
    [InlineData("mirror")]
    [InlineData("zeroing")]
    [InlineData("public-values")]
    [InlineData("public-fine-tuning")]
    public void Two_weights_far_from_all_others_are_found_or_trained_away(string attack)
    {
        var obfuscated = _model.Changed("outliers", (path, index, value) =>
            path == "first.weight" && index is 5 or 100 ? 60 : value);

        var report = Run(obfuscated, attack);

        Assert.InRange(report.Obfuscated.Value, 0, 0.7);
        Assert.InRange(Reached(report, attack), 0.85, 1);
    }

    [Theory]
    [InlineData("mirror")]
    [InlineData("signs")]
    [InlineData("fine-tuning")]
    [InlineData("public-signs")]
    [InlineData("public-values")]
    public void Two_turned_signs_are_found_or_trained_away(string attack)
    {
        var report = Run(Turned(), attack);

        Assert.InRange(report.Obfuscated.Value, 0, 0.75);
        Assert.InRange(Reached(report, attack), 0.85, 1);
    }

    [Fact]
    public void What_a_public_model_says_of_changed_weights_is_judged_by_the_truth()
    {
        var report = Run(Turned(), "public-signs");

        var found = Assert.Single(report.Results, result => result.Attack == "public-signs").Found!;
        Assert.Equal(1, found.Recall);
        Assert.InRange(found.Precision, 0.3, 1);
    }

    [Fact]
    public void An_answer_that_the_model_gives_too_often_is_shifted_away()
    {
        var obfuscated = _model.Changed("shifted", (path, index, value) =>
            path == "second.weight" && index % 4 == 1 ? value + 2 : value);

        var report = Run(obfuscated, "class-constants");

        Assert.True(Reached(report, "class-constants") > report.Obfuscated.Value + 0.1);
    }

    [Fact]
    public void A_restored_models_answers_serve_as_labels()
    {
        var report = AttackSuite.Run(_model.Options(Turned(), "mirror"), null, TestContext.Current.CancellationToken);

        var queried = Assert.Single(report.Results,
            result => result is { Attack: "mirror", Needs: AttackNeeds.Queries });
        Assert.Equal(50, queried.Labels);
        Assert.True(queried.Accuracy > report.Obfuscated.Value);
    }

    [Fact]
    public void Every_attack_and_control_runs_on_it_and_says_how()
    {
        var report = AttackSuite.Run(
            _model.Options(Turned()) with { Public = Public(), Quick = true, Attacks = [.. Names] }, null,
            TestContext.Current.CancellationToken);

        // There is nothing to normalise in it.
        Assert.Equal(Names.Where(name => name != "statistics"), report.Results.Select(result => result.Attack));
        Assert.All(report.Results, result => Assert.NotEqual("", result.How));
        Assert.All(report.Results, result => Assert.True(result.Evaluations > 0));
    }

    public void Dispose() => _model.Dispose();

    private static IEnumerable<string> Names => AttackSuite.Attacks.Select(attack => attack.Name);

    private AttackReport Run(string obfuscated, string attack) => AttackSuite.Run(
        _model.Options(obfuscated, attack) with
        {
            Public = attack.StartsWith("public", StringComparison.Ordinal) ? Public() : null,
            Queries = [],
        }, null, TestContext.Current.CancellationToken);

    private static double Reached(AttackReport report, string attack) =>
        report.Results.Where(result => result.Attack == attack).Max(result => result.Accuracy);

    private string Turned() => _model.Changed("turned", (path, index, value) =>
        path == Bias && index is 3 or 17 ? -value : value);

    /// <summary>What the vendor began from: near, but not the same.</summary>
    private string Public()
    {
        var random = new Random(3);
        return _model.Changed("public", (_, _, value) => value + 0.05f * (random.NextSingle() - 0.5f));
    }
}
