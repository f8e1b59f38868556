using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Tests.Http.Security;

public sealed class OpenByAccidentTests
{
    private static readonly string[] Everywhere = ["http://*:8080"];
    private static readonly AuthenticationSettings Nobody = new();
    private static readonly AuthenticationSettings Anonymous = new() { Anonymous = true };
    private static readonly AuthenticationSettings Keys = new() { ApiKeys = [new()] };
    private static readonly AuthenticationSettings Tokens = new() { Jwt = new() };

    [Fact]
    public void A_service_that_others_can_reach_needs_to_know_who_may_call()
    {
        var says = Should.Throw<StartupException>(() => OpenByAccident.Refuse(Everywhere, Nobody, new())).Message;
        foreach (var wayOn in (string[])["Authentication:ApiKeys", "--urls", "Authentication:Anonymous=true"])
            says.ShouldContain(wayOn);
        says.ShouldContain("http://*:8080");
        foreach (var settings in (AuthenticationSettings[])[Anonymous, Keys, Tokens])
            Should.NotThrow(() => OpenByAccident.Refuse(Everywhere, settings, new()));
    }

    [Fact]
    public void On_S3_it_needs_to_know_where_it_may_deliver_to()
    {
        var options = new SchedulerOptions { Storage = StorageKind.S3 };
        Should.Throw<StartupException>(() => OpenByAccident.Refuse(Everywhere, Keys, options))
            .Message.ShouldContain("Scheduler:Destinations");
        options.Destinations = ["*"];
        Should.NotThrow(() => OpenByAccident.Refuse(Everywhere, Keys, options));
    }

    [Fact]
    public void On_this_machine_alone_it_may_be_open() =>
        Should.NotThrow(() => OpenByAccident.Refuse([], Nobody, new() { Storage = StorageKind.S3 }));
}
