using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.Storage.Local;

/// <summary>What is left when the machine loses its power.</summary>
public sealed class PowerCutTests : LocalStoreTests
{
    private const int Writers = 32;

    private readonly ForgetfulDisk _disk;
    private readonly LocalObjectStore _store;
    private readonly TemporaryFolder _left = new();

    public PowerCutTests()
    {
        _disk = new ForgetfulDisk(Folder.Path);
        _store = new LocalObjectStore(Folder.Path, Time, _disk);
    }

    public override void Dispose()
    {
        _left.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task What_was_answered_is_there_after_a_cut_of_the_power()
    {
        var keys = Enumerable.Range(0, 4 * Writers).Select(n => $"folder{n % 3}/below/{n}").ToList();
        await ForEachAsync(keys, key => PutAsync(key, "first"));
        await ForEachAsync(keys.Where((_, n) => n % 4 == 0), key => PutAsync(key, "second"));
        await ForEachAsync(keys.Where((_, n) => n % 4 == 1), DeleteAsync);
        await ForEachAsync(keys.Where((_, n) => n % 4 == 2), CopyAsync);

        var left = Restart();

        for (var n = 0; n < keys.Count; n++)
        {
            var expected = (n % 4) switch { 0 => "second", 1 => null, _ => "first" };
            (await ReadAsync(left, At(keys[n]))).ShouldBe(expected, keys[n]);
            if (n % 4 == 2) (await ReadAsync(left, Copy(keys[n]))).ShouldBe("first", keys[n]);
        }
    }

    [Fact]
    public async Task A_folder_that_became_empty_and_came_again_is_there_after_a_cut_of_the_power()
    {
        for (var n = 0; n < 3; n++)
        {
            await PutAsync("folder/below/key", $"{n}");
            await DeleteAsync("folder/below/key");
        }

        (await ReadAsync(Restart(), At("folder/below/key"))).ShouldBeNull();
        await PutAsync("folder/below/key", "last");

        (await ReadAsync(Restart(), At("folder/below/key"))).ShouldBe("last");
    }

    [Fact]
    public async Task Nothing_is_answered_before_its_folder_is_on_disk_and_those_who_wait_share_one_sync()
    {
        await PutAsync("folder/first", "content");
        using var gate = new ManualResetEventSlim();
        var syncs = 0;
        _disk.BeforeSync = folder =>
        {
            if (folder == Folder["bucket/folder"]) Interlocked.Increment(ref syncs);
            gate.Wait(Cancellation);
        };

        var puts = Enumerable.Range(0, Writers).Select(n => PutAsync($"folder/{n}", "content")).ToList();
        while (Folder.Files("bucket/folder").Count() <= Writers) await Task.Yield(); // all have been moved there
        puts.ShouldAllBe(put => !put.IsCompleted);
        gate.Set();
        await Task.WhenAll(puts);

        syncs.ShouldBeLessThan(Writers / 2);
    }

    private LocalObjectStore Restart()
    {
        var path = _left[Guid.CreateVersion7().ToString()];
        _disk.CutPower(path);
        return new LocalObjectStore(path, Time);
    }

    private static Task ForEachAsync(IEnumerable<string> keys, Func<string, Task> act) => Parallel.ForEachAsync(
        keys, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (key, _) => await act(key));

    private async Task PutAsync(string key, string content)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        var attributes = new ObjectAttributes { ContentType = $"text/{content}" };
        await _store.PutAsync(At(key), stream, attributes, PutCondition.None, Cancellation);
    }

    private async Task DeleteAsync(string key) =>
        (await _store.DeleteAsync(Bucket, [new DeleteTarget(key)], Cancellation)).Failed.ShouldBeEmpty();

    private async Task CopyAsync(string key) =>
        await _store.CopyAsync(At(key), 5, Copy(key), () => true, Cancellation);

    private static ObjectAddress Copy(string key) => new("copies", $"of/{key}");

    private static async Task<string?> ReadAsync(LocalObjectStore store, ObjectAddress source)
    {
        await using var stored = await store.GetAsync(source, Cancellation);
        if (stored is null) return null;
        using var reader = new StreamReader(stored.Content);
        var content = await reader.ReadToEndAsync(Cancellation);
        stored.Info.Attributes.ContentType.ShouldBe($"text/{content}");
        return content;
    }
}
