using System.Collections.Concurrent;
using System.Globalization;
using S3Scheduler.Api.Tests.Simulation.Invariants;

namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>
/// Every seed is one world: processes, clients and faults. SIM_SEED=n replays one seed and prints its history.
/// SIM_SEEDS says how many seeds to run, SIM_FIRST the first one. SIM_ALL=1 goes on after a violation and counts them:
/// <c>SIM_SEEDS=1000000 dotnet test -c Release --filter FullyQualifiedName~SimulationTests</c>.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 10_000;

    [Fact]
    public void Every_invariant_holds_for_every_seed()
    {
        if (Number("SIM_SEED") is { } one)
        {
            Judge((ulong)one);
            return;
        }

        var (first, count) = ((ulong)(Number("SIM_FIRST") ?? 1), Number("SIM_SEEDS") ?? Seeds);
        var failed = new ConcurrentBag<(string Invariant, ulong Seed)>();
        var (next, goesOn) = (-1L, Number("SIM_ALL") is not null);
        // In order, so that the first seed with a violation is found.
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while ((goesOn || failed.IsEmpty) && Interlocked.Increment(ref next) is var i && i < count)
            {
                var seed = first + (ulong)i;
                if (FirstBroken(seed) is { } broken) failed.Add((broken.Name, seed));
            }
        });
        foreach (var same in failed.GroupBy(f => f.Invariant, f => f.Seed))
            output.WriteLine($"{same.Key}: {same.Count()} seeds, such as {string.Join(", ", same.Order().Take(10))}");
        if (!failed.IsEmpty) Judge(failed.Min(f => f.Seed));
    }

    // Faults that the simulation found; see docs/decisions/0001-sweep-protocol.md.
    [Theory]
    [InlineData(5939, "the wall clock was set forward while the store was asked for the time")]
    [InlineData(636021, "the machine slept and its clock was set each time that the store was asked for the time")]
    [InlineData(181949, "a sweep looked again for each schedule that fell due during a look")]
    [InlineData(19746, "a slow upload failed under the key of a failed schedule")]
    [InlineData(87204, "a repeated delete took a schedule that a slow upload had stored under the same key")]
    [InlineData(988087, "two sweeps died one after the other, and the clock was set back in between")]
    [InlineData(541290, "a late upload was tried first, and that a copy's outcome was unknown was forgotten")]
    [InlineData(478658, "one slow look put off the next full one for minutes")]
    [InlineData(92480, "the answer that proved a step of the store's clock made a lease look expired")]
    [InlineData(62415, "the store's clock was set by three seconds, and a short lease looked expired")]
    [InlineData(218207, "the store's clock was set while a process learnt it, and a lease looked expired")]
    [InlineData(697615, "a process started with an odd answer while the clock was set, and a lease looked expired")]
    [InlineData(501998, "a wall clock that was set by hours passed the store's clock, which was set, off as a sleep")]
    [InlineData(612689, "after sleeps that seemed to be steps of the store's clock, late posts lost their order")]
    [InlineData(702808, "a sleep and a wall clock that was set counted as a step, and late posts lost their order")]
    [InlineData(259, "one odd response made a lease look expired")]
    [InlineData(447, "after the store's clock was set back, unresolved deliveries were due later than the lease said")]
    [InlineData(131, "a delivery of unknown outcome was forgotten when it was not due any more")]
    [InlineData(3033, "a look that an odd response cut short counted as complete")]
    [InlineData(5869, "after an odd response a later schedule was shown without the earlier one")]
    [InlineData(155572, "a retry that took over believed the receipt of another schedule")]
    [InlineData(284886, "a late post took the key of a schedule whose delete was repeated")]
    [InlineData(36240, "the store's clock was set, and a delivered schedule that was replaced counted as the new one")]
    [InlineData(517212, "a reschedule that took over deleted a schedule right after its delivery, and was killed")]
    [InlineData(27377, "what had moved and was gone seemed to be another schedule, and held its destination for ever")]
    public void A_seed_that_once_found_a_fault_finds_none(ulong seed, string fault) =>
        FirstBroken(seed)?.How.ShouldBeNull(fault);

    [Fact]
    public void The_same_seed_gives_the_same_history()
    {
        for (var seed = 1UL; seed <= 50; seed++)
        {
            var plan = PlanGenerator.From(seed);
            Run.Of(plan).History.Lines().ShouldBe(Run.Of(PlanGenerator.From(seed)).History.Lines());
        }
    }

    private static (string Name, string How)? FirstBroken(ulong seed) =>
        Invariant.FirstBroken(Run.Of(PlanGenerator.From(seed)));

    private void Judge(ulong seed)
    {
        var plan = PlanGenerator.From(seed);
        var world = Run.Of(plan);
        var broken = Invariant.FirstBroken(world);
        if (broken is { } first)
        {
            plan = Shrinker.Shrink(plan, first.Name);
            world = Run.Of(plan);
            broken = Invariant.FirstBroken(world);
        }

        var history = string.Join('\n', world.History.Lines());
        var story = $"{plan.Describe()}\n{history}";
        if (broken is not { } still) output.WriteLine(story);
        else Assert.Fail($"seed {seed}: {still.Name}: {still.How}\n{story}\nSIM_SEED={seed} replays it.");
    }

    private static long? Number(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? long.Parse(text, CultureInfo.InvariantCulture)
        : null;
}
