namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// The right to store a schedule again, under another key, in the place of the one that was read. Claims on a schedule
/// are numbered objects, and each number can be created only once. If a holder gives up or dies, the next number
/// follows; it says under which key the schedule may be stored already. Dispose it at the end.
/// </summary>
public sealed class Claim(
    IObjectStore store, ScheduleFolder folder, FailedSchedules failed, TimeProvider time, ScheduleKey key,
    ObjectAddress source, ObjectInfo read) : IAsyncDisposable
{
    private const int MostListed = 1000;

    /// <summary>A holder that has not renewed its claim for so long is dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Big content takes longer to store than a claim lasts.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _over = new();
    private readonly List<DeleteTarget> _older = [];
    private volatile ClaimRecord? _record;
    private Task _keeping = Task.CompletedTask;
    private int _number;
    private bool _isSettled;

    /// <summary>What the last try has shown.</summary>
    public ClaimState State { get; private set; }

    /// <summary>The key under which another caller stores the schedule; null: it is not known.</summary>
    public ScheduleKey? Others { get; private set; }

    /// <summary>The new schedule, if <see cref="State"/> is <see cref="ClaimState.Stored"/>.</summary>
    public Schedule? Stored { get; private set; }

    /// <summary>Call it right before the new schedule is stored, and again for each other key that is tried.</summary>
    /// <param name="again">The new schedule's key.</param>
    /// <param name="id">The new schedule's <see cref="ScheduleId"/>.</param>
    /// <returns>False: nothing may be stored, and <see cref="State"/> says why.</returns>
    public async Task<bool> TryTakeAsync(ScheduleKey again, string id, CancellationToken cancellation)
    {
        var asked = store.Clock.Read();
        var record = new ClaimRecord($"{key}", Version(read), $"{again}", id);
        if (_number > 0)
        {
            _record = record;
            await record.WriteAsync(store, Address, PutCondition.None, cancellation);
            return true;
        }

        State = await TryTakeAsync(record, cancellation);
        // A process that stood still may hold a claim that is over.
        if (State == ClaimState.Held && store.Clock.Elapsed(asked) >= Renewal) State = ClaimState.OfAnother;
        if (State != ClaimState.Held) return false;
        _keeping = KeepAsync();
        return true;
    }

    /// <summary>The outcome is known: no other caller needs to look for the new schedule.</summary>
    public void Settle() => _isSettled = true;

    public async ValueTask DisposeAsync()
    {
        _over.Cancel();
        await _keeping;
        _over.Dispose();
        if (_number == 0) return;
        try
        {
            await EndAsync();
        }
        catch (StoreException)
        {
            // It is over in a minute. What became of the schedule matters more.
        }
    }

    private Task EndAsync()
    {
        var own = new DeleteTarget(Address.Key);
        if (_isSettled || State == ClaimState.Gone)
            return store.DeleteAsync(folder.Bucket, [.. _older, own], CancellationToken.None);
        // What the older ones say still counts.
        return State == ClaimState.OfAnother
            ? store.DeleteAsync(folder.Bucket, [own], CancellationToken.None)
            : (_record! with { IsOver = true }).WriteAsync(store, Address, PutCondition.None, CancellationToken.None);
    }

    private ObjectAddress Address => folder.Claim(key, _number);

    private async Task<ClaimState> TryTakeAsync(ClaimRecord record, CancellationToken cancellation)
    {
        var earlier = new List<ClaimRecord>();
        var number = 1;
        if (!await TryCreateAsync(number, record, cancellation))
        {
            var page = await store.ListAsync(folder.Bucket, folder.ClaimsOn(key), "", MostListed, cancellation);
            var claims = folder.ReadClaims(page);
            if (claims.Count == 0) return ClaimState.OfAnother; // it has just ended
            var last = claims.MaxBy(c => (c.Listed.LastModified, c.Number))!;
            var before = await ClaimRecord.ReadAsync(store, folder.Claim(key, last.Number), cancellation);
            if (before is not null && ScheduleKey.TryParse(before.Again, out var others)) Others = others;
            var age = store.Clock.Earliest - last.Listed.LastModified - ServerTime.Resolution;
            if (before?.IsOver != true && age < Patience) return ClaimState.OfAnother;
            // A holder can die before it has found out what those before it have stored. So each of them counts.
            foreach (var claim in claims.Where(c => c.Number != last.Number))
                if (await ClaimRecord.ReadAsync(store, folder.Claim(key, claim.Number), cancellation) is { } one)
                    earlier.Add(one);
            if (before is not null) earlier.Add(before);
            _older.AddRange(claims.Select(c => new DeleteTarget(c.Listed.Key, c.Listed.ETag)));
            number = claims[^1].Number + 1;
            if (!await TryCreateAsync(number, record, cancellation)) return ClaimState.OfAnother;
        }

        (_number, _record) = (number, record);
        // What was read before may be gone: the holder before deletes it first, and then its claim.
        if (await store.HeadAsync(source, cancellation) is not { } present || Version(present) != record.Version)
            return ClaimState.Gone;
        foreach (var before in earlier.Where(e => e.Version == record.Version).Reverse())
            Stored ??= await FindStoredAsync(before, cancellation);
        return Stored is null ? ClaimState.Held : ClaimState.Stored;
    }

    private async Task<bool> TryCreateAsync(int number, ClaimRecord record, CancellationToken cancellation)
    {
        var target = folder.Claim(key, number);
        try
        {
            return (await record.WriteAsync(store, target, PutCondition.IfAbsent, cancellation)).Stored;
        }
        catch (StoreException fault) when (fault.IsTransient)
        {
            // Perhaps it was stored, and only the answer was lost.
            if (await ClaimRecord.ReadAsync(store, target, cancellation) != record) throw;
            return true;
        }
    }

    // It is pending, or has failed again. A receipt would not tell it from another schedule that had the key.
    private async Task<Schedule?> FindStoredAsync(ClaimRecord before, CancellationToken cancellation)
    {
        if (!ScheduleKey.TryParse(before.Again, out var again)) return null;
        if (await store.HeadAsync(folder.Pending(again), cancellation) is { } pending && IsIt(pending))
            return Schedule.From(again, pending);
        foreach (var moved in await failed.FindAsync(again, cancellation))
            if (await store.HeadAsync(folder.At(moved), cancellation) is { } info && IsIt(info))
                return Schedule.From(moved, info);
        return null;

        bool IsIt(ObjectInfo info) => ScheduleId.Of(info) == before.ScheduleId;
    }

    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Renewal, time, _over.Token);
                // It is not cancelled: it would come after the claim was deleted.
                await RenewAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The claim is over.
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            await _record!.WriteAsync(store, Address, PutCondition.None, CancellationToken.None);
        }
        catch (StoreException)
        {
            // The next renewal is in time, too.
        }
    }

    private static string Version(ObjectInfo info) => ScheduleId.Of(info) ?? info.ETag;
}

/// <summary>What a try to claim a schedule has shown.</summary>
public enum ClaimState
{
    /// <summary>Another caller has the claim, or had it a moment ago.</summary>
    OfAnother,

    /// <summary>The caller may store the schedule again.</summary>
    Held,

    /// <summary>
    /// The caller has the claim, and an earlier holder has stored the schedule: only the delete of the old one is
    /// missing.
    /// </summary>
    Stored,

    /// <summary>The schedule is not there any more, or is another one.</summary>
    Gone,
}
