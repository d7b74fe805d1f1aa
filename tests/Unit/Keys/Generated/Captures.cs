using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace FastOrm.Cache.Tests.Unit.Keys.Generated;

/// <summary>Captures values in the ways in which programs do: in closures, fields, properties, chains of them.</summary>
internal sealed class Captures(Random random)
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.NonPublic;
    private static readonly MethodInfo New = typeof(Captures).GetMethod(nameof(Capture), Any)!;

    private readonly List<(Type Type, object? Value, Expression Chain)> _known = [];

    /// <summary>
    /// Whether the ways and the sharing follow from chance alone and not from the values: a variable that is used again then has
    /// the value that it had first.
    /// </summary>
    public bool IsBlind { get; init; }

    public Expression Of(object? value, Type type)
    {
        var (share, way) = (random.Next(3) == 0, random.Next(10));
        var known = _known.Find(entry => entry.Type == type && (IsBlind || Bits.Of(entry.Value) == Bits.Of(value)));
        if (share && known.Chain is not null)
        {
            return known.Chain;
        }

        var chain = (Expression)New.MakeGenericMethod(type).Invoke(null, [value, way])!;
        _known.Add((type, value, chain));
        return chain;
    }

    private static Expression Capture<T>(T value, int way)
    {
        Expression<Func<T>> captured = way switch
        {
            0 or 1 or 2 => Local(value),
            3 => new Box<T> { Field = value }.OfThis(),
            4 => Nested(new Box<T> { Property = value }),
            5 => Nested(value, 0),
            6 => Tuple((value, 0)),
            7 => Strong(new StrongBox<T>(value)),
            8 => Inner(new Box<Box<T>> { Property = new Box<T> { Field = value } }),
            _ => Getter(new Box<T> { Field = value }),
        };
        return captured.Body;
    }

    private static Expression<Func<T>> Local<T>(T local) => () => local;

    private static Expression<Func<T>> Nested<T>(Box<T> box) => () => box.Property;

    private static Expression<Func<T>> Tuple<T>((T Value, int Other) tuple) => () => tuple.Value;

    private static Expression<Func<T>> Strong<T>(StrongBox<T> box) => () => box.Value!;

    private static Expression<Func<T>> Inner<T>(Box<Box<T>> box) => () => box.Property.Field;

    // A getter with code in it: only EF Core may read it.
    private static Expression<Func<T>> Getter<T>(Box<T> box) => () => box.Getter;

    private static Expression<Func<T>> Nested<T>(T outer, int other)
    {
        Expression<Func<T>>? result = null;
        for (var inner = 0; inner <= other; inner++)
        {
            var copy = outer;
            result = () => copy;
        }

        return result!;
    }

    private sealed class Box<T>
    {
        public T Field = default!;

        public T Property { get; set; } = default!;

        public T Getter
        {
            get
            {
                Reads++;
                return Field;
            }
        }

        public int Reads { get; private set; }

        public Expression<Func<T>> OfThis() => () => Field;
    }
}
