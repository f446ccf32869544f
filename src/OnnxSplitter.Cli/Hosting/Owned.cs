namespace OnnxSplitter.Cli.Hosting;

/// <summary>Objects that are disposed together.</summary>
internal sealed class Owned<T> : List<T>, IDisposable
    where T : IDisposable
{
    /// <summary>Collects what a sequence makes; if making one fails, those before it are disposed.</summary>
    public static Owned<T> From(IEnumerable<T> made)
    {
        var owned = new Owned<T>();
        try
        {
            foreach (var item in made) owned.Add(item);
            return owned;
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var item in this) item.Dispose();
    }
}
