using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// Every member of EF Core that this library uses although EF Core promises nothing about it. When one is gone, caching is switched
/// off with one warning, and queries run as if they were not remembered.
/// </summary>
internal static class EfInternals
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Type, member, and the simple names of its parameters' types. By name, so that looking needs none of them.</summary>
    public static IReadOnlyList<Signature> Signatures { get; } =
    [
        Core("ChangeTracking.Internal.IStateManager", "TryGetEntry", "IKey", "IReadOnlyList`1"),
        Core("ChangeTracking.Internal.InternalEntityEntry", "get_Entity"),
        Core("Query.Internal.IQueryCompiler", "Execute", "Expression"),
        Core("Query.Internal.IQueryCompiler", "ExecuteAsync", "Expression", "CancellationToken"),
        Core("Query.Internal.IQueryCompiler", "CreateCompiledQuery", "Expression"),
        Core("Query.Internal.IQueryCompiler", "CreateCompiledAsyncQuery", "Expression"),
        Core("Query.Internal.IQueryCompiler", "PrecompileQuery", "Expression", "Boolean"),
        Core("Query.Internal.QueryCompiler", ".ctor", 8),
        Core("Query.Internal.ICompiledQueryCache", "GetOrAddQuery", "Object", "Func`1"),
        Core("Query.Internal.ExpressionTreeFuncletizer", ".ctor", "IModel", "IEvaluatableExpressionFilter", "Type", "Boolean", "IDiagnosticsLogger`1"),
        Core("Query.Internal.ExpressionTreeFuncletizer", "ExtractParameters", "Expression", "Dictionary`2", "Boolean", "Boolean"),
        Core("Query.Internal.EntityQueryProvider", "_queryCompiler"),
        Core("Query.ILiftableConstantProcessor", "InlineConstants", "Expression", "Boolean"),
        Core("Query.ILiftableConstantProcessor", "LiftConstants", "Expression", "ParameterExpression", "HashSet`1"),
        Core("Query.ICompiledQueryCacheKeyGenerator", "GenerateCacheKey", "Expression", "Boolean"),
        Core("Query.QueryCompilationContext", "<IsBuffering>k__BackingField"),
        Core("Query.QueryContext", "get_Parameters"),
        Core("Storage.ExecutionStrategy", "set_Current", "ExecutionStrategy"),
        Core("Storage.IDatabase", "CompileQueryExpression", "Expression", "Boolean"),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", ".ctor", 7),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandCanceled", 10),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandCanceledAsync", 11),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandError", 11),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandErrorAsync", 12),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandNonQueryExecuted", 10),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandNonQueryExecutedAsync", 11),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandNonQueryExecuting", 8),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandNonQueryExecutingAsync", 9),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandReaderExecuted", 10),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandReaderExecutedAsync", 11),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandReaderExecuting", 8),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandReaderExecutingAsync", 9),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandScalarExecuted", 10),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandScalarExecutedAsync", 11),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandScalarExecuting", 8),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "CommandScalarExecutingAsync", 9),
        Relational("Diagnostics.Internal.RelationalCommandDiagnosticsLogger", "ShouldLogCommandExecute", "DateTimeOffset"),
        Relational("Query.RelationalQueryContext", ".ctor", "QueryContextDependencies", "RelationalQueryContextDependencies"),
        Relational("Query.Internal.RelationalQueryContextFactory", ".ctor", 2),
        Relational("Query.Internal.RelationalCommandResolver", "Invoke", "Dictionary`2"),
        Relational("Query.Internal.FromSqlQueryRootExpression", "get_Sql"),
        Relational("Query.Internal.FromSqlQueryRootExpression", "get_Argument"),
        Relational("Query.Internal.SqlQueryRootExpression", "get_Sql"),
        Relational("Query.Internal.SqlQueryRootExpression", "get_Argument"),
        Relational("Query.Internal.TableValuedFunctionQueryRootExpression", "get_Function"),
        Relational("Query.Internal.TableValuedFunctionQueryRootExpression", "get_Arguments"),
        Relational("Storage.RelationalConnection", "_connection"),
        Relational("Storage.ReaderColumn", "get_GetFieldValueExpression"),
        Relational("Storage.Internal.CompositeRelationalParameter", "get_RelationalParameters"),
        Relational("Storage.Internal.RawRelationalParameter", "_parameter"),
        Relational("Storage.Internal.TypeMappedRelationalParameter", "get_Direction"),
        Relational("Storage.Internal.TypeMappedRelationalParameter", "get_Name"),
        Relational("Storage.Internal.TypeMappedRelationalParameter", "get_RelationalTypeMapping"),
    ];

    private static readonly Lazy<string?> FirstMissing = new(static () => FindMissing(Signatures));
    private static readonly AsyncLocal<string?> Simulated = new();

    /// <summary>The first signature that this EF Core does not have, or null when all are there.</summary>
    public static string? Missing => Simulated.Value ?? FirstMissing.Value;

    public static string? FindMissing(IEnumerable<Signature> signatures)
        => signatures.FirstOrDefault(static signature => !signature.Exists())?.ToString();

    /// <summary>Lets a test see what happens with an EF Core whose internals have moved.</summary>
    public static IDisposable Simulate(string missing)
    {
        Simulated.Value = missing;
        return new Simulation();
    }

    private static Signature Core(string type, string member, params string[] parameters)
        => new(typeof(DbContext).Assembly, type, member, parameters, parameters.Length);

    private static Signature Core(string type, string member, int parameterCount)
        => new(typeof(DbContext).Assembly, type, member, null, parameterCount);

    private static Signature Relational(string type, string member, params string[] parameters)
        => new(typeof(RelationalOptionsExtension).Assembly, type, member, parameters, parameters.Length);

    private static Signature Relational(string type, string member, int parameterCount)
        => new(typeof(RelationalOptionsExtension).Assembly, type, member, null, parameterCount);

    internal sealed record Signature(Assembly Assembly, string Type, string Member, string[]? Parameters, int ParameterCount)
    {
        public bool Exists()
            => Assembly.GetType("Microsoft.EntityFrameworkCore." + Type) is { } type
                && type.GetMember(Member, Any).Any(member => member is FieldInfo || member is MethodBase method && Fits(method));

        public override string ToString() => $"{Type}.{Member}({string.Join(", ", Parameters ?? ["…"])})";

        private bool Fits(MethodBase method)
        {
            var parameters = method.GetParameters();
            return parameters.Length == ParameterCount
                && (Parameters is null || parameters.Select(static parameter => parameter.ParameterType.Name).SequenceEqual(Parameters, StringComparer.Ordinal));
        }
    }

    private sealed class Simulation : IDisposable
    {
        public void Dispose() => Simulated.Value = null;
    }
}
