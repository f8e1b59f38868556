namespace S3Scheduler.Api.Tests.Storage.Local;

/// <summary>The states that a process leaves on disk when it dies between two steps of a write.</summary>
public sealed class LocalCrashTests : LocalStoreTests
{
    private string Content => Folder["bucket/folder/key"];
    private string Sidecar => Folder[".store/attributes/bucket/folder/key%attributes"];
    private string Aside => Folder["aside"];

    [Fact]
    public async Task While_the_content_is_written_the_old_object_is_there()
    {
        await PutAsync("folder/key", "old");
        await File.WriteAllTextAsync(Folder[".store/tmp/half"], "ne", Cancellation);

        await ShouldHoldAsync("folder/key", "old");
        (await KeysAsync()).ShouldBe(["folder/key"]);
    }

    [Theory]
    [InlineData("new")]
    [InlineData("a longer new one")]
    public async Task Before_the_content_is_in_place_the_old_object_has_its_attributes(string next)
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
    public async Task After_a_second_crash_the_old_object_still_has_its_attributes()
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
    public async Task After_the_content_is_in_place_the_new_object_is_there()
    {
        // Same length, and the clock stands still: only the bumped last-write time tells the two apart.
        await PutAsync("folder/key", "old");
        await PutAsync("folder/key", "new");

        await ShouldHoldAsync("folder/key", "new");
    }

    [Fact]
    public async Task Before_a_first_content_is_in_place_there_is_nothing()
    {
        await PutAsync("folder/key", "lost");
        File.Delete(Content);

        (await Store.HeadAsync(At("folder/key"), Cancellation)).ShouldBeNull();
        (await KeysAsync()).ShouldBeEmpty();
        (await PutAsync("folder/key", "next", PutCondition.IfAbsent)).ShouldBeTrue();
        await ShouldHoldAsync("folder/key", "next");
    }

    [Fact]
    public async Task Folders_left_empty_are_in_nobodys_way()
    {
        Directory.CreateDirectory(Folder["bucket/folder/key/below"]);

        await PutAsync("folder/key", "content");

        await ShouldHoldAsync("folder/key", "content");
    }

    [Fact]
    public async Task Attributes_left_by_a_deletion_are_in_nobodys_way()
    {
        await PutAsync("folder/key", "old");
        File.Delete(Content);

        await PutAsync("folder/key/below", "below");
        await ShouldHoldAsync("folder/key/below", "below");
        await DeleteAsync("folder/key/below", "folder/key");

        File.Exists(Sidecar).ShouldBeFalse();
    }

    [Fact]
    public async Task What_crashed_processes_left_is_removed_a_day_later()
    {
        Directory.CreateDirectory(Folder[".store/tmp"]);
        foreach (var (name, age) in new[] { ("old", 25), ("recent", 23) })
        {
            await File.WriteAllTextAsync(Folder[$".store/tmp/{name}"], "half", Cancellation);
            File.SetLastWriteTimeUtc(Folder[$".store/tmp/{name}"], Time.Now.UtcDateTime.AddHours(-age));
        }

        await PutAsync("key");

        Folder.Files(".store/tmp").ShouldBe(["recent"]);
    }

    [Fact]
    public async Task Attributes_that_can_not_be_read_are_as_none()
    {
        await PutAsync("folder/key", "old");
        await File.WriteAllTextAsync(Sidecar, "{ half", Cancellation);

        var head = (await Store.HeadAsync(At("folder/key"), Cancellation)).ShouldNotBeNull();

        head.Attributes.ContentType.ShouldBe("application/octet-stream");
        await PutAsync("folder/key", "new");
        await ShouldHoldAsync("folder/key", "new");
    }
}
