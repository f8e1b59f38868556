using Amazon.Runtime;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>
/// The body of an answer. A read that makes no progress within the limit, and what the SDK throws while it is read,
/// become faults of the store. So does content that differs from its ETag, before its last bytes are passed on: whoever
/// knows the length does not read further.
/// </summary>
internal sealed class S3Content(GetObjectResponse answer, ObjectAddress at, TimeSpan limit, TimeProvider time)
    : ReadOnceStream
{
    private long _left = answer.ContentLength;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadOnceAsync(buffer, cancellationToken);
        _left -= read;
        if (read > 0) await EndAsync(cancellationToken);
        return read;
    }

    /// <summary>Where nothing is left, lets the SDK see the end. Only then it compares the hash.</summary>
    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        if (_left == 0) await ReadOnceAsync(new byte[1], cancellation);
    }

    private async ValueTask<int> ReadOnceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await answer.ResponseStream.ReadAsync(buffer, limited.Token);
        }
        catch (Exception fault) when (S3Faults.From(fault, at, AnswerOrigin.Store) is { } ours)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ours;
        }
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing) answer.Dispose();
        }
        catch (AmazonClientException)
        {
            // The SDK compares the hash once more. Whoever reads to the end is told then.
        }

        base.Dispose(disposing);
    }
}
