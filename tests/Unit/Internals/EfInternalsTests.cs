using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Internals;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Internals;

public sealed class EfInternalsTests
{
    // Every internal member of EF Core that the library uses. A change here is a change of what a new EF Core can break.
    private static readonly string[] Expected =
    [
        "ChangeTracking.Internal.IStateManager.TryGetEntry(IKey, IReadOnlyList`1)",
        "ChangeTracking.Internal.InternalEntityEntry.get_Entity()",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger..ctor(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandCanceled(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandCanceledAsync(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandError(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandErrorAsync(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandNonQueryExecuted(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandNonQueryExecutedAsync(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandNonQueryExecuting(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandNonQueryExecutingAsync(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandReaderExecuted(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandReaderExecutedAsync(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandReaderExecuting(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandReaderExecutingAsync(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandScalarExecuted(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandScalarExecutedAsync(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandScalarExecuting(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.CommandScalarExecutingAsync(…)",
        "Diagnostics.Internal.RelationalCommandDiagnosticsLogger.ShouldLogCommandExecute(DateTimeOffset)",
        "Query.ICompiledQueryCacheKeyGenerator.GenerateCacheKey(Expression, Boolean)",
        "Query.ILiftableConstantProcessor.InlineConstants(Expression, Boolean)",
        "Query.ILiftableConstantProcessor.LiftConstants(Expression, ParameterExpression, HashSet`1)",
        "Query.Internal.EntityQueryProvider._queryCompiler()",
        "Query.Internal.ExpressionTreeFuncletizer..ctor(IModel, IEvaluatableExpressionFilter, Type, Boolean, IDiagnosticsLogger`1)",
        "Query.Internal.ExpressionTreeFuncletizer.ExtractParameters(Expression, Dictionary`2, Boolean, Boolean)",
        "Query.Internal.FromSqlQueryRootExpression.get_Argument()",
        "Query.Internal.FromSqlQueryRootExpression.get_Sql()",
        "Query.Internal.ICompiledQueryCache.GetOrAddQuery(Object, Func`1)",
        "Query.Internal.IQueryCompiler.CreateCompiledAsyncQuery(Expression)",
        "Query.Internal.IQueryCompiler.CreateCompiledQuery(Expression)",
        "Query.Internal.IQueryCompiler.Execute(Expression)",
        "Query.Internal.IQueryCompiler.ExecuteAsync(Expression, CancellationToken)",
        "Query.Internal.IQueryCompiler.PrecompileQuery(Expression, Boolean)",
        "Query.Internal.QueryCompiler..ctor(…)",
        "Query.Internal.RelationalCommandResolver.Invoke(Dictionary`2)",
        "Query.Internal.RelationalQueryContextFactory..ctor(…)",
        "Query.Internal.SqlQueryRootExpression.get_Argument()",
        "Query.Internal.SqlQueryRootExpression.get_Sql()",
        "Query.Internal.TableValuedFunctionQueryRootExpression.get_Arguments()",
        "Query.Internal.TableValuedFunctionQueryRootExpression.get_Function()",
        "Query.QueryCompilationContext.<IsBuffering>k__BackingField()",
        "Query.QueryContext.get_Parameters()",
        "Query.RelationalQueryContext..ctor(QueryContextDependencies, RelationalQueryContextDependencies)",
        "Storage.ExecutionStrategy.set_Current(ExecutionStrategy)",
        "Storage.IDatabase.CompileQueryExpression(Expression, Boolean)",
        "Storage.Internal.CompositeRelationalParameter.get_RelationalParameters()",
        "Storage.Internal.RawRelationalParameter._parameter()",
        "Storage.Internal.TypeMappedRelationalParameter.get_Direction()",
        "Storage.Internal.TypeMappedRelationalParameter.get_Name()",
        "Storage.Internal.TypeMappedRelationalParameter.get_RelationalTypeMapping()",
        "Storage.ReaderColumn.get_GetFieldValueExpression()",
        "Storage.RelationalConnection._connection()",
    ];

    [Fact]
    public void All_internal_members_that_are_used_are_named_and_exist()
    {
        Assert.Equal(Expected, EfInternals.Signatures.Select(static signature => signature.ToString()).Order(StringComparer.Ordinal));
        Assert.All(EfInternals.Signatures, static signature => Assert.True(signature.Exists(), signature.ToString()));
        Assert.Null(EfInternals.FindMissing(EfInternals.Signatures));
        Assert.Null(EfInternals.Missing);
    }

    [Fact]
    public void What_the_assembly_refers_to_in_EF_Core_s_internal_namespaces_is_named()
    {
        var named = EfInternals.Signatures.Select(static signature => $"{signature.Type}.{signature.Member}").ToHashSet(StringComparer.Ordinal);

        // A delegate has a constructor whenever it can be invoked.
        Assert.Equal(
            ["Query.Internal.RelationalCommandResolver..ctor"],
            ReferencesToInternals().Except(named, StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Something_that_is_gone_is_reported()
    {
        var assembly = typeof(DbContext).Assembly;
        EfInternals.Signature[] missing =
        [
            new(assembly, "Query.Internal.NoSuchType", "Execute", [], 0),
            new(assembly, "Query.Internal.IQueryCompiler", "NoSuchMember", [], 0),
            new(assembly, "Query.Internal.IQueryCompiler", "Execute", ["String"], 1),
            new(assembly, "Query.Internal.IQueryCompiler", "Execute", ["Expression", "Boolean"], 2),
            new(assembly, "Query.Internal.QueryCompiler", ".ctor", null, 99),
        ];

        Assert.All(missing, signature => Assert.Equal(signature.ToString(), EfInternals.FindMissing([EfInternals.Signatures[0], signature])));
    }

    [Fact]
    public void A_simulated_gap_ends_with_its_scope()
    {
        using (EfInternals.Simulate("Query.Internal.Nothing.Gone()"))
        {
            Assert.Equal("Query.Internal.Nothing.Gone()", EfInternals.Missing);
        }

        Assert.Null(EfInternals.Missing);
    }

    private static HashSet<string> ReferencesToInternals()
    {
        const string Root = "Microsoft.EntityFrameworkCore.";
        using var file = File.OpenRead(typeof(RememberOptions).Assembly.Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference)
            {
                continue;
            }

            var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
            var space = metadata.GetString(type.Namespace);
            if (space.StartsWith(Root, StringComparison.Ordinal) && space.EndsWith(".Internal", StringComparison.Ordinal))
            {
                found.Add($"{space[Root.Length..]}.{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}");
            }
        }

        return found;
    }
}
