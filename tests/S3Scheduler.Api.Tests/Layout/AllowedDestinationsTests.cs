using FsCheck;
using FsCheck.Fluent;

namespace S3Scheduler.Api.Tests.Layout;

public sealed class AllowedDestinationsTests
{
    [Theory]
    [InlineData("reports", "a")]
    [InlineData("reports", "/a")]
    [InlineData("reports", "2026/a")]
    [InlineData("exports", "2026/")]
    [InlineData("exports", "2026/a/b")]
    [InlineData("exports", "2026//a")]
    [InlineData("photos", "cat")]
    [InlineData("photos", "cats/1.jpg")]
    public void A_destination_that_a_text_of_the_list_names_is_allowed(string bucket, string key) =>
        Some.Allows(new Destination(bucket, key)).ShouldBeTrue();

    [Theory]
    [InlineData("report", "a")]
    [InlineData("reports2", "a")]
    [InlineData("exports", "a")]
    [InlineData("exports", "2026")]
    [InlineData("exports", "2026a")]
    [InlineData("exports", "a/2026/a")]
    [InlineData("exports", "2025/../2026/a")]
    [InlineData("exports", "./2026/a")]
    [InlineData("exports", "2026~~a")]
    [InlineData("exports", "2026%2Fa")]
    [InlineData("exports", "*")]
    [InlineData("photos", "Cat")]
    [InlineData("photos", "ca")]
    public void A_destination_that_no_text_names_is_not_allowed(string bucket, string key) =>
        Some.Allows(new Destination(bucket, key)).ShouldBeFalse();

    [Theory]
    [InlineData("/2026/a")]
    [InlineData("//2026/a")]
    public void A_key_with_a_leading_slash_does_not_start_with_a_prefix_that_has_none(string key) =>
        Some.Allows(new Destination("exports", key)).ShouldBeFalse();

    [Theory]
    [InlineData]
    [InlineData("*")]
    [InlineData("exports/2026/", "*")]
    public void A_star_and_an_empty_list_allow_all_and_name_nothing(params string[] texts)
    {
        var allowed = new AllowedDestinations(texts);
        var destination = new Destination("reports", "a");

        (allowed.Allows(destination), allowed.Names(destination)).ShouldBe((true, false));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("reports")]
    [InlineData("my.reports-2026")]
    [InlineData("Old_Reports")]
    [InlineData("reports-s3alias/a")]
    [InlineData("reports/2026")]
    [InlineData("reports/2026/")]
    [InlineData("reports/2026//a")]
    [InlineData("reports/a*b")]
    [InlineData("reports/ü ~|%")]
    public void A_text_is_valid(string text) => AllowedDestinations.FaultOf(text).ShouldBeNull();

    [Theory]
    [InlineData("", "3 to 255")]
    [InlineData(" ", "3 to 255")]
    [InlineData("/", "3 to 255")]
    [InlineData("/reports", "3 to 255")]
    [InlineData("re", "3 to 255")]
    [InlineData("reports ", "a-z")]
    [InlineData("reports,exports", "a-z")]
    [InlineData("reports*", "a-z")]
    [InlineData("**", "a-z")]
    [InlineData("*/2026/", "a-z")]
    [InlineData("s3://reports", "a-z")]
    [InlineData("arn:aws:s3:::reports", "alias")]
    [InlineData("reports/", "without a slash at the end")]
    [InlineData("reports//", "does not start with a slash")]
    [InlineData("reports//2026", "does not start with a slash")]
    [InlineData("reports/*", "leave out the '*'")]
    [InlineData("reports/2026/*", "leave out the '*'")]
    [InlineData("reports/a\0b", "NUL")]
    public void A_text_is_not_valid(string text, string says)
    {
        AllowedDestinations.FaultOf(text).ShouldNotBeNull().ShouldContain(says);
        Should.Throw<ArgumentException>(() => new AllowedDestinations("reports", text));
    }

    [Fact]
    public void A_prefix_is_no_longer_than_a_key()
    {
        AllowedDestinations.FaultOf($"reports/{new string('a', 1024)}").ShouldBeNull();
        AllowedDestinations.FaultOf($"reports/{new string('a', 1025)}").ShouldNotBeNull();
    }

    [Fact]
    public void A_message_names_three_texts_of_the_list_at_most()
    {
        new AllowedDestinations("one", "two", "three/3").ToString().ShouldBe("one, two, three/3");
        new AllowedDestinations("one", "two", "three/3", "four").ToString().ShouldBe("one, two, three/3 and 1 more");
        new AllowedDestinations([.. Enumerable.Repeat("reports", 100_000)]).ToString()
            .ShouldBe("reports, reports, reports and 99997 more");
    }

    [Fact]
    public void Exactly_the_keys_that_start_with_a_prefix_are_allowed() => AnyKey.Check(Pairs, pair =>
    {
        var (prefix, destination) = pair;
        var allowed = new AllowedDestinations($"{destination.Bucket}/{prefix}");

        allowed.Allows(destination).ShouldBe(destination.Key.StartsWith(prefix, StringComparison.Ordinal));
        allowed.Allows(new Destination("others", destination.Key)).ShouldBeFalse();
    });

    [Fact]
    public void A_bucket_allows_all_of_its_keys_and_no_others() => AnyKey.Check(AnyKey.Destinations, destination =>
    {
        var allowed = new AllowedDestinations(destination.Bucket);

        allowed.Allows(destination).ShouldBeTrue();
        allowed.Allows(new Destination("others", destination.Key)).ShouldBeFalse();
    });

    [Fact]
    public void A_server_that_drops_leading_slashes_stores_nothing_outside_the_list() => AnyKey.Check(Pairs, pair =>
    {
        var (prefix, (bucket, key)) = (pair.Prefix, (pair.Destination.Bucket, pair.Destination.Key));
        var (allowed, dropped) = (new AllowedDestinations($"{bucket}/{prefix}"), key.TrimStart('/'));
        if (dropped.Length == 0 || !allowed.Allows(pair.Destination)) return;

        allowed.Allows(new Destination(bucket, dropped)).ShouldBeTrue();
    });

    [Fact]
    public void A_list_allows_what_one_of_its_texts_allows() => AnyKey.Check(Pairs, pair =>
    {
        string[] texts = ["others/x", $"{pair.Destination.Bucket}/{pair.Prefix}", "others/y"];

        new AllowedDestinations(texts).Allows(pair.Destination)
            .ShouldBe(texts.Any(text => new AllowedDestinations(text).Allows(pair.Destination)));
    });

    private static AllowedDestinations Some { get; } = new("reports", "exports/2026/", "photos/cat");

    /// <summary>A valid prefix, and a destination whose key often starts with it, or with slashes before it.</summary>
    private static Gen<(string Prefix, Destination Destination)> Pairs { get; } =
        from prefix in AnyKey.Text.Where(text => AllowedDestinations.FaultOf($"reports/{text}") is null)
        from start in Gen.Elements(prefix, $"/{prefix}", $"//{prefix}", prefix[..^1], "")
        from other in AnyKey.Destinations
        let key = start + other.Key
        where Destination.FaultOfKey(key) is null
        select (prefix, new Destination(other.Bucket, key));
}
