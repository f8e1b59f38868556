namespace S3Scheduler.Api.Tests.Storage.Local;

/// <summary>What a process leaves on disk if it dies between two steps of a write.</summary>
public sealed class LocalCrashTests : LocalStoreTests
{
    private string Content => Folder["bucket/folder/key"];
    private string Sidecar => Folder[".store/attributes/bucket/folder/key%attributes"];
    private string Aside => Folder["aside"];

    [Fact]
    public async Task A_crash_while_the_content_is_written_keeps_the_old_object()
    {
        await PutAsync("folder/key", "old");
        await File.WriteAllTextAsync(Folder[".store/tmp/half"], "ne", Cancellation);

        await ShouldHoldAsync("folder/key", "old");
        (await KeysAsync()).ShouldBe(["folder/key"]);
    }

    [Theory]
    [InlineData("new")]
    [InlineData("a longer new one")]
    public async Task A_crash_before_the_content_is_moved_keeps_the_old_object_and_its_attributes(string next)
    {
        await PutAsync("folder/key", "old");
        File.Copy(Content, Aside);
        await PutAsync("folder/key", next);
        File.Move(Aside, Content, overwrite: true);

        await ShouldHoldAsync("folder/key", "old");

        await PutAsync("folder/key", "third");
        await ShouldHoldAsync("folder/key", "third");
    }

    [Fact]
    public async Task A_second_crash_before_the_content_is_moved_keeps_the_old_object_too()
    {
        await PutAsync("folder/key", "old");
        File.Copy(Content, Aside);
        foreach (var next in new[] { "one", "two" })
        {
            await PutAsync("folder/key", next);
            File.Copy(Aside, Content, overwrite: true);
            await ShouldHoldAsync("folder/key", "old");
        }
    }

    [Fact]
    public async Task A_crash_after_the_content_is_moved_leaves_the_new_object()
    {
        // The lengths and the clock are equal, so only the increased last-write time tells the two apart.
        await PutAsync("folder/key", "old");
        await PutAsync("folder/key", "new");

        await ShouldHoldAsync("folder/key", "new");
    }

    [Fact]
    public async Task A_crash_before_the_first_content_is_moved_leaves_no_object()
    {
        await PutAsync("folder/key", "lost");
        File.Delete(Content);

        (await Store.HeadAsync(At("folder/key"), Cancellation)).ShouldBeNull();
        (await KeysAsync()).ShouldBeEmpty();
        (await PutAsync("folder/key", "next", PutCondition.IfAbsent)).ShouldBeTrue();
        await ShouldHoldAsync("folder/key", "next");
    }

    [Fact]
    public async Task Empty_folders_of_a_crash_do_not_block_a_key()
    {
        Directory.CreateDirectory(Folder["bucket/folder/key/below"]);

        await PutAsync("folder/key", "content");

        await ShouldHoldAsync("folder/key", "content");
    }

    [Fact]
    public async Task Attributes_left_by_a_crashed_deletion_do_not_block_a_key()
    {
        await PutAsync("folder/key", "old");
        File.Delete(Content);

        await PutAsync("folder/key/below", "below");
        await ShouldHoldAsync("folder/key/below", "below");
        await DeleteAsync("folder/key/below", "folder/key");

        File.Exists(Sidecar).ShouldBeFalse();
    }

    [Fact]
    public async Task Temporary_files_of_killed_processes_are_removed_in_pieces_while_the_service_runs()
    {
        Directory.CreateDirectory(Folder[".store/tmp"]);
        for (var n = 0; n < 305; n++) await LeaveAsync($"left{n}", TimeSpan.FromMinutes(2));
        await LeaveAsync("recent", TimeSpan.FromSeconds(30));

        for (var left = 305; left > 0; left -= Math.Min(left, 100))
        {
            Folder.Files(".store/tmp").Count().ShouldBe(left + 1);
            await PutAsync("key");
            await PutAsync("key"); // within the same minute
            Time.Now += TimeSpan.FromMinutes(1);
            File.SetLastWriteTimeUtc(Folder[".store/tmp/recent"], Time.Now.UtcDateTime);
        }

        Folder.Files(".store/tmp").ShouldBe(["recent"]);
    }

    [Fact]
    public async Task A_temporary_file_that_a_living_process_still_writes_is_never_removed()
    {
        var (reached, pause) = (new TaskCompletionSource(), new TaskCompletionSource());
        var content = new PausingStream(reached, pause.Task);
        var upload = NewStore().PutAsync(At("slow"), content, new ObjectAttributes(), PutCondition.None, Cancellation);
        await reached.Task.WaitAsync(Cancellation);
        var file = Folder[$".store/tmp/{Folder.Files(".store/tmp").Single()}"];
        File.SetLastWriteTimeUtc(file, Time.Now.UtcDateTime.AddDays(-2));

        await PutAsync("key");
        File.Exists(file).ShouldBeTrue();
        pause.SetResult();

        (await upload).Stored.ShouldBeTrue();
        (await KeysAsync()).ShouldBe(["key", "slow"]);
    }

    [Fact]
    public async Task Unreadable_attributes_count_as_missing()
    {
        await PutAsync("folder/key", "old");
        await File.WriteAllTextAsync(Sidecar, "{ half", Cancellation);

        var head = (await Store.HeadAsync(At("folder/key"), Cancellation)).ShouldNotBeNull();

        head.Attributes.ContentType.ShouldBe("application/octet-stream");
        await PutAsync("folder/key", "new");
        await ShouldHoldAsync("folder/key", "new");
    }

    private async Task LeaveAsync(string name, TimeSpan age)
    {
        await File.WriteAllTextAsync(Folder[$".store/tmp/{name}"], "half", Cancellation);
        File.SetLastWriteTimeUtc(Folder[$".store/tmp/{name}"], Time.Now.UtcDateTime - age);
    }

    private sealed class PausingStream(TaskCompletionSource reached, Task pause) : ReadOnceStream
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            reached.TrySetResult();
            await pause;
            return 0;
        }
    }
}
