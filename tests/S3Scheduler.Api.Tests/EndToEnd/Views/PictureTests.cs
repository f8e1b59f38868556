using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace S3Scheduler.Api.Tests.EndToEnd.Views;

/// <summary>The picture of Upcoming: the labels of its axis, its bars, and its sentence.</summary>
public sealed class PictureTests : EndToEndTest
{
    // Notes each text that is drawn on a canvas, and the room that it takes.
    private const string Recorder = """
        window.drawn = [];
        const fillText = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
          const width = this.measureText(text).width;
          const left = x - width * ({ center: 0.5, right: 1, end: 1 }[this.textAlign] ?? 0);
          drawn.push({ text, y, left, right: left + width, canvas: this.canvas.width });
          return fillText.call(this, text, x, y, ...rest);
        };
        """;

    // What overlaps its neighbour on the time axis, or leaves the canvas.
    private const string Faults = """
        () => {
          const lowest = Math.max(...drawn.map(label => label.y));
          const onAxis = drawn.filter(label => label.y === lowest).map(label => [label.left, label]);
          const labels = [...new Map(onAxis).values()].sort((a, b) => a.left - b.left);
          const name = label => `${label.text} at ${Math.round(label.left)}`;
          return [
            ...(labels.length < 2 ? [`${labels.length} labels`] : []),
            ...labels.filter((label, n) => n > 0 && label.left < labels[n - 1].right + 4).map(name),
            ...labels.filter(label => label.left < 0 || label.right > label.canvas).map(name),
          ];
        }
        """;

    // Between two schedules: so the picture spans less than an hour up to two years.
    private static readonly int[] Minutes = [1, 20, 300, 20_000];

    [Theory]
    [InlineData("en-US", 375), InlineData("en-US", 1440), InlineData("de-DE", 375), InlineData("de-DE", 1440)]
    public async Task The_labels_of_the_time_axis_neither_overlap_nor_leave_the_picture(string locale, int width)
    {
        foreach (var minutes in Minutes)
            Backlog.Write(Folder, $"every-{minutes}", 48, TimeSpan.FromMinutes(minutes));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        var session = await console.Page.Context.NewCDPSessionAsync(console.Page);
        await session.SendAsync("Emulation.setLocaleOverride", new() { ["locale"] = locale });
        await console.Page.AddInitScriptAsync(Recorder);
        await console.Page.SetViewportSizeAsync(width, 900);
        var found = new List<string>();
        foreach (var minutes in Minutes)
        {
            await console.Page.GotoAsync("about:blank");
            await console.GoAsync($"upcoming?bucket=every-{minutes}");
            await Assertions.Expect(console.PictureInWords).ToContainTextAsync("48 due");
            await Eventually.HoldsAsync("label", () => console.Page.EvaluateAsync<bool>("drawn.length > 0"));
            var faults = await console.Page.EvaluateAsync<string[]>(Faults);
            found.AddRange(faults.Select(fault => $"every {minutes} minutes: {fault}"));
        }

        found.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bars_begin_at_round_times_of_the_readers_zone()
    {
        Backlog.Write(Folder, "hourly", 30, TimeSpan.FromMinutes(61));
        Backlog.Write(Folder, "daily", 50, TimeSpan.FromMinutes(1447));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        var session = await console.Page.Context.NewCDPSessionAsync(console.Page);
        await session.SendAsync("Emulation.setTimezoneOverride", new() { ["timezoneId"] = "Asia/Kolkata" });
        await session.SendAsync("Emulation.setLocaleOverride", new() { ["locale"] = "de-DE" });

        foreach (var (bucket, count, begin) in ((string, int, string)[])[
            ("hourly", 30, ":00:00$"), ("daily", 50, " 00:00:00$")])
        {
            await console.GoAsync($"upcoming?bucket={bucket}");
            await Assertions.Expect(console.PictureInWords).ToContainTextAsync($"{count} due");
            await console.Page.GetByText("The picture as a table").ClickAsync();
            var begins = await console.Page.Locator(".histogram tbody tr td:first-child").AllInnerTextsAsync();
            begins.ShouldNotBeEmpty();
            begins.Where(text => !Regex.IsMatch(text, begin)).ShouldBeEmpty();
            // The sentence still says when the first and the last one are due.
            await Assertions.Expect(console.PictureInWords).ToContainTextAsync("01.01.2031, 05:30:00");
        }
    }

    [Fact]
    public async Task The_sentence_names_a_fullest_bar_only_where_one_stands_out()
    {
        Backlog.Write(Folder, "single", 3, TimeSpan.FromDays(1));
        Backlog.Write(Folder, "even", 240, TimeSpan.FromHours(1));
        Backlog.Write(Folder, "exports", 150, TimeSpan.FromMinutes(45));
        Backlog.Write(Folder, "invoices", 90, TimeSpan.FromMinutes(10));
        Backlog.Write(Folder, "letters", 20, TimeSpan.FromSeconds(1));
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming?bucket=single");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("3 due");
        await Assertions.Expect(console.PictureInWords).Not.ToContainTextAsync(new Regex("Most|fullest"));
        await console.GoAsync("upcoming?bucket=even");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("240 due");
        await Assertions.Expect(console.PictureInWords).Not.ToContainTextAsync("fullest");
        await console.GoAsync("upcoming");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("503 due");
        await Assertions.Expect(console.PictureInWords).ToContainTextAsync("The fullest bar has ");
        await console.TakePictureAsync("upcoming");
    }

    [Fact]
    public async Task The_buttons_above_the_picture_say_which_time_they_show()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path);
        await using var console = await ConsolePage.OpenAsync(service);
        await console.GoAsync("upcoming");
        await console.Button("Next 24 hours").ClickAsync();
        await Assertions.Expect(console.Page).ToHaveURLAsync(new Regex("from=.*00%3A00.000Z&to=.*00%3A00.000Z"));
        await Assertions.Expect(console.Button("Next hour")).ToBeVisibleAsync();
        await Assertions.Expect(console.Button("Next 31 days")).ToBeVisibleAsync();
    }
}
