using FsCheck.Fluent;

namespace S3Scheduler.Api.Tests.Layout;

public sealed class FailureMarkTests
{
    private readonly ScheduleFolder _folder = new("scheduler", "schedules");

    [Fact]
    public void Any_key_is_read_from_its_mark_and_from_no_moved_schedule() => AnyKey.Check(AnyKey.Keys, key =>
    {
        _folder.ReadMarks(Page(_folder.FailedMark(key).Key)).ShouldBe([key]);
        _folder.ReadFailed(Page(_folder.FailedMark(key).Key)).ShouldBeEmpty();
    });

    [Fact]
    public void Marks_and_moved_schedules_have_one_order() => AnyKey.Check(AnyKey.Keys.Two(), pair =>
    {
        var (x, y) = pair;
        y = new ScheduleKey(x.DueAt, new Destination(x.Destination.Bucket, y.Destination.Key));
        if (x == y) return;
        IsBefore(_folder.FailedMark(x).Key, _folder.FailedMark(y).Key).ShouldBe(ScheduleFolder.IsListedBefore(x, y));
        IsBefore(_folder.Failed(x, "Z").Key, _folder.Failed(y, "A").Key).ShouldBe(ScheduleFolder.IsListedBefore(x, y));
    });

    [Theory]
    [InlineData("a", "a!")]
    [InlineData("a", "ab")]
    [InlineData("a", "a}")]
    [InlineData("a", "a🎉")]
    public void After_a_key_come_the_later_ones_and_no_earlier_one(string one, string other)
    {
        ScheduleKey[] keys = [Key(one), Key(other)];
        if (!ScheduleFolder.IsListedBefore(keys[0], keys[1])) Array.Reverse(keys);
        IsBefore(_folder.FailedMark(keys[0]).Key, _folder.AfterMark(keys[0])).ShouldBeTrue();
        IsBefore(_folder.AfterMark(keys[0]), _folder.FailedMark(keys[1]).Key).ShouldBeTrue();
        IsBefore(_folder.Failed(keys[0], "Z").Key, _folder.AfterFailed(keys[0])).ShouldBeTrue();
        IsBefore(_folder.AfterFailed(keys[0]), _folder.Failed(keys[1], "A").Key).ShouldBeTrue();
    }

    [Fact]
    public void Marks_come_before_all_moved_schedules()
    {
        var first = new ScheduleKey(DateTimeOffset.MinValue, new Destination("000", "a"));
        var last = new ScheduleKey(DueTime.Max, new Destination("zzz", "z"));
        IsBefore(_folder.FailedMark(last).Key, _folder.FailedPrefix + ScheduleFolder.BeforeKeys).ShouldBeTrue();
        IsBefore(_folder.MarksPrefix + ScheduleFolder.BeforeKeys, _folder.FailedMark(first).Key).ShouldBeTrue();
    }

    [Fact]
    public void The_name_of_a_mark_has_no_longer_part_than_the_pending_key_and_fits_wherever_that_does()
    {
        var key = Key(new string('a', _folder.MaxKeyBytes - 24 - "|reports|".Length));
        _folder.FaultOf(key).ShouldBeNull();
        var mark = _folder.FailedMark(key).Key;
        mark.Length.ShouldBeLessThanOrEqualTo(1024);
        mark.Split('/').Max(part => part.Length).ShouldBeLessThan($"{key}".Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("2026-11-21T19:05:00.000Z|reports|a|")]
    [InlineData("2026-11-21T19:05:00.000Z/reports|a")]
    [InlineData("2026-11-21T19:05:00.000Z/reports|a|NoSuchBucket")]
    [InlineData("2026-11-21T19:05:00.000Z/reports|a/b|")]
    [InlineData("2026-11-21T19:05:00.000Z/")]
    public void Other_objects_among_the_marks_are_skipped(string name) =>
        _folder.ReadMarks(Page(_folder.MarksPrefix + name)).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"code":null,"objectKey":"a","size":1,"eTag":"b","scheduleId":null}""")]
    [InlineData("""{"code":"A","size":1,"eTag":"b","scheduleId":null}""")]
    public async Task An_object_that_is_no_mark_is_not_read_as_one(string content)
    {
        var store = new MemoryStore(TimeProvider.System, TimeProvider.System);
        store.Seed(_folder.FailedMark(Key("a")), content);
        (await FailureMark.ReadAsync(store, _folder.FailedMark(Key("a")), Core.Cancellation)).ShouldBeNull();
    }

    [Theory]
    [InlineData("1", "A", "1", "B", true)]
    [InlineData("1", "A", "2", "A", false)]
    [InlineData("1", "A", null, "A", false)]
    [InlineData(null, "A", null, "A", true)]
    [InlineData(null, "A", "2", "A", true)]
    [InlineData(null, "A", null, "B", false)]
    public void A_mark_means_the_schedule_with_its_id_else_the_same_content(
        string? id, string etag, string? otherId, string otherETag, bool isSame)
    {
        var mark = FailureMark.Of(_folder.Pending(Key("a")), Info(id, etag), "NoSuchBucket");
        mark.Means(Info(otherId, otherETag)).ShouldBe(isSame);
        mark.Means(null).ShouldBeFalse();

        static ObjectInfo Info(string? id, string etag) =>
            new(1, etag, default, id is null ? new ObjectAttributes() : Core.WithId(id));
    }

    private static bool IsBefore(string x, string y) => Utf8Order.Instance.Compare(x, y) < 0;

    private static ScheduleKey Key(string key) => new(ManualTime.Start, new Destination("reports", key));

    private static ObjectPage Page(string key) => new([new ListedObject(key, 1, "", default)], false, default);
}
