namespace S3Scheduler.Api.Storage.Local;

/// <summary>One object: the file with its content, and its sidecar.</summary>
internal sealed class LocalObject(LocalPaths paths, ObjectAddress address)
{
    private readonly string _content = paths.Content(address);
    private readonly Sidecar _sidecar = new(paths.Attributes(address));

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

    /// <summary>Call it under the lock.</summary>
    /// <returns>False: the object exists, and the condition does not allow that.</returns>
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

    /// <summary>Call it under the lock.</summary>
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

    /// <summary>Removes folders that have become empty, except the bucket's. Call it under the lock.</summary>
    public void Prune()
    {
        LocalFolders.Prune(Folder, paths.Bucket(address.Bucket));
        LocalFolders.Prune(Path.GetDirectoryName(paths.Attributes(address))!, paths.AttributesOf(address.Bucket));
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

    // A sidecar is written before its content is moved into place, and stays as long as the content. So if it lacks a
    // version that was there before and after reading the sidecar, that version has no attributes. If the version has
    // changed in between, the caller looks again.
    private LocalAttributes? Find(FileVersion version, FileVersion? before) =>
        _sidecar.Find(version) ?? (version == before ? LocalAttributes.Plain(address.Key, version) : null);

    private FileStream? TryOpen()
    {
        if (FileVersion.Of(_content) is null) return null;
        try
        {
            return new FileStream(_content, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (IOException) when (!File.Exists(_content))
        {
            return null;
        }
    }
}
