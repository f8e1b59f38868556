using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Transfer;
using S3Scheduler.Api.Benchmarks;

// Uploads one big object to an S3 server twice, with the SDK's TransferUtility and with POST /schedules, which then
// delivers it. Prints how fast each was, and checks the delivered bytes and the service's memory.
const double Enough = 0.8;
const long MaxMemory = 300L << 20;

if (args is not [var gigabytes] || Environment.GetEnvironmentVariable("S3_TEST_ENDPOINT") is not { } endpoint)
{
    Console.Error.WriteLine("usage: S3_TEST_ENDPOINT=http://127.0.0.1:7490 dotnet run -c Release"
        + " --project tests/S3Scheduler.Api.Benchmarks GIGABYTES");
    return 2;
}

var keys = new BasicAWSCredentials(
    Environment.GetEnvironmentVariable("S3_TEST_ACCESS_KEY") ?? "test",
    Environment.GetEnvironmentVariable("S3_TEST_SECRET_KEY") ?? "testtest");
using var s3 = new AmazonS3Client(keys, new AmazonS3Config
{
    ServiceURL = endpoint,
    ForcePathStyle = true,
    Timeout = Timeout.InfiniteTimeSpan,
    RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
    ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
});
using var file = BigFile.Create((long)(double.Parse(gigabytes, CultureInfo.InvariantCulture) * 1e9));
await using var buckets = new Buckets(s3);
var (scheduler, destination) = (await buckets.MakeAsync(), await buckets.MakeAsync());

var utility = await Stopwatch.TimeAsync(async () =>
{
    using var transfer = new TransferUtility(s3);
    await transfer.UploadAsync(file.Path, destination, "by-transfer-utility");
});
Say("TransferUtility", utility);
await buckets.EmptyAsync(destination);

using var service = await ServiceUnderTest.StartAsync(endpoint, scheduler, keys);
var posted = await Stopwatch.TimeAsync(() => service.PostAsync(file.Path, destination, "by-scheduler"));
var share = utility / posted;
Say("POST /schedules", posted);
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"that is {share:P0} of TransferUtility's throughput (at least {Enough:P0})"));

var delivered = await Stopwatch.TimeAsync(service.DeliveredAsync);
Say("delivery", delivered);
var isSame = await buckets.HashAsync(destination, "by-scheduler") == file.Sha256;
Console.WriteLine($"at the destination: SHA-256 {(isSame ? "equal" : "DIFFERENT")}");
var memory = service.PeakMemory;
Console.WriteLine($"the service's memory: at most {memory >> 20} MiB resident (less than {MaxMemory >> 20} MiB)");
return isSame && share >= Enough && memory < MaxMemory ? 0 : 1;

void Say(string what, TimeSpan took) => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{what}: {file.Length / 1e9:0.0} GB in {took.TotalSeconds:0.0} s, "
    + $"{file.Length / 1e6 / took.TotalSeconds:0} MB/s"));
