using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Benchmarks.Ratios;

/// <summary>Counts the SQL commands that EF Core makes in this process.</summary>
/// <remarks>
/// A command interceptor would be the obvious way, but EF then builds event data around every command, which makes the
/// uncached side slower and the cache look better. This costs one increment.
/// </remarks>
internal static class CommandCounter
{
    private static long _count;

    public static long Count => Volatile.Read(ref _count);

    public static DbContextOptionsBuilder<TContext> CountCommands<TContext>(this DbContextOptionsBuilder<TContext> options)
        where TContext : DbContext
        => options.ReplaceService<IRelationalCommandBuilderFactory, CountingFactory>();

    private sealed class CountingFactory(RelationalCommandBuilderDependencies dependencies)
        : RelationalCommandBuilderFactory(dependencies)
    {
        public override IRelationalCommandBuilder Create() => new CountingBuilder(Dependencies);
    }

    private sealed class CountingBuilder(RelationalCommandBuilderDependencies dependencies)
        : RelationalCommandBuilder(dependencies)
    {
        public override IRelationalCommand Build() => new CountingCommand(Dependencies, ToString(), Parameters);
    }

    private sealed class CountingCommand(
        RelationalCommandBuilderDependencies dependencies, string text, IReadOnlyList<IRelationalParameter> parameters)
        : RelationalCommand(dependencies, text, text, parameters)
    {
        public override DbCommand CreateDbCommand(
            RelationalCommandParameterObject parameterObject, Guid commandId, DbCommandMethod commandMethod)
        {
            Interlocked.Increment(ref _count);
            return base.CreateDbCommand(parameterObject, commandId, commandMethod);
        }
    }
}
