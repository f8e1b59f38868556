using S3Scheduler.Api.Layout;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>What a client asks for.</summary>
/// <param name="Due">A time, or how long after the content has been received.</param>
/// <param name="Content">Seekable, all of it; or a <see cref="StreamedContent"/>, which is read once.</param>
/// <param name="Attributes">
/// Arrive at the destination with the content. With a content type: stores give one to what has none, and then the same
/// again would look different. Without <see cref="ScheduleId.MetadataName"/>.
/// </param>
public sealed record NewSchedule(Due Due, Destination Destination, Stream Content, ObjectAttributes Attributes);

/// <summary>A due time as a client gives it: <see cref="At"/>, or <see cref="After"/> a while.</summary>
public readonly record struct Due(DateTimeOffset? At, TimeSpan After = default)
{
    /// <exception cref="InvalidScheduleException">Later than <see cref="DueTime.Max"/>.</exception>
    public DateTimeOffset From(DateTimeOffset now) =>
        At ?? (After <= DueTime.Max - now ? now + After : throw new InvalidScheduleException("delay", DueTime.TooLate));
}

/// <summary>A schedule whose content the client puts into the store itself.</summary>
/// <inheritdoc cref="NewSchedule"/>
/// <param name="Content">What is known of it.</param>
public sealed record NewUpload(Due Due, Destination Destination, ObjectAttributes Attributes, ExpectedContent Content);
