using System.Net;
using System.Xml;
using Amazon.Runtime;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Turns what the SDK throws into faults of the store.</summary>
internal static class S3Faults
{
    public const string NoSuchKey = "NoSuchKey";
    public const string UnreadableAnswer = "UnreadableAnswer";

    /// <summary>Null: the exception does not come from the store.</summary>
    /// <param name="answer">The last answer before the exception.</param>
    public static StoreException? From(Exception fault, ObjectAddress at, AnswerOrigin answer) => fault switch
    {
        StoreException => null,
        // The first one derives from AmazonServiceException and can have the status 200.
        AmazonUnmarshallingException or XmlException => Unreadable(at, fault),
        // A proxy that refuses a request, or does not find the way, says nothing about the object.
        AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError }
            when answer == AnswerOrigin.Elsewhere => FromElsewhere(at.Key),
        // An error inside a success, without a code.
        AmazonServiceException { StatusCode: HttpStatusCode.OK, ErrorCode: null or "" or nameof(HttpStatusCode.OK) }
            => Unreadable(at, fault),
        AmazonServiceException refusal when refusal.StatusCode != 0 => From(refusal, at),
        OperationCanceledException => Unreachable($"No answer in time about {at}.", fault),
        HttpRequestException or IOException
            or AmazonClientException { InnerException: HttpRequestException or IOException }
            => Unreachable($"No answer about {at}: {fault.Message}", fault),
        AmazonClientException when answer == AnswerOrigin.None
            => new("ClientError", $"The request about {at} can't be made: {fault.Message}", isTransient: false, fault),
        // Where an answer has a word for a number, or a key without a name, the SDK or the code that reads what it
        // returns throws any exception. Nothing of the caller's runs in between.
        _ => answer == AnswerOrigin.None ? null : Unreadable(at, fault),
    };

    /// <summary>Whether the object is missing, and not its bucket.</summary>
    public static bool IsMissingObject(AmazonServiceException fault) => fault.ErrorCode == NoSuchKey;

    /// <summary>An answer that looks like success but is empty: nobody knows whether the request took effect.</summary>
    public static StoreException Empty(ObjectAddress at)
        => new(UnreadableAnswer, $"The answer about {at} has no result in it.", isTransient: true);

    /// <summary>
    /// Every S3 server names the ETag of what it has stored. A success without one comes from something else, such as a
    /// proxy, or breaks off after S3 has begun to answer.
    /// </summary>
    /// <param name="result">The ETag, or what else an answer must have.</param>
    /// <exception cref="StoreException">Nothing shows that the store has done it.</exception>
    public static void ThrowIfEmpty(S3Call call, string? result, ObjectAddress at)
    {
        if (call.Answer == AnswerOrigin.Elsewhere) throw FromElsewhere(call.Key);
        if (string.IsNullOrEmpty(result)) throw Empty(at);
    }

    /// <summary>An answer that looks like success, but does not come from the store.</summary>
    public static StoreException FromElsewhere(string key) => new(
        UnreadableAnswer, $"The answer about '{key}' does not come from the store, but from something before it, such "
        + "as a proxy.", isTransient: true);

    public static StoreException From(AmazonServiceException answer, ObjectAddress at)
    {
        // An answer to HEAD has no body, so the SDK makes the code from the status.
        var code = answer.ErrorCode switch
        {
            nameof(HttpStatusCode.Forbidden) => "AccessDenied",
            null or "" => $"{answer.StatusCode}",
            var given => given,
        };
        var message = $"{code} ({(int)answer.StatusCode}) about {at}, request {answer.RequestId}. {answer.Message}";
        return new StoreException(code, message.TrimEnd(), IsTransient(answer.StatusCode, code), answer);
    }

    public static bool IsTransient(HttpStatusCode status, string code) => StoreException.IsTransientCode(code)
        || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || status >= HttpStatusCode.InternalServerError && status != HttpStatusCode.NotImplemented;

    private static StoreException Unreadable(ObjectAddress at, Exception fault)
        => new(UnreadableAnswer, $"The answer about {at} can't be read: {fault.Message}", isTransient: true, fault);

    private static StoreException Unreachable(string message, Exception inner)
        => new(StoreException.Unreachable, message, isTransient: true, inner);
}
