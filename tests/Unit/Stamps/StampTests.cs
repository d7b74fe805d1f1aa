using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Tests.Unit.Stamps;

public sealed class StampTests
{
    private readonly StampTable _stamps = new();

    [Fact]
    public void A_dependency_is_current_until_its_stamp_changes()
    {
        var seen = _stamps.Tag(1).Seen();
        Assert.True(seen.IsCurrent);

        _stamps.Tag(1).Change();
        Assert.False(seen.IsCurrent);
        Assert.True(_stamps.Tag(1).Seen().IsCurrent);
    }

    [Fact]
    public void A_change_is_never_undone_by_another()
    {
        var seen = _stamps.Tag(1).Seen();
        for (var i = 0; i < 1000; i++)
        {
            _stamps.Tag(1).Change();
            Assert.False(seen.IsCurrent);
        }
    }

    [Fact]
    public void A_change_concerns_its_own_slot_only()
    {
        Dependency[] others = [_stamps.Tag(2).Seen(), _stamps.Table(1).Seen(), _stamps.All.Seen()];
        _stamps.Tag(1).Change();

        Assert.True(Dependency.AreCurrent(others));
    }

    [Fact]
    public void Tags_that_share_a_slot_are_invalidated_together()
    {
        var first = _stamps.Tag(5);
        var sharing = _stamps.Tag(5 + StampTable.TagSlots);
        var seen = (first.Seen(), sharing.Seen());

        first.Change();

        Assert.False(seen.Item1.IsCurrent);
        Assert.False(seen.Item2.IsCurrent);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void One_changed_stamp_of_several_is_enough(int changed)
    {
        Stamp[] stamps = [_stamps.All, _stamps.Tag(1), _stamps.Table(1)];
        var seen = stamps.Select(stamp => stamp.Seen()).ToArray();
        Assert.True(Dependency.AreCurrent(seen));

        stamps[changed].Change();
        Assert.False(Dependency.AreCurrent(seen));
    }

    [Fact]
    public void What_depends_on_nothing_is_always_current()
        => Assert.True(Dependency.AreCurrent([]));

    [Fact]
    public void Every_hash_has_a_slot()
    {
        foreach (var hash in (ulong[])[0, 1, ulong.MaxValue, 1UL << 63, StampTable.TagSlots, StampTable.TableSlots])
        {
            Assert.True(_stamps.Tag(hash).Seen().IsCurrent);
            Assert.True(_stamps.Table(hash).Seen().IsCurrent);
        }
    }

    [Fact]
    public async Task No_change_of_many_threads_is_lost()
    {
        var before = _stamps.Tag(1).Current;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                _stamps.Tag(1).Change();
            }
        })));

        Assert.Equal(before + 40_000, _stamps.Tag(1).Current);
    }

    [Fact]
    public async Task Threads_that_come_to_a_page_first_at_once_share_it()
    {
        for (var round = 0; round < 200; round++)
        {
            var stamps = new StampTable();
            using var start = new Barrier(2);
            await Task.WhenAll(Enumerable.Range(0, 2).Select(thread => Task.Run(() =>
            {
                start.SignalAndWait();
                stamps.At(thread).Change();
                stamps.At(2).Change();
            })));

            Assert.Equal((1, 1, 2), (stamps.At(0).Current, stamps.At(1).Current, stamps.At(2).Current));
        }
    }

    [Fact]
    public void The_last_slot_of_a_table_is_one_of_it()
    {
        foreach (var isShared in (bool[])[false, true])
        {
            var stamps = new StampTable(isShared);
            var last = stamps.Guard(ulong.MaxValue);

            last.Change();

            Assert.Equal((stamps.Count - 1, 1), (last.Slot, stamps.At(stamps.Count - 1).Current));
        }
    }

    [Fact]
    public void A_table_of_which_little_is_used_takes_little_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var stamps = new StampTable(isShared: true);
        stamps.All.Change();
        stamps.Tag(1).Change();
        stamps.Guard(1).Change();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 100_000);
    }
}
