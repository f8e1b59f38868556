namespace S3Scheduler.Api.Tests.Layout;

public sealed class DestinationTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("000")]
    [InlineData("a-b")]
    [InlineData("a--b")]
    [InlineData("a.b")]
    [InlineData("a.-b")]
    [InlineData("my.bucket-1.example.com")]
    [InlineData("192.168.5")]
    [InlineData("192.168.5.4.3")]
    [InlineData("a92.168.5.4")]
    [InlineData("xn-a")]
    [InlineData("sthree")]
    [InlineData("a-s3alias-b")]
    [InlineData("Abc"), InlineData("aBc"), InlineData("a_b"), InlineData("abc-"), InlineData("abc.")] // old names
    [InlineData("a..b"), InlineData("192.168.5.4"), InlineData("999.1.1.1")]
    [InlineData("my-ap-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias"), InlineData("abc--ol-s3"), InlineData("abc--op-s3")]
    [InlineData("abc--usw2-az1--x-s3"), InlineData("abc.mrap"), InlineData("abc--table-s3")]
    [InlineData("xn--abc"), InlineData("sthree-abc"), InlineData("amzn-s3-demo-abc")]
    public void A_bucket_name_that_S3_allows_is_accepted(string bucket) =>
        Destination.FaultOfBucket(bucket).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a|b")]
    [InlineData("a~b")]
    [InlineData("a%b")]
    [InlineData("äbc")]
    [InlineData("日本語")]
    [InlineData("abc\n")]
    [InlineData("\nabc")]
    [InlineData("-abc")]
    [InlineData(".abc")]
    [InlineData("..")]
    [InlineData("_abc")]
    [InlineData("a:b")]
    [InlineData("a\\b")]
    [InlineData("arn:aws:s3:eu-central-1:123456789012:accesspoint/my-ap")]
    public void A_bucket_name_that_S3_refuses_is_refused(string bucket)
    {
        Destination.FaultOfBucket(bucket).ShouldNotBeNull();
        Should.Throw<ArgumentException>(() => new Destination(bucket, "a")).ParamName.ShouldBe("bucket");
    }

    [Fact]
    public void A_bucket_name_has_at_most_255_letters()
    {
        Destination.FaultOfBucket(new string('a', 255)).ShouldBeNull();
        Destination.FaultOfBucket(new string('a', 256)).ShouldNotBeNull();
    }

    [Fact]
    public void The_fault_of_an_ARN_asks_for_the_alias() =>
        Destination.FaultOfBucket("arn:aws:s3:eu-central-1:123456789012:accesspoint/my-ap")!.ShouldContain("-s3alias");

    [Theory]
    [InlineData("a", 1024, true)]
    [InlineData("a", 1025, false)]
    [InlineData("é", 512, true)]
    [InlineData("é", 513, false)]
    [InlineData("日", 341, true)]
    [InlineData("日", 342, false)]
    [InlineData("🎉", 256, true)]
    [InlineData("🎉", 257, false)]
    [InlineData("/", 1024, true)]
    [InlineData("/", 1025, false)]
    public void A_key_has_at_most_1024_bytes_of_UTF8(string character, int count, bool fits) =>
        (Destination.FaultOfKey(string.Concat(Enumerable.Repeat(character, count))) is null).ShouldBe(fits);

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("a\0b")]
    public void A_key_that_S3_does_not_allow_is_refused(string key)
    {
        Destination.FaultOfKey(key).ShouldNotBeNull();
        Should.Throw<ArgumentException>(() => new Destination("reports", key)).ParamName.ShouldBe("key");
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        foreach (var key in new[] { "\uD83C", "\uDF89", "a\uD83C", "\uD83Ca", "\uDF89\uD83C", "/\uD83C" })
            Destination.FaultOfKey(key)!.ShouldContain("surrogate");
    }

    [Fact]
    public void Destinations_are_equal_if_bucket_and_key_are_exactly_the_same()
    {
        new Destination("reports", "/a").ShouldBe(new Destination("reports", "/a"));
        new Destination("reports", "/a").ShouldNotBe(new Destination("reports", "a"));
        new Destination("reports", "//a").ShouldNotBe(new Destination("reports", "a"));
        new Destination("reports", "A").ShouldNotBe(new Destination("reports", "a"));
        new Destination("reports", "e\u0301").ShouldNotBe(new Destination("reports", "é"));
    }
}
