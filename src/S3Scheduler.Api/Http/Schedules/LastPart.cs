using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>The rest of a big content, read on from its form while it is stored.</summary>
internal sealed class LastPart(Func<Memory<byte>, CancellationToken, ValueTask<int>> read) : ReadOnceStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        read(buffer, cancellationToken);
}
