using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>
/// Collections that may be enumerated and copied without running code of the user's. The items of all but arrays and lists must be
/// immutable. Lazy sequences are none of them: only EF Core knows whether they are to be run, and how often.
/// </summary>
internal sealed partial class CollectionShape : ValueShape
{
    private static readonly Type[] Immutable =
    [
        typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableQueue<>), typeof(ImmutableStack<>),
        typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>), typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>),
        typeof(FrozenSet<>), typeof(FrozenDictionary<,>),
    ];

    private static readonly Dictionary<Type, string> Copies = new()
    {
        [typeof(List<>)] = nameof(CopyList),
        [typeof(HashSet<>)] = nameof(CopySet),
        [typeof(SortedSet<>)] = nameof(CopySortedSet),
        [typeof(Queue<>)] = nameof(CopyQueue),
        [typeof(Stack<>)] = nameof(CopyStack),
        [typeof(LinkedList<>)] = nameof(CopyLinkedList),
        [typeof(Dictionary<,>)] = nameof(CopyDictionary),
        [typeof(ArraySegment<>)] = nameof(CopySegment),
        [typeof(ReadOnlyCollection<>)] = nameof(CopyReadOnly),
    };

    private static readonly Dictionary<Type, string> Checks = new()
    {
        [typeof(ImmutableArray<>)] = nameof(IsInitialized),
        [typeof(ArraySegment<>)] = nameof(HasArray),
        [typeof(ReadOnlyCollection<>)] = nameof(WrapsKnown),
    };

    private readonly Type _type;
    private readonly Func<object, object>? _copy;
    private readonly Func<object, bool>? _canBeRead;

    private CollectionShape(Type type, Func<object, object>? copy, Func<object, bool>? canBeRead = null)
    {
        _type = type;
        _copy = copy;
        _canBeRead = canBeRead;
    }

    public override bool IsImmutable => _copy is null;

    /// <summary>The shape of the type, or null when it is none of them.</summary>
    public static ValueShape? Find(Type type)
    {
        if (type.GetElementType() is { } element)
        {
            var isFlat = IsImmutableType(element);
            return type.IsSZArray
                ? new CollectionShape(type, isFlat ? static array => ((Array)array).Clone() : array => CopyDeep((Array)array, element))
                : type.IsArray && isFlat ? new MultiArrayShape(type) : null;
        }

        type = FrozenBase(type);
        if (!type.IsConstructedGenericType)
        {
            return null;
        }

        var definition = type.GetGenericTypeDefinition();
        var isKnown = Copies.TryGetValue(definition, out var copy) || Array.IndexOf(Immutable, definition) >= 0 || IsOfCompiler(type);
        return isKnown && (definition == typeof(List<>) || Array.TrueForAll(type.GenericTypeArguments, IsImmutableType))
            ? new CollectionShape(
                type, Create<Func<object, object>>(copy, type), Create<Func<object, bool>>(Checks.GetValueOrDefault(definition), type))
            : null;
    }

    public override object Freeze(object value) => _copy is not null && CanBeRead(value) ? _copy(value) : value;

    public override bool TryWrite(KeyBuffer buffer, object value, IModel? model)
    {
        if (!CanBeRead(value))
        {
            return false;
        }

        buffer.Byte(ValueWriter.Sequence);
        buffer.Id(StableId.Of(_type));
        var count = 0;
        foreach (var item in (IEnumerable)value)
        {
            count++;
            if (!ValueWriter.TryWrite(buffer, item, model))
            {
                return false;
            }
        }

        // After the items: their kinds are self-delimiting, and no collection need be counted twice.
        buffer.Byte(byte.MaxValue);
        buffer.Int32(count);
        return true;
    }

    private bool CanBeRead(object value) => _canBeRead is null || _canBeRead(value);

    private static TDelegate? Create<TDelegate>(string? method, Type type)
        where TDelegate : Delegate
        => method is null
            ? null
            : typeof(CollectionShape).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(type.GenericTypeArguments)
                .CreateDelegate<TDelegate>();

    /// <summary>What is frozen has a type of its own for each kind and number of items; they have a common base.</summary>
    private static Type FrozenBase(Type type)
    {
        for (var known = type; known is not null; known = known.BaseType)
        {
            if (known.IsConstructedGenericType
                && known.GetGenericTypeDefinition() is var definition
                && (definition == typeof(FrozenSet<>) || definition == typeof(FrozenDictionary<,>)))
            {
                return known;
            }
        }

        return type;
    }

    /// <summary>Whether the compiler has made the type for a collection expression; no one can change what is in it.</summary>
    private static bool IsOfCompiler(Type type)
        => type.Name.StartsWith("<>z__ReadOnly", StringComparison.Ordinal)
            && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);
}
