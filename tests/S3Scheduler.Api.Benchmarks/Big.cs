using System.Globalization;
using Amazon.S3.Transfer;

namespace S3Scheduler.Api.Benchmarks;

/// <summary>
/// Uploads one big object twice, with the SDK's TransferUtility and with POST /schedules, which then delivers it.
/// Prints how fast each was, and checks the delivered bytes and the service's memory.
/// </summary>
internal static class Big
{
    private const double Enough = 0.8;
    private const long MaxMemory = 300L << 20;

    public static async Task<bool> RunAsync(Bench bench, string[] args)
    {
        using var file = BigFile.Create((long)(double.Parse(args[0], CultureInfo.InvariantCulture) * 1e9));
        var (scheduler, destination) = (await bench.Buckets.MakeAsync(), await bench.Buckets.MakeAsync());

        var utility = await Stopwatch.TimeAsync(async () =>
        {
            using var transfer = new TransferUtility(bench.S3);
            await transfer.UploadAsync(file.Path, destination, "by-transfer-utility");
        });
        Say("TransferUtility", utility);
        await bench.Buckets.EmptyAsync(destination);

        var service = await bench.StartAsync(scheduler);
        var posted = await Stopwatch.TimeAsync(() => service.PostAsync(file.Path, destination, "by-scheduler"));
        var share = utility / posted;
        Say("POST /schedules", posted);
        Console.WriteLine($"that is {share:P0} of TransferUtility's throughput (at least {Enough:P0})");

        var delivered = await Stopwatch.TimeAsync(service.DeliveredAsync);
        Say("delivery", delivered);
        var isSame = await bench.Buckets.HashAsync(destination, "by-scheduler") == file.Sha256;
        Console.WriteLine($"at the destination: SHA-256 {(isSame ? "equal" : "DIFFERENT")}");
        var memory = service.PeakMemory;
        Console.WriteLine(
            $"the service's memory: at most {memory >> 20} MiB resident (less than {MaxMemory >> 20} MiB)");
        return isSame && share >= Enough && memory < MaxMemory;

        void Say(string what, TimeSpan took) => Console.WriteLine(
            $"{what}: {file.Length / 1e9:0.0} GB in {took.TotalSeconds:0.0} s, "
            + $"{file.Length / 1e6 / took.TotalSeconds:0} MB/s");
    }
}
