using Microsoft.Data.Sqlite;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>A parameter that cannot be compared with another: a part of it cannot be read.</summary>
internal sealed class UnreadableParameter(string name, object value) : SqliteParameter(name, value)
{
    public string Secret
    {
        get => throw new NotSupportedException("This cannot be read.");
        set => Value = value;
    }
}
