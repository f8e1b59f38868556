namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Random numbers (SplitMix64): a seed gives the same numbers on any machine and runtime.</summary>
public sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Below(int end) => (int)(Next() % (ulong)end);

    public double Fraction() => (Next() >> 11) / (double)(1UL << 53);

    public bool Chance(double probability) => Fraction() < probability;

    public T Pick<T>(params ReadOnlySpan<T> options) => options[Below(options.Length)];

    public TimeSpan Seconds(double from, double to) => TimeSpan.FromSeconds(from + Fraction() * (to - from));

    /// <summary>A seed for other dice. It depends only on this seed and name.</summary>
    public static ulong Seed(ulong seed, string name)
    {
        var hash = 14695981039346656037 ^ seed; // FNV-1a
        foreach (var c in name) hash = (hash ^ c) * 1099511628211;
        return new Dice(hash).Next();
    }
}
