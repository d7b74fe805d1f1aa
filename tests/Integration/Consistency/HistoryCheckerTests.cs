using System.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Consistency;

/// <summary>The checker finds what is planted, and nothing in what is allowed.</summary>
public sealed class HistoryCheckerTests
{
    private readonly List<object> _events = [];

    [Fact]
    public void An_older_version_than_the_node_s_own_is_found()
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110);
        Reads(node: 1, at: 111, (7, 0));

        Assert.Equal((BrokenRule.OwnWrite, 7, 10L), Only());
    }

    [Fact]
    public void A_read_that_begins_before_the_own_write_has_ended_may_be_older()
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110);
        Reads(node: 1, at: 109, (7, 0));

        Assert.Empty(Found());
    }

    [Fact]
    public void Another_node_may_read_an_older_version()
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110);
        Acknowledged(node: 1, row: 7, version: 10, at: 112);
        Reads(node: 2, at: 200, (7, 0));

        Assert.Empty(Found());
    }

    [Fact]
    public void A_certain_read_that_is_older_than_what_was_acknowledged_is_found()
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110);
        Acknowledged(node: 1, row: 7, version: 10, at: 112);
        Reads(node: 2, at: 113, verified: true, (5, 0), (7, 0));

        Assert.Equal((BrokenRule.Acknowledged, 7, 10L), Only());
    }

    [Fact]
    public void A_certain_read_may_be_older_than_what_is_acknowledged_later_or_never()
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110);
        Writes(node: 1, row: 7, version: 11, begin: 120, end: 130);
        Acknowledged(node: 1, row: 7, version: 10, at: 150);
        Reads(node: 2, at: 140, verified: true, (7, 0));
        Reads(node: 2, at: 160, verified: true, (7, 10));

        Assert.Empty(Found());
    }

    [Fact]
    public void The_newest_of_several_writes_counts_in_whichever_order_they_ended()
    {
        Writes(node: 1, row: 7, version: 11, begin: 100, end: 110);
        Writes(node: 1, row: 7, version: 10, begin: 90, end: 120);
        Reads(node: 1, at: 130, (7, 10));

        Assert.Equal((BrokenRule.OwnWrite, 7, 11L), Only());
    }

    [Fact]
    public void What_was_rolled_back_need_not_be_read_and_must_not_be()
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110, Outcome.RolledBack);
        Reads(node: 1, at: 111, (7, 0));
        Reads(node: 2, at: 112, (7, 10));

        Assert.Equal((BrokenRule.NeverCommitted, 7, null), Only());
    }

    [Fact]
    public void What_may_have_been_committed_may_be_read_and_need_not_be()
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110, Outcome.Unknown);
        Reads(node: 1, at: 111, (7, 0));
        Reads(node: 1, at: 112, (7, 10));

        Assert.Empty(Found());
    }

    [Fact]
    public void A_version_that_nobody_has_written_is_found()
    {
        Reads(node: 1, at: 111, (7, 3));

        Assert.Equal((BrokenRule.NeverCommitted, 7, null), Only());
    }

    [Fact]
    public void A_version_of_another_row_is_found()
    {
        Writes(node: 1, row: 8, version: 10, begin: 100, end: 110);
        Reads(node: 2, at: 111, (7, 10));

        Assert.Equal((BrokenRule.NeverCommitted, 7, null), Only());
    }

    [Fact]
    public void A_version_that_is_read_before_it_was_written_is_found()
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110);
        Reads(node: 2, at: 50, (7, 10));

        Assert.Equal((BrokenRule.NeverCommitted, 7, null), Only());
    }

    [Fact]
    public void A_value_may_be_older_until_its_tag_is_flushed_and_then_is_found()
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110);
        Writes(node: 1, row: -7, version: 10, begin: 100, end: 130);
        Reads(node: 1, at: 120, (-7, 0));
        Reads(node: 1, at: 125, (-7, 10));
        Assert.Empty(Found());

        Reads(node: 1, at: 131, (-7, 0));
        Assert.Equal((BrokenRule.OwnWrite, -7, 10L), Only());
    }

    [Fact]
    public void A_row_that_is_read_after_its_removal_is_found()
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110);
        Removes(node: 2, row: 7, version: 11, begin: 112, end: 120);
        Acknowledged(node: 2, row: 7, version: 11, at: 122);
        Reads(node: 2, at: 121, (7, 10));
        Reads(node: 1, at: 123, verified: true, (7, 10));
        Reads(node: 1, at: 123, (7, 10));

        Assert.Equal([(BrokenRule.OwnWrite, 7, 11L), (BrokenRule.Acknowledged, 7, 11L)], Found());
    }

    [Fact]
    public void A_row_that_is_missed_after_it_was_added_is_found()
    {
        Removes(node: 2, row: 7, version: 10, begin: 90, end: 95);
        Writes(node: 1, row: 7, version: 11, begin: 100, end: 110);
        Removes(node: 2, row: 7, version: 12, begin: 115, end: 120);
        Reads(node: 1, at: 111, (7, 0));

        Assert.Equal((BrokenRule.OwnWrite, 7, 11L), Only());
    }

    [Fact]
    public void A_row_may_be_missing_from_when_its_removal_began()
    {
        Writes(node: 1, row: 7, version: 11, begin: 100, end: 110);
        Removes(node: 2, row: 7, version: 12, begin: 115, end: 120);
        Reads(node: 1, at: 115, (7, 0), (-7, 0));
        Reads(node: 1, at: 130, (7, 0));

        Assert.Empty(Found());
    }

    [Fact]
    public void A_row_is_not_missing_for_a_removal_that_was_rolled_back()
    {
        Writes(node: 1, row: 7, version: 11, begin: 100, end: 110);
        Removes(node: 2, row: 7, version: 12, begin: 115, end: 120, Outcome.RolledBack);
        Reads(node: 1, at: 130, (7, 0));

        Assert.Equal((BrokenRule.OwnWrite, 7, 11L), Only());
    }

    [Fact]
    public void The_version_of_a_removal_is_read_by_nobody()
    {
        Removes(node: 2, row: 7, version: 12, begin: 115, end: 120);
        Reads(node: 1, at: 130, (7, 12));

        Assert.Equal((BrokenRule.NeverCommitted, 7, null), Only());
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public void A_sum_that_lacks_a_write_is_found(long changes, bool isFound)
    {
        Writes(node: 1, row: 7, version: 10, begin: 100, end: 110);
        Writes(node: 2, row: 7, version: 12, begin: 112, end: 120);
        Writes(node: 1, row: 8, version: 11, begin: 111, end: 119);
        Acknowledged(node: 2, row: 7, version: 12, at: 121);
        _events.Add(new SumEvent(1, 130, 131, IsVerified: true, [7, 8, 9], changes));

        Assert.Equal(isFound ? [(BrokenRule.Acknowledged, 7, 12L)] : [], Found());
    }

    [Fact]
    public void Staleness_counts_from_the_end_of_the_first_write_that_was_missed()
    {
        Writes(node: 1, row: 7, version: 10, begin: 0, end: Ms(10));
        Writes(node: 1, row: 7, version: 11, begin: Ms(11), end: Ms(20));
        Reads(node: 2, at: Ms(5), (7, 0));
        Reads(node: 2, at: Ms(25), (7, 0));
        Reads(node: 2, at: Ms(25), (7, 10));
        Reads(node: 2, at: Ms(25), (7, 11));
        Removes(node: 1, row: 8, version: 12, begin: Ms(30), end: Ms(40));
        Writes(node: 1, row: 8, version: 13, begin: Ms(41), end: Ms(50));
        Reads(node: 2, at: Ms(45), (8, 0));
        Reads(node: 2, at: Ms(52), (8, 0));

        var staleness = HistoryChecker.Check(History.Of(_events)).StalenessOf(static _ => true);
        Assert.Equal("6 rows read, 50.00 % stale; of these p50 5.0 ms, p99 15.0 ms, maximum 15.0 ms", staleness.ToString());
    }

    [Fact]
    public void The_history_of_a_violation_shows_the_read_the_write_it_missed_and_what_happened_meanwhile()
    {
        Writes(node: 1, row: 7, version: 10, begin: Ms(100), end: Ms(110));
        Writes(node: 1, row: 8, version: 11, begin: Ms(100), end: Ms(110));
        Acknowledged(node: 1, row: 7, version: 10, at: Ms(111));
        Reads(node: 3, at: Ms(105), (7, 10));
        Reads(node: 2, at: Ms(120), verified: true, (7, 0));
        _events.Add(new FaultEvent("Redis stands still", Ms(50), Ms(115)));

        var found = HistoryChecker.Check(History.Of(_events));
        var shown = found.Show(Assert.Single(found.Violations)).Split('\n').Select(static line => line.Trim());
        Assert.Equal(
            [
                "Acknowledged: node 2 reads 0 of row 7, and 10 of node 1 was there.",
                "-70.00  fault until -5.00: Redis stands still",
                "-20.00  node 1 writes 10 until -10.00: Committed, test",
                "-15.00  node 3 reads 10 until -15.00 (test)",
                "-9.00  Redis knows of 10 of node 1",
                "0.00  *** node 2 reads 0 until 0.00 (test)",
                "",
            ],
            shown);
    }

    [Fact]
    public void Events_are_the_same_when_they_are_read_again()
    {
        Writes(node: 1, row: -7, version: 10, begin: 100, end: 110, Outcome.Unknown);
        Removes(node: 1, row: 7, version: 10, begin: 100, end: 110);
        Acknowledged(node: 1, row: 7, version: 10, at: 112);
        Reads(node: 2, at: 113, verified: true, (5, 0), (7, long.MaxValue));
        _events.Add(new SumEvent(3, 1, 2, IsVerified: true, [1, 2], 5));

        Assert.Equivalent(_events, _events.ConvertAll(static one => HistoryText.Read(HistoryText.Write(one))), strict: true);
    }

    private static long Ms(int milliseconds) => milliseconds * Stopwatch.Frequency / 1000;

    private List<(BrokenRule Rule, int Row, long? Missed)> Found()
        => HistoryChecker.Check(History.Of(_events)).Violations.ConvertAll(static one => (one.Rule, one.Row, one.Missed?.Version));

    private (BrokenRule Rule, int Row, long? Missed) Only() => Assert.Single(Found());

    private void Writes(int node, int row, long version, long begin, long end, Outcome outcome = Outcome.Committed)
        => _events.Add(new WriteEvent(node, row, version, begin, end, outcome, "test"));

    private void Removes(int node, int row, long version, long begin, long end, Outcome outcome = Outcome.Committed)
        => _events.Add(new WriteEvent(node, row, version, begin, end, outcome, "test", IsRemoval: true));

    private void Acknowledged(int node, int row, long version, long at) => _events.Add(new AcknowledgedEvent(node, row, version, at));

    private void Reads(int node, long at, params (int Row, long Version)[] seen) => Reads(node, at, verified: false, seen);

    private void Reads(int node, long at, bool verified, params (int Row, long Version)[] seen)
        => _events.Add(new ReadEvent(node, at, at, verified, "test", seen));
}
