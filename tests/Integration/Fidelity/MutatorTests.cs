using System.Collections;
using System.Text.Json;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>What the isolation tests change does change.</summary>
public sealed class MutatorTests
{
    public static TheoryData<string, object> Graphs => new()
    {
        { "an array", new[] { 1, 2 } },
        { "an array of two dimensions", new[,] { { 1, 2 }, { 3, 4 } } },
        { "bytes", new byte[] { 1 } },
        { "a list", new List<string> { "a" } },
        { "a hash set", new HashSet<int> { 1 } },
        { "a dictionary", new Dictionary<string, object> { ["a"] = 1 } },
        { "bits", new BitArray([true]) },
        { "a JSON document", JsonDocument.Parse("1") },
        { "an object", new Holder { Number = 1 } },
        { "an object's text", new Holder { Text = "a" } },
        { "an object in an object", new Holder { Inner = new Holder { Number = 1 } } },
        { "an array in a record in a list", new List<(int, byte[])> { (1, [1]) } },
        { "an anonymous type", new { A = 1 } },
        { "a tuple", Tuple.Create(new List<int> { 1 }) },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Everything_that_can_be_changed_is(string what, object graph)
    {
        var before = GraphWriter.Describe(graph);

        Assert.True(Mutator.Change(graph) > 0, what);
        Assert.NotEqual(before, GraphWriter.Describe(graph));
    }

    [Fact]
    public void The_callers_own_objects_are_left_alone()
    {
        var own = new Holder { Number = 1 };

        Mutator.Change(new { own }, own);

        Assert.Equal(1, own.Number);
    }

    private sealed class Holder
    {
        public int Number { get; set; }

        public string? Text { get; set; }

        public Holder? Inner { get; set; }
    }
}
