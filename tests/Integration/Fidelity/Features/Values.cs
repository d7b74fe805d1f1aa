using System.Linq.Expressions;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Values of every type: read, compared with a captured one, in a list, null, converted, in collections.</summary>
internal static class Values
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Types(new Feature<ValuesContext>("Values of every type", corpus));
        Nullables(new Feature<ValuesContext>("Nulls", corpus));
        Conversions(new Feature<ValuesContext>("Value converters", corpus));
        Collections(new Feature<ValuesContext>("Primitive collections", corpus));
    }

    private static void Types(Feature<ValuesContext> f)
    {
        var value = ValuesSeed.Ordinary;
        f.Query("whole entities", db => db.Scalars.OrderBy(s => s.Id));
        f.Query("whole entities, untracked", db => db.Scalars.AsNoTracking().OrderBy(s => s.Id));
        Column(f, s => s.Bool, value.Bool);
        Column(f, s => s.Byte, value.Byte);
        Column(f, s => s.SByte, value.SByte);
        Column(f, s => s.Short, value.Short);
        Column(f, s => s.UShort, value.UShort);
        Column(f, s => s.Int, value.Int);
        Column(f, s => s.UInt, value.UInt);
        Column(f, s => s.Long, value.Long);
        Column(f, s => s.ULong, value.ULong);
        Column(f, s => s.Float, value.Float);
        Column(f, s => s.Double, value.Double);
        Column(f, s => s.Decimal, value.Decimal);
        Column(f, s => s.Char, value.Char);
        Column(f, s => s.Guid, value.Guid);
        Column(f, s => s.Utc, value.Utc);
        Column(f, s => s.Local, value.Local);
        Column(f, s => s.Offset, value.Offset);
        Column(f, s => s.Date, value.Date);
        Column(f, s => s.Time, value.Time);
        Column(f, s => s.Span, value.Span);
        Column(f, s => s.Colour, value.Colour);
        Column(f, s => s.Small, value.Small);
        Column(f, s => s.Large, value.Large);
        Column(f, s => s.Text, value.Text);
        Column(f, s => s.Bytes, value.Bytes);
        f.Query("minima", db => db.Scalars.Where(s => s.Id != 4).GroupBy(s => 1).Select(
            g => new { B = g.Min(s => s.Byte), L = g.Min(s => s.Long), D = g.Min(s => s.Double), T = g.Max(s => s.Time), X = g.Max(s => s.Date) }));
    }

    // The column of each row, whether it is the captured value, and those that are in a captured list of it.
    private static void Column<T>(Feature<ValuesContext> f, Expression<Func<Scalars, T>> column, T value)
    {
        var name = ((MemberExpression)column.Body).Member.Name;
        f.Query(name, db => db.Scalars.OrderBy(s => s.Id).Select(column));
        f.Query($"{name} found", db => db.Scalars.Where(Is(column, value)).OrderBy(s => s.Id));
    }

    private static Expression<Func<Scalars, bool>> Is<T>(Expression<Func<Scalars, T>> column, T value)
    {
        Expression<Func<T>> captured = () => value;
        return Expression.Lambda<Func<Scalars, bool>>(Expression.Equal(column.Body, captured.Body), column.Parameters);
    }

    private static void Nullables(Feature<ValuesContext> f)
    {
        f.Query("whole entities", db => db.Optionals.OrderBy(o => o.Id));
        f.Query("whole entities, untracked", db => db.Optionals.AsNoTracking().OrderBy(o => o.Id));
        f.Query("numbers", db => db.Optionals.OrderBy(o => o.Id).Select(o => new { o.Byte, o.Short, o.UInt, o.ULong, o.Float, o.Double, o.Decimal }));
        f.Query("times", db => db.Optionals.OrderBy(o => o.Id).Select(o => new { o.Utc, o.Local, o.Offset, o.Date, o.Time, o.Span }));
        f.Query("one alone", db => db.Optionals.OrderBy(o => o.Id).Select(o => o.Char));
        f.Query("is null", db => db.Optionals.Where(o => o.Double == null || o.Bytes == null));
        f.Query("a value", db => db.Optionals.Where(o => o.Decimal!.Value == 12.34m));
        f.Query("a captured null of each kind", db =>
        {
            (int? number, string? text, DateTime? time, Colour? colour, byte[]? bytes) = (null, null, null, null, null);
            return db.Optionals.Where(o => o.Int == number && o.Text == text && o.Utc == time && o.Colour == colour && o.Bytes == bytes);
        });
        f.Query("a captured value of each kind", db =>
        {
            (int? number, string? text, DateOnly? day, Colour? colour, bool? truth) = (-42, "x", new DateOnly(2024, 2, 29), Colour.Red, true);
            return db.Optionals.Where(o => o.Int == number && o.Text == text && o.Date == day && o.Colour == colour && o.Bool == truth);
        });
        f.Query("minus zero", db => db.Optionals.Where(o => o.Id == 2).Select(o => new { o.Double, o.Float }));
        f.Query("in a list", db =>
        {
            var times = new List<DateTime?> { null, ValuesSeed.Ordinary.Utc };
            return db.Optionals.Where(o => times.Contains(o.Utc)).OrderBy(o => o.Id);
        });
        f.Query("the largest", db => db.Optionals, q => q.Max(o => o.Long));
    }

    private static void Conversions(Feature<ValuesContext> f)
    {
        f.Query("whole entities", db => db.Converted.OrderBy(c => c.Id));
        f.Query("whole entities, untracked", db => db.Converted.AsNoTracking().OrderBy(c => c.Id));
        f.Query("an enum by its name", db =>
        {
            var colour = Colour.Green;
            return db.Converted.Where(c => c.Colour == colour && c.ColourOrNull != Colour.None).OrderBy(c => c.Id);
        });
        f.Query("a boolean as a word", db => db.Converted.Where(c => c.YesNo));
        f.Query("a Uri", db =>
        {
            var site = new Uri("https://example.com/2?q=ü");
            return db.Converted.Where(c => c.Site == site);
        });
        f.Query("a struct", db =>
        {
            var code = new Code(200);
            return db.Converted.Where(c => c.Code == code);
        });
        f.Query("structs in a list", db =>
        {
            var codes = new List<Code> { new(100), new(300) };
            return db.Converted.Where(c => codes.Contains(c.Code)).OrderBy(c => c.Id);
        });
        f.Query("a nullable struct", db => db.Converted.OrderBy(c => c.Id).Select(c => c.CodeOrNull));
        f.Query("a text turned round", db =>
        {
            var text = "abc3";
            return db.Converted.Where(c => c.Reversed == text).Select(c => c.Reversed);
        });
        f.Query("null as a text", db => db.Converted.OrderBy(c => c.Id).Select(c => c.NullAsText));
        f.Query("bytes as a text", db => db.Converted.OrderBy(c => c.Id).Select(c => c.Bytes));
        f.Query("a dictionary as JSON", db => db.Converted.OrderBy(c => c.Id).Select(c => c.Map));
        f.Query("a number as a text", db => db.Converted.Where(c => c.Number == -22));
        f.Query("a time that is given its kind", db => db.Converted.OrderBy(c => c.Id).Select(c => c.AsUtc));
        f.Query("a time span as a number", db => db.Converted.OrderByDescending(c => c.Ticks).Select(c => c.Ticks));
    }

    private static void Collections(Feature<ValuesContext> f)
    {
        f.Query("whole entities", db => db.Lists.OrderBy(l => l.Id));
        f.Query("whole entities, untracked", db => db.Lists.AsNoTracking().OrderBy(l => l.Id));
        f.Query("an array", db => db.Lists.OrderBy(l => l.Id).Select(l => l.Numbers));
        f.Query("a list with nulls", db => db.Lists.OrderBy(l => l.Id).Select(l => l.Gaps));
        f.Query("a list or none", db => db.Lists.OrderBy(l => l.Id).Select(l => l.Days));
        f.Query("enums", db => db.Lists.OrderBy(l => l.Id).Select(l => l.Colours));
        f.Query("Contains a captured value", db =>
        {
            var number = 3;
            return db.Lists.Where(l => l.Numbers.Contains(number)).OrderBy(l => l.Id);
        });
        f.Query("an element", db => db.Lists.Where(l => l.Numbers[0] == 2));
        f.Query("its length", db => db.Lists.OrderBy(l => l.Id).Select(l => l.Words.Count));
        f.Query("Any with a condition", db => db.Lists.Where(l => l.Words.Any(w => w.EndsWith("\"2\""))));
        f.Query("a maximum", db => db.Lists.OrderBy(l => l.Id).Select(l => l.Numbers.Max()));
        f.Query("filtered in a projection", db => db.Lists.OrderBy(l => l.Id).Select(l => l.Numbers.Where(n => n > 2).ToList()))
            .Throws(Provider.Sqlite);
        f.Query("flattened", db => db.Lists.SelectMany(l => l.Numbers).OrderBy(n => n)).Throws(Provider.Sqlite);
        f.Query("compared with a captured one", db =>
        {
            var numbers = new[] { 2, 3 };
            return db.Lists.Where(l => l.Numbers == numbers);
        });
        f.Query("intersected with a captured one", db =>
        {
            var numbers = new[] { 1, 5 };
            return db.Lists.Where(l => l.Numbers.Intersect(numbers).Any()).OrderBy(l => l.Id);
        });
    }
}
