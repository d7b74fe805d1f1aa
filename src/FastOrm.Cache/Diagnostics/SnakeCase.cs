using System.Text;

namespace FastOrm.Cache.Diagnostics;

/// <summary>Names of enumerations as attributes of telemetry have them: <c>OtherNode</c> is <c>other_node</c>.</summary>
internal static class SnakeCase
{
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var sign in name)
        {
            if (char.IsUpper(sign) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(sign));
        }

        return text.ToString();
    }
}
