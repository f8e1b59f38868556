using System.Net.Sockets;
using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.Storage.Local;

/// <summary>What others put into the store's folders besides regular files.</summary>
public sealed class LocalForeignFileTests : LocalStoreTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _outside = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public override void Dispose()
    {
        _socket.Dispose(); // it deletes its file
        base.Dispose();
        _outside.Dispose();
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("socket")]
    [InlineData("link")]
    [InlineData("link to a folder")]
    [InlineData("link to nothing")]
    [InlineData("folder")]
    public async Task What_is_not_a_regular_file_is_no_object_and_is_not_opened(string kind)
    {
        await PutAsync("folder/a");
        await PutAsync("folder/z");
        Make(kind, "bucket/folder/key");

        (await KeysAsync().WaitAsync(Hang, Cancellation)).ShouldBe(["folder/a", "folder/z"]);
        (await Store.HeadAsync(At("folder/key"), Cancellation).WaitAsync(Hang, Cancellation)).ShouldBeNull();
        (await Store.GetAsync(At("folder/key"), Cancellation).WaitAsync(Hang, Cancellation)).ShouldBeNull();
        (await Store.CopyAsync(At("folder/key"), 0, At("copy"), Cancellation).WaitAsync(Hang, Cancellation))
            .ShouldBe(CopyOutcome.SourceMissing);
        await DeleteAsync("folder/key");
        ShouldBeUnchanged();
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("socket")]
    [InlineData("link")]
    [InlineData("link to a folder")]
    [InlineData("link to nothing")]
    public async Task An_object_can_take_the_place_of_it(string kind)
    {
        Directory.CreateDirectory(Folder["bucket"]);
        Make(kind, "bucket/key");

        (await PutAsync("key", condition: PutCondition.IfAbsent).WaitAsync(Hang, Cancellation)).ShouldBeTrue();

        await ShouldHoldAsync("key", "content");
        ShouldBeUnchanged();
    }

    [Theory]
    [InlineData("bucket", "bucket")]
    [InlineData("bucket/folder", "bucket")]
    [InlineData("bucket/folder/below", "bucket/folder")]
    public async Task A_link_to_a_folder_is_not_followed(string link, string above)
    {
        Directory.CreateDirectory(Folder[above == link ? "" : above]);
        File.CreateSymbolicLink(Folder[link], _outside.Path);
        Directory.CreateDirectory(_outside["folder/below"]);
        foreach (var file in new[] { "secret", "folder/secret", "folder/below/secret" })
            await File.WriteAllTextAsync(_outside[file], "secret", Cancellation);
        Directory.CreateDirectory(_outside["empty"]);
        var key = $"{link}/secret"["bucket/".Length..];

        (await KeysAsync()).ShouldBeEmpty();
        (await Store.ListAsync(Bucket, "folder/below/", "", 10, Cancellation)).Objects.ShouldBeEmpty();
        (await Store.HeadAsync(At(key), Cancellation)).ShouldBeNull();
        (await Store.GetAsync(At(key), Cancellation)).ShouldBeNull();
        await DeleteAsync(key, key.Replace("secret", "empty/x", StringComparison.Ordinal));
        foreach (var name in new[] { key, key.Replace("secret", "new/key", StringComparison.Ordinal) })
        {
            var fault = await Should.ThrowAsync<StoreException>(() => PutAsync(name));
            (fault.Code, fault.IsTransient).ShouldBe(("KeyIsTaken", false));
            fault.Message.ShouldNotContain(_outside.Path);
        }

        _outside.Files().ShouldBe(["folder/below/secret", "folder/secret", "secret"]);
        Directory.Exists(_outside["empty"]).ShouldBeTrue();
    }

    [Fact]
    public async Task A_link_that_leads_in_a_circle_ends_no_list()
    {
        await PutAsync("folder/a");
        File.CreateSymbolicLink(Folder["bucket/folder/round"], Folder["bucket"]);

        (await KeysAsync()).ShouldBe(["folder/a"]);
    }

    [Fact]
    public async Task The_store_itself_may_be_behind_a_link()
    {
        var link = _outside["link"];
        File.CreateSymbolicLink(link, Folder.Path);
        await PutAsync("folder/a");
        var store = new LocalObjectStore(link, Time);

        (await store.ListAsync(Bucket, "", "", 10, Cancellation)).Objects.Single().Key.ShouldBe("folder/a");
        (await store.CopyAsync(At("folder/a"), 7, At("folder/b"), Cancellation)).ShouldBe(CopyOutcome.Copied);
        await ShouldHoldAsync("folder/b", "content");
    }

    [Fact]
    public async Task Old_files_behind_a_link_are_not_removed_as_leftovers()
    {
        await File.WriteAllTextAsync(_outside["old"], "", Cancellation);
        File.SetLastWriteTimeUtc(_outside["old"], Time.Now.UtcDateTime.AddDays(-2));
        Directory.CreateDirectory(Folder[".store"]);
        File.CreateSymbolicLink(Folder[".store/tmp"], _outside.Path);

        await PutAsync("key");

        _outside.Files().ShouldBe(["old"]);
    }

    private void Make(string kind, string at)
    {
        File.WriteAllText(_outside["secret"], "secret");
        switch (kind)
        {
            case "pipe":
                Folder.MakePipe(at);
                break;
            case "socket":
                _socket.Bind(new UnixDomainSocketEndPoint(Folder[at]));
                break;
            case "folder":
                Directory.CreateDirectory(Folder[at]);
                break;
            default:
                var target = kind == "link" ? _outside["secret"] : kind.EndsWith("folder") ? _outside.Path : "/nowhere";
                File.CreateSymbolicLink(Folder[at], target);
                break;
        }
    }

    private void ShouldBeUnchanged()
    {
        _outside.Files().ShouldBe(["secret"]);
        File.ReadAllText(_outside["secret"]).ShouldBe("secret");
    }
}
