namespace S3Scheduler.Api.Tests.Hosting;

public sealed class SchedulerOptionsValidatorTests
{
    [Fact]
    public void The_defaults_are_valid() => Faults(_ => { }).ShouldBeEmpty();

    [Theory]
    [InlineData("schedules")]
    [InlineData("a")]
    [InlineData("a/b.c/D_e-9")]
    [InlineData(".hidden")]
    [InlineData("a/...")]
    [InlineData("..a")]
    [InlineData("/a")]
    [InlineData("/a/b")]
    public void A_folder_is_accepted(string folder) => Faults(o => o.Folder = folder).ShouldBeEmpty();

    [Theory]
    [InlineData("scheduler-s3alias", "not an alias"), InlineData("scheduler--op-s3", "not an alias")]
    [InlineData("scheduler--usw2-az1--x-s3", "not a directory bucket"), InlineData("..", "letter or digit")]
    public void The_own_bucket_has_one_name_and_lists_in_order(string bucket, string says) =>
        Faults(o => o.Bucket = bucket).ShouldHaveSingleItem().ShouldContain(says);

    public static TheoryData<string> InvalidFolders =>
    [
        "", "/", "//a", "/..", "a/", "a//b", ".", "..", "a/..", "./a", "a/./b", "a b", "a|b", "a~b", "é", "a\n",
    ];

    [Theory]
    [MemberData(nameof(InvalidFolders))]
    public void A_folder_is_refused(string folder) =>
        Faults(o => o.Folder = folder).ShouldHaveSingleItem().ShouldContain("Scheduler:Folder");

    [Fact]
    public void A_folder_has_at_most_128_characters()
    {
        Faults(o => o.Folder = new string('a', 128)).ShouldBeEmpty();
        Faults(o => o.Folder = new string('a', 129)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("*")]
    [InlineData("https://example.org")]
    [InlineData("http://localhost:3000", "https://xn--bcher-kva.example:8443", "http://127.0.0.1", "http://[::1]:5173")]
    public void Origins_are_accepted(params string[] origins) => Faults(o => o.CorsOrigins = origins).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("example.org")]
    [InlineData("https://example.org/")]
    [InlineData("https://example.org:443")]
    [InlineData("https://example.org/app")]
    [InlineData("https://example.org?a")]
    [InlineData("https://me@example.org")]
    [InlineData("https://Example.org")]
    [InlineData("https://*.example.org")]
    [InlineData("https://a.org, https://b.org")]
    [InlineData("ftp://example.org")]
    [InlineData("null")]
    [InlineData("https://example.org", "*")]
    [InlineData("*", "*")]
    public void Origins_are_refused(params string[] origins) =>
        Faults(o => o.CorsOrigins = origins).ShouldHaveSingleItem().ShouldContain("Scheduler:CorsOrigins");

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("id", "hunter2", null)]
    [InlineData(null, null, "arn:aws:iam::123456789012:role/uploads")]
    [InlineData(null, null, "arn:aws-cn:iam::123456789012:role/path/uploads")]
    public void Credentials_of_uploads_are_accepted(string? id, string? secret, string? role) =>
        Faults(o => o.Uploads = Uploads(id, secret, role)).ShouldBeEmpty();

    [Theory]
    [InlineData("id", null, null, "AccessKeyId")]
    [InlineData(null, "hunter2", null, "AccessKeyId")]
    [InlineData("", "hunter2", null, "AccessKeyId")]
    [InlineData("id", "", null, "SecretAccessKey")]
    [InlineData("id", "hunter2", "arn:aws:iam::123456789012:role/uploads", "RoleArn")]
    [InlineData(null, null, "", "RoleArn")]
    [InlineData(null, null, "uploads", "RoleArn")]
    [InlineData(null, null, "arn:aws:iam::123456789012:user/uploads", "RoleArn")]
    public void Credentials_of_uploads_are_refused_and_not_shown(string? id, string? secret, string? role, string key)
    {
        var fault = Faults(o => o.Uploads = Uploads(id, secret, role)).ShouldHaveSingleItem();
        fault.ShouldContain($"Scheduler:Uploads:{key}");
        if (secret is { Length: > 0 }) fault.ShouldNotContain(secret);
    }

    [Fact]
    public void Destinations_are_accepted() =>
        Faults(o => o.Destinations = ["reports", "exports/2026/", "*"]).ShouldBeEmpty();

    [Fact]
    public void Each_wrong_destination_is_named()
    {
        var faults = Faults(o => o.Destinations = ["reports", "exports/", "s3://photos", null!]).ToList();

        faults.Count.ShouldBe(3);
        faults.ShouldAllBe(fault => fault.Contains("Scheduler:Destinations"));
        (faults[0].Contains("'exports/'"), faults[1].Contains("'s3://photos'")).ShouldBe((true, true));
    }

    [Fact]
    public void Every_wrong_value_is_named()
    {
        var faults = Faults(o =>
        {
            (o.Storage, o.LocalPath, o.Bucket) = ((StorageKind)7, "", "No Bucket");
            (o.SweepInterval, o.Concurrency, o.MaxContentBytes) = (TimeSpan.FromMilliseconds(999), 0, -1);
            o.MaxLateness = TimeSpan.FromSeconds(59);
        });

        string[] keys =
            ["Storage", "LocalPath", "Bucket", "SweepInterval", "MaxLateness", "Concurrency", "MaxContentBytes"];
        faults.Count().ShouldBe(keys.Length);
        foreach (var (fault, key) in faults.Zip(keys)) fault.ShouldContain($"Scheduler:{key}");
    }

    [Theory]
    [InlineData("http://localhost:9000", true), InlineData("https://s3.example.org", true)]
    [InlineData("s3.example.org", false), InlineData("https://s3.example.org/", false), InlineData("", false)]
    public void The_address_of_uploads_has_no_path(string url, bool isRight) =>
        Faults(o => o.Uploads = new UploadSettings { Url = url }).Count(f => f.Contains("Scheduler:Uploads:Url"))
            .ShouldBe(isRight ? 0 : 1);

    private static UploadSettings Uploads(string? id, string? secret, string? role) =>
        new() { AccessKeyId = id, SecretAccessKey = secret, RoleArn = role };

    private static IEnumerable<string> Faults(Action<SchedulerOptions> change)
    {
        var options = new SchedulerOptions();
        change(options);
        return new SchedulerOptionsValidator().Validate(null, options).Failures ?? [];
    }
}
