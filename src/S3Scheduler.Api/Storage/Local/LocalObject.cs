namespace S3Scheduler.Api.Storage.Local;

/// <summary>One object: the file with its content, and its sidecar.</summary>
internal sealed class LocalObject(LocalPaths paths, ObjectAddress address)
{
    private readonly string _content = paths.Content(address);
    private readonly Sidecar _sidecar = new(paths.Attributes(address));

    private LocalAttributes? _prepared;

    public string Folder => Path.GetDirectoryName(_content)!;

    /// <summary>That of the content, and that of the sidecar.</summary>
    public IEnumerable<string> Folders => [Folder, _sidecar.Folder];

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

    /// <summary>Writes the sidecar as it is right if nobody else changes the object meanwhile.</summary>
    /// <returns>False: the object exists, and the condition does not allow that.</returns>
    public async Task<bool> TryPrepareAsync(NewVersion next, PutCondition condition, CancellationToken cancellation)
    {
        _prepared = Look();
        if (_prepared is not null && _prepared.Key == address.Key && condition == PutCondition.IfAbsent) return false;
        await WriteSidecarAsync(next, _prepared, cancellation);
        return true;
    }

    /// <summary>Call it under the lock.</summary>
    /// <inheritdoc cref="TryPrepareAsync"/>
    public async Task<bool> TryStoreAsync(NewVersion next, PutCondition condition, CancellationToken cancellation)
    {
        if (IsBehindLink) throw LocalFault.KeyIsTaken(address.Key);
        var present = Look();
        var isAsPrepared = (present?.Version, present?.ETag) == (_prepared?.Version, _prepared?.ETag);
        if (present is not null)
        {
            if (present.Key != address.Key) throw LocalFault.KeysCoincide(address.Key, present.Key);
            if (condition == PutCondition.IfAbsent) return false;
            if (next.Content.Version.Written == present.Version.Written)
            {
                next.Content.Complete(present.Version.Written.AddMilliseconds(1));
                isAsPrepared = false;
            }
        }

        if (!LocalFolders.TryClearFor(_content) || !LocalFolders.TryMakeFor(_content))
            throw LocalFault.KeyIsFolder(address.Key);
        if (!isAsPrepared) await WriteSidecarAsync(next, present, cancellation);
        _sidecar.Store(next.Sidecar, address.Key);
        next.Content.MoveTo(_content);
        return true;
    }

    private Task WriteSidecarAsync(NewVersion next, LocalAttributes? present, CancellationToken cancellation)
    {
        var version = new LocalAttributes(address.Key, next.Content.Version, next.ETag, next.Attributes);
        var isKnown = present is { Attributes.AreLost: false };
        return Sidecar.WriteAsync(next.Sidecar, isKnown ? [present!, version] : [version], cancellation);
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
    public void Prune(LocalDisk disk)
    {
        if (IsBehindLink) return;
        LocalFolders.Prune(Folder, paths.Bucket(address.Bucket), disk);
        LocalFolders.Prune(_sidecar.Folder, paths.AttributesOf(address.Bucket), disk);
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
