namespace OnnxSplitter.Hosting;

/// <summary>Objects that are disposed together.</summary>
public sealed class Owned<T> : List<T>, IDisposable
    where T : IDisposable
{
    /// <summary>Collects what a sequence makes; if making one fails, those before it are disposed.</summary>
    public Owned(IEnumerable<T> made)
    {
        try
        {
            foreach (var item in made) Add(item);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var item in this) item.Dispose();
    }
}
