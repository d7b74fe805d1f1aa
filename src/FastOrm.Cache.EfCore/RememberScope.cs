using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache.EfCore;

/// <summary>Switches remembering off for some code, or says what its SQL writes.</summary>
public static class RememberScope
{
    private static readonly AsyncLocal<int> Depth = new();
    private static readonly AsyncLocal<TableName[]?> StatedTables = new();
    private static int s_everUsed;
    private static int s_everStated;

    /// <summary>Whether remembered queries go to the database in the current flow of execution.</summary>
    public static bool IsSuppressed => Volatile.Read(ref s_everUsed) != 0 && Depth.Value > 0;

    /// <summary>The tables that the application says its SQL writes now; null if it says nothing.</summary>
    internal static IReadOnlyCollection<TableName>? Written => Volatile.Read(ref s_everStated) != 0 ? StatedTables.Value : null;

    /// <summary>
    /// Until the result is disposed, remembered queries of this flow of execution (also after an <c>await</c> and on the tasks that it
    /// starts) go to the database and store nothing. Invalidations are not affected. Scopes nest.
    /// </summary>
    /// <returns>Ends the scope. Dispose it in the flow that began it.</returns>
    public static IDisposable Suppress()
    {
        Volatile.Write(ref s_everUsed, 1);
        Depth.Value++;
        return new Scope(static () => Depth.Value--);
    }

    /// <summary>
    /// Until the result is disposed, SQL that this flow of execution sends itself (<c>ExecuteSql</c>, <c>FromSql</c>, <c>SqlQuery</c>, not
    /// <c>SaveChanges</c>) writes to these tables and to no others, whatever its text says. For statements from which the tables cannot be
    /// told, such as calls of procedures, which would otherwise drop everything that is remembered of the database. The innermost scope
    /// counts. Commands of other queries that are sent meanwhile count as such statements too.
    /// </summary>
    /// <param name="tables">The names of the tables, without regard to case and schema; none if the SQL only reads.</param>
    /// <returns>Ends the scope. Dispose it in the flow that began it.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    public static IDisposable Writing(params string[] tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        Text.Checked(tables, "The name of a table", nameof(tables));
        Volatile.Write(ref s_everStated, 1);
        var outer = StatedTables.Value;
        StatedTables.Value = [.. tables.Select(static table => new TableName(table))];
        return new Scope(() => StatedTables.Value = outer);
    }

    private sealed class Scope(Action end) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                end();
            }
        }
    }
}
