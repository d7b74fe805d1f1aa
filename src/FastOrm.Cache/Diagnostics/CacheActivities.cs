using System.Diagnostics;

namespace FastOrm.Cache.Diagnostics;

/// <summary>The spans of caches, made only while somebody listens. No key, value or tag of an application is part of them.</summary>
/// <remarks>Attributes are those of OpenTelemetry's semantic conventions where there are any: <c>db.…</c>, <c>error.type</c>.</remarks>
internal static class CacheActivities
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "FastOrm.Cache";

    public const string Query = "query";
    public const string Value = "value";

    public static ActivitySource Source { get; } = new(SourceName);

    public static Activity? LookUp(string cache, string kind) => Source.HasListeners() ? Start("cache.lookup", cache, kind) : null;

    public static Activity? Load(string cache, string kind) => Source.HasListeners() ? Start("cache.load", cache, kind) : null;

    public static void Invalidated(string cache, InvalidationCause cause, int stamps)
    {
        if (Source.HasListeners())
        {
            using var activity = Start("cache.invalidate", cache);
            activity?.SetTag("cache.invalidation.cause", SnakeCase.Of(cause.ToString()));
            activity?.SetTag("cache.invalidation.stamps", stamps);
        }
    }

    /// <summary>An operation of the tier that nodes share.</summary>
    /// <param name="operation">The method that asks for it.</param>
    /// <param name="system">What the tier is, as <c>redis</c>; null if nobody knows.</param>
    public static Activity? Remote(string operation, string? system)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var name = operation.EndsWith("Async", StringComparison.Ordinal) ? operation[..^5] : operation;
        var activity = Source.StartActivity($"cache.remote {SnakeCase.Of(name)}", ActivityKind.Client);
        activity?.SetTag("db.system.name", system ?? "other");
        activity?.SetTag("db.operation.name", SnakeCase.Of(name));
        return activity;
    }

    /// <summary>Records an error, and does not handle it: to be asked in a filter.</summary>
    public static bool Failed(Activity? activity, Exception error)
    {
        if (activity is not null)
        {
            activity.SetStatus(ActivityStatusCode.Error);
            activity.SetTag("error.type", error.GetType().FullName);
        }

        return false;
    }

    private static Activity? Start(string name, string cache, string? kind = null)
    {
        var activity = Source.StartActivity(name);
        activity?.SetTag("cache.name", cache);
        if (kind is not null)
        {
            activity?.SetTag("cache.kind", kind);
        }

        return activity;
    }
}
