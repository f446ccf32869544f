namespace OnnxSplitter.Data;

/// <summary>Brings arrays that are stored column by column (Fortran order) into the order of rows.</summary>
internal static class RowOrder
{
    /// <summary>The elements row by row.</summary>
    /// <param name="columns">The elements, the first axis running fastest.</param>
    /// <param name="size">Bytes of one.</param>
    /// <param name="dims">Shape.</param>
    public static byte[] Of(byte[] columns, int size, long[] dims)
    {
        if (dims.Length < 2 || columns.Length == 0) return columns;
        var strides = new long[dims.Length];
        strides[0] = size;
        for (var axis = 1; axis < dims.Length; axis++) strides[axis] = strides[axis - 1] * dims[axis - 1];
        var rows = GC.AllocateUninitializedArray<byte>(columns.Length);
        var at = new long[dims.Length];
        long from = 0;
        for (var to = 0; to < rows.Length; to += size)
        {
            columns.AsSpan((int)from, size).CopyTo(rows.AsSpan(to));
            for (var axis = dims.Length - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++at[axis] < dims[axis]) break;
                from -= strides[axis] * dims[axis];
                at[axis] = 0;
            }
        }

        return rows;
    }
}
