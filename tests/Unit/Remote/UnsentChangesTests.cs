using FastOrm.Cache.Coherence;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Stamps;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Remote;

/// <summary>What becomes of changes that the tier has not acknowledged yet, and of those who wait for that.</summary>
public sealed class UnsentChangesTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly CoherenceState _state = new(new StampTable(isShared: true), self: 1);
    private readonly List<RemoteChange> _sent = [];
    private Func<RemoteChange, RemoteReading?> _answer = static change
        => new RemoteReading(new RemotePosition(1, 1), [.. change.Read.ToArray().Select(static slot => (long)slot)], []);

    [Fact]
    public async Task Nobody_waits_for_a_tier_that_has_just_failed()
    {
        _answer = static _ => null;
        using var outbox = New();

        Assert.Null(await Send(outbox, 1, 1));
        var second = Send(outbox, 2, 2);

        Assert.True(second.IsCompletedSuccessfully);
        Assert.Null(await second);
    }

    [Fact]
    public async Task What_callers_have_asked_for_is_not_kept_while_the_tier_is_away()
    {
        _answer = static _ => null;
        using var outbox = New();
        for (var i = 0; i < 100; i++)
        {
            await Send(outbox, i, i);
        }

        _answer = static _ => new RemoteReading(new RemotePosition(1, 1), [], []);
        await _time.AdvanceUntil(() => _state.UnsentCount == 0);

        Assert.Equal(100, _sent[^1].Stamps.Length);
        Assert.Equal(0, _sent[^1].Read.Length);
    }

    [Fact]
    public async Task After_the_tier_is_back_callers_are_answered_again()
    {
        var answer = _answer;
        _answer = static _ => null;
        using var outbox = New();
        await Send(outbox, 1);
        _answer = answer;
        await _time.AdvanceUntil(() => _state.UnsentCount == 0);

        var reading = await Send(outbox, 2, 3, 4);

        Assert.Equal([3L, 4L], reading!.Stamps);
    }

    [Fact]
    public async Task A_tier_that_answers_with_too_few_stamps_is_not_read_and_what_follows_is_sent()
    {
        _answer = static _ => new RemoteReading(new RemotePosition(1, 1), [], []);
        using var outbox = New();

        Assert.Null(await Send(outbox, 1, 1));
        await Send(outbox, 2);
        await outbox.DrainAsync();

        Assert.Equal((2, 0), (_sent.Count, _state.UnsentCount));
    }

    [Fact]
    public async Task After_its_end_it_lets_nobody_wait()
    {
        var outbox = New();
        outbox.Dispose();

        Assert.Null(await Send(outbox, 1, 1));
    }

    [Fact]
    public async Task A_slot_that_is_changed_again_and_again_while_the_tier_is_away_waits_once()
    {
        _answer = static _ => null;
        using var outbox = New();
        for (var i = 0; i < 2 * Outbox.MaxSlots; i++)
        {
            await Send(outbox, 1 + (i % 3));
        }

        Assert.Equal((3, 3), (outbox.Count, _state.UnsentCount));
        _answer = static _ => new RemoteReading(new RemotePosition(1, 1), [], []);
        await _time.AdvanceUntil(() => _state.UnsentCount == 0);

        Assert.Equal([1, 2, 3], _sent[^1].Stamps.ToArray());
        Assert.NotNull(_state.Ask([1]));
    }

    [Fact]
    public async Task As_many_keys_as_may_wait_are_told_by_their_names_and_with_one_more_everything_is_told()
    {
        var keys = Enumerable.Range(0, Outbox.MaxKeys + 1).Select(static i => $"k{i}").ToArray();
        int[] slots = [.. Enumerable.Range(1, Outbox.MaxSlots)];
        using var outbox = New();

        await outbox.SendAsync(slots, keys.AsSpan(1), keys.AsSpan(1), [], relied: null, out _);
        await outbox.SendAsync(slots, keys, keys, [], relied: null, out _);
        await outbox.SendAsync([.. slots, Outbox.MaxSlots + 1], keys.AsSpan(1), [], [], relied: null, out _);

        Assert.Equal([(Outbox.MaxSlots, Outbox.MaxKeys), (1, 0), (1, 0)], _sent.Select(static sent => (sent.Stamps.Length, sent.Keys.Count)));
        Assert.Equal(0, _sent[1].Stamps.Span[0]);
        Assert.Equal(0, _state.UnsentCount);
    }

    [Fact]
    public async Task What_waits_keeps_the_order_in_which_it_was_changed_first()
    {
        _answer = static _ => null;
        using var outbox = New();
        foreach (var slot in (int[])[5, 9, 2, 5, 9, 1])
        {
            await Send(outbox, slot);
        }

        _answer = static _ => new RemoteReading(new RemotePosition(1, 1), [], []);
        await _time.AdvanceUntil(() => _state.UnsentCount == 0);

        Assert.Equal([5, 9, 2, 1], _sent[^1].Stamps.ToArray());
    }

    [Fact]
    public async Task A_sending_that_throws_is_tried_again()
    {
        var answer = _answer;
        _answer = static _ => throw new InvalidOperationException();
        using var outbox = New();
        Assert.Null(await Send(outbox, 1, 1));

        _answer = answer;
        await _time.AdvanceUntil(() => _state.UnsentCount == 0);

        Assert.True(_sent.Count >= 2);
    }

    private static Task<RemoteReading?> Send(Outbox outbox, int slot, params int[] read)
        => outbox.SendAsync([slot], [], [], read, relied: null, out _);

    private Outbox New()
        => new(
            _state,
            self: 1,
            change =>
            {
                lock (_sent)
                {
                    _sent.Add(change);
                }

                return new ValueTask<RemoteReading?>(_answer(change));
            },
            _time);
}
