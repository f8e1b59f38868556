namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    private static readonly ObjectAttributes AllAttributes = new()
    {
        ContentType = "application/json; charset=utf-8",
        CacheControl = "max-age=60, must-revalidate",
        ContentDisposition = "attachment; filename=\"report 1.json\"",
        ContentEncoding = "gzip",
        ContentLanguage = "de-CH, en",
        Metadata = new Dictionary<string, string>
        {
            ["schedule-id"] = "01jd4",
            ["note"] = "a \"quoted\" value; with = , and ~ | % \\ signs",
        },
    };

    [Fact]
    public async Task Attributes_come_back_as_they_were_put()
    {
        await PutAsync("content", attributes: AllAttributes);

        (await HeadAsync("content")).Attributes.ShouldBeSameAttributes(AllAttributes);
        await using var stored = (await Store.GetAsync(At("content"), Cancellation)).ShouldNotBeNull();
        stored.Info.Attributes.ShouldBeSameAttributes(AllAttributes);
    }

    [Fact]
    public async Task Encoded_content_is_not_decoded()
    {
        await PutAsync("content", "not gzip at all", attributes: AllAttributes);

        (await ReadAsync("content")).ShouldBe("not gzip at all");
    }

    [Fact]
    public async Task An_object_without_attributes_has_at_most_a_content_type()
    {
        await PutAsync("content");

        var attributes = (await HeadAsync("content")).Attributes;

        (attributes with { ContentType = null }).ShouldBeSameAttributes(NoAttributes);
    }

    [Fact]
    public async Task An_overwrite_replaces_all_attributes()
    {
        await PutAsync("content", attributes: AllAttributes);
        var second = NoAttributes with
        {
            ContentType = "text/plain",
            Metadata = new Dictionary<string, string> { ["other"] = "1" },
        };

        await PutAsync("content", attributes: second);

        (await HeadAsync("content")).Attributes.ShouldBeSameAttributes(second);
    }

    [Fact]
    public async Task A_put_that_is_not_stored_keeps_the_old_attributes()
    {
        await PutAsync("content", attributes: AllAttributes);

        await PutAsync("content", "other", PutCondition.IfAbsent, NoAttributes with { ContentType = "text/plain" });

        (await HeadAsync("content")).Attributes.ShouldBeSameAttributes(AllAttributes);
    }

    [Fact]
    public async Task Get_head_and_list_agree_about_an_object()
    {
        await PutAsync("content", "some", attributes: AllAttributes);

        var head = await HeadAsync("content");
        await using var stored = (await Store.GetAsync(At("content"), Cancellation)).ShouldNotBeNull();
        var listed = (await ListAsync()).Objects.Single();

        stored.Info.ShouldBeSameObject(head);
        (listed.Size, listed.ETag).ShouldBe((head.Size, head.ETag));
        // HTTP's Last-Modified has whole seconds; the one in a list may have fractions.
        (listed.LastModified - head.LastModified).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        (await HeadAsync("content")).ShouldBeSameObject(head);
    }

    [Fact]
    public async Task Different_contents_have_different_ETags()
    {
        await PutAsync("a", "one");
        await PutAsync("b", "two");
        var before = (await HeadAsync("a")).ETag;
        before.ShouldNotBe((await HeadAsync("b")).ETag);
        before.ShouldStartWith("\"");
        before.ShouldEndWith("\"");

        await PutAsync("a", "two");

        (await HeadAsync("a")).ETag.ShouldNotBe(before);
    }
}
