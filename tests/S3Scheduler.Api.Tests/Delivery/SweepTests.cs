namespace S3Scheduler.Api.Tests.Delivery;

public sealed class SweepTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Core _core = new(concurrency: 8);

    public void Dispose() => _core.Dispose();

    [Fact]
    public async Task What_is_due_moves_to_its_destination_with_its_attributes()
    {
        var attributes = new ObjectAttributes { ContentType = "application/json", Metadata = new Dictionary<string, string> { ["origin"] = "test" } };
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
    public async Task Nothing_due_among_100_000_pending_is_one_request()
    {
        await _core.StartedAsync();
        var first = _core.Seed(_core.Key(Minute, "first"));
        for (var n = 0; n < 100_000; n++) _core.Seed(_core.Key(2 * Minute + TimeSpan.FromMilliseconds(n % 5_000), $"{n}"));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Idle, NextDueAt: first.DueAt));

        _core.Store.Requests.ShouldHaveSingleItem().Operation.ShouldBe(StoreOperation.List);
    }

    // The lists have the old lease and the new one in them too, and the old one is deleted with the first thousand.
    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(998, 2, 1)]
    [InlineData(999, 3, 2)]
    [InlineData(1001, 3, 2)]
    [InlineData(2500, 4, 3)]
    public async Task Many_due_are_a_copy_each_and_a_list_and_a_delete_a_thousand_besides_a_list_a_get_and_two_puts(int count, int lists, int deletes)
    {
        await _core.SettledAsync();
        for (var n = 0; n < count; n++) _core.Seed(_core.Key(-Minute + TimeSpan.FromMilliseconds(n % 100), $"{n}"));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, count));

        (_core.Count(StoreOperation.Copy), _core.Count(StoreOperation.Delete), _core.Count(StoreOperation.List)).ShouldBe((count, deletes, lists));
        (_core.Count(StoreOperation.Get), _core.Count(StoreOperation.Put), _core.Count(StoreOperation.Head)).ShouldBe((1, 2, 0));
        _core.Pending().ShouldBeEmpty();
        _core.Store.Keys("reports").Count.ShouldBe(count);
        _core.LeaseCount.ShouldBe(1);
    }

    [Fact]
    public async Task The_first_sweep_ever_has_no_delivery_to_look_for()
    {
        await _core.StartedAsync();
        for (var n = 0; n < 20; n++) _core.Seed(_core.Key(-Minute, $"{n}"), id: $"{n}");

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 20));

        (_core.Count(StoreOperation.List), _core.Count(StoreOperation.Get), _core.Count(StoreOperation.Put)).ShouldBe((2, 0, 2));
        (_core.Count(StoreOperation.Head), _core.Count(StoreOperation.Copy), _core.Count(StoreOperation.Delete)).ShouldBe((0, 20, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(86_400)]
    [InlineData(-86_400)]
    [InlineData(31)]
    public async Task Nothing_is_early_and_nothing_much_later_than_a_second_whatever_the_local_clock_says(int skewSeconds)
    {
        for (var milliseconds = 0; milliseconds < 1000; milliseconds += 125)
        {
            using var core = new Core(skew: TimeSpan.FromSeconds(skewSeconds));
            var key = (await core.PostAsync(core.Key(3 * Second + TimeSpan.FromMilliseconds(milliseconds)))).Schedule.Key;
            DateTimeOffset? copiedAt = null;
            core.Store.Before = request =>
            {
                if (request.Operation == StoreOperation.Copy) copiedAt = core.Now;
                return Task.CompletedTask;
            };
            while (copiedAt is null)
            {
                await core.SweepAsync();
                core.Time.Advance(TimeSpan.FromMilliseconds(10));
            }

            copiedAt.Value.ShouldBeInRange(key.DueAt, key.DueAt + Second + TimeSpan.FromMilliseconds(25));
        }
    }

    [Fact]
    public async Task A_wall_clock_set_forward_makes_nothing_early()
    {
        await _core.PostAsync(_core.Key(Minute));
        _core.Time.SetWall(ManualTime.Start.AddDays(1));

        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);
    }

    [Fact]
    public async Task After_the_machine_slept_one_sweep_delivers_what_came_due_meanwhile()
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        _core.Time.Sleep(2 * Minute);

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task What_comes_due_during_the_LIST_waits_for_the_next_sweep()
    {
        await _core.StartedAsync();
        var due = _core.Seed(_core.Key(-Minute, "due"));
        var soon = _core.Seed(_core.Key(2 * Second, "soon"));
        _core.Store.After = request =>
        {
            // The second one, whose page is delivered.
            if (request.Operation == StoreOperation.List && _core.Count(StoreOperation.List) == 2) _core.Time.Advance(9 * Second);
            return Task.CompletedTask;
        };

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1, 0, soon.DueAt));
        _core.Delivered(due).ShouldBe("content");
        _core.Pending().ShouldBe([soon.ToString()]);
    }

    [Fact]
    public async Task What_comes_due_while_the_lease_is_asked_for_is_delivered_too()
    {
        await _core.StartedAsync();
        _core.Seed(_core.Key(-Minute, "due"));
        _core.Seed(_core.Key(2 * Second, "soon"));
        _core.Store.After = request =>
        {
            if (request.Operation == StoreOperation.List && _core.Count(StoreOperation.List) == 1) _core.Time.Advance(9 * Second);
            return Task.CompletedTask;
        };

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 2));
    }

    [Fact]
    public async Task Foreign_objects_in_the_folder_are_passed_over_and_left_alone()
    {
        await _core.StartedAsync();
        var due = Enumerable.Range(0, 5).Select(n => _core.Seed(_core.Key(-Minute, $"{n}"))).ToList();
        List<string> foreign =
            ["0", "2026", $"{due[0]}/", $"{due[1]}|x", "zzz", "|x|y|z", ".failed/x", ".sweep/", ".sweep/0", ".sweep/x"];
        for (var n = 0; n < 2_100; n++) foreign.Add($"1/{n:D4}");
        foreach (var name in foreign) _core.Store.Seed(new ObjectAddress(Core.Bucket, _core.Folder.Prefix + name));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 5));

        var own = new[] { _core.Folder.Marker.Key, _core.Folder.Lease(1).Key };
        _core.Store.Keys(Core.Bucket).Except(own).Order(StringComparer.Ordinal)
            .ShouldBe(foreign.Select(name => _core.Folder.Prefix + name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pages_of_what_sorts_behind_all_schedules_are_not_read()
    {
        await _core.StartedAsync();
        for (var n = 0; n < 2_100; n++) _core.Store.Seed(new ObjectAddress(Core.Bucket, $"{_core.Folder.Prefix}|{n:D4}"));

        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);

        _core.Count(StoreOperation.List).ShouldBe(1);
    }

    [Fact]
    public async Task Two_sweeps_at_once_in_a_process_are_one_that_sweeps_and_one_that_is_told_so()
    {
        await _core.StartedAsync();
        _core.Seed(_core.Key(-Minute));
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _core.Store.Before = request =>
        {
            if (request.Operation != StoreOperation.Copy) return Task.CompletedTask;
            reached.TrySetResult();
            return go.Task;
        };

        var first = _core.SweepAsync();
        await reached.Task;
        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Busy));
        go.SetResult();

        (await first).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);
    }

    [Fact]
    public async Task A_store_that_can_not_be_listed_ends_the_sweep_and_the_next_one_goes_on()
    {
        await _core.StartedAsync();
        _core.Seed(_core.Key(-Minute));
        _core.Store.Before = _ => throw new StoreException(StoreException.Unreachable, "Down.", isTransient: true);
        await Should.ThrowAsync<StoreException>(() => _core.SweepAsync());
        _core.Store.Before = null;

        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }
}
