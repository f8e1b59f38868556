using System.Text.RegularExpressions;
using Amazon.S3;
using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>From a schedule's first day to its delivery, all by hand, on the real service.</summary>
public abstract class StoryTests : EndToEndTest
{
    private const string Prefix = "2031/";

    private const string Text = """{"total": 42}""";

    [Fact]
    public async Task What_is_uploaded_is_seen_cancelled_moved_delivered_and_mended_by_hand()
    {
        await using var service = await StartAsync();
        await using var console = await ConsolePage.OpenAsync(service);
        await FillInAsync(console, Bucket, "2031-01-01T00:00", File("cancel.json", Text), File("move.json", Text),
            File("deliver.json", new string('x', 6 << 20)));
        await console.Page.GetByText("More: headers and metadata").ClickAsync();
        await console.Button("Add metadata").ClickAsync();
        await console.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("team");
        await console.Page.GetByLabel("Value", new() { Exact = true }).FillAsync("billing");
        var progress = await ProgressWatch.StartAsync(console.Page);
        var hurry = await ConsoleNewTests.SlowUploadsAsync(console.Page);
        await console.Button("Schedule 3 files").ClickAsync();
        await progress.UnderWayAsync();
        await hurry();
        await Assertions.Expect(console.Page.GetByText("All 3 are scheduled.")).ToBeVisibleAsync();

        await console.GoAsync("upcoming");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("3 due from");
        await Assertions.Expect(console.Picture).ToBeVisibleAsync();
        await Assertions.Expect(console.Rows).ToHaveCountAsync(3);

        await console.OpenAsync("2031/cancel.json");
        await Assertions.Expect(console.Dialog).ToContainTextAsync(Text);
        await Assertions.Expect(console.Dialog).ToContainTextAsync("x-amz-meta-team");
        await console.Button("Cancel …").ClickAsync();
        await console.Button("Cancel this schedule").ClickAsync();
        await Assertions.Expect(console.Rows).ToHaveCountAsync(2);

        await MoveAsync(console, "2031/move.json", "2032-05-06T07:08:09");
        await Assertions.Expect(console.Row("2031/move.json")).ToContainTextAsync("2032");
        var moved = await console.Page.EvaluateAsync<string>("new Date('2032-05-06T07:08:09').toISOString()");
        (await service.Client.PendingAsync())[^1].ShouldStartWith(moved);

        await MoveAsync(console, "2031/deliver.json", await JustNowAsync(console));
        await console.GoAsync("delivered");
        await console.SeeAsync("2031/deliver.json");
        await Assertions.Expect(console.Row("2031/deliver.json").Locator("td"))
            .ToHaveTextAsync([new Regex(".+"), new(".+"), new("^[0-9.]+ (s|min)"), new("^6.0 MiB$")]);

        await FillInAsync(console, FailingBucket, await JustNowAsync(console), File(FailingKey[Prefix.Length..], Text));
        await console.Button("Schedule").ClickAsync();
        await console.GoAsync("failed");
        await console.SeeAsync(FailingKey);
        await console.SeeAsync(FailingKey); // the groups may have been counted just before it failed
        await Assertions.Expect(console.Page.Locator(".groups")).ToContainTextAsync(FailureInWords);
        await MendAsync();
        await console.DoToAllAsync("Retry 1 …", "Retry 1");
        await Assertions.Expect(console.Dialog).ToContainTextAsync("1 pending again");
        await console.CloseAsync();
        await Assertions.Expect(console.Page.GetByText("Nothing has failed.")).ToBeVisibleAsync();
        await console.GoAsync("delivered");
        await console.SeeAsync(FailingKey);
        console.Complaints.ShouldBeEmpty();
    }

    protected virtual string Bucket => "reports";

    protected virtual string FailingBucket => Bucket;

    protected abstract string FailingKey { get; }

    /// <summary>A part of what the console says about the failure.</summary>
    protected abstract string FailureInWords { get; }

    private protected abstract Task<ServiceProcess> StartAsync();

    /// <summary>Removes the cause of the failure.</summary>
    protected abstract Task MendAsync();

    private static FilePayload File(string name, string text) => new()
    {
        Name = name,
        MimeType = "application/json",
        Buffer = Encoding.UTF8.GetBytes(text),
    };

    /// <param name="due">By the reader's clock.</param>
    private static async Task FillInAsync(ConsolePage console, string bucket, string due, params FilePayload[] files)
    {
        await ConsoleNewTests.OpenAsync(console.Page);
        await console.Page.GetByLabel("Choose files").SetInputFilesAsync(files);
        await console.Page.GetByLabel("Bucket", new() { Exact = true }).FillAsync(bucket);
        await console.Page.GetByLabel("Key prefix").FillAsync(Prefix);
        await console.Page.GetByLabel("Your time").FillAsync(due);
    }

    private static async Task MoveAsync(ConsolePage console, string key, string due)
    {
        await console.OpenAsync(key);
        await console.Button("Reschedule …").ClickAsync();
        await console.Dialog.GetByLabel("New time").FillAsync(due);
        await console.Button("Move it").ClickAsync();
        await Assertions.Expect(console.Dialog).ToHaveCountAsync(0);
    }

    /// <summary>One or two minutes ago by the reader's clock, as fields take it: it is delivered at once.</summary>
    private static Task<string> JustNowAsync(ConsolePage console) => console.Page.EvaluateAsync<string>(
        "new Date(Date.now() - 60_000 * (1 + new Date().getTimezoneOffset())).toISOString().slice(0, 16)");
}

/// <summary>With the local store, where a key can't be a folder of another key.</summary>
public sealed class LocalStoryTests : StoryTests
{
    protected override string FailingKey => "2031/blocked";

    protected override string FailureInWords => "is a folder of another key";

    private protected override Task<ServiceProcess> StartAsync()
    {
        Directory.CreateDirectory(Folder[$"data/{Bucket}/{FailingKey}"]);
        File.WriteAllText(Folder[$"data/{Bucket}/{FailingKey}/file"], "");
        return ServiceProcess.StartAsync(Folder.Path);
    }

    protected override Task MendAsync()
    {
        Directory.Delete(Folder[$"data/{Bucket}/{FailingKey}"], recursive: true);
        return Task.CompletedTask;
    }
}

/// <summary>On the real S3 server, where a bucket is missing at first.</summary>
public sealed class S3StoryTests(S3Server server) : StoryTests
{
    private AmazonS3Client? _s3;
    private bool _isMended;
    private string _folder = null!;
    private string _bucket = null!;

    protected override string Bucket => _bucket;

    protected override string FailingBucket => $"{_bucket}-missing";

    protected override string FailingKey => "2031/missing.json";

    protected override string FailureInWords => "bucket does not exist";

    public override async ValueTask InitializeAsync()
    {
        (_folder, _bucket) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        _s3 = server.NewClient();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_isMended) await Amazon.S3.Util.AmazonS3Util.DeleteS3BucketWithObjectsAsync(_s3, FailingBucket);
        _s3?.Dispose();
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
    }

    private protected override Task<ServiceProcess> StartAsync() =>
        ServiceProcess.StartAsync(Folder.Path, ServiceOnS3.Configuration(server, _folder));

    protected override async Task MendAsync()
    {
        await _s3!.PutBucketAsync(FailingBucket, Cancellation);
        _isMended = true;
    }
}
