namespace S3Scheduler.Api.Tests.Storage.S3;

public sealed class MultipartLimitsTests
{
    private const long Largest = 5L << 40;

    private static readonly MultipartLimits Limits = new();

    [Fact]
    public void The_largest_object_fits_into_the_parts_of_an_upload()
    {
        var lengths = Enumerable.Range(1, 10_000).Select(Limits.UploadPartAt).ToList();

        lengths.ShouldAllBe(length => length >= 5 << 20 && length <= Limits.LargestPut * 2);
        var left = Largest;
        var parts = lengths.TakeWhile(length => (left -= length) > 0).Count();
        parts.ShouldBeLessThan(10_000);
        lengths[parts].ShouldBeLessThanOrEqualTo(Limits.LargestPut);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(512L << 20, 1)]
    [InlineData((512L << 20) + 1, 2)]
    [InlineData(Largest - 1, 10_000)]
    [InlineData(Largest, 10_000)]
    public void The_parts_of_a_copy_hold_each_byte_once(long size, int count)
    {
        var parts = MultipartLimits.CopyParts(size, Limits.CopyPart).ToList();

        parts.Count.ShouldBe(count);
        parts.Select(part => part.Number).ShouldBe(Enumerable.Range(1, count));
        parts[0].From.ShouldBe(0);
        parts[^1].To.ShouldBe(size - 1);
        parts.Zip(parts.Skip(1)).ShouldAllBe(two => two.First.To + 1 == two.Second.From);
        parts.ShouldAllBe(part => part.From <= part.To && part.To - part.From < Limits.LargestCopy);
    }
}
