using System.Reflection;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.Engine;

namespace FastOrm.Cache.Tests.Unit.Keys;

/// <summary>Which ways through the code take a lock: read from the compiled code, through everything of ours that it calls.</summary>
public sealed class LockTests
{
    private static readonly HashSet<Assembly> Ours = [typeof(ICache).Assembly, typeof(RememberOptions).Assembly];

    private static readonly HashSet<Type> Locks =
    [
        typeof(Lock), typeof(Monitor), typeof(Mutex), typeof(Semaphore), typeof(SemaphoreSlim), typeof(ReaderWriterLock),
        typeof(ReaderWriterLockSlim), typeof(SpinLock), typeof(Barrier), typeof(EventWaitHandle), typeof(ManualResetEventSlim),
    ];

    [Fact]
    public void Building_a_key_takes_no_lock()
    {
        Assert.Empty(LocksOf(typeof(ExpressionKeyWriter), nameof(ExpressionKeyWriter.TryWriteRaw)));
        Assert.Empty(LocksOf(typeof(ExpressionKeyWriter), nameof(ExpressionKeyWriter.TryWriteExtracted)));
        Assert.Empty(LocksOf(typeof(ValueTemplate)));
        Assert.Empty(LocksOf(typeof(QueryKey)));
    }

    [Fact]
    public void Finding_the_plan_and_the_entry_takes_no_lock()
    {
        Assert.Empty(LocksOf(typeof(PlanCache), nameof(PlanCache.Find)));
        Assert.Empty(LocksOf(typeof(CacheEngine), nameof(CacheEngine.Find)));
    }

    [Fact]
    public void Where_there_is_a_lock_it_is_found()
    {
        Assert.NotEmpty(LocksOf(typeof(PendingWrites), nameof(PendingWrites.Add)));
        Assert.NotEmpty(LocksOf(typeof(CacheEngine), nameof(CacheEngine.Store)));
        Assert.NotEmpty(LocksOf(typeof(ObservingDatabase), nameof(ObservingDatabase.SaveChangesAsync)));
    }

    /// <summary>The ways from the methods to a lock.</summary>
    private static List<string> LocksOf(Type type, string? method = null)
    {
        const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.Static | BindingFlags.Instance;
        var start = type.GetMethods(Declared).Where(candidate => method is null || candidate.Name == method).ToList();
        Assert.NotEmpty(start);

        var ways = new List<string>();
        var seen = new HashSet<MethodBase>(start);
        var next = new Stack<(MethodBase Method, string Way)>(start.Select(static first => ((MethodBase)first, Text(first))));
        while (next.TryPop(out var current))
        {
            foreach (var called in MethodCalls.Of(current.Method).SelectMany(Bodies))
            {
                var way = $"{current.Way} > {Text(called)}";
                if (called.DeclaringType is { } owner && Locks.Contains(owner))
                {
                    ways.Add(way);
                }
                else if (called.DeclaringType is not null && Ours.Contains(called.DeclaringType.Assembly) && seen.Add(called))
                {
                    next.Push((called, way));
                }
            }
        }

        return ways;
    }

    /// <summary>The method and those that may run in its place.</summary>
    private static IEnumerable<MethodBase> Bodies(MethodBase called)
    {
        yield return called;
        if (called is not MethodInfo { IsVirtual: true } || called.DeclaringType is not { } declaring || !Ours.Contains(declaring.Assembly))
        {
            yield break;
        }

        foreach (var type in Ours.SelectMany(static assembly => assembly.GetTypes()))
        {
            if (type is { IsInterface: false, ContainsGenericParameters: false } && type != declaring && declaring.IsAssignableFrom(type))
            {
                var targets = declaring.IsInterface
                    ? type.GetInterfaceMap(declaring).TargetMethods
                    : type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
                foreach (var target in targets.Where(target => target.Name.EndsWith(called.Name, StringComparison.Ordinal)))
                {
                    yield return target;
                }
            }
        }
    }

    private static string Text(MethodBase method) => $"{method.DeclaringType?.Name}.{method.Name}";
}
