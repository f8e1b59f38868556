namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// Finds batches of receipts, newest first. A LIST only goes forwards, so each one reads a span of time before the last
/// one. Spans grow where there is little in them, and shrink where there is too much for one LIST.
/// </summary>
internal sealed class NewestReceipts
{
    private const int MostPages = 10;

    /// <summary>A span with fewer batches is made longer.</summary>
    private const int Few = 100;

    private const int Growth = 8;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Where the list begins if its first key is that of no receipt.</summary>
    private static readonly DateTimeOffset Oldest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IObjectStore _store;
    private readonly ScheduleFolder _folder;
    private DateTimeOffset? _from;
    private DateTimeOffset _end;
    private string _before; // keys from here on were read, or are not wanted
    private TimeSpan _span = TimeSpan.FromMinutes(1);
    private int _pages;

    public NewestReceipts(IObjectStore store, ScheduleFolder folder, DeliveredQuery query)
    {
        (_store, _folder, _from) = (store, folder, query.From);
        // A receipt can be of this very millisecond, and the end is not part of a span.
        var latest = store.Clock.Latest + Shortest;
        _end = WholeMilliseconds(query.To is { } to && to < latest ? to : latest);
        _before = query.To is { } end ? folder.BeforeReceipts(end) : $"{folder.ReceiptsPrefix}~";
        if (query.After is not { } after) return;
        if (after.Before < _end) _end = after.Before;
        // The batch itself has more to give.
        _before = after.Batch is { } batch ? $"{folder.At(batch).Key} " : folder.BeforeReceipts(after.Before);
    }

    /// <summary>What was not read; null: all was.</summary>
    public ReceiptPosition? Rest => _end > _from ? ReceiptPosition.At(_end) : null;

    /// <returns>The batches of the next span that has any; null: there is none, or enough was listed.</returns>
    public async Task<IReadOnlyList<ReceiptBatch>?> NextAsync(CancellationToken cancellation)
    {
        _from ??= await FirstAsync(cancellation);
        while (_end > _from && _pages++ < MostPages)
        {
            var start = WholeMilliseconds(_end - _from.Value > _span ? _end - _span : _from.Value);
            var page = await ListAsync(_folder.BeforeReceipts(start), ScheduleQuery.MaxLimit, cancellation);
            var isWhole = !page.More || string.CompareOrdinal(page.Objects[^1].Key, _before) >= 0;
            if (!isWhole && _end - start > Shortest)
            {
                _span = (_end - start) / Growth;
                continue;
            }

            var batches = _folder.ReadReceipts(page)
                .Where(r => string.CompareOrdinal(r.Listed.Key, _before) < 0).Select(r => r.Batch).Reverse().ToList();
            (_end, _before) = (start, _folder.BeforeReceipts(start));
            if (batches.Count < Few) _span *= Growth;
            if (batches.Count > 0) return batches;
        }

        return null;
    }

    // Where the list begins: no span before it need be read.
    private async Task<DateTimeOffset> FirstAsync(CancellationToken cancellation)
    {
        var page = await ListAsync(_folder.ReceiptsPrefix + ScheduleFolder.BeforeKeys, 1, cancellation);
        if (page.Objects.Count == 0) return _end;
        return _folder.ReadReceipts(page).Select(r => r.Batch.RecordedAt).DefaultIfEmpty(Oldest).First();
    }

    // As keys have them.
    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time) =>
        time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));

    private Task<ObjectPage> ListAsync(string after, int limit, CancellationToken cancellation) =>
        _store.ListAsync(_folder.Bucket, _folder.ReceiptsPrefix, after, limit, cancellation);
}
