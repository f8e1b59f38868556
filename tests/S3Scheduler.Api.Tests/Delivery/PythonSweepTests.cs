namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>Sweeps over a folder that the Python library writes to as well.</summary>
public sealed class PythonSweepTests() : CoreTests(new(concurrency: 8, python: true))
{
    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task An_idle_sweep_sends_two_requests_and_finds_the_next_due_time_of_both_kinds()
    {
        var own = _core.Seed(_core.Key(3 * Minute));
        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Idle, NextDueAt: own.DueAt));

        Seed(2 * Minute, "later", hours: -12);
        Seed(Minute, "sooner", hours: 14);
        _core.Store.ForgetRequests();

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Idle, NextDueAt: _core.Now + Minute));

        _core.Store.Requests.Select(r => r.Operation).ShouldBe([StoreOperation.List, StoreOperation.List]);
    }

    [Fact]
    public async Task Without_the_setting_Python_schedules_are_ignored_and_an_idle_sweep_is_one_request()
    {
        using var core = await new Core().StartedAsync();
        var key = PythonLibrary.Key("schedules", core.Now.AddDays(-1).DateTime, null, "reports", "a");
        core.Store.Seed(new ObjectAddress(Core.Bucket, key));

        (await core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Idle));

        core.Store.Requests.ShouldHaveSingleItem().Operation.ShouldBe(StoreOperation.List);
        core.Pending().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Due_schedules_are_delivered_at_any_UTC_offset_and_later_ones_stay()
    {
        foreach (var hours in new[] { -12, -5, 0, 2, 14 })
        {
            Seed(-Second, $"due/{hours}", hours: hours);
            Seed(Minute, $"later/{hours}", hours: hours);
        }

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 5, 0, _core.Now + Minute));

        _core.Store.Keys("reports").ShouldBe(["due/-12", "due/-5", "due/0", "due/14", "due/2"]);
        _core.Pending().Count.ShouldBe(5);
        _core.Pending().ShouldAllBe(key => key.Contains("later"));
    }

    [Fact]
    public async Task Each_schedule_needs_one_copy_and_each_thousand_one_list_and_one_delete()
    {
        for (var n = 0; n < 2_500; n++) Seed(-Minute + n * Millisecond, $"100%+{n}", hours: n % 3);

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 2_500));

        (_core.Count(StoreOperation.Copy), _core.Count(StoreOperation.Delete)).ShouldBe((2_500, 3));
        // Both folders, before and under the lease, and the marks.
        _core.Count(StoreOperation.List).ShouldBe(2 * (1 + 3) + 1);
        _core.Store.Keys("reports").Count.ShouldBe(2_500);
        _core.Pending().ShouldBeEmpty();
        _core.LeaseCount.ShouldBe(1);
    }

    [Fact]
    public async Task Both_kinds_are_delivered_to_one_destination_in_due_order_across_pages()
    {
        var expected = new List<string>();
        for (var n = 0; n < 3_000; n++)
        {
            var (after, name) = (-Minute + n * 3 * Millisecond, n % 100 == 0 ? "same" : $"{n}");
            expected.Add(n % 3 == 0
                ? Seed(after, name, hours: n % 5)
                : _core.Folder.Pending(_core.Seed(_core.Key(after, name))).Key);
        }

        (await _core.SweepAsync()).Delivered.ShouldBe(3_000);

        Copies("same").ShouldBe(expected.Where((_, n) => n % 100 == 0));
    }

    // Otherwise the later of the two would be delivered first.
    [Fact]
    public async Task Schedules_of_both_kinds_that_come_due_during_a_sweep_wait_for_the_next_one()
    {
        for (var n = 0; n < 1_500; n++) _core.Seed(_core.Key(-Minute, $"{n}"));
        var first = Seed(2 * Second, "same");
        var second = _core.Folder.Pending(_core.Seed(_core.Key(3 * Second, "same"))).Key;
        _core.Store.Before = AtFirst(IsPythonList, () => _core.Time.Advance(5 * Second));

        (await _core.SweepAsync()).Delivered.ShouldBe(1_500);
        (await _core.SweepAsync()).Delivered.ShouldBe(2);

        Copies("same").ShouldBe([first, second]);
    }

    [Fact]
    public async Task A_transient_fault_delays_later_schedules_of_both_kinds_to_the_same_destination()
    {
        var first = Seed(-Minute, "same");
        var second = _core.Folder.Pending(_core.Seed(_core.Key(-Second, "same"))).Key;
        _core.Store.Before = Faults.When(r => r.IsCopyTo("reports"), () => Faults.Transient());
        (await _core.SweepAsync()).Delivered.ShouldBe(0);
        Copies("same").ShouldBe([first]);
        _core.Store.Before = null;
        _core.Store.ForgetRequests();
        _core.Time.Advance(5 * Second);

        (await _core.SweepAsync()).Delivered.ShouldBe(2);
        Copies("same").ShouldBe([first, second]);
    }

    [Fact]
    public async Task A_failed_Python_schedule_can_be_listed_retried_and_deleted()
    {
        Seed(-Minute, "a/é b", "bad");
        Seed(-Minute, "b", "bad");
        _core.Store.Missing.Add("bad");
        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 0, 2));
        _core.Pending().ShouldBeEmpty();
        var query = new ScheduleQuery(ScheduleStatus.Failed, null, null, null, null, 10);
        var failed = (await _core.List.ReadAsync(query, Core.Cancellation)).Schedules;
        failed.Select(s => (s.Key.Destination.Key, s.Failure!.Code))
            .ShouldBe([("a/é b", "NoSuchBucket"), ("b", "NoSuchBucket")]);
        _core.Store.Missing.Clear();

        (await _core.Retries.RetryAsync(failed[0].Key, Core.Cancellation)).Outcome.ShouldBe(RetryOutcome.Retried);
        (await _core.Failed.DeleteAsync(failed[1].Key, Core.Cancellation)).ShouldBeTrue();
        _core.Time.Advance(3 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        _core.Store.Read(new ObjectAddress("bad", "a/é b")).ShouldBe("content");
        _core.Store.Keys(Core.Bucket).ShouldAllBe(key => !key.Contains(".failed"));
    }

    [Theory]
    [InlineData("content", 0)]
    [InlineData("other content", 1)]
    public async Task Two_failures_with_one_time_and_destination_merge_only_if_equal(string content, int left)
    {
        _core.Store.Missing.Add("bad");
        Seed(-Minute, "a", "bad");
        Seed(-Minute, "a", "bad", hours: 1, content: content);

        await _core.SweepAsync();

        _core.Pending().Count.ShouldBe(left);
        _core.Store.Keys(Core.Bucket).Count(key => key.Contains(".failed")).ShouldBe(1);
    }

    [Fact]
    public async Task A_schedule_whose_key_is_too_long_for_the_failed_folder_is_delivered_or_stays_pending()
    {
        var name = string.Concat(Enumerable.Repeat("~x", 480));
        Seed(-Minute, name, "good");
        var bad = Seed(-Minute, name, "bad");
        _core.Store.Missing.Add("bad");

        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        _core.Store.Keys("good").ShouldBe([name]);
        _core.Pending().ShouldBe([bad["schedules/".Length..]]);

        _core.Store.Missing.Clear();
        _core.Time.Advance(Minute);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }

    [Fact]
    public async Task An_undeliverable_schedule_is_skipped_and_logged_once()
    {
        string[] bad =
        [
            Seed(-Minute, "a", "My Bucket"), "schedules/|", "schedules/|x|reports|a", "schedules/||reports|a",
        ];
        foreach (var key in bad) _core.Store.Seed(new ObjectAddress(Core.Bucket, key));
        Seed(-Minute, "a");

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Idle));

        _core.Pending().ShouldBe(bad.Select(key => key["schedules/".Length..]), ignoreOrder: true);
        _core.Log.Names.Count(name => name == "PythonPassedOver").ShouldBe(bad.Length);
    }

    [Theory]
    [InlineData(Core.Bucket, "schedules/2026-11-21T19:05:00.000Z|reports|a")]
    [InlineData(Core.Bucket, "/schedules/.sweep/000000000000")]
    [InlineData(Core.Bucket, ""), InlineData("reports", "")] // the library would copy it to its own key
    [InlineData(Core.Bucket, "others/2026-11-21T19:05:00.000Z|reports|a")]
    [InlineData("photos", "a")]
    public async Task A_schedule_whose_destination_is_not_allowed_fails_and_is_not_copied_there(
        string bucket, string name)
    {
        using var core = _core.AnotherProcess("reports");
        Seed(-Minute, name, bucket);
        Seed(-Minute, "a");
        core.Store.ForgetRequests();

        (await core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1, 1));

        core.Store.Requests.Where(r => r.Operation == StoreOperation.Copy && !r.IsCopyTo("reports"))
            .ShouldHaveSingleItem().Target!.Value.Key.ShouldStartWith("schedules/.failed/");
        FailedKeys().ShouldHaveSingleItem().ShouldEndWith("|DestinationNotAllowed");
        core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_schedule_that_the_library_deletes_during_the_sweep_is_not_a_failure()
    {
        var key = Seed(-Minute, "a");
        _core.Store.Before = Faults.Once(Is(StoreOperation.Copy), () =>
            _core.Store.DeleteAsync(Core.Bucket, [new DeleteTarget(key)], Core.Cancellation));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept));
        _core.Store.Keys("reports").ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_crash_between_copy_and_delete_a_Python_schedule_is_delivered_again()
    {
        Seed(-Minute, "a");
        await CrashAsync(_core, Is(StoreOperation.Delete));
        EndFaults();
        _core.Store.ForgetRequests();
        _core.Time.Advance(Minute);

        (await Other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));

        Other.Count(StoreOperation.Copy).ShouldBe(1);
        _core.Pending().ShouldBeEmpty();
    }

    private string Seed(
        TimeSpan after, string name, string bucket = "reports", int hours = 0, string content = "content")
    {
        var offset = TimeSpan.FromHours(hours);
        var key = PythonLibrary.Key("schedules", (_core.Now + after).ToOffset(offset).DateTime, offset, bucket, name);
        _core.Store.Seed(new ObjectAddress(Core.Bucket, key), content);
        return key;
    }

    private IEnumerable<string> Copies(string name) =>
        _core.Store.Requests.Where(r => r.IsCopyTo("reports") && r.Target!.Value.Key == name).Select(r => r.Key);

    // The LIST under the lease comes after the PUT of the lease.
    private bool IsPythonList(StoreRequest request) =>
        request.Operation == StoreOperation.List && request.Key.Length == 0 && _core.Count(StoreOperation.Put) > 0;
}
