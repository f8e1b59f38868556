namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Makes a plan from a seed. Each plan has few kinds of mishap: that finds more than all at once.</summary>
public static class PlanGenerator
{
    /// <summary>The destinations that are allowed. All clients use them, but what is made by hand has others.</summary>
    public static readonly string[] Allowed = ["reports", "photos"];

    private static readonly DateTimeOffset Epoch = new(2026, 11, 21, 19, 0, 0, TimeSpan.Zero);

    public static Plan From(ulong seed)
    {
        var dice = new Dice(Dice.Seed(seed, "plan"));
        var isAboutClocks = seed % 40 is 22 or 38;
        var options = new SchedulerOptions
        {
            Concurrency = dice.Pick(1, 2, 64),
            LeaseDuration = TimeSpan.FromSeconds(seed % 40 == 22 ? 5 : dice.Pick(5, 5, 10, 30)),
            RetryWindow = dice.Chance(0.2) ? dice.Seconds(0, 15) : null,
            PythonSchedules = seed % 10 == 0,
            MaxLateness = TimeSpan.FromDays(3650), // the server's clock can be fast by days
            Destinations = [.. Allowed],
        };
        var length = dice.Seconds(15, 80);
        var isQuiet = !isAboutClocks && dice.Chance(0.1);
        var sleep = dice.Chance(0.5);
        var clients = new ClientSteps(dice, length).Make();
        var faults = isQuiet ? [] : new FaultSteps(dice, length, options.LeaseDuration, sleep).Make();
        var store = new StoreSteps(new Dice(Dice.Seed(seed, "store")), length, isQuiet).Make();
        var python = options.PythonSchedules ? new PythonSteps(new Dice(Dice.Seed(seed, "python")), length).Make() : [];
        var byHand = !isQuiet && seed % 20 == 17
            ? new HandSteps(new Dice(Dice.Seed(seed, "by hand")), length).Make() : [];
        var created = clients.OfType<CreateStep>().ToList();
        var atOnce = seed % 20 == 12
            ? new AtOnceSteps(new Dice(Dice.Seed(seed, "at once")), length, created).Make() : [];
        var many = seed % 40 is 13 or 35
            ? new ManySteps(new Dice(Dice.Seed(seed, "many")), length, created).Make() : [];
        var clocks = isAboutClocks
            ? new ClockSteps(new Dice(Dice.Seed(seed, "clocks")), length, created.Count, isFar: seed % 40 == 38).Make()
            : [];
        var archive = new Dice(Dice.Seed(seed, "archive"));
        var isArchived = !isQuiet && seed % 40 == 6;
        return new Plan
        {
            Seed = seed,
            Start = Epoch.AddTicks(dice.Below((int)TimeSpan.TicksPerSecond)),
            Processes = dice.Pick(2, 2, 3),
            Options = options,
            Patience = TimeSpan.FromSeconds(dice.Pick(3, 10, 30)),
            PageLimit = isQuiet || dice.Chance(0.6) ? 1000 : dice.Pick(1, 2, 3, 5),
            KeepsDeleteCondition = dice.Chance(0.25),
            MachinesSleep = sleep,
            SweepInterval = TimeSpan.FromSeconds(dice.Pick(2, 10, 30, 60)),
            Mishaps = isQuiet ? new Dictionary<Mishap, double>() : MishapsOf(dice, isAboutClocks),
            Steps =
            [
                .. clients.Concat(faults).Concat(store).Concat(python).Concat(byHand).Concat(atOnce).Concat(many)
                    .Concat(clocks).OrderBy(s => s.At),
            ],
            Healed = length + TimeSpan.FromSeconds(10),
            ArchivedUntil = !isArchived ? TimeSpan.Zero
                : archive.Chance(0.5) ? archive.Seconds(0, length.TotalSeconds) : TimeSpan.MaxValue,
        };
    }

    private static Dictionary<Mishap, double> MishapsOf(Dice dice, bool isSlow)
    {
        var mishaps = new Dictionary<Mishap, double> { [Mishap.Slow] = isSlow ? 0.3 : dice.Pick(0, 0.02, 0.1, 0.3) };
        foreach (var mishap in Enum.GetValues<Mishap>())
            if (mishap > Mishap.Slow && dice.Chance(0.35)) mishaps[mishap] = dice.Pick(0.005, 0.02, 0.06);
        return mishaps;
    }
}
