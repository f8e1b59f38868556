namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>Tests of a sweep that copies one after the other, so that its lease is renewed in between.</summary>
public abstract class RenewalTests() : CoreTests(new(concurrency: 1))
{
    private protected const string Leases = "/.sweep/";

    public override async ValueTask InitializeAsync() => await _core.SettledAsync(); // lease 1

    private protected void Seed(int count)
    {
        for (var n = 0; n < count; n++) _core.Seed(_core.Key(-Minute + n * Second, $"{n}"), id: $"{n}");
    }

    private protected void DuringFirstCopy(Action act) =>
        _core.Store.After = AtFirst(Is(StoreOperation.Copy), act);
}
