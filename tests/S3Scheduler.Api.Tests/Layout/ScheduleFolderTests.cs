namespace S3Scheduler.Api.Tests.Layout;

public sealed class ScheduleFolderTests
{
    private const string Due = "2026-11-21T19:05:00.000Z";

    private readonly ScheduleFolder _folder = new("scheduler", "schedules");

    [Theory]
    [InlineData("schedules/x")]
    [InlineData("/schedules/x")]
    [InlineData("schedules/")]
    [InlineData("schedules//x")]
    [InlineData("schedules/../x")]
    [InlineData("schedules/.failed/x")]
    [InlineData("schedules/.probe")]
    [InlineData("schedules/2026-11-21T19:05:00.000Z|reports|a")]
    public void A_destination_inside_the_schedulers_own_folder_is_refused(string key) =>
        _folder.FaultOf(Key("scheduler", key))!.Text.ShouldContain("own folder");

    [Theory]
    [InlineData("schedules", "//schedules/x")]
    [InlineData("schedules", "////schedules//.sweep/x")]
    [InlineData("/schedules", "schedules/x")]
    [InlineData("/schedules", "//schedules/x")]
    public void Leading_slashes_do_not_hide_that_a_destination_is_inside_the_folder(string folder, string key) =>
        new ScheduleFolder("scheduler", folder).FaultOf(Key("scheduler", key))!.Text.ShouldContain("own folder");

    [Theory]
    [InlineData("scheduler", "schedules")]
    [InlineData("scheduler", "schedules2/x")]
    [InlineData("scheduler", "schedules.bak/x")]
    [InlineData("scheduler", "Schedules/x")]
    [InlineData("scheduler", "x/schedules/x")]
    [InlineData("scheduler", "./schedules/x")]
    [InlineData("scheduler", "schedules%2Fx")]
    [InlineData("scheduler", "schedules~~x")]
    [InlineData("scheduler", "schedule/x")]
    [InlineData("scheduler2", "schedules/x")]
    [InlineData("reports", "schedules/x")]
    public void A_destination_outside_the_folder_is_accepted(string bucket, string key) =>
        Folder("*", "scheduler").FaultOf(Key(bucket, key)).ShouldBeNull();

    [Theory]
    [InlineData]
    [InlineData("*")]
    [InlineData("reports", "scheduler2")]
    public void The_schedulers_own_bucket_is_a_destination_only_if_it_is_named(params string[] destinations)
    {
        var fault = Folder(destinations).FaultOf(new Destination("scheduler", "exports/a")).ShouldNotBeNull();

        (fault.Field, fault.Text.Contains("Scheduler:Destinations names it", StringComparison.Ordinal))
            .ShouldBe(("bucket", true), fault.Text);
        Folder([.. destinations, "scheduler/exports/"]).FaultOf(new Destination("scheduler", "exports/a"))
            .ShouldBeNull();
        Folder([.. destinations, "scheduler/exports/"]).FaultOf(new Destination("scheduler", "others/a"))!.Field
            .ShouldBe("key");
    }

    [Theory]
    [InlineData("*", "scheduler")]
    [InlineData("scheduler/schedules/")]
    [InlineData("scheduler/s")]
    public void The_own_folder_is_refused_even_if_it_is_named(params string[] destinations)
    {
        foreach (var key in new[] { "schedules/2026-11-21T19:05:00.000Z|reports|a", "//schedules/.sweep/x" })
            Folder(destinations).FaultOf(new Destination("scheduler", key))!.Text.ShouldContain("own folder");
    }

    [Theory]
    [InlineData("photos", "a", "bucket")]
    [InlineData("exports", "2025/a", "key")]
    [InlineData("reports", "a", null)]
    [InlineData("exports", "2026/a", null)]
    public void A_destination_that_is_not_on_the_list_is_refused_by_the_field_that_is_wrong(
        string bucket, string key, string? field)
    {
        var fault = Folder("reports", "exports/2026/").FaultOf(new Destination(bucket, key));

        fault?.Field.ShouldBe(field);
        (fault is null).ShouldBe(field is null);
        fault?.Text.ShouldContain("only to reports, exports/2026/.");
    }

    [Theory]
    [InlineData("schedules")]
    [InlineData("s")]
    [InlineData("a/b/c.d_e-f")]
    public void A_key_leaves_room_for_the_prefix_and_the_error_code_of_a_failed_schedule(string name)
    {
        var folder = new ScheduleFolder("scheduler", name);
        var fixedPart = $"{Due}|reports|".Length;
        folder.MaxKeyBytes.ShouldBe(1024 - 64 - name.Length - 1);

        var longest = Key("reports", new string('a', folder.MaxKeyBytes - fixedPart));
        folder.FaultOf(longest).ShouldBeNull();
        var failed = $"{folder.Prefix}.failed/{longest}|InvalidObjectStateOrSomeOtherLongErrorCode";
        Encoding.UTF8.GetByteCount(failed).ShouldBeLessThanOrEqualTo(1024);

        var fault = folder.FaultOf(Key("reports", new string('a', folder.MaxKeyBytes - fixedPart + 1)))?.Text;
        fault.ShouldNotBeNull().ShouldContain($"{folder.MaxKeyBytes + 1} bytes");
        fault.ShouldContain($"{folder.MaxKeyBytes} are allowed");
    }

    [Theory]
    [InlineData("/", 2)]
    [InlineData("~", 3)]
    [InlineData("é", 2)]
    [InlineData("日", 3)]
    [InlineData("🎉", 4)]
    [InlineData("\u0085", 6)]
    [InlineData("\uFFFF", 9)]
    public void The_limit_applies_to_the_bytes_of_the_escaped_key(string character, int bytes)
    {
        var room = _folder.MaxKeyBytes - $"{Due}|reports|a".Length;
        string Of(int count) => "a" + string.Concat(Enumerable.Repeat(character, count));

        _folder.FaultOf(Key("reports", Of(room / bytes))).ShouldBeNull();
        _folder.FaultOf(Key("reports", Of(room / bytes + 1))).ShouldNotBeNull();
    }

    [Fact]
    public void The_services_own_objects_come_before_every_pending_schedule()
    {
        string[] keys =
        [
            _folder.Marker.Key, "schedules/.failed/x", "schedules/.sweep/999999999998",
            _folder.Prefix + ScheduleFolder.BeforeKeys,
            _folder.Pending(new ScheduleKey(DateTimeOffset.MinValue, new Destination("000", "a"))).Key,
            _folder.Pending(Key("zzz", "\U0010FFFF")).Key,
            _folder.Pending(new ScheduleKey(DueTime.Max, new Destination("zzz", "a"))).Key,
            "schedules/:", "schedules/|2026-11-21%2019%3A05%3A00|reports|a",
        ];

        keys.OrderBy(k => k, Utf8Order.Instance).Except([_folder.Marker.Key]).ShouldBe(keys.Skip(1));
        Utf8Order.Instance.Compare(_folder.Marker.Key, _folder.BeforeLeases).ShouldBeLessThan(0);
    }

    [Fact]
    public void Other_objects_in_the_folder_are_skipped()
    {
        var pending = Key("reports", "a/b");
        string[] keys =
        [
            "schedules/", "schedules/2026", "schedules/2026-11-21T19:05:00.000Z|reports", _folder.Pending(pending).Key,
            "schedules/2026-11-21T19:05:00.000Z|reports|a/b", "schedules/notes.txt", "schedules/|x|y|z",
        ];
        var page = new ObjectPage([.. keys.Select(k => new ListedObject(k, 1, "\"\"", default))], More: false, default);

        _folder.Read(page).Select(s => s.Key).ShouldBe([pending]);
    }

    private static ScheduleFolder Folder(params string[] destinations) =>
        new("scheduler", "schedules", new AllowedDestinations(destinations));

    private static ScheduleKey Key(string bucket, string key) =>
        new(DueTime.Parse(Due)!.Value, new Destination(bucket, key));
}
