using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>Notes that SQL of the application is about to be sent: <c>ExecuteSql</c> builds its command and sends it at once.</summary>
internal sealed class ObservingSqlBuilder(IRawSqlCommandBuilder inner) : IRawSqlCommandBuilder
{
    [ThreadStatic]
    private static bool t_isBuilt;

    /// <summary>Whether a command has been built on this thread since this was asked last.</summary>
    public static bool TakeBuilt()
    {
        var isBuilt = t_isBuilt;
        t_isBuilt = false;
        return isBuilt;
    }

    public IRelationalCommand Build(string sql)
    {
        t_isBuilt = true;
        return inner.Build(sql);
    }

    public RawSqlCommand Build(string sql, IEnumerable<object?> parameters)
    {
        t_isBuilt = true;
        return inner.Build(sql, parameters);
    }

    public RawSqlCommand Build(string sql, IEnumerable<object?> parameters, IModel model)
    {
        t_isBuilt = true;
        return inner.Build(sql, parameters, model);
    }
}
