namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Tests that assert how long something takes: nothing else runs beside them, and they come last.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
