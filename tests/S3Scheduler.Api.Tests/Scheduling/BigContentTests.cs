using System.Security.Cryptography;
using S3Scheduler.Api.Tests.Delivery;
using S3Scheduler.Api.Tests.Storage;

namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>Content that is stored while it arrives, and can be read only once.</summary>
public sealed class BigContentTests : CoreTests
{
    private const int Size = (int)StreamedContent.Threshold;

    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Theory]
    [InlineData(Size - 1, true)]
    [InlineData(Size, false)]
    [InlineData(Size + 1, false)]
    public async Task Only_small_content_is_read_whole_before_it_is_stored(int size, bool waits)
    {
        var bytes = Bytes('a', size);
        var arriving = new ForwardOnlyStream(bytes);

        await using var content = await StreamedContent.OpenAsync(new Spool(), arriving, Core.Cancellation);

        content.CanSeek.ShouldBe(waits);
        using var read = new MemoryStream();
        await content.CopyToAsync(read, Core.Cancellation);
        read.ToArray().AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Size)]
    [InlineData(Size + 2)]
    public async Task The_hash_covers_all_content_however_much_has_been_read(int read)
    {
        var bytes = Bytes('a', Size + 2);
        await using var content =
            await StreamedContent.OpenAsync(new Spool(), new ForwardOnlyStream(bytes), Core.Cancellation);
        await content.ReadExactlyAsync(new byte[read], Core.Cancellation);

        var hash = await content.ShouldBeOfType<StreamedContent>().HashAsync(Core.Cancellation);

        hash.ShouldBe(SHA256.HashData(bytes));
    }

    [Fact]
    public async Task Big_content_is_stored_whole()
    {
        var result = await PostAsync(_core.Key(Minute), Bytes('a', Size + 1));

        (result.Outcome, result.Schedule.Size).ShouldBe((ScheduleOutcome.Created, Size + 1));
        ShouldHold(result.Schedule.Key, 'a', Size + 1);
    }

    [Fact]
    public async Task Equal_content_is_the_existing_schedule_and_other_content_is_a_conflict()
    {
        var key = _core.Key(Minute);
        await PostAsync(key, Bytes('a', Size));

        (await PostAsync(key, Bytes('a', Size))).Outcome.ShouldBe(ScheduleOutcome.Existing);
        (await PostAsync(key, Bytes('b', Size))).Outcome.ShouldBe(ScheduleOutcome.Conflict);
        (await PostAsync(key, Bytes('a', Size + 1))).Outcome.ShouldBe(ScheduleOutcome.Conflict);
        ShouldHold(key, 'a', Size);
    }

    [Fact]
    public async Task Content_is_compared_even_if_another_schedule_was_stored_while_it_arrived()
    {
        var key = _core.Key(Minute);
        _core.BeforeFirst(
            StoreOperation.Put, () => _core.Store.Seed(_core.Folder.Pending(key), new string('a', Size), Core.Text));

        (await PostAsync(key, Bytes('a', Size))).Outcome.ShouldBe(ScheduleOutcome.Existing);
        (await PostAsync(key, Bytes('b', Size))).Outcome.ShouldBe(ScheduleOutcome.Conflict);
    }

    [Fact]
    public async Task A_schedule_deleted_before_the_comparison_is_a_transient_fault_and_nothing_is_stored()
    {
        var key = _core.Key(Minute);
        await _core.PostAsync(key, "old");
        _core.BeforeFirst(StoreOperation.Get, () => _core.Store.Remove(_core.Folder.Pending(key)));

        var fault = await Should.ThrowAsync<StoreException>(() => PostAsync(key, Bytes('a', Size)));

        fault.IsTransient.ShouldBeTrue();
        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_late_schedule_whose_key_is_taken_is_a_conflict()
    {
        TakeNextKey(new("reports", "a"));

        var result = await PostAsync(_core.Key(-Minute), Bytes('a', Size));

        result.Outcome.ShouldBe(ScheduleOutcome.Conflict);
        _core.Store.Read(_core.Folder.Pending(result.Schedule.Key)).ShouldBe("other");
    }

    [Fact]
    public async Task Big_content_can_be_rescheduled()
    {
        var key = _core.Key(Minute);
        await PostAsync(key, Bytes('a', Size + 1));

        var (outcome, later) = await _core.Scheduler.RescheduleAsync(key, key.DueAt + Minute, Core.Cancellation);

        outcome.ShouldBe(RescheduleOutcome.Rescheduled);
        _core.Pending().ShouldBe([later.ShouldNotBeNull().Key.ToString()]);
        ShouldHold(later.Key, 'a', Size + 1);
    }

    [Fact]
    public async Task Big_content_can_be_retried_even_if_the_first_new_key_is_taken()
    {
        var key = (await PostAsync(_core.Key(Minute), Bytes('a', Size))).Schedule.Key;
        _core.Store.Missing.Add("reports");
        _core.Time.Advance(2 * Minute);
        (await _core.SweepAsync()).Failed.ShouldBe(1);
        TakeNextKey(key.Destination);

        var (outcome, schedule) = await _core.Retries.RetryAsync(key, Core.Cancellation);

        outcome.ShouldBe(RetryOutcome.Retried);
        ShouldHold(schedule.ShouldNotBeNull().Key, 'a', Size);
        _core.Pending().Count.ShouldBe(2);
    }

    private async Task<ScheduleResult> PostAsync(ScheduleKey key, byte[] bytes)
    {
        await using var content =
            await StreamedContent.OpenAsync(new Spool(), new ForwardOnlyStream(bytes), Core.Cancellation);
        return await _core.Scheduler.ScheduleAsync(
            new NewSchedule(new Due(key.DueAt), key.Destination, content, Core.Text), Core.Cancellation);
    }

    // Another schedule is stored under the key that a late schedule tries first.
    private void TakeNextKey(Destination destination) => _core.BeforeFirst(StoreOperation.Put, () =>
        _core.Store.Seed(_core.Folder.Pending(new(_core.Store.Clock.Latest, destination)), "other"));

    private static byte[] Bytes(char letter, int size) => Encoding.UTF8.GetBytes(new string(letter, size));

    private void ShouldHold(ScheduleKey key, char letter, int size) =>
        (_core.Store.Read(_core.Folder.Pending(key)) == new string(letter, size)).ShouldBeTrue();
}
