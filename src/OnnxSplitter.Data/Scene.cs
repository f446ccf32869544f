namespace OnnxSplitter.Data;

/// <summary>
/// Draws images that have what photographs have and noise has not: smooth shades at several scales, shapes with edges,
/// channels that resemble each other, and a contrast of their own.
/// </summary>
internal static class Scene
{
    private const int FinestCells = 32;

    /// <summary>One image, row by row, channel after channel, of mean 0 and deviation 1 over many.</summary>
    public static float[] Draw(int channels, int height, int width, SeededNormal random)
    {
        var light = random.Between(0, 1) < 0.5 ? View(height, width, random) : Thing(height, width, random);
        var mean = light.Average();
        var deviation = (float)Math.Sqrt(light.Average(value => (value - mean) * (value - mean)));
        var contrast = (float)Math.Exp(0.3 * random.Next()) / Math.Max(deviation, 1e-3f);
        var brightness = 0.4f * random.Next();
        var image = new float[channels * light.Length];
        var tint = new float[light.Length];
        for (var channel = 0; channel < channels; channel++)
        {
            Array.Fill(tint, channels > 1 ? 0.2f * random.Next() : 0);
            if (channels > 1) Shade(tint, height, width, 0.2f, random);
            for (var i = 0; i < light.Length; i++)
                image[channel * light.Length + i] = (light[i] - mean) * contrast + brightness + tint[i];
        }

        return image;
    }

    /// <summary>Shades all over, and a few shapes in front.</summary>
    private static float[] View(int height, int width, SeededNormal random)
    {
        var light = new float[height * width];
        Shade(light, height, width, random.Between(0, 1) < 0.5 ? 0.1f : 1, random);
        for (var shapes = random.Next(1, 5); shapes > 0; shapes--)
            AddShape(light, height, width, 1.5f * random.Next(), random);
        return light;
    }

    /// <summary>
    /// One thing before an empty ground, as in pictures of products, letters and X-rays: shapes of much the same
    /// brightness, often the same on both sides.
    /// </summary>
    private static float[] Thing(int height, int width, SeededNormal random)
    {
        var (light, shades) = (new float[height * width], new float[height * width]);
        for (var shapes = random.Next(1, 7); shapes > 0; shapes--)
            AddShape(light, height, width, (float)random.Between(0.4, 1), random);
        Shade(shades, height, width, (float)random.Between(0, 0.5), random);
        var (mirrored, dark) = (random.Between(0, 1) < 0.6, random.Between(0, 1) < 0.15);
        for (var i = 0; i < light.Length; i++)
        {
            var column = i % width;
            if (mirrored && column >= width / 2) light[i] = light[i - column + width - 1 - column];
            else light[i] *= (1 + shades[i]) * (dark ? -1 : 1);
        }

        return light;
    }

    /// <summary>Adds shades: random numbers on ever finer grids, with ever less weight, and smooth between.</summary>
    private static void Shade(Span<float> plane, int height, int width, float weight, SeededNormal random)
    {
        for (var cells = 2; cells <= FinestCells && cells * 2 <= Math.Max(height, width); cells *= 2, weight /= 2)
        {
            var side = cells + 1;
            var grid = new float[side * side];
            foreach (ref var value in grid.AsSpan()) value = weight * random.Next();
            for (var y = 0; y < height; y++)
            {
                var (row, down) = Place(y, height, cells);
                for (var x = 0; x < width; x++)
                {
                    var (column, right) = Place(x, width, cells);
                    var corner = row * side + column;
                    plane[y * width + x] += (1 - down) * ((1 - right) * grid[corner] + right * grid[corner + 1])
                        + down * ((1 - right) * grid[corner + side] + right * grid[corner + side + 1]);
                }
            }
        }
    }

    private static (int Cell, float Within) Place(int at, int length, int cells)
    {
        var place = (at + 0.5f) * cells / length;
        var cell = (int)place;
        var within = place - cell;
        return (cell, within * within * (3 - 2 * within));
    }

    /// <summary>Lays a turned ellipse or rectangle over the image.</summary>
    private static void AddShape(Span<float> plane, int height, int width, float value, SeededNormal random)
    {
        var (sine, cosine) = Math.SinCos(random.Between(0, Math.PI));
        var (middleX, middleY) = (random.Between(0.2, 0.8) * width, random.Between(0.2, 0.8) * height);
        var (radiusX, radiusY) = (random.Between(0.06, 0.45) * width, random.Between(0.06, 0.45) * height);
        var round = random.Between(0, 1) < 0.5;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (toX, toY) = (x - middleX, y - middleY);
                var (u, v) = ((toX * cosine + toY * sine) / radiusX, (toY * cosine - toX * sine) / radiusY);
                if (round ? u * u + v * v < 1 : Math.Abs(u) < 1 && Math.Abs(v) < 1)
                    plane[y * width + x] = value + 0.2f * plane[y * width + x];
            }
    }
}
