namespace S3Scheduler.Api.Tests.Storage.Local;

/// <summary>Attributes that somebody has damaged. Their object is affected, and no other one.</summary>
public sealed class LocalDamageTests : LocalStoreTests
{
    private const string Sidecar = ".store/attributes/bucket/folder/key%attributes";

    public static TheoryData<string> Damages => [.. Damage.All];

    [Theory, MemberData(nameof(Damages))]
    public async Task Content_whose_attributes_are_damaged_is_listed_and_read_and_not_copied(string damage)
    {
        await PutAsync("folder/key", "bytes");
        await PutAsync("folder/other", "other");
        Damage.Do(damage, Folder, Sidecar);

        (await KeysAsync()).ShouldBe(["folder/key", "folder/other"]);
        var head = (await Store.HeadAsync(At("folder/key"), Cancellation)).ShouldNotBeNull();
        head.Attributes.AreLost.ShouldBeTrue();
        (await Store.ListAsync(Bucket, "", "", 1, Cancellation)).Objects.Single().ETag.ShouldBe(head.ETag);
        await using (var stored = (await Store.GetAsync(At("folder/key"), Cancellation)).ShouldNotBeNull())
            (await new StreamReader(stored.Content).ReadToEndAsync(Cancellation)).ShouldBe("bytes");
        Func<Task>[] calls =
        [
            () => Store.CopyAsync(At("folder/key"), 5, At("copy"), Cancellation),
            () => Store.PutAsync(At("copy"), Stream.Null, head.Attributes, PutCondition.None, Cancellation),
        ];
        foreach (var call in calls)
        {
            var fault = await Should.ThrowAsync<StoreException>(call);
            (fault.Code, fault.IsTransient).ShouldBe((StoreException.AttributesLost, false));
            fault.Message.ShouldNotContain(Folder.Path);
        }

        await ShouldHoldAsync("folder/other", "other");
        (await Store.HeadAsync(At("copy"), Cancellation)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Damages))]
    public async Task It_can_be_overwritten_and_deleted(string damage)
    {
        await PutAsync("folder/key", "bytes");
        Damage.Do(damage, Folder, Sidecar);

        await PutAsync("folder/key", "new");
        await ShouldHoldAsync("folder/key", "new");

        Damage.Do(damage, Folder, Sidecar);
        await DeleteAsync("folder/key");
        (await KeysAsync()).ShouldBeEmpty();
        await PutAsync("folder/key", "again", PutCondition.IfAbsent);
        await ShouldHoldAsync("folder/key", "again");
    }

    [Fact]
    public async Task Files_of_somebody_in_the_place_of_attributes_are_kept()
    {
        await PutAsync("folder/key", "bytes");
        Damage.Do("folder", Folder, Sidecar);
        await File.WriteAllTextAsync(Folder[$"{Sidecar}/file"], "mine", Cancellation);

        var fault = await Should.ThrowAsync<StoreException>(() => PutAsync("folder/key", "new"));
        (fault.Code, fault.IsTransient).ShouldBe(("KeyIsTaken", false));
        await DeleteAsync("folder/key");

        (await File.ReadAllTextAsync(Folder[$"{Sidecar}/file"], Cancellation)).ShouldBe("mine");
    }
}

/// <summary>Ways to damage the file with an object's attributes.</summary>
internal static class Damage
{
    public static IReadOnlyList<string> All { get; } =
    [
        "[null]", "null", "{ half", "[{}]", "no text", "no key", "no attributes", "no metadata", "folder", "pipe",
        "link", "huge", .. Environment.IsPrivilegedProcess ? (string[])[] : ["unreadable"], // root may read anything
    ];

    public static void Do(string damage, TemporaryFolder folder, string sidecar)
    {
        var path = folder[sidecar];
        var whole = File.ReadAllText(path);
        if (damage is "folder" or "pipe" or "link") File.Delete(path);
        switch (damage)
        {
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "pipe":
                folder.MakePipe(sidecar);
                break;
            case "link":
                File.WriteAllText(folder["aside"], whole);
                File.CreateSymbolicLink(path, folder["aside"]);
                break;
            case "unreadable" when !OperatingSystem.IsWindows():
                File.SetUnixFileMode(path, UnixFileMode.None);
                break;
            case "huge":
                File.WriteAllText(path, whole + new string(' ', 2 << 20));
                break;
            default:
                File.WriteAllText(path, damage switch
                {
                    "no text" => "",
                    "no key" => whole.Replace("\"Key\":", "\"Kee\":", StringComparison.Ordinal),
                    "no attributes" => whole.Replace("\"Attributes\":", "\"Attribute\":", StringComparison.Ordinal),
                    "no metadata" =>
                        whole.Replace("\"Metadata\":{", "\"Metadata\":null,\"M\":{", StringComparison.Ordinal),
                    var text => text,
                });
                break;
        }
    }
}
