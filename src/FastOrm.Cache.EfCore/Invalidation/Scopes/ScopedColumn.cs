using System.Globalization;
using System.Linq.Expressions;
using FastOrm.Cache.Keys;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FastOrm.Cache.EfCore.Invalidation.Scopes;

/// <summary>A column that a query compares with one value for equality, and where the value comes from.</summary>
internal sealed class ScopedColumn
{
    private const long Kind = 5;

    private readonly string? _parameter;
    private readonly object? _constant;
    private readonly ValueConverter? _converter;

    private ScopedColumn(IColumn column, string? parameter, object? constant, ValueConverter? converter)
    {
        Column = column;
        Hash = HashOf(column);
        (_parameter, _constant, _converter) = (parameter, constant, converter);
    }

    public IColumn Column { get; }

    public ulong Hash { get; }

    public static ulong HashOf(IColumn column) => TagHash.Of(column.Name.ToUpperInvariant(), Kind);

    /// <summary>The column of a condition that holds only for one value of it; null if it is none, or makes no scope.</summary>
    public static ScopedColumn? Of(SqlExpression condition, string alias) => condition switch
    {
        SqlBinaryExpression { OperatorType: ExpressionType.Equal } equal
            => Of(equal.Left, equal.Right, alias) ?? Of(equal.Right, equal.Left, alias),
        ColumnExpression flag when Find(flag, alias) is { } column && flag.Type == typeof(bool) && flag.TypeMapping?.Converter is null
            => new ScopedColumn(column, null, true, null),
        SqlUnaryExpression { OperatorType: ExpressionType.Not, Operand: ColumnExpression flag }
            when Find(flag, alias) is { } column && flag.Type == typeof(bool) && flag.TypeMapping?.Converter is null
            => new ScopedColumn(column, null, false, null),
        _ => null,
    };

    /// <summary>The column with the value that an execution compares with, or without it.</summary>
    public string Describe(Dictionary<string, object?> parameters, bool includesValue)
    {
        var value = _parameter is null ? _constant : parameters.GetValueOrDefault(_parameter);
        return includesValue ? string.Create(CultureInfo.InvariantCulture, $"{Column.Name}={value}") : $"{Column.Name}=#";
    }

    /// <summary>The value that an execution compares with; null if that makes no scope.</summary>
    public UInt128? Value(Dictionary<string, object?> parameters)
    {
        var value = _constant;
        if (_parameter is not null && !parameters.TryGetValue(_parameter, out value))
        {
            return null;
        }

        if (value is null || _converter is null)
        {
            return ScopeValue.Of(value is Enum ? Convert.ChangeType(value, Enum.GetUnderlyingType(value.GetType()), null) : value);
        }

        var type = Nullable.GetUnderlyingType(_converter.ModelClrType) ?? _converter.ModelClrType;
        if (type.IsEnum && value is int or long or short or byte or uint or ulong or ushort or sbyte)
        {
            value = Enum.ToObject(type, value); // The compiler compares with the number.
        }

        return type.IsInstanceOfType(value) ? ScopeValue.Of(_converter.ConvertToProvider(value)) : null;
    }

    /// <summary>The column of the table with this alias, if its values make scopes.</summary>
    private static IColumn? Find(ColumnExpression expression, string alias)
        => expression.TableAlias == alias && expression.Column is IColumn column && ScopeValue.Allows(column) ? column : null;

    private static ScopedColumn? Of(SqlExpression left, SqlExpression right, string alias)
        => left is ColumnExpression expression && Find(expression, alias) is { } column
            ? right switch
            {
                SqlParameterExpression parameter => new ScopedColumn(column, parameter.InvariantName, null, parameter.TypeMapping?.Converter),
                SqlConstantExpression constant => new ScopedColumn(column, null, constant.Value, constant.TypeMapping?.Converter),
                _ => null,
            }
            : null;
}
