using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace FastOrm.Cache.Build;

/// <summary>
/// Lets EF Core's SQLite provider run with the SQLitePCLRaw assemblies of the default build, whose version number is lower
/// than the one the provider was compiled against, and prefers the system's newer SQLite library when there is one.
/// </summary>
internal static class SqliteBootstrap
{
    private const string Done = "FastOrm.Cache.SqliteBootstrap";

    // Runs when the assembly is loaded, so before any SqliteConnection exists. Of two programs in one process the first does it.
    [ModuleInitializer]
    internal static void Initialize()
    {
        if (AppContext.GetData(Done) is not null)
        {
            return;
        }

        AppContext.SetData(Done, true);
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
        {
            if (name.Name?.StartsWith("SQLitePCLRaw", StringComparison.Ordinal) != true)
            {
                return null;
            }

            var path = Path.Combine(AppContext.BaseDirectory, name.Name + ".dll");
            return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        };

        InitializeProvider();
    }

    // A method of its own: the types it names can be loaded only after the handler above is in place.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void InitializeProvider()
    {
        NativeLibrary.SetDllImportResolver(
            Assembly.Load("SQLitePCLRaw.provider.e_sqlite3"),
            static (library, assembly, path) =>
                library == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var system)
                    ? system
                    : NativeLibrary.TryLoad(library, assembly, path, out var bundled) ? bundled : IntPtr.Zero);
        SQLitePCL.Batteries_V2.Init();
    }
}
