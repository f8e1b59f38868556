namespace S3Scheduler.Api.Tests.Storage;

public sealed class StoreTrialTests : IDisposable
{
    private const string Denied = "AccessDenied";

    private static readonly ObjectAddress Marker = new("bucket", "folder/marker");

    private readonly Core _core = new();
    private readonly SegmentLimit _segments = new();

    public StoreTrialTests() => _core.Store.Seed(_core.Folder.Marker);

    public void Dispose() => _core.Dispose();

    [Fact]
    public async Task A_good_store_is_asked_four_times_and_keeps_nothing_of_it()
    {
        await RunAsync();

        _core.Store.Requests.Select(request => request.Operation)
            .ShouldBe([StoreOperation.Copy, StoreOperation.List, StoreOperation.List, StoreOperation.Delete]);
        _core.Store.Keys(Core.Bucket).ShouldBe([_core.Folder.Marker.Key]);
    }

    [Fact]
    public async Task A_store_that_takes_a_key_of_1024_bytes_has_no_limit_for_a_segment()
    {
        var longest = 0;
        _core.Store.Before = request =>
        {
            longest = Math.Max(longest, request.Target?.Key.Length ?? 0);
            return Task.CompletedTask;
        };

        await RunAsync();

        (longest, _segments.Bytes).ShouldBe((1024, 1024));
    }

    [Theory]
    [InlineData("XMinioInvalidObjectName")]
    [InlineData("KeyTooLongError")]
    [InlineData("InvalidArgument")]
    public async Task A_store_that_refuses_a_name_above_255_bytes_is_tried_with_255_and_keeps_nothing_of_it(string code)
    {
        bool IsLong(StoreRequest request) => request.Target is { } target
            && target.Key.Split('/').Any(segment => Encoding.UTF8.GetByteCount(segment) > 255);
        var names = new List<int>();
        _core.Store.Before = Faults.When(IsLong, () => Faults.Permanent(code));
        _core.Store.After = request =>
        {
            if (request.Target is { } target) names.Add(target.Key.Split('/')[^1].Length);
            return Task.CompletedTask;
        };

        await RunAsync();

        names.ShouldContain(255);
        _segments.Bytes.ShouldBe(255);
        _core.Store.Keys(Core.Bucket).ShouldBe([_core.Folder.Marker.Key]);
    }

    [Fact]
    public async Task No_look_for_schedules_or_leases_or_failed_ones_sees_the_copy()
    {
        string? copy = null;
        _core.Store.Before = request =>
        {
            copy ??= request.Target?.Key;
            return Task.CompletedTask;
        };
        await RunAsync();

        string.CompareOrdinal(copy, _core.Folder.BeforeLeases).ShouldBeLessThan(0);
        copy.ShouldStartWith(_core.Folder.Prefix);
        copy.ShouldNotStartWith(_core.Folder.FailedPrefix);
    }

    [Theory]
    [InlineData(StoreOperation.Copy, "COPY", "s3:GetObject and s3:PutObject")]
    [InlineData(StoreOperation.List, "LIST", "s3:ListBucket")]
    [InlineData(StoreOperation.Delete, "DELETE", "s3:DeleteObject")]
    public async Task A_refusal_names_the_operation_the_bucket_and_the_right(
        StoreOperation operation, string name, string right)
    {
        _core.Store.Before = Faults.When(r => r.Operation == operation, () => Faults.Permanent(Denied));

        await ShouldRefuseAsync(RunAsync, Denied, name, $"'{Core.Bucket}'", right);
    }

    [Fact]
    public async Task A_refusal_to_delete_the_copy_is_one_even_if_the_request_succeeds()
    {
        _core.Store.RefusesDelete = _ => Denied;

        await ShouldRefuseAsync(RunAsync, Denied, "DELETE", "s3:DeleteObject");
    }

    [Fact]
    public async Task A_transient_fault_comes_through_as_it_is()
    {
        var fault = Faults.Transient();
        _core.Store.Before = Faults.When(r => r.Operation == StoreOperation.List, () => fault);

        (await Should.ThrowAsync<StoreException>(RunAsync)).ShouldBe(fault);
    }

    [Theory]
    [InlineData(StoreOperation.Copy)]
    [InlineData(StoreOperation.List)]
    [InlineData(StoreOperation.Delete)]
    public async Task Another_process_that_starts_meanwhile_does_not_mislead_it(StoreOperation operation)
    {
        using var another = _core.AnotherProcess();
        var trial = new StoreTrial(another.Store, _core.Folder.Marker, new Random(2), new SegmentLimit());
        _core.Store.Before = Faults.Once(r => r.Operation == operation, () => trial.RunAsync(Core.Cancellation));

        await RunAsync();

        _core.Store.Keys(Core.Bucket).ShouldBe([_core.Folder.Marker.Key]);
    }

    [Fact]
    public async Task A_copy_that_a_crash_left_behind_is_deleted_once_it_can_not_be_in_use()
    {
        _core.Store.Kill(request => request.Operation == StoreOperation.Delete);
        await Should.ThrowAsync<KilledException>(RunAsync);
        (_core.Store.Before, _core.Store.After) = (null, null);

        await RunAsync();
        _core.Store.Keys(Core.Bucket).Count.ShouldBe(2);
        _core.Time.Advance(TimeSpan.FromHours(2));
        await RunAsync();

        _core.Store.Keys(Core.Bucket).ShouldBe([_core.Folder.Marker.Key]);
    }

    [Theory]
    [InlineData("NotConsistent", "")]
    [InlineData("NotConsistent", "marker")]
    [InlineData("NotConsistent", "COPY")]
    [InlineData("ListUnordered", "COPY marker")]
    [InlineData("ListUnordered", "marker COPY other")]
    [InlineData("StartAfterIgnored", "marker COPY")]
    public async Task A_LIST_that_works_wrongly_is_named(string code, string listed)
    {
        var copy = "";
        await using var server = new FakeS3(request =>
        {
            if (request.StartsWith("PUT", StringComparison.Ordinal))
            {
                copy = request.Split(' ')[1]["/bucket/folder/".Length..].Split('?')[0];
                return FakeS3.Answer("200 OK", "<CopyObjectResult><ETag>\"00\"</ETag></CopyObjectResult>");
            }

            var keys = listed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(k => k == "COPY" ? copy : k);
            return FakeS3.Page(keys.Select(k => $"folder/{k}"));
        });
        var trial = new StoreTrial(server.Store, Marker, new Random(1), new SegmentLimit());

        await ShouldRefuseAsync(() => trial.RunAsync(Core.Cancellation), code, "LIST", "'bucket'");
    }

    private Task RunAsync() =>
        new StoreTrial(_core.Store, _core.Folder.Marker, new Random(_core.Store.Requests.Count), _segments)
            .RunAsync(Core.Cancellation);

    private static async Task ShouldRefuseAsync(Func<Task> run, string code, params string[] says)
    {
        var fault = await Should.ThrowAsync<StoreException>(run);

        (fault.Code, fault.IsTransient).ShouldBe((code, false));
        foreach (var word in says) fault.Message.ShouldContain(word);
    }
}
