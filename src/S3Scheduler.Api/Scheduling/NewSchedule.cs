namespace S3Scheduler.Api.Scheduling;

/// <summary>What a client asks for.</summary>
/// <param name="Content">
/// The whole content, seekable; or, of one that is stored already, a <see cref="StreamedContent"/>, which is read once.
/// </param>
/// <param name="Attributes">
/// They arrive at the destination with the content. They include a content type, as stores add one where it is missing
/// and a repeated post would look different; they never include <see cref="OwnMetadata"/>.
/// </param>
/// <param name="By">The name of the caller; null: anonymous.</param>
/// <param name="TraceParent">The request that asks for it, see <see cref="Layout.TraceParent"/>.</param>
public sealed record NewSchedule(
    Due Due, Destination Destination, Stream Content, ObjectAttributes Attributes, string? By = null,
    string? TraceParent = null)
{
    /// <summary>The same as one that is stored, with another due time.</summary>
    public static NewSchedule Again(Due due, Destination destination, Stream content, ObjectAttributes stored) => new(
        due, destination, content, OwnMetadata.RemoveFrom(stored), OwnMetadata.ScheduledBy(stored),
        OwnMetadata.TraceParentOf(stored));
}

/// <summary>A schedule whose content the client uploads to the store itself.</summary>
/// <inheritdoc cref="NewSchedule"/>
/// <param name="Content">What is known of it.</param>
public sealed record NewUpload(
    Due Due, Destination Destination, ObjectAttributes Attributes, ExpectedContent Content, string? By = null,
    string? TraceParent = null);

/// <summary>
/// A due time as a client gives it: a time, or a delay that counts from when the content has been received.
/// </summary>
public readonly record struct Due(DateTimeOffset? At, TimeSpan After = default)
{
    /// <exception cref="InvalidScheduleException">It is later than <see cref="DueTime.Max"/>.</exception>
    public DateTimeOffset From(DateTimeOffset now) =>
        At ?? (After <= DueTime.Max - now ? now + After : throw new InvalidScheduleException("delay", DueTime.TooLate));
}
