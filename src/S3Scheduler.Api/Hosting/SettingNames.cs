namespace S3Scheduler.Api.Hosting;

internal static class SettingNames
{
    /// <summary>The names of all settings of a section, those of groups and list items included.</summary>
    public static IEnumerable<string> Of(Type settings) => settings.GetProperties()
        .Where(property => property.CanWrite)
        .SelectMany(property => property.PropertyType switch
        {
            var list when list.GetElementType() is { } item && IsGroup(item) => Of(item, $"{property.Name}:0"),
            var group when IsGroup(group) => Of(group, property.Name),
            _ => [property.Name],
        });

    public static bool IsGroup(Type type) => type.IsClass && type.Assembly == typeof(SettingNames).Assembly;

    private static IEnumerable<string> Of(Type group, string name) => Of(group).Select(setting => $"{name}:{setting}");
}
