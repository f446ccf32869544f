using OnnxSplitter.Attacks.Labelled;
using OnnxSplitter.Attacks.Setting;
using OnnxSplitter.Attacks.Training;

namespace OnnxSplitter.Attacks.Controls;

/// <summary>What can be had without the obfuscated weights: the architecture alone, or with a public model's.</summary>
internal static class FromScratch
{
    /// <summary>Trains the architecture from nothing.</summary>
    public static Attempt? Run(AttackSetting setting, ThiefData data)
    {
        var recipes = Recipes.Scratch(setting);
        var graph = setting.Networks.Training(recipes[0].Mode, data.Fitted);
        var start = FreshParameters.Of(graph.Tensors, setting.Seed);
        var trained = setting.Tuner(data).Best(start, recipes, Recipes.ScratchLengths(setting), setting.Seed);
        return setting.Judge($"{trained.Recipe}, epoch {trained.Epoch}", trained.Network);
    }

    /// <summary>Fine-tunes the public model.</summary>
    public static Attempt? FromPublic(AttackSetting setting, ThiefData data)
    {
        // What the public model has no tensor for begins fresh: nothing of the obfuscated one is used.
        var trained = setting.Tuner(data).Best(setting.PublicAlone!, Recipes.Tuning(setting),
            Recipes.TuningLengths(setting), setting.Seed);
        return setting.Judge($"{trained.Recipe}, epoch {trained.Epoch}", trained.Network);
    }
}
