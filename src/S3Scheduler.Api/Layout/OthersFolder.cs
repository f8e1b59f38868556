namespace S3Scheduler.Api.Layout;

/// <summary>Tells whether an object would mean something in the folder of a scheduler, wherever that is.</summary>
public static class OthersFolder
{
    /// <summary>
    /// Whether a scheduler whose folder is some beginning of the key would read the object as its own: a schedule, a
    /// failed one, a mark, a lease, a claim, staged content or its probe.
    /// </summary>
    public static bool Has(Destination destination)
    {
        var key = destination.Key;
        for (var slash = key.IndexOf('/', 1); slash > 0; slash = key.IndexOf('/', slash + 1))
            if (new ScheduleFolder(destination.Bucket, key[..slash]).Means(key)) return true;
        return false;
    }

    private static bool Means(this ScheduleFolder folder, string key)
    {
        var page = new ObjectPage([new ListedObject(key, 0, "", default)], false, default);
        bool StartsWith(string prefix) => key.StartsWith(prefix, StringComparison.Ordinal);
        return folder.Read(page).Count > 0
            || folder.ReadLeases(page).Count > 0
            || StartsWith(folder.Marker.Key)
            || folder.IsStaged(key)
            || folder.IsClaim(key)
            || (StartsWith(folder.FailedPrefix) && folder.ReadFailed(page).Count > 0)
            || (StartsWith(folder.MarksPrefix) && folder.ReadMarks(page).Count > 0)
            || (StartsWith(folder.PythonPrefix) && PythonKey.TryParse(key, out _));
    }
}
