namespace S3Scheduler.Api.Tests.Storage.Local;

public sealed class LocalObjectStoreTests : LocalStoreTests
{
    [Fact]
    public async Task Contents_are_plain_files_that_a_person_can_read()
    {
        await PutAsync("2026/november/daily.json", "bytes");

        (await File.ReadAllTextAsync(Folder["bucket/2026/november/daily.json"], Cancellation)).ShouldBe("bytes");
        Folder.Files("bucket").ShouldBe(["2026/november/daily.json"]);
    }

    [Fact]
    public async Task A_file_that_a_person_puts_there_is_an_object()
    {
        Directory.CreateDirectory(Folder["bucket/folder"]);
        await File.WriteAllTextAsync(Folder["bucket/folder/.by hand"], "bytes", Cancellation);

        var head = (await Store.HeadAsync(At("folder/.by hand"), Cancellation)).ShouldNotBeNull();

        (head.Size, head.Attributes.ContentType).ShouldBe((5, "application/octet-stream"));
        head.ETag.ShouldMatch("^\"[0-9a-f]+-5\"$");
        (await Store.ListAsync(Bucket, "", "", 10, Cancellation)).Objects
            .ShouldBe([new ListedObject("folder/.by hand", 5, head.ETag, head.LastModified)]);
        (await PutAsync("folder/.by hand", condition: PutCondition.IfAbsent)).ShouldBeFalse();
        await DeleteAsync("folder/.by hand");
        Folder.Files("bucket").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_a_person_overwrites_loses_its_attributes()
    {
        await PutAsync("key", "bytes");
        await File.WriteAllTextAsync(Folder["bucket/key"], "other", Cancellation);

        var head = (await Store.HeadAsync(At("key"), Cancellation)).ShouldNotBeNull();

        head.Attributes.ContentType.ShouldBe("application/octet-stream");
    }

    [Fact]
    public async Task Files_whose_names_belong_to_no_key_are_not_listed()
    {
        Directory.CreateDirectory(Folder["bucket/odd%2ffolder"]);
        foreach (var name in new[] { "100%", "%61", "odd%2ffolder/key", "fine" })
            await File.WriteAllTextAsync(Folder[$"bucket/{name}"], "", Cancellation);

        (await KeysAsync()).ShouldBe(["fine"]);
    }

    [Fact]
    public async Task A_page_is_not_empty_if_there_are_more_keys()
    {
        Directory.CreateDirectory(Folder["bucket"]);
        foreach (var name in new[] { "a", "b", "c" })
            Folder.MakePipe($"bucket/{name}");
        await PutAsync("d");

        var page = await Store.ListAsync(Bucket, "", "", 2, Cancellation);

        page.Objects.Select(listed => listed.Key).ShouldBe(["d"]);
        page.More.ShouldBeFalse();
    }

    [Fact]
    public async Task Empty_folders_are_removed_except_those_of_buckets()
    {
        await PutAsync("a/b/one");
        await PutAsync("a/two");

        await DeleteAsync("a/b/one");
        Directory.Exists(Folder["bucket/a/b"]).ShouldBeFalse();
        Directory.Exists(Folder[".store/attributes/bucket/a/b"]).ShouldBeFalse();
        (await KeysAsync()).ShouldBe(["a/two"]);

        await DeleteAsync("a/two");
        Directory.EnumerateFileSystemEntries(Folder["bucket"]).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(Folder[".store/attributes/bucket"]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a", "a/b")]
    [InlineData("a", "a/")]
    [InlineData("a", "a/b/c/d")]
    [InlineData("a/b", "a")]
    [InlineData("a/b/c/d", "a/b")]
    public async Task A_key_that_is_a_folder_of_another_is_a_clear_error(string first, string second)
    {
        await PutAsync(first, "first");

        var fault = await Should.ThrowAsync<StoreException>(() => PutAsync(second));

        (fault.Code, fault.IsTransient).ShouldBe(("KeyIsFolder", false));
        fault.Message.ShouldContain($"'{second}'");
        fault.Message.ShouldNotContain(Folder.Path);
        await ShouldHoldAsync(first, "first");
        (await KeysAsync()).ShouldBe([first]);
        Folder.Files(".store/tmp").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_the_file_system_confuses_with_another_is_a_clear_error()
    {
        // On a file system that ignores case, this name would open the other key's file and attributes.
        await PutAsync("Name", "upper");
        File.Move(Folder["bucket/Name"], Folder["bucket/name"]);
        File.Move(
            Folder[".store/attributes/bucket/Name%attributes"], Folder[".store/attributes/bucket/name%attributes"]);

        (await Store.HeadAsync(At("name"), Cancellation)).ShouldBeNull();
        (await Store.GetAsync(At("name"), Cancellation)).ShouldBeNull();
        (await Should.ThrowAsync<StoreException>(() => PutAsync("name", "lower"))).Code.ShouldBe("KeysCoincide");
        await DeleteAsync("name");

        (await File.ReadAllTextAsync(Folder["bucket/name"], Cancellation)).ShouldBe("upper");
    }

    [Theory]
    [InlineData("a b")]
    [InlineData(".store")]
    [InlineData("..")]
    [InlineData("-a")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData("")]
    public async Task Every_call_refuses_an_invalid_bucket_name(string bucket)
    {
        Func<Task>[] calls =
        [
            () => Store.ListAsync(bucket, "", "", 10, Cancellation),
            () => Store.HeadAsync(new ObjectAddress(bucket, "key"), Cancellation),
            () => Store.CopyAsync(new ObjectAddress(bucket, "key"), 1, At("key"), Cancellation),
        ];

        foreach (var call in calls)
        {
            var fault = await Should.ThrowAsync<StoreException>(call);
            (fault.Code, fault.IsTransient).ShouldBe(("InvalidBucketName", false));
        }
    }

    [Fact]
    public async Task A_conditional_delete_keeps_a_changed_object()
    {
        await PutAsync("key", "old");
        var old = (await Store.HeadAsync(At("key"), Cancellation)).ShouldNotBeNull();
        await PutAsync("key", "new");

        var result = await Store.DeleteAsync(Bucket, [new DeleteTarget("key", old.ETag)], Cancellation);

        result.Failed.ShouldBe(new Dictionary<string, string> { ["key"] = "PreconditionFailed" });
        await ShouldHoldAsync("key", "new");
    }

    [Fact]
    public async Task The_stores_time_is_the_local_time()
    {
        await PutAsync("key");
        Time.Now += TimeSpan.FromMinutes(1);

        (await Store.HeadAsync(At("key"), Cancellation)).ShouldNotBeNull()
            .LastModified.ShouldBe(Time.Now - TimeSpan.FromMinutes(1));
        (await Store.ListAsync(Bucket, "", "", 1, Cancellation)).Time.ShouldBe(new ServerTime(Time.Now, TimeSpan.Zero));
        Store.Clock.Earliest.ShouldBe(Time.Now);
        Store.Clock.Latest.ShouldBe(Time.Now);
    }

    [Fact]
    public async Task With_several_stores_on_one_directory_exactly_one_racing_writer_stores()
    {
        var stores = Enumerable.Range(0, 4).Select(_ => NewStore()).ToList();
        for (var round = 0; round < 50; round++)
        {
            var results = await Task.WhenAll(stores.Select(store => Task.Run(
                () => store.PutAsync(
                    At($"{round}"), new MemoryStream(), new ObjectAttributes(), PutCondition.IfAbsent, Cancellation))));

            results.Count(result => result.Stored).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_writer_waits_while_another_process_writes_and_can_be_cancelled()
    {
        await PutAsync("key", "old");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task waiting;
        using (new FileStream(Folder[".store/lock"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var cancelled = Store.DeleteAsync(Bucket, [new DeleteTarget("key")], cancel.Token);
            await cancel.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => cancelled);

            waiting = PutAsync("key", "new");
            await ShouldHoldAsync("key", "old");
            waiting.IsCompleted.ShouldBeFalse();
        }

        await waiting;
        await ShouldHoldAsync("key", "new");
    }

    [Fact]
    public async Task A_failing_disk_is_transient_and_the_message_contains_no_path()
    {
        // Simulates a failing disk: the store cannot create its own folder.
        await File.WriteAllTextAsync(Folder[".store"], "", Cancellation);

        var fault = await Should.ThrowAsync<StoreException>(() => PutAsync("key"));

        (fault.Code, fault.IsTransient).ShouldBe((StoreException.Unreachable, true));
        fault.Message.ShouldNotContain(Folder.Path);
    }
}
