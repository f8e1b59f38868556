using FsCheck.Fluent;

namespace S3Scheduler.Api.Tests.Layout;

public sealed class ScheduleKeyProperties
{
    [Fact]
    public void Any_schedule_round_trips() => AnyKey.Check(AnyKey.Keys, key =>
    {
        ScheduleKey.TryParse(key.ToString(), out var parsed).ShouldBeTrue();
        parsed.ShouldBe(key);
        (parsed!.DueAt, parsed.Destination).ShouldBe((key.DueAt, key.Destination));
    });

    [Fact]
    public void Any_destination_key_round_trips() => AnyKey.Check(AnyKey.Text, text =>
    {
        var key = new ScheduleKey(ManualTime.Start, new Destination("reports", text));
        ScheduleKey.TryParse(key.ToString(), out var parsed).ShouldBeTrue();
        parsed!.Destination.Key.ShouldBe(text);
    });

    [Fact]
    public void Two_keys_are_equal_only_for_the_same_schedule() => AnyKey.Check(AnyKey.Keys.Two(), pair =>
        (pair.Item1.ToString() == pair.Item2.ToString())
            .ShouldBe((pair.Item1.DueAt, pair.Item1.Destination) == (pair.Item2.DueAt, pair.Item2.Destination)));

    [Fact]
    public void Different_keys_of_special_characters_escape_differently()
    {
        // All texts of up to five of these characters, which escapes consist of.
        string[] letters = ["/", "~", "%", "7", "E", "2", "F"];
        var texts = letters.ToList();
        for (var from = 0; texts[from].Length < 5; from++)
            texts.AddRange(letters.Select(letter => texts[from] + letter));

        texts.Select(KeyEscaping.Escape).Distinct(StringComparer.Ordinal).Count().ShouldBe(texts.Count);
    }

    [Fact]
    public void The_bytes_of_keys_sort_by_due_time() => AnyKey.Check(AnyKey.Keys.Two(), pair =>
    {
        var (x, y) = pair;
        var bytes = Encoding.UTF8.GetBytes(x.ToString()).AsSpan()
            .SequenceCompareTo(Encoding.UTF8.GetBytes(y.ToString()));
        var times = x.DueAt.CompareTo(y.DueAt);
        if (times != 0) Math.Sign(bytes).ShouldBe(Math.Sign(times));
    });

    [Fact]
    public void A_key_is_one_URL_path_segment() => AnyKey.Check(AnyKey.Keys, key =>
    {
        var segment = Uri.EscapeDataString(key.ToString());

        new Uri($"http://localhost/schedules/{segment}/content").AbsolutePath.ShouldBe($"/schedules/{segment}/content");
        Uri.UnescapeDataString(segment).ShouldBe(key.ToString());
        key.ToString().ShouldNotContain("/");
        key.ToString().ShouldNotContain("%"); // so decoding it twice changes nothing
        key.ToString().IndexOfAny(['?', '#', ';']).ShouldBe(-1); // so a decoded one is not cut
    });

    [Fact]
    public void The_old_form_of_a_key_is_read_as_it_is_and_names_the_same_schedule() => AnyKey.Check(AnyKey.Keys, key =>
    {
        if (key.OtherForm is not { } old)
        {
            key.Destination.Key.IndexOfAny(['?', '#', ';']).ShouldBe(-1);
            return;
        }

        old.ToString().ShouldNotBe(key.ToString());
        ScheduleKey.TryParse(old.ToString(), out var parsed).ShouldBeTrue();
        parsed.ShouldBe(old);
        parsed!.ToString().ShouldBe(old.ToString());
        (parsed.DueAt, parsed.Destination).ShouldBe((key.DueAt, key.Destination));
        parsed.OtherForm.ShouldBe(key);
        old.ToString().Replace("?", "~3F", StringComparison.Ordinal).Replace("#", "~23", StringComparison.Ordinal)
            .Replace(";", "~3B", StringComparison.Ordinal).ShouldBe(key.ToString());
    });

    [Fact]
    public void No_text_is_a_form_of_two_schedules()
    {
        // All texts of up to four of these characters, in both forms.
        string[] letters = ["?", "#", ";", "~", "3", "F", "/"];
        var texts = letters.ToList();
        for (var from = 0; texts[from].Length < 4; from++)
            texts.AddRange(letters.Select(letter => texts[from] + letter));

        var forms = texts.SelectMany(text =>
            new[] { KeyEscaping.Escape(text), KeyEscaping.EscapeAsBefore(text) }.Distinct()).ToList();
        forms.Distinct(StringComparer.Ordinal).Count().ShouldBe(forms.Count);
    }

    [Fact]
    public void Only_the_canonical_form_parses() => AnyKey.Check(
        from key in AnyKey.Keys
        from at in Gen.Choose(0, key.ToString().Length - 1)
        from letter in Gen.Elements('/', '~', '|', '0', 'F', 'a', 'T', ' ', '%', '?', '#', '\uD83C')
        from change in Gen.Choose(0, 2)
        select change switch
        {
            0 => key.ToString().Remove(at, 1),
            1 => key.ToString().Insert(at, letter.ToString()),
            _ => key.ToString().Remove(at, 1).Insert(at, letter.ToString()),
        },
        text =>
        {
            if (ScheduleKey.TryParse(text, out var parsed)) parsed.ToString().ShouldBe(text);
        },
        count: 5000);

    [Fact]
    public void A_schedule_is_due_less_than_a_millisecond_after_the_given_time_and_never_before_it() =>
        AnyKey.Check(AnyKey.Times, time =>
            (new ScheduleKey(time, new Destination("reports", "a")).DueAt - time)
                .ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1)));
}
