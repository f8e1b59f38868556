namespace S3Scheduler.Api.Hosting;

/// <summary>Finds settings that are nearly the service's own.</summary>
public static class MisspeltSettings
{
    private const int FewestLetters = 8;
    private const int MostEdits = 2;

    /// <summary>
    /// Stops the start on a setting that would be ignored but is nearly one of the sections', such as Scheduler_Bucket
    /// or Schedular__Bucket in the environment. What is wrong within a section, the section's own rules find.
    /// </summary>
    /// <param name="sections">The sections' names, each with the type of its settings.</param>
    /// <exception cref="StartupException">There is one.</exception>
    public static void Refuse(IConfiguration configuration, params (string Name, Type Settings)[] sections)
    {
        List<string> known =
        [
            .. sections.Select(section => section.Name),
            .. sections.SelectMany(s => SettingNames.Of(s.Settings).Select(name => $"{s.Name}:{name}")),
        ];
        foreach (var (path, value) in configuration.AsEnumerable())
        {
            var first = path.Split(':')[0];
            if (value is null || known.Contains(first, StringComparer.OrdinalIgnoreCase)) continue;
            // A variable that is only the name of a section belongs to something else.
            var meant = Nearest(path, known.Where(name => name.Contains(':')))
                ?? (first == path ? null : Nearest(first, known));
            if (meant is not null)
                throw new StartupException($"There is no setting {path}. Did you mean {meant}, which is "
                    + $"{meant.Replace(":", "__")} in the environment?");
        }
    }

    /// <summary>The known setting that a misspelt one is nearest to; null: it is near none.</summary>
    public static string? Nearest(string path, IEnumerable<string> known)
    {
        var letters = Letters(path);
        return letters.Length < FewestLetters ? null : known
            .Select(name => (Name: name, Edits: Edits(letters, Letters(name))))
            .Where(candidate => candidate.Edits <= MostEdits)
            .OrderBy(candidate => candidate.Edits)
            .FirstOrDefault().Name;
    }

    // Without separators and numbers of list items, which are written differently from source to source.
    private static string Letters(string path) => string.Concat(path.Where(char.IsAsciiLetter)).ToLowerInvariant();

    // How many letters must be put in, taken out or changed to make one of the other (Levenshtein).
    private static int Edits(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        foreach (var (i, letter) in one.Index())
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < other.Length; j++)
            {
                var above = row[j + 1];
                row[j + 1] = Math.Min(diagonal + (letter == other[j] ? 0 : 1), 1 + Math.Min(above, row[j]));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
