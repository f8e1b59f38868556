using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>A schedule whose content the client puts into the store itself.</summary>
/// <inheritdoc cref="NewSchedule"/>
/// <param name="Content">What is known of it.</param>
public sealed record NewUpload(Due Due, Destination Destination, ObjectAttributes Attributes, ExpectedContent Content);
