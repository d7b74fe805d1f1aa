using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Entities;

/// <summary>Properties whose values no two entities of a type share: those of its primary key, of an alternate key or of a unique index.</summary>
internal sealed class EntityKey
{
    private const string Annotation = "FastOrm.Cache:Keys";

    private EntityKey(IEntityType type, IReadOnlyList<IProperty> properties, IKey? key)
    {
        Type = type;
        Properties = properties;
        Key = key;
        HasShadows = properties.Any(static property => property.IsShadowProperty());
        Names = [.. Enumerable.Range(0, properties.Count).Select(static i => $"key{i}")];
    }

    public IEntityType Type { get; }

    public IReadOnlyList<IProperty> Properties { get; }

    /// <summary>The key by which the change tracker knows its entities; null for a unique index.</summary>
    public IKey? Key { get; }

    /// <summary>Whether some of the values are in no property of an entity.</summary>
    public bool HasShadows { get; }

    /// <summary>The names of the parameters that carry the values.</summary>
    public string[] Names { get; }

    /// <summary>The primary key.</summary>
    /// <exception cref="InvalidOperationException">The entity type has none.</exception>
    public static EntityKey Primary(IEntityType type)
        => KeysOf(type).Primary ?? throw new InvalidOperationException(
            $"{type.DisplayName()} has no primary key, so none of its rows can be found by one. Query it with Where(…).Remember().");

    /// <summary>The primary key, and each alternate key and unique index that belongs to the type itself.</summary>
    public static IEnumerable<EntityKey> AllOf(IEntityType type) => KeysOf(type).All;

    /// <summary>The key or unique index of these properties, in whatever order.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static EntityKey Of(IEntityType type, IReadOnlyList<string> properties)
    {
        foreach (var property in properties)
        {
            if (type.FindProperty(property) is null)
            {
                throw new InvalidOperationException(
                    $"{type.DisplayName()}.{property} is not a property that is stored. Name the properties of a key or of a unique index.");
            }
        }

        foreach (var key in KeysOf(type).All)
        {
            if (AreOf(key.Properties, properties))
            {
                return key;
            }
        }

        var names = string.Join(", ", properties);
        throw new InvalidOperationException(
            KeysOf(type).Apart.Any(index => AreOf(index.Properties, properties))
                ? $"The unique index of {names} is one of each table of {type.DisplayName()} and its derived types (TPC), so two of them may have a row "
                    + $"with these values. Ask for a type that has one table, as in db.Set<TDerived>(), declare HasAlternateKey(…), or query with Where(…).Remember()."
                : $"{type.DisplayName()} has no key and no unique index of {names}, so several rows may have these values. Declare one with "
                    + "HasIndex(…).IsUnique() or HasAlternateKey(…), or query with Where(…).Remember().");
    }

    /// <summary>The values in the order of <see cref="Properties"/>, which nobody else can change.</summary>
    /// <param name="key">The value of a single property; of several a tuple or an array, in their order.</param>
    /// <exception cref="ArgumentException">There are too few or too many, one is null, or one is of another type.</exception>
    public object[] Values(object? key)
    {
        var values = Properties.Count == 1 ? [key] : key switch
        {
            ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])],
            Array array => [.. array.Cast<object?>()],
            _ => new[] { key },
        };
        if (values.Length != Properties.Count)
        {
            throw new ArgumentException(
                $"{Described} has {Properties.Count} properties, and {values.Length} {(values.Length == 1 ? "value was" : "values were")} given. "
                + $"Give them all, in their order, as a tuple or an array: {Example}.",
                nameof(key));
        }

        for (var i = 0; i < values.Length; i++)
        {
            var (property, value) = (Properties[i], values[i]);
            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (value is null)
            {
                throw new ArgumentException(
                    $"The value of {Type.DisplayName()}.{property.Name} is null, and no row is found by that. Give a {type.Name}.", nameof(key));
            }

            if (!type.IsInstanceOfType(value))
            {
                throw new ArgumentException(
                    $"The value of {Type.DisplayName()}.{property.Name} is a {value.GetType().Name}, and must be a {type.Name}. "
                    + "Convert it before the call.",
                    nameof(key));
            }

            values[i] = ValueWriter.Freeze(value);
        }

        return values!;
    }

    /// <summary>The values that an entity has.</summary>
    /// <returns>Null if one of them is null: then no key leads to it.</returns>
    public object[]? ValuesOf(DbContext context, object entity)
    {
        var entry = context.Entry(entity);
        var values = new object[Properties.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (entry.Property(Properties[i].Name).CurrentValue is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        return values;
    }

    /// <summary>The values that an entity has in properties of its own.</summary>
    /// <returns>Null if one of them is null or only known to the change tracker.</returns>
    public object[]? ValuesOf(object entity)
    {
        var values = new object[Properties.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (Properties[i].IsShadowProperty() || Properties[i].GetGetter().GetClrValue(entity) is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        return values;
    }

    /// <summary>Writes what tells the key apart from all others; it is the same for the types of a hierarchy.</summary>
    public void WriteTo(KeyBuffer buffer)
    {
        buffer.Text(Type.GetRootType().Name);
        buffer.Int32(Properties.Count);
        foreach (var property in Properties)
        {
            buffer.Text(property.Name);
        }
    }

    /// <summary>What its queries are called where people read of them: <c>Product by key</c>, <c>Product by Sku</c>.</summary>
    public string NameOf(bool ignoresFilters)
        => $"{Type.DisplayName()} by {(Key?.IsPrimaryKey() == true ? "key" : string.Join(", ", Properties.Select(static property => property.Name)))}"
            + (ignoresFilters ? ", without query filters" : "");

    private string Described => Key?.IsPrimaryKey() == true ? $"The key of {Type.DisplayName()}"
        : $"The {(Key is null ? "unique index" : "alternate key")} of {Type.DisplayName()}";

    private string Example => $"({string.Join(", ", Properties.Select(static property => property.Name))})";

    private static bool AreOf(IReadOnlyList<IProperty> properties, IReadOnlyList<string> names)
        => properties.Count == names.Count && properties.All(property => names.Contains(property.Name, StringComparer.Ordinal));

    private static Known KeysOf(IEntityType type)
        => type.GetOrAddRuntimeAnnotationValue<Known, IEntityType>(Annotation, static type => new Known(type!), type);

    private sealed class Known
    {
        public Known(IEntityType type)
        {
            Primary = type.FindPrimaryKey() is { } primary ? new EntityKey(type, primary.Properties, primary) : null;
            var others = type.GetKeys()
                .Where(static key => !key.IsPrimaryKey())
                .Select(key => new EntityKey(type, key.Properties, key));
            var unique = type.GetIndexes().Where(static index => index.IsUnique && IsWhole(index)).ToLookup(_ => HasTablesApart(type));
            var indexes = unique[false].Select(index => new EntityKey(type, index.Properties, key: null));
            Apart = [.. unique[true]];
            All = Primary is null ? [.. others, .. indexes] : [Primary, .. others, .. indexes];
        }

        public EntityKey? Primary { get; }

        public EntityKey[] All { get; }

        /// <summary>The unique indexes of which each table of the type has one of its own.</summary>
        public IIndex[] Apart { get; }

        // With a table for each concrete type the rows of a base type are in several. Of a key EF Core itself expects that they share no value.
        private static bool HasTablesApart(IEntityType type)
            => type.GetMappingStrategy() == RelationalAnnotationNames.TpcMappingStrategy
                && type.GetDerivedTypesInclusive().Count(static concrete => !concrete.IsAbstract()) > 1;

        // One that leaves out rows is unique only among the others; values that are asked for are never null.
        private static bool IsWhole(IIndex index)
            => index.GetFilter() is not { } filter
                || filter.Split(" AND ", StringSplitOptions.TrimEntries).All(condition => index.Properties.Any(property => IsNotNull(condition, property)));

        private static bool IsNotNull(string condition, IProperty property)
            => condition.EndsWith(" IS NOT NULL", StringComparison.OrdinalIgnoreCase)
                && condition[..^" IS NOT NULL".Length].Trim(' ', '"', '[', ']', '`') == property.GetColumnName();
    }
}
