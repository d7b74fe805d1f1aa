using System.Reflection;
using System.Runtime.CompilerServices;

namespace FastOrm.Cache.EfCore.Keys;

/// <summary>Recognizes anonymous types.</summary>
internal static class AnonymousType
{
    /// <summary>Whether it is an anonymous type of C#. Those of Visual Basic can be changed.</summary>
    public static bool Is(Type type)
        => type.Name.StartsWith("<>f__AnonymousType", StringComparison.Ordinal)
            && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    /// <summary>The names and types of the properties in their order: what the type is, whatever number the compiler gives it.</summary>
    public static ParameterInfo[] Properties(Type type) => type.GetConstructors()[0].GetParameters();
}
