namespace S3Scheduler.Api.Storage.S3;

/// <summary>The body of an answer. What the SDK throws while it is read becomes a fault of the store.</summary>
internal sealed class S3Content(Stream body, ObjectAddress at) : ReadOnceStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && S3Faults.From(fault, at) is { } ours)
        {
            throw ours;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) body.Dispose();
        base.Dispose(disposing);
    }
}
