using System.Collections.Concurrent;
using S3Scheduler.Api.Tests.Http;
using S3Scheduler.Api.Tests.Simulation;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>Calls the service, and keeps what is wrong whatever the store has said.</summary>
/// <param name="follow">Gets each call before it is made.</param>
internal sealed class Clients(Http.Client client, Action<CallTrace> follow, ulong seed)
{
    public const string Content = "content";

    private readonly Dice _dice = new(Dice.Seed(seed, "calls"));
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly List<Task> _open = [];

    public IReadOnlyCollection<string> Faults => _faults;

    public void AddFault(string fault) => _faults.Enqueue(fault);

    public void Start(Task call)
    {
        _open.RemoveAll(c => c.IsCompletedSuccessfully);
        _open.Add(call);
    }

    /// <summary>Waits for all answers.</summary>
    public Task EndAsync() => Task.WhenAll(_open);

    /// <param name="isFollowed">False: it does the service's own work.</param>
    /// <param name="isRight">Whether the body of a success is right.</param>
    /// <returns>Null: the answer broke off.</returns>
    public async Task<Answer?> CallAsync(
        string name, HttpMethod method, string path, HttpContent? content = null, bool mayBeLiedTo = true,
        bool isFollowed = true, Func<CallTrace, Answer, bool>? isRight = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        CallTrace trace;
        lock (_dice)
            trace = new($"{_dice.Next():x16}{_dice.Next():x16}", name, path,
                mayBeLiedTo && _dice.Chance(0.6), _dice.Chance(0.5));
        if (isFollowed)
        {
            follow(trace);
            request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace.Id}-{trace.Id[..16]}-00");
        }

        try
        {
            var answer = await client.SendAsync(request);
            if (answer.Status == 500) AddFault($"{trace} was answered 500.");
            trace.Status = answer.Status;
            if (answer.Status == 200 && isRight?.Invoke(trace, answer) == false)
                AddFault($"{trace} was answered '{answer.Text}'.");
            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or IOException && name == Content)
        {
            return null;
        }
        catch (Exception e)
        {
            AddFault($"{trace}: {e}");
            return null;
        }
    }
}

/// <summary>A client's call, and what became of it.</summary>
/// <param name="Id">Of its trace.</param>
internal sealed record CallTrace(string Id, string Name, string Path, bool IsLiedTo, bool IsStubborn)
{
    private int _requests;

    /// <summary>How many requests the service has made for it.</summary>
    public int Requests => _requests;

    /// <summary>The lies that they were answered with.</summary>
    public ConcurrentBag<string> Heard { get; } = [];

    /// <summary>Null: there is no answer, or it broke off.</summary>
    public int? Status { get; set; }

    public void Count() => Interlocked.Increment(ref _requests);

    public override string ToString() => $"{Name} {Path}";
}
