using S3Scheduler.Api.Tests.Simulation;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>
/// A false answer to one request. None of them is S3's own word for something that has not happened: nobody could see
/// through that.
/// </summary>
/// <param name="Name">For the report.</param>
/// <param name="Obeys">Whether the server carries out the request before it lies.</param>
/// <param name="Suits">The requests that it can answer.</param>
/// <param name="Tell">
/// Makes the lie. It gets the true answer, which is a refusal where the request is not carried out.
/// </param>
internal sealed record Lie(
    string Name, bool Obeys, Func<S3Message, bool> Suits, Func<MemoryS3, S3Message, S3Reply, Dice, Sent> Tell)
{
    public static bool IsChange(S3Message request) =>
        request.Operation is S3Operation.Put or S3Operation.Copy or S3Operation.Delete;

    public Sent Answer(MemoryS3 truth, S3Message request, Dice dice)
    {
        var reply = Obeys || !IsChange(request)
            ? truth.Answer(request)
            : truth.Error(request, "500 Internal Server Error", "InternalError");
        return Tell(truth, request, reply, dice);
    }
}
