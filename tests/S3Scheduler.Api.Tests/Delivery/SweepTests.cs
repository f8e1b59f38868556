namespace S3Scheduler.Api.Tests.Delivery;

public sealed class SweepTests() : CoreTests(new(concurrency: 8))
{
    [Fact]
    public async Task A_due_schedule_moves_to_its_destination_with_its_attributes()
    {
        var attributes = new ObjectAttributes
        {
            ContentType = "application/json",
            Metadata = new Dictionary<string, string> { ["origin"] = "test" },
        };
        var due = (await _core.PostAsync(_core.Key(Second, "2026/daily.json"), "content", attributes)).Schedule.Key;
        var later = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        _core.Time.Advance(3 * Second);

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1, 0, later.DueAt));

        _core.Delivered(due).ShouldBe("content");
        _core.Pending().ShouldBe([later.ToString()]);
        var delivered = await _core.Store.HeadAsync(new ObjectAddress("reports", "2026/daily.json"), Core.Cancellation);
        delivered!.Attributes.ContentType.ShouldBe("application/json");
        delivered.Attributes.Metadata["origin"].ShouldBe("test");
    }

    [Fact]
    public async Task A_sweep_with_nothing_due_among_100_000_schedules_sends_one_request()
    {
        await _core.StartedAsync();
        var first = _core.Seed(_core.Key(Minute, "first"));
        for (var n = 0; n < 100_000; n++)
            _core.Seed(_core.Key(2 * Minute + (n % 5_000) * Millisecond, $"{n}"));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Idle, NextDueAt: first.DueAt));

        _core.Store.Requests.ShouldHaveSingleItem().Operation.ShouldBe(StoreOperation.List);
    }

    // Each sweep also lists the old and the new lease, reads the old one, and writes and closes the new one. The
    // receipts of up to 1,000 deliveries cost one PUT.
    [Theory]
    [InlineData(1, 3, 1)]
    [InlineData(98, 3, 1)]
    [InlineData(999, 4, 1)]
    [InlineData(1001, 4, 2)]
    [InlineData(10_000, 13, 11)]
    public async Task A_sweep_sends_one_copy_for_each_schedule_and_few_other_requests(int count, int lists, int deletes)
    {
        await _core.SettledAsync();
        for (var n = 0; n < count; n++) _core.Seed(_core.Key(-Minute + (n % 100) * Millisecond, $"{n}"));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, count));

        Counts(StoreOperation.Copy, StoreOperation.Delete, StoreOperation.List).ShouldBe([count, deletes, lists]);
        Counts(StoreOperation.Get, StoreOperation.Put, StoreOperation.Head).ShouldBe([1, 2 + (count + 999) / 1000, 0]);
        _core.Pending().ShouldBeEmpty();
        _core.Store.Keys("reports").Count.ShouldBe(count);
        _core.LeaseCount.ShouldBe(1);
    }

    [Fact]
    public async Task The_first_sweep_does_not_check_for_earlier_deliveries()
    {
        await _core.StartedAsync();
        for (var n = 0; n < 20; n++) _core.Seed(_core.Key(-Minute, $"{n}"), id: $"{n}");

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 20));

        Counts(StoreOperation.List, StoreOperation.Get, StoreOperation.Put).ShouldBe([3, 0, 3]);
        Counts(StoreOperation.Head, StoreOperation.Copy, StoreOperation.Delete).ShouldBe([0, 20, 1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(86_400)]
    [InlineData(-86_400)]
    [InlineData(31)]
    public async Task No_delivery_is_early_or_much_over_a_second_late_with_any_local_clock(int skewSeconds)
    {
        for (var milliseconds = 0; milliseconds < 1000; milliseconds += 125)
        {
            using var core = new Core(skew: TimeSpan.FromSeconds(skewSeconds));
            var key = (await core.PostAsync(core.Key(3 * Second + milliseconds * Millisecond))).Schedule.Key;
            DateTimeOffset? copiedAt = null;
            core.Store.Before = request =>
            {
                if (request.Operation == StoreOperation.Copy) copiedAt = core.Now;
                return Task.CompletedTask;
            };
            while (copiedAt is null)
            {
                await core.SweepAsync();
                core.Time.Advance(10 * Millisecond);
            }

            copiedAt.Value.ShouldBeInRange(key.DueAt, key.DueAt + Second + 25 * Millisecond);
        }
    }

    [Fact]
    public async Task A_wall_clock_that_is_set_forward_makes_no_delivery_early()
    {
        await _core.PostAsync(_core.Key(Minute));
        _core.Time.SetWall(ManualTime.Start.AddDays(1));

        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);
    }

    [Fact]
    public async Task After_the_machine_slept_one_sweep_delivers_all_that_came_due()
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        _core.Time.Sleep(2 * Minute);

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task A_schedule_that_comes_due_during_the_second_LIST_waits_for_the_next_sweep()
    {
        await _core.StartedAsync();
        var due = _core.Seed(_core.Key(-Minute, "due"));
        var soon = _core.Seed(_core.Key(2 * Second, "soon"));
        _core.Store.After = request =>
        {
            // The second LIST returns the page that is delivered.
            if (request.Operation == StoreOperation.List && _core.Count(StoreOperation.List) == 2)
                _core.Time.Advance(9 * Second);
            return Task.CompletedTask;
        };

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1, 0, soon.DueAt));
        _core.Delivered(due).ShouldBe("content");
        _core.Pending().ShouldBe([soon.ToString()]);
    }

    [Fact]
    public async Task A_schedule_that_comes_due_before_the_lease_is_taken_is_delivered_too()
    {
        await _core.StartedAsync();
        _core.Seed(_core.Key(-Minute, "due"));
        _core.Seed(_core.Key(2 * Second, "soon"));
        _core.Store.After = request =>
        {
            if (request.Operation == StoreOperation.List && _core.Count(StoreOperation.List) == 1)
                _core.Time.Advance(9 * Second);
            return Task.CompletedTask;
        };

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 2));
    }

    [Fact]
    public async Task Foreign_objects_in_the_folder_are_skipped_and_not_changed()
    {
        await _core.StartedAsync();
        var due = Enumerable.Range(0, 5).Select(n => _core.Seed(_core.Key(-Minute, $"{n}"))).ToList();
        List<string> foreign =
            ["0", "2026", $"{due[0]}/", $"{due[1]}|x", "zzz", "|x|y|z", ".failed/x", ".sweep/", ".sweep/0", ".sweep/x"];
        for (var n = 0; n < 2_100; n++) foreign.Add($"1/{n:D4}");
        foreach (var name in foreign) _core.Store.Seed(new ObjectAddress(Core.Bucket, _core.Folder.Prefix + name));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 5));

        var own = new[] { _core.Folder.Marker.Key, _core.Folder.Lease(1).Key };
        _core.Store.Keys(Core.Bucket).Except(own)
            .Where(key => !key.StartsWith(_core.Folder.ReceiptsPrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ShouldBe(foreign.Select(name => _core.Folder.Prefix + name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("1/"), InlineData("2026-11-21T19:04:00.000Z"), InlineData(".sweep/x")]
    public async Task Many_objects_that_are_no_schedules_do_not_keep_looks_from_what_is_due(string name)
    {
        await _core.SettledAsync();
        for (var n = 0; n < 5_000; n++)
            _core.Store.Seed(new ObjectAddress(Core.Bucket, $"{_core.Folder.Prefix}{name}{n:D5}"));
        _core.Seed(_core.Key(-Second));

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        _core.Count(StoreOperation.List).ShouldBeLessThanOrEqualTo(6);
    }

    [Fact]
    public async Task Pages_after_the_last_possible_schedule_key_are_not_read()
    {
        await _core.StartedAsync();
        for (var n = 0; n < 2_100; n++)
            _core.Store.Seed(new ObjectAddress(Core.Bucket, $"{_core.Folder.Prefix}|{n:D4}"));

        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);

        _core.Count(StoreOperation.List).ShouldBe(1);
    }

    [Fact]
    public async Task A_second_concurrent_sweep_in_one_process_is_busy()
    {
        await _core.StartedAsync();
        _core.Seed(_core.Key(-Minute));
        var gate = HoldAt(StoreOperation.Copy);

        var first = _core.SweepAsync();
        await gate.Reached;
        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Busy));
        gate.Open();

        (await first).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);
    }

    [Fact]
    public async Task A_LIST_fault_ends_the_sweep_and_the_next_sweep_delivers()
    {
        await _core.StartedAsync();
        _core.Seed(_core.Key(-Minute));
        _core.Store.Before = _ => throw Faults.Transient();
        await Should.ThrowAsync<StoreException>(() => _core.SweepAsync());
        _core.Store.Before = null;

        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }

    private IEnumerable<int> Counts(params StoreOperation[] operations) => operations.Select(_core.Count);
}
