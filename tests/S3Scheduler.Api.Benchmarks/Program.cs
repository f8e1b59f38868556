using S3Scheduler.Api.Benchmarks;

// Each program measures one figure of the service, beside the same work done with the SDK in a plain loop.
var programs = new Dictionary<string, Func<Bench, string[], Task<bool>>>
{
    ["schedule"] = Schedule.RunAsync,
    ["burst"] = Burst.RunAsync,
    ["lateness"] = Lateness.RunAsync,
    ["lone"] = Lone.RunAsync,
    ["idle"] = Idle.RunAsync,
    ["memory"] = Memory.RunAsync,
    ["receipts"] = Receipts.RunAsync,
    ["big"] = Big.RunAsync,
    ["local"] = Local.RunAsync,
};
var endpoint = Environment.GetEnvironmentVariable("S3_TEST_ENDPOINT");
if (endpoint is null || args is not [var name, .. var rest] || !programs.TryGetValue(name, out var program))
{
    Console.Error.WriteLine("""
        usage: S3_TEST_ENDPOINT=… dotnet run -c Release --project tests/S3Scheduler.Api.Benchmarks -- PROGRAM
          schedule [COUNT]                  schedules a second, 32 clients
          burst [COUNT] [ROUNDS]            deliveries a second of 10,000 due at once, CPU and requests of each
          lateness [slow|hanging|parts]     at 100 a second for 60 s, beside a destination that takes long
          lone [COUNT]                      lateness of 20 schedules, a minute apart
          idle                              a look when nothing is due, with up to 100,000 pending
          memory [COUNT]                    the most memory with 200,000 due
          receipts [COUNT]                  finding, listing and removing 100,000 deliveries
          big GIGABYTES                     one big content, against TransferUtility
          local [COUNT]                     schedules and deliveries a second in a directory, without the server
        Exit code 1: the figure is worse than it should be.
        """);
    return 2;
}

await using var bench = new Bench(endpoint);
return await program(bench, rest) ? 0 : 1;
