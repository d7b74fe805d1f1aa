using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Invalidation;

/// <summary>Notes that SQL of the application is about to be sent, as by <c>ExecuteSql</c>.</summary>
internal sealed class ObservingSqlBuilder(IRawSqlCommandBuilder inner) : IRawSqlCommandBuilder
{
    [ThreadStatic]
    private static bool t_isSending;

    /// <summary>Whether such a command is being sent on this thread since this was asked last.</summary>
    public static bool TakeSending()
    {
        var isSending = t_isSending;
        t_isSending = false;
        return isSending;
    }

    public IRelationalCommand Build(string sql) => new Observed(inner.Build(sql));

    public RawSqlCommand Build(string sql, IEnumerable<object?> parameters) => Observe(inner.Build(sql, parameters));

    public RawSqlCommand Build(string sql, IEnumerable<object?> parameters, IModel model) => Observe(inner.Build(sql, parameters, model));

    private static RawSqlCommand Observe(RawSqlCommand command)
        => new(new Observed(command.RelationalCommand), command.ParameterValues);

    /// <summary>A command that says on the thread that sends it that it is one of these.</summary>
    private sealed class Observed(IRelationalCommand inner) : IRelationalCommand
    {
        public string CommandText => inner.CommandText;

        public string LogCommandText => inner.LogCommandText;

        public IReadOnlyList<IRelationalParameter> Parameters => inner.Parameters;

        public int ExecuteNonQuery(RelationalCommandParameterObject parameterObject)
        {
            t_isSending = true;
            return inner.ExecuteNonQuery(parameterObject);
        }

        public Task<int> ExecuteNonQueryAsync(
            RelationalCommandParameterObject parameterObject, CancellationToken cancellationToken = default)
        {
            t_isSending = true;
            return inner.ExecuteNonQueryAsync(parameterObject, cancellationToken);
        }

        public object? ExecuteScalar(RelationalCommandParameterObject parameterObject)
        {
            t_isSending = true;
            return inner.ExecuteScalar(parameterObject);
        }

        public Task<object?> ExecuteScalarAsync(
            RelationalCommandParameterObject parameterObject, CancellationToken cancellationToken = default)
        {
            t_isSending = true;
            return inner.ExecuteScalarAsync(parameterObject, cancellationToken);
        }

        public RelationalDataReader ExecuteReader(RelationalCommandParameterObject parameterObject)
        {
            t_isSending = true;
            return inner.ExecuteReader(parameterObject);
        }

        public Task<RelationalDataReader> ExecuteReaderAsync(
            RelationalCommandParameterObject parameterObject, CancellationToken cancellationToken = default)
        {
            t_isSending = true;
            return inner.ExecuteReaderAsync(parameterObject, cancellationToken);
        }

        public DbCommand CreateDbCommand(
            RelationalCommandParameterObject parameterObject, Guid commandId, DbCommandMethod commandMethod)
            => inner.CreateDbCommand(parameterObject, commandId, commandMethod);

        public void PopulateFrom(IRelationalCommandTemplate commandTemplate) => inner.PopulateFrom(commandTemplate);
    }
}
