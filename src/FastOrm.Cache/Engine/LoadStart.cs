using System.Runtime.InteropServices;

namespace FastOrm.Cache.Engine;

/// <summary>The beginning of a load.</summary>
/// <param name="At">When, on the cache's clock: the age of what it gives counts from here.</param>
/// <param name="Began">The same as a timestamp of the cache's clock, by which it is measured; zero for what is not.</param>
/// <param name="Number">Its place among all loads of the cache.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LoadStart(long At, long Number, long Began = 0);
