namespace S3Scheduler.Api.Hosting;

/// <summary>What an operator can do about an S3 server that refuses what a start tries.</summary>
internal static class StoreRefusals
{
    /// <summary>Names the setting that is wrong, if one is.</summary>
    public static string Explain(string code, string bucket) => code switch
    {
        "InvalidAccessKeyId" =>
            "The S3 server does not know the access key of the service: set AWS_ACCESS_KEY_ID and "
            + "AWS_SECRET_ACCESS_KEY, or AWS:Profile, to a key of this server",
        "SignatureDoesNotMatch" =>
            "The S3 server refuses the signature of the service: the secret access key is wrong ("
            + "AWS_SECRET_ACCESS_KEY, or that of AWS:Profile), or a proxy changes the requests on their way",
        "InvalidToken" or "ExpiredToken" or "TokenRefreshRequired" =>
            "The S3 server refuses the session token of the service: it has expired, or belongs to other keys. Renew "
            + "the credentials, and set AWS_SESSION_TOKEN only together with the keys that it came with",
        "AccessDenied" or "AllAccessDisabled" or "AccountProblem" =>
            $"The service lacks a right on Scheduler:Bucket '{bucket}', or the bucket belongs to somebody else: "
            + "docs/operations.md lists the rights under IAM rights",
        "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" =>
            $"Scheduler:Bucket '{bucket}' is in another region: set AWS:Region, or AWS:AuthenticationRegion for a "
            + "server other than AWS",
        StoreException.NoSuchBucket or "InvalidBucketName" =>
            $"There is no bucket with the name in Scheduler:Bucket, '{bucket}': create it, or correct the name",
        StoreException.Unreachable => "The store can't be reached",
        _ => "The store can't be used",
    };
}
