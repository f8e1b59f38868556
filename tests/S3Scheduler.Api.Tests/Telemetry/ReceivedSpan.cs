namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>One span of an ExportTraceServiceRequest. Ids are hex digits.</summary>
internal sealed record ReceivedSpan(
    string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<(string TraceId, string SpanId)> Links)
{
    public static IEnumerable<ReceivedSpan> ReadAll(byte[] request) =>
        from resource in Messages(request, 1)
        from scope in Messages(resource, 2)
        from span in Messages(scope, 2)
        select Read(span);

    private static ReceivedSpan Read(byte[] span) => new(
        Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5),
        Messages(span, 9).ToDictionary(a => Text(a, 1), a => Messages(a, 2).Select(v => Text(v, 1)).Single()),
        [.. Messages(span, 13).Select(link => (Hex(link, 1), Hex(link, 2)))]);

    private static string Hex(byte[] message, int field) =>
        Convert.ToHexStringLower(Messages(message, field).SingleOrDefault() ?? []);

    private static string Text(byte[] message, int field) =>
        Encoding.UTF8.GetString(Messages(message, field).SingleOrDefault() ?? []);

    /// <summary>The values of a field that has a length, in protobuf: messages, bytes and text.</summary>
    private static List<byte[]> Messages(byte[] message, int field)
    {
        var found = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message, ref at);
            var length = (tag & 7) switch { 0 => 0, 1 => 8, 2 => (int)Number(message, ref at), _ => 4 };
            if ((tag & 7) == 0) Number(message, ref at);
            else if (tag == (ulong)(field << 3 | 2)) found.Add(message[at..(at + length)]);
            at += length;
        }

        return found;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return number;
        }
    }
}
