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
        while (Look() is { } found && found.Key == address.Key)
        {
            if (offset > 0 && offset >= found.Version.Length) throw LocalFault.OutOfRange(address.Key);
            var file = TryOpen();
            if (file is not null && FileVersion.Of(file.SafeFileHandle) == found.Version)
            {
                file.Position = offset;
                return new StoredObject(found.ToInfo(), file);
            }

            file?.Dispose(); // The object was overwritten or deleted in between, so look again.
        }

        return null;
    }

    /// <summary>Call it under the lock.</summary>
    /// <returns>False: the object exists, and the condition does not allow that.</returns>
    public async Task<bool> TryStoreAsync(
        LocalTemporary content, LocalTemporary sidecar, string etag, ObjectAttributes attributes,
        PutCondition condition, CancellationToken cancellation)
    {
        if (IsBehindLink) throw LocalFault.KeyIsTaken(address.Key);
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
        var isKnown = present is { Attributes.AreLost: false };
        await _sidecar.WriteAsync(sidecar, isKnown ? [present!, next] : [next], cancellation);
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
        if (IsBehindLink) return;
        LocalFolders.Prune(Folder, paths.Bucket(address.Bucket));
        LocalFolders.Prune(Path.GetDirectoryName(paths.Attributes(address))!, paths.AttributesOf(address.Bucket));
    }

    private bool IsBehindLink => FileKind.IsBehindLink(_content, paths.Root);

    // A sidecar is written before its content is moved into place, and stays as long as the content. So if it lacks a
    // version that was there before and after reading the sidecar, that version has no attributes. If the version has
    // changed in between, this looks again.
    private LocalAttributes? Look()
    {
        if (IsBehindLink) return null;
        FileVersion? before = null;
        while (FileVersion.Of(_content) is { } version)
        {
            if (!_sidecar.TryRead(out var versions)) return LocalAttributes.Lost(address.Key, version);
            if (Array.Find(versions, attributes => attributes.Version == version) is { } found) return found;
            if (version == before) return LocalAttributes.Plain(address.Key, version);
            before = version;
        }

        return null;
    }

    private FileStream? TryOpen()
    {
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
