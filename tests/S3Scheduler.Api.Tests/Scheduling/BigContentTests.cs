using System.Security.Cryptography;
using S3Scheduler.Api.Tests.Storage;

namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>Content that is stored while it arrives, and can be read but once.</summary>
public sealed class BigContentTests : IAsyncLifetime
{
    private const int Size = (int)StreamedContent.Threshold;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Core _core = new();

    public async ValueTask InitializeAsync() => await _core.StartedAsync();

    public ValueTask DisposeAsync()
    {
        _core.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(Size - 1, true)]
    [InlineData(Size, false)]
    [InlineData(Size + 1, false)]
    public async Task Only_what_is_small_waits_until_all_of_it_is_there(int size, bool waits)
    {
        var bytes = Bytes('a', size);
        var arriving = new ForwardOnlyStream(bytes);

        await using var content = await StreamedContent.OpenAsync(arriving, Core.Cancellation);

        content.CanSeek.ShouldBe(waits);
        using var read = new MemoryStream();
        await content.CopyToAsync(read, Core.Cancellation);
        read.ToArray().AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Size)]
    [InlineData(Size + 2)]
    public async Task Its_hash_is_of_all_of_it_whatever_of_it_has_been_read(int read)
    {
        var bytes = Bytes('a', Size + 2);
        await using var content = await StreamedContent.OpenAsync(new ForwardOnlyStream(bytes), Core.Cancellation);
        await content.ReadExactlyAsync(new byte[read], Core.Cancellation);

        var hash = await content.ShouldBeOfType<StreamedContent>().HashAsync(Core.Cancellation);

        hash.ShouldBe(SHA256.HashData(bytes));
    }

    [Fact]
    public async Task It_is_stored_whole()
    {
        var result = await PostAsync(_core.Key(Minute), Bytes('a', Size + 1));

        (result.Outcome, result.Schedule.Size).ShouldBe((ScheduleOutcome.Created, Size + 1));
        ShouldHold(result.Schedule.Key, 'a', Size + 1);
    }

    [Fact]
    public async Task The_same_again_is_the_same_schedule_and_other_content_is_a_conflict()
    {
        var key = _core.Key(Minute);
        await PostAsync(key, Bytes('a', Size));

        (await PostAsync(key, Bytes('a', Size))).Outcome.ShouldBe(ScheduleOutcome.Existing);
        (await PostAsync(key, Bytes('b', Size))).Outcome.ShouldBe(ScheduleOutcome.Conflict);
        (await PostAsync(key, Bytes('a', Size + 1))).Outcome.ShouldBe(ScheduleOutcome.Conflict);
        ShouldHold(key, 'a', Size);
    }

    [Fact]
    public async Task It_is_compared_even_where_another_was_stored_while_it_arrived()
    {
        var key = _core.Key(Minute);
        _core.BeforeFirst(StoreOperation.Put, () => _core.Store.Seed(_core.Folder.Pending(key), new string('a', Size), Core.Text));

        (await PostAsync(key, Bytes('a', Size))).Outcome.ShouldBe(ScheduleOutcome.Existing);
        (await PostAsync(key, Bytes('b', Size))).Outcome.ShouldBe(ScheduleOutcome.Conflict);
    }

    [Fact]
    public async Task A_key_that_was_free_again_before_it_could_be_compared_is_a_passing_fault_and_nothing_is_stored()
    {
        var key = _core.Key(Minute);
        await _core.PostAsync(key, "old");
        _core.BeforeFirst(StoreOperation.Get, () => _core.Store.Remove(_core.Folder.Pending(key)));

        var fault = await Should.ThrowAsync<StoreException>(() => PostAsync(key, Bytes('a', Size)));

        fault.IsTransient.ShouldBeTrue();
        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_due_already_and_meets_another_is_a_conflict()
    {
        _core.BeforeFirst(StoreOperation.Put, () => _core.Store.Seed(_core.Folder.Pending(new(_core.Store.Clock.Latest, new("reports", "a"))), "other"));

        var result = await PostAsync(_core.Key(-Minute), Bytes('a', Size));

        result.Outcome.ShouldBe(ScheduleOutcome.Conflict);
        _core.Store.Read(_core.Folder.Pending(result.Schedule.Key)).ShouldBe("other");
    }

    [Fact]
    public async Task It_can_be_rescheduled()
    {
        var key = _core.Key(Minute);
        await PostAsync(key, Bytes('a', Size + 1));

        var (outcome, later) = await _core.Scheduler.RescheduleAsync(key, key.DueAt + Minute, Core.Cancellation);

        outcome.ShouldBe(RescheduleOutcome.Rescheduled);
        _core.Pending().ShouldBe([later.ShouldNotBeNull().Key.ToString()]);
        ShouldHold(later.Key, 'a', Size + 1);
    }

    [Fact]
    public async Task It_can_be_retried_even_where_its_first_new_key_is_taken()
    {
        var key = (await PostAsync(_core.Key(Minute), Bytes('a', Size))).Schedule.Key;
        _core.Store.Missing.Add("reports");
        _core.Time.Advance(2 * Minute);
        (await _core.SweepAsync()).Failed.ShouldBe(1);
        _core.BeforeFirst(StoreOperation.Put, () => _core.Store.Seed(_core.Folder.Pending(new(_core.Store.Clock.Latest, key.Destination)), "other"));

        var (outcome, schedule) = await _core.Retries.RetryAsync(key, Core.Cancellation);

        outcome.ShouldBe(RetryOutcome.Retried);
        ShouldHold(schedule.ShouldNotBeNull().Key, 'a', Size);
        _core.Pending().Count.ShouldBe(2);
    }

    private async Task<ScheduleResult> PostAsync(ScheduleKey key, byte[] bytes)
    {
        await using var content = await StreamedContent.OpenAsync(new ForwardOnlyStream(bytes), Core.Cancellation);
        return await _core.Scheduler.ScheduleAsync(
            new NewSchedule(new Due(key.DueAt), key.Destination, content, Core.Text), Core.Cancellation);
    }

    private static byte[] Bytes(char letter, int size) => Encoding.UTF8.GetBytes(new string(letter, size));

    private void ShouldHold(ScheduleKey key, char letter, int size) =>
        (_core.Store.Read(_core.Folder.Pending(key)) == new string(letter, size)).ShouldBeTrue();
}
