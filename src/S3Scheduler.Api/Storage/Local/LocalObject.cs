namespace S3Scheduler.Api.Storage.Local;

/// <summary>One object: its content's file and its sidecar.</summary>
internal sealed class LocalObject(LocalPaths paths, ObjectAddress address)
{
    private readonly string _content = paths.Content(address);
    private readonly string _attributes = paths.Attributes(address);
    private readonly Sidecar _sidecar = new(paths.Attributes(address));

    /// <summary>Objects in the same folder leave the same folders empty.</summary>
    public string Folder => Path.GetDirectoryName(_content)!;

    public ObjectInfo? Head() => Look() is { } found && found.Key == address.Key ? found.ToInfo() : null;

    public StoredObject? Open(long offset = 0)
    {
        FileVersion? before = null;
        while (TryOpen() is { } file)
        {
            var version = FileVersion.Of(file.SafeFileHandle);
            var found = Find(version, before);
            if (found is not null && found.Key == address.Key && (offset == 0 || offset < version.Length))
            {
                file.Position = offset;
                return new StoredObject(found.ToInfo(), file);
            }

            file.Dispose();
            if (found is not null) return found.Key == address.Key ? throw LocalFault.OutOfRange(address.Key) : null;
            before = version;
        }

        return null;
    }

    /// <summary>Call under the lock.</summary>
    /// <returns>False: the condition did not hold.</returns>
    public async Task<bool> TryStoreAsync(
        LocalTemporary content, LocalTemporary sidecar, string etag, ObjectAttributes attributes,
        PutCondition condition, CancellationToken cancellation)
    {
        var present = Look();
        if (present is not null)
        {
            if (present.Key != address.Key) throw LocalFault.KeysCoincide(address.Key, present.Key);
            if (condition == PutCondition.IfAbsent) return false;
            if (content.Version.Written == present.Version.Written)
                content.Complete(present.Version.Written.AddMilliseconds(1));
        }

        if (!LocalFolders.TryClearFor(_content) || !LocalFolders.TryMakeFor(_content))
            throw LocalFault.KeyIsFolder(address.Key);

        var next = new LocalAttributes(address.Key, content.Version, etag, attributes);
        await _sidecar.WriteAsync(sidecar, present is null ? [next] : [present, next], cancellation);
        content.MoveTo(_content);
        return true;
    }

    /// <summary>Call under the lock.</summary>
    /// <returns>False: the object has another ETag.</returns>
    public bool TryDelete(string? etag)
    {
        var present = Look();
        if (present is not null)
        {
            if (present.Key != address.Key) return true;
            if (etag is not null && etag != present.ETag) return false;
            File.Delete(_content);
        }

        _sidecar.Delete();
        return true;
    }

    /// <summary>Removes the folders that have become empty, except the bucket's. Call under the lock.</summary>
    public void Prune()
    {
        LocalFolders.Prune(Folder, paths.Bucket(address.Bucket));
        LocalFolders.Prune(Path.GetDirectoryName(_attributes)!, paths.AttributesOf(address.Bucket));
    }

    private LocalAttributes? Look()
    {
        FileVersion? before = null;
        while (FileVersion.Of(_content) is { } version)
        {
            if (Find(version, before) is { } found) return found;
            before = version;
        }

        return null;
    }

    // Attributes are written before their content is there, and stay as long as it is. So where the same version was
    // there before and after a look that did not find them, it has none; else it was overwritten meanwhile.
    private LocalAttributes? Find(FileVersion version, FileVersion? before)
        => _sidecar.Find(version) ?? (version == before ? LocalAttributes.Plain(address.Key, version) : null);

    private FileStream? TryOpen()
    {
        if (FileVersion.Of(_content) is null) return null;
        try
        {
            // Neither writing nor deleting waits for a reader.
            return new FileStream(
                _content, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (IOException) when (!File.Exists(_content))
        {
            return null;
        }
    }
}
