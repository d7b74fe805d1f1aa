#pragma warning disable EF9100 // The list of columns that EF Core hands to a buffered reader is an experimental type.
using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>Columns as EF Core describes them to its buffered reader.</summary>
internal static class Columns
{
    /// <summary>A column of a type that a data reader has a getter for, found by position or, with a name, through the map.</summary>
    public static ReaderColumn<T> Of<T>(bool isNullable = true, string? name = null, IPropertyBase? property = null, int place = 0)
        => (ReaderColumn<T>)Create(typeof(T), isNullable, name, property, Read<T, T>(name, place));

    /// <summary>A column of any other type, whose values EF Core keeps as objects.</summary>
    public static ReaderColumn Boxed<T>(bool isNullable = true, string? name = null, IPropertyBase? property = null, int place = 0)
        => Create(typeof(object), isNullable, name, property, Read<T, object>(name, place));

    private static ReaderColumn Create(Type type, bool isNullable, string? name, IPropertyBase? property, LambdaExpression read)
        => ReaderColumn.Create(type, isNullable, name, property, read);

    private static Expression<Func<DbDataReader, int[], TResult>> Read<T, TResult>(string? name, int place)
    {
        var reader = Expression.Parameter(typeof(DbDataReader));
        var map = Expression.Parameter(typeof(int[]));
        var ordinal = name is null ? (Expression)Expression.Constant(place) : Expression.ArrayIndex(map, Expression.Constant(place));
        var value = Expression.Call(reader, nameof(DbDataReader.GetFieldValue), [typeof(T)], ordinal);
        return Expression.Lambda<Func<DbDataReader, int[], TResult>>(
            typeof(T) == typeof(TResult) ? value : Expression.Convert(value, typeof(TResult)), reader, map);
    }
}
