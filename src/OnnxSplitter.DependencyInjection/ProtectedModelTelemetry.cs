using System.Diagnostics;

namespace OnnxSplitter.DependencyInjection;

/// <summary>What collectors and log filters ask for.</summary>
public static class ProtectedModelTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "OnnxSplitter.ProtectedModel";

    /// <summary>Category of the log's audit events, one for each open and each refusal.</summary>
    public const string AuditCategory = "OnnxSplitter.Audit";

    internal static ActivitySource Source { get; } = new(Name);
}
