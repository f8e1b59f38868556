namespace S3Scheduler.Api.Tests.Storage;

[ShouldlyMethods]
internal static class ObjectAssertions
{
    public static void ShouldBeSameObject(this ObjectInfo actual, ObjectInfo expected)
    {
        (actual.Size, actual.ETag, actual.LastModified)
            .ShouldBe((expected.Size, expected.ETag, expected.LastModified));
        actual.Attributes.ShouldBeSameAttributes(expected.Attributes);
    }

    // Dictionaries compare by reference, so the records are compared in two parts.
    public static void ShouldBeSameAttributes(this ObjectAttributes actual, ObjectAttributes expected)
    {
        actual.Metadata.ShouldBe(expected.Metadata, ignoreOrder: true);
        (actual with { Metadata = expected.Metadata }).ShouldBe(expected);
    }
}
