namespace OnnxSplitter.Attacks;

/// <summary>What a thief has to have for an attack, beside the obfuscated model.</summary>
public enum AttackNeeds
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A published model of the same architecture.</summary>
    PublicModel,

    /// <summary>Inputs without labels.</summary>
    Inputs,

    /// <summary>Labelled examples.</summary>
    Labels,

    /// <summary>Answers of a restored model.</summary>
    Queries,
}
