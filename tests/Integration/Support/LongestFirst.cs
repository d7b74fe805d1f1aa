using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("FastOrm.Cache.Tests.Integration.Support." + nameof(FastOrm.Cache.Tests.Integration.Support.LongestFirst), "FastOrm.Cache.Tests.Integration")]

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Begins with the collections that take longest: whatever of them came last would run with nothing beside it.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [OnPostgres.Name, OnSqlite.Name, nameof(Browser.BrowserFixture)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections)
        => testCollections.OrderBy(static collection => Array.IndexOf(Longest, collection.DisplayName) is >= 0 and var place ? place : Longest.Length);
}
