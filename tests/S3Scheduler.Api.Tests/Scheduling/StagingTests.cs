using S3Scheduler.Api.Tests.Delivery;
using S3Scheduler.Api.Tests.Storage;

namespace S3Scheduler.Api.Tests.Scheduling;

public sealed class StagingTests : CoreTests
{
    private static readonly string Left = new('0', 32);

    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Fact]
    public async Task What_a_killed_process_has_left_is_removed_after_a_day()
    {
        _core.Store.Seed(_core.Folder.Staged(Left), "left");
        _core.Time.Advance(TimeSpan.FromHours(23));
        (await StagedWhileStoringAsync()).Count.ShouldBe(2);

        _core.Time.Advance(TimeSpan.FromHours(2));

        (await StagedWhileStoringAsync()).ShouldHaveSingleItem().ShouldNotEndWith(Left);
    }

    [Fact]
    public async Task Nothing_else_in_the_folder_is_taken_for_staged_content()
    {
        var key = _core.Seed(_core.Key(TimeSpan.FromDays(10)));
        _core.Store.Seed(_core.Folder.Staged("notes.txt"), "notes");
        _core.Time.Advance(TimeSpan.FromDays(3));

        await StagedWhileStoringAsync();

        _core.Pending().ShouldBe([key.ToString()]);
        _core.Store.Read(_core.Folder.Staged("notes.txt")).ShouldBe("notes");
    }

    [Fact]
    public async Task A_sweep_delivers_no_staged_content()
    {
        _core.Store.Seed(_core.Folder.Staged(Left), "content");

        (await _core.SweepAsync()).Delivered.ShouldBe(0);

        _core.Store.Read(_core.Folder.Staged(Left)).ShouldBe("content");
    }

    private async Task<IReadOnlyList<string>> StagedWhileStoringAsync()
    {
        var content = new StreamedContent(new MemoryStream(), new ForwardOnlyStream(new byte[10]));
        await using var staged = await _core.Staging.StoreAsync(content, Core.Cancellation);
        staged.Length.ShouldBe(10);
        var prefix = _core.Folder.StagingPrefix;
        return [.. _core.Store.Keys(Core.Bucket).Where(key => key.StartsWith(prefix, StringComparison.Ordinal))];
    }
}
