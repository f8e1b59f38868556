using Microsoft.Extensions.DependencyInjection;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>What gateways do to the key in a path: encode it twice, or decode it and cut it at a ?, # or ;.</summary>
public abstract partial class ScheduleApi
{
    private const string Cut = "?#;";

    [Fact]
    public async Task A_key_that_was_encoded_twice_names_the_same_schedule()
    {
        var posted = await Client.PostAsync(Pending("twice/100% ~|\\?#;é.txt"));
        var twice = $"/schedules/{Uri.EscapeDataString(Uri.EscapeDataString(posted.Key))}";

        (await Client.GetAsync(twice)).Key.ShouldBe(posted.Key);
        (await Client.SendAsync(HttpMethod.Head, twice)).Status.ShouldBe(200);
        (await Client.GetAsync($"{twice}/content")).Text.ShouldBe("hello");
        (await Client.RetryAsync(twice)).ShouldBeProblem(409, "pending");
        (await Client.RescheduleAsync(twice, posted.DueAt)).Key.ShouldBe(posted.Key);
        (await Client.GetAsync($"/schedules?limit=1&after={Uri.EscapeDataString(Uri.EscapeDataString(posted.Key))}"))
            .Status.ShouldBe(200);
        (await Client.DeleteAsync(twice)).Status.ShouldBe(204);
        (await Client.GetAsync(posted.Location)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_key_has_nothing_that_a_gateway_cuts_a_path_at_and_the_content_arrives_where_it_should()
    {
        const string Destination = "what?/is;this#?;#.txt";
        var posted = await Client.PostAsync(Soon(Destination));

        posted.Key.IndexOfAny([.. Cut]).ShouldBe(-1, posted.Key);
        await DeliverAsync(posted);
        (await ArrivedAsync(Destination)).Content.ShouldBe("hello"u8.ToArray());
    }

    [Theory]
    [InlineData("old?.txt")]
    [InlineData("old#.txt")]
    [InlineData("old/a;b?c#d.txt")]
    public async Task A_schedule_made_before_is_found_by_its_old_key_and_by_its_new_one(string destination)
    {
        foreach (var isOld in (bool[])[true, false])
        {
            var (old, made) = await SeedOldAsync(fixture.Tomorrow, destination, "hello");
            var path = Client.PathOf(isOld ? old : made);

            (await Client.GetAsync(path)).Key.ShouldBe(old);
            (await Client.GetAsync($"{path}/content")).Text.ShouldBe("hello");
            (await ListAsync("")).ShouldContain(old);
            (await Client.RetryAsync(path)).ShouldBeProblem(409, "pending");
            (await Client.DeleteAsync(path)).Status.ShouldBe(204);
            (await Client.GetAsync(path)).ShouldBeProblem(404);
        }
    }

    [Fact]
    public async Task A_post_of_what_was_scheduled_before_is_the_same_schedule_or_a_conflict()
    {
        const string Destination = "repeated?.txt";
        var form = Pending(Destination).With(new Part("content", "hello", "text/plain"));
        var (old, _) = await SeedOldAsync(fixture.Tomorrow, Destination, "hello", "text/plain");
        form = form.DueAt(old.Split('|')[0]);

        var again = await Client.PostAsync(form);
        (again.Status, again.Key).ShouldBe((200, old), again.Text);
        (await Client.PostAsync(form.With("content", "other"))).ShouldBeProblem(409, old);
        (await ListAsync("")).Where(key => key.Contains("repeated", StringComparison.Ordinal)).ShouldBe([old]);
        (await Client.DeleteAsync(Client.PathOf(old))).Status.ShouldBe(204);
    }

    [Fact]
    public async Task A_schedule_made_before_is_rescheduled_under_a_new_key()
    {
        var (old, made) = await SeedOldAsync(fixture.Tomorrow, "moved?.txt", "hello");
        var dueAt = fixture.Tomorrow.AddHours(1);

        var moved = await Client.RescheduleAsync(Client.PathOf(made), dueAt);

        moved.Status.ShouldBe(200, moved.Text);
        moved.Key.ShouldEndWith("|moved~3F.txt");
        (await Client.GetAsync(Client.PathOf(old))).ShouldBeProblem(404);
        (await Client.GetAsync($"{Client.PathOf(moved.Key)}/content")).Text.ShouldBe("hello");
        (await Client.DeleteAsync(Client.PathOf(moved.Key))).Status.ShouldBe(204);
    }

    [Fact]
    public async Task A_schedule_made_before_is_delivered()
    {
        var (old, _) = await SeedOldAsync(fixture.Soon, "delivered;?.txt", "hello");

        var location = new Dictionary<string, string> { ["Location"] = Client.PathOf(old) };
        await DeliverAsync(new Answer(201, location, []));

        (await ArrivedAsync("delivered;?.txt")).Content.ShouldBe("hello"u8.ToArray());
    }

    [Fact]
    public async Task A_key_that_was_cut_at_its_question_mark_names_no_other_schedule()
    {
        var (old, _) = await SeedOldAsync(fixture.Tomorrow, "cut?rest", "old");
        var other = await Client.PostAsync(Form.To(fixture.Bucket, "cut").DueAt(old.Split('|')[0]));
        other.Status.ShouldBe(201, other.Text);
        // The gateway has decoded the key, and the service reads what follows the ? as a query.
        var cut = $"{other.Location}?rest";

        (await Client.GetAsync(cut)).ShouldBeProblem(400, "~3F");
        (await Client.SendAsync(HttpMethod.Head, cut)).Status.ShouldBe(400);
        (await Client.GetAsync($"{other.Location}?rest/content")).ShouldBeProblem(400);
        (await Client.GetAsync($"{other.Location}/content?rest")).ShouldBeProblem(400);
        (await Client.RescheduleAsync(cut, fixture.Tomorrow.AddHours(1))).ShouldBeProblem(400);
        (await Client.DeleteAsync(cut)).ShouldBeProblem(400);
        (await Client.SendAsync(HttpMethod.Post, $"{other.Location}/retry?rest")).ShouldBeProblem(400);

        (await Client.GetAsync(other.Location)).Key.ShouldBe(other.Key);
        (await Client.DeleteAsync(other.Location)).Status.ShouldBe(204);
        (await Client.DeleteAsync(Client.PathOf(old))).Status.ShouldBe(204);
    }

    /// <summary>Stores a schedule as the service did when it did not escape ?, # and ; yet.</summary>
    /// <returns>The key that it had then, and the one that it would have now.</returns>
    private async Task<(string Old, string Now)> SeedOldAsync(
        DateTimeOffset dueAt, string destination, string content, string? type = null)
    {
        var time = DueTime.Write(DueTime.RoundUp(dueAt));
        var old = $"{time}|{fixture.Bucket}|{destination.Replace("/", "~~", StringComparison.Ordinal)}";
        var folder = _service.Services.GetRequiredService<ScheduleFolder>();
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(content));
        (await _service.Store.PutAsync(
            new ObjectAddress(folder.Bucket, folder.Prefix + old), bytes, new ObjectAttributes { ContentType = type },
            PutCondition.IfAbsent, Core.Cancellation)).Stored.ShouldBeTrue();
        return (old, Cut.Aggregate(old, (key, c) => key.Replace($"{c}", $"~{(int)c:X2}", StringComparison.Ordinal)));
    }
}
