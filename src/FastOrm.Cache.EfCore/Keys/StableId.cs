using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>
/// 128-bit ids of types and members, computed from their names and therefore the same in every process. Versions of
/// assemblies are left out: what changes between versions shows in the SQL, which is compared too.
/// </summary>
internal static class StableId
{
    private const int FrontSize = 4096; // A power of two.

    // Reading an id must cost next to nothing: a direct-mapped front by object identity, racy and always right, because an entry
    // carries the object that it belongs to.
    private static readonly Entry?[] Front = new Entry?[FrontSize];
    private static readonly ConcurrentDictionary<object, Entry> All = new();

    public static UInt128 Of(Type type) => Find(type).Id;

    public static UInt128 Of(MemberInfo member) => Find(member).Id;

    public static UInt128 Of(string text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>What the key needs to know of a method beside its id.</summary>
    public static MethodFacts Of(MethodInfo method) => (MethodFacts)Find(method);

    private static Entry Find(object member)
    {
        ref var slot = ref Front[RuntimeHelpers.GetHashCode(member) & (FrontSize - 1)];
        var entry = Volatile.Read(ref slot);
        if (entry is not null && ReferenceEquals(entry.Member, member))
        {
            return entry;
        }

        var known = All.GetOrAdd(member, static key => key is MethodInfo method
            ? new MethodFacts(method, Of(Name(key)))
            : new Entry(key, Of(Name(key))));

        // Two objects may describe one method; each gets the front under its own identity.
        entry = ReferenceEquals(known.Member, member) ? known : known.For(member);
        Volatile.Write(ref slot, entry);
        return entry;
    }

    private static string Name(object member)
    {
        var text = new StringBuilder();
        switch (member)
        {
            case Type type:
                Append(text, type);
                break;
            case MethodInfo method:
                Append(text.Append("M:"), method.DeclaringType!);
                text.Append('.').Append(method.Name).Append(method.IsStatic ? '!' : '.');
                AppendAll(text, method.GetGenericArguments(), '<', '>');
                AppendAll(text, method.GetParameters().Select(parameter => parameter.ParameterType), '(', ')');
                Append(text, method.ReturnType); // All that tells two conversions apart.
                break;
            case ConstructorInfo constructor:
                Append(text.Append("C:"), constructor.DeclaringType!);
                AppendAll(text, constructor.GetParameters().Select(parameter => parameter.ParameterType), '(', ')');
                break;
            case MemberInfo other:
                Append(text.Append(other.MemberType).Append(':'), other.DeclaringType!);
                text.Append('.').Append(other.Name);
                break;
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Type type)
    {
        if (type.IsGenericParameter)
        {
            text.Append('`').Append(type.GenericParameterPosition);
        }
        else if (type.HasElementType)
        {
            Append(text, type.GetElementType()!);
            text.Append(type.IsArray ? $"[{type.GetArrayRank()}]" : type.IsByRef ? "&" : "*");
        }
        else if (AnonymousType.Is(type) && !type.IsGenericTypeDefinition)
        {
            // The compiler numbers them anew in each build.
            text.Append("{}, ").Append(type.Assembly.GetName().Name).Append('<');
            foreach (var property in AnonymousType.Properties(type))
            {
                Append(text.Append(property.Name).Append(':'), property.ParameterType);
                text.Append(';');
            }

            text.Append('>');
        }
        else
        {
            var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
            text.Append(definition.FullName).Append(", ").Append(definition.Assembly.GetName().Name);
            if (type.IsConstructedGenericType)
            {
                AppendAll(text, type.GetGenericArguments(), '<', '>');
            }
        }
    }

    private static void AppendAll(StringBuilder text, IEnumerable<Type> types, char open, char close)
    {
        text.Append(open);
        foreach (var type in types)
        {
            Append(text, type);
            text.Append(';');
        }

        text.Append(close);
    }

    internal class Entry(object member, UInt128 id)
    {
        public object Member => member;

        public UInt128 Id => id;

        public virtual Entry For(object twin) => new(twin, id);
    }
}
