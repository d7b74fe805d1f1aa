using System.Runtime.InteropServices;

namespace FastOrm.Cache.Engine;

/// <summary>A value in the form in which it is kept.</summary>
/// <param name="Stored">The value itself, or what it is made of anew for each caller.</param>
/// <param name="Size">Its estimated size in bytes.</param>
/// <param name="IsEmpty">Whether there is nothing in it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeptValue(object? Stored, int Size, bool IsEmpty);
