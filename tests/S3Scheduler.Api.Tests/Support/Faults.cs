namespace S3Scheduler.Api.Tests.Support;

/// <summary>Faults between a process and its store.</summary>
public static class Faults
{
    public static StoreException Transient(string code = StoreException.Unreachable) =>
        new(code, "For now.", isTransient: true);

    public static StoreException Permanent(string code) => new(code, "For good.", isTransient: false);

    /// <summary>A hook that makes every matching request fail.</summary>
    public static Func<StoreRequest, Task> When(Func<StoreRequest, bool> fits, Func<Exception> fault) =>
        request => fits(request) ? throw fault() : Task.CompletedTask;

    /// <summary>A hook that acts once, on the first matching request.</summary>
    public static Func<StoreRequest, Task> Once(Func<StoreRequest, bool> fits, Func<Task> act)
    {
        var done = 0;
        return request => fits(request) && Interlocked.Exchange(ref done, 1) == 0 ? act() : Task.CompletedTask;
    }

    /// <summary>Kills the process before or after the first matching request: it sends nothing more.</summary>
    public static void Kill(this MemoryStore store, Func<StoreRequest, bool> fits, bool after = false)
    {
        var isDead = false;
        store.Before = When(request => isDead |= !after && fits(request), () => new KilledException());
        store.After = When(request => isDead |= after && fits(request), () => new KilledException());
    }

    public static bool IsCopyTo(this StoreRequest request, string bucket) =>
        request.Operation == StoreOperation.Copy && request.Target!.Value.Bucket == bucket;

    public static bool IsPutOf(this StoreRequest request, string part) =>
        request.Operation == StoreOperation.Put && request.Key.Contains(part, StringComparison.Ordinal);
}

public sealed class KilledException : Exception;
