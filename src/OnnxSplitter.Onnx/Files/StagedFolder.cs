namespace OnnxSplitter.Onnx.Files;

/// <summary>Folders that come and go with what is in them.</summary>
internal static class StagedFolder
{
    /// <summary>Removes the folders of a path that are empty, from the innermost up.</summary>
    /// <param name="path">A file that is gone.</param>
    /// <param name="stop">Full path of the folder that stays.</param>
    public static void RemoveEmpty(string path, string stop)
    {
        for (var folder = Path.GetDirectoryName(path);
            folder is not null && folder.Length > stop.Length && RemoveIfEmpty(folder);
            folder = Path.GetDirectoryName(folder))
        {
        }
    }

    /// <summary>Removes a folder unless something is in it.</summary>
    /// <returns>Whether it is gone.</returns>
    public static bool RemoveIfEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: false);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
