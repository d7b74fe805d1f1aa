using FastOrm.Cache.Coherence;
using FastOrm.Cache.Stamps;

namespace FastOrm.Cache.Tests.Unit.Coherence;

/// <summary>Each decision of one node by itself. That they are enough together is shown by the model.</summary>
public sealed class CoherenceStateTests
{
    private const long Self = 1;
    private const long Era = 7;

    private readonly StampTable _stamps = new();
    private readonly CoherenceState _state;
    private readonly int _slot;
    private readonly int _other;

    public CoherenceStateTests()
    {
        _state = new CoherenceState(_stamps, Self);
        (_slot, _other) = (_stamps.Tag(1).Slot, _stamps.Tag(2).Slot);
    }

    [Fact]
    public void What_was_changed_is_not_asked_until_all_of_it_is_acknowledged()
    {
        var seen = _stamps.At(_slot).Seen();
        _state.Change([_slot]);
        _state.Change([_slot, _other]);

        Assert.False(seen.IsCurrent);
        Assert.Equal(2, _state.UnsentCount);
        Assert.Null(_state.Ask([_slot]));

        _state.Acknowledge([_slot]);
        Assert.Null(_state.Ask([_slot]));

        _state.Acknowledge([_slot, _other]);
        Assert.NotNull(_state.Ask([_slot, _other]));
        Assert.Equal(0, _state.UnsentCount);
    }

    [Fact]
    public void What_does_not_depend_on_a_change_is_asked_before_that_is_acknowledged()
    {
        _state.Change([_slot]);

        Assert.Null(_state.Ask([_other, _slot]));
        Assert.NotNull(_state.Ask([_other]));
        Assert.NotNull(_state.Ask([]));
    }

    [Fact]
    public void A_change_may_name_a_slot_twice()
    {
        _state.Change([_slot, _slot]);
        _state.Acknowledge([_slot, _slot]);

        Assert.NotNull(_state.Ask([_slot]));
    }

    [Fact]
    public async Task Whoever_sees_the_stamp_of_an_era_sees_no_era_before_it()
    {
        const int Eras = 200_000;
        var isEnded = false;
        var reader = Task.Run(() =>
        {
            var behind = 0;
            while (!Volatile.Read(ref isEnded))
            {
                var changes = _stamps.All.Current;
                behind += _state.Era < changes ? 1 : 0;
            }

            return behind;
        });

        // Each of them changes the stamp once.
        for (var era = 1; era <= Eras; era++)
        {
            Assert.True(_state.Accept(_state.Ask([])!.Value, new RemotePosition(era, 0)));
        }

        Volatile.Write(ref isEnded, true);
        Assert.Equal(0, await reader);
        Assert.Equal(Eras, _stamps.All.Current);
    }

    [Fact]
    public async Task Whoever_sees_the_new_stamp_sees_that_it_is_unsent()
    {
        var stop = false;
        var asked = 0;
        var before = _stamps.At(_slot).Current;
        var reader = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                var now = _stamps.At(_slot).Current;
                if (now == before)
                {
                    continue;
                }

                Assert.Null(_state.Ask([_slot]));
                asked++;
                _state.Acknowledge([_slot]);
                before = now;
            }
        });

        for (var i = 0; i < 5_000; i++)
        {
            _state.Change([_slot]);
            while (_state.UnsentCount > 0 && !reader.IsCompleted)
            {
                Thread.Yield();
            }
        }

        Volatile.Write(ref stop, true);
        await reader;
        Assert.Equal(5_000, asked);
    }

    [Fact]
    public async Task No_change_and_no_acknowledgement_of_many_threads_is_lost()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                _state.Change([_slot, _other]);
                Assert.Null(_state.Ask([_other]));
                _state.Acknowledge([_slot, _other]);
            }
        })));

        Assert.Equal(0, _state.UnsentCount);
        Assert.Equal(40_000, _stamps.At(_slot).Current);
    }

    [Fact]
    public void The_first_answer_makes_everything_unknown_and_counts()
    {
        var all = _stamps.All.Seen();

        Assert.True(Accept(5));
        Assert.False(all.IsCurrent);
        Assert.Equal(new RemotePosition(Era, 5), _state.Position);
    }

    [Fact]
    public void An_answer_of_the_same_era_changes_nothing()
    {
        Accept(5);
        var all = _stamps.All.Seen();

        Assert.True(Accept(9));
        Assert.True(all.IsCurrent);
        Assert.Equal(new RemotePosition(Era, 5), _state.Position);
    }

    [Fact]
    public void An_answer_of_another_era_makes_everything_unknown()
    {
        Accept(5);
        var all = _stamps.All.Seen();

        Assert.True(_state.Accept(_state.Ask([])!.Value, new RemotePosition(Era + 1, 2)));
        Assert.False(all.IsCurrent);
        Assert.Equal(new RemotePosition(Era + 1, 2), _state.Position);
    }

    [Fact]
    public void An_answer_of_another_era_to_an_old_question_counts_for_nothing()
    {
        Accept(5);
        var old = _state.Ask([])!.Value;
        Hear(1, era: Era + 1);
        var all = _stamps.All.Seen();

        Assert.False(_state.Accept(old, new RemotePosition(Era, 6)));
        Assert.True(all.IsCurrent);
        Assert.Equal(new RemotePosition(Era + 1, 1), _state.Position);
    }

    [Fact]
    public void A_message_changes_what_it_names_and_nothing_else()
    {
        Accept(5);
        var (named, other, all) = (_stamps.At(_slot).Seen(), _stamps.At(_other).Seen(), _stamps.All.Seen());
        Hear(6, _slot);

        Assert.Equal((false, true, true), (named.IsCurrent, other.IsCurrent, all.IsCurrent));
        Assert.Equal(6, _state.Position?.Counter);
    }

    [Fact]
    public void An_old_message_changes_what_it_names_and_takes_nothing_back()
    {
        Accept(5);
        var (named, all) = (_stamps.At(_slot).Seen(), _stamps.All.Seen());
        Hear(3, _slot);

        Assert.Equal((false, true), (named.IsCurrent, all.IsCurrent));
        Assert.Equal(5, _state.Position?.Counter);
    }

    [Fact]
    public void An_own_message_counts_and_changes_nothing()
    {
        Accept(5);
        var (named, all) = (_stamps.At(_slot).Seen(), _stamps.All.Seen());
        _state.Hear(new RemoteMessage(new RemotePosition(Era, 6), Self, new[] { _slot }, []));
        Hear(7);

        Assert.Equal((true, true), (named.IsCurrent, all.IsCurrent));
        Assert.Equal(7, _state.Position?.Counter);
    }

    [Fact]
    public void A_slot_that_this_node_does_not_have_is_passed_over()
    {
        Accept(5);
        var named = _stamps.At(_slot).Seen();
        Hear(6, -1, _stamps.Count, int.MaxValue, _slot);

        Assert.False(named.IsCurrent);
    }

    [Fact]
    public void A_message_after_a_gap_makes_everything_unknown_once()
    {
        Accept(5);
        var unknowns = _state.Unknowns;
        Hear(7);
        Hear(8);
        Hear(6);

        Assert.Equal(unknowns + 1, _state.Unknowns);
        Assert.Equal(8, _state.Position?.Counter);
    }

    [Fact]
    public void A_message_of_another_era_makes_everything_unknown_once()
    {
        Accept(5);
        var unknowns = _state.Unknowns;
        Hear(6, era: Era + 1);
        Hear(7, era: Era + 1);

        Assert.Equal(unknowns + 1, _state.Unknowns);
        Assert.Equal(new RemotePosition(Era + 1, 7), _state.Position);
    }

    // Found by the model. A node has had no answer yet, and has something from the database in memory. A change of that is
    // carried out, and another one; the message of the first is lost. That of the second was passed over, because there was
    // nothing to compare it with.
    [Fact]
    public void What_was_kept_before_anything_was_known_does_not_outlive_the_first_message()
    {
        var kept = _stamps.All.Seen();
        Hear(2, _other);

        Assert.False(kept.IsCurrent);
        Assert.Equal(new RemotePosition(Era, 2), _state.Position);
    }

    [Fact]
    public void The_same_holds_after_messages_may_have_been_missed()
    {
        Accept(5);
        _state.Lose();
        var kept = _stamps.All.Seen();
        Hear(7, _other);

        Assert.False(kept.IsCurrent);
    }

    [Fact]
    public void A_message_that_was_due_for_a_whole_interval_is_lost()
    {
        Accept(5);
        Accept(6);
        var all = _stamps.All.Seen();
        _state.Poll();
        Assert.True(all.IsCurrent);

        Accept(6);
        _state.Poll();
        Assert.False(all.IsCurrent);
        Assert.Equal(6, _state.Position?.Counter);

        // It is lost once.
        var unknowns = _state.Unknowns;
        _state.Poll();
        Hear(6);
        Hear(7);
        Assert.Equal(unknowns, _state.Unknowns);
    }

    [Fact]
    public void A_message_that_comes_within_the_interval_is_not_lost()
    {
        Accept(5);
        var unknowns = _state.Unknowns;
        for (var counter = 6; counter < 10; counter++)
        {
            Accept(counter);
            _state.Poll();
            Hear(counter);
        }

        Assert.Equal(unknowns, _state.Unknowns);
    }

    [Fact]
    public void A_poll_that_knows_nothing_changes_nothing()
    {
        _state.Poll();
        _state.Poll();

        Assert.Equal(0, _state.Unknowns);
        Assert.Null(_state.Position);
    }

    [Fact]
    public void When_messages_may_have_been_missed_everything_is_unknown_also_the_position()
    {
        Accept(5);
        var all = _stamps.All.Seen();
        _state.Lose();

        Assert.False(all.IsCurrent);
        Assert.Null(_state.Position);
    }

    [Fact]
    public void An_entry_is_valid_under_exactly_its_stamps_and_its_era()
    {
        var position = new RemotePosition(Era, 1);

        Assert.True(_state.IsValid(Era, [3, 4], position, [3, 4]));
        Assert.False(_state.IsValid(Era + 1, [3, 4], position, [3, 4]));
        Assert.False(_state.IsValid(Era, [3, 4], position, [3, 5]));
        Assert.False(_state.IsValid(Era, [3, 4], position, [4, 3]));
        Assert.False(_state.IsValid(Era, [3], position, [3, 4]));
    }

    [Fact]
    public void A_stamp_that_nobody_has_changed_is_as_good_as_any_but_in_its_own_era_only()
    {
        Assert.True(_state.IsValid(Era, [3, 0], new RemotePosition(Era, 1), [3, 0]));
        Assert.False(_state.IsValid(Era, [3, 0], new RemotePosition(Era + 1, 1), [3, 0]));
    }

    private bool Accept(long counter) => _state.Accept(_state.Ask([])!.Value, new RemotePosition(Era, counter));

    private void Hear(long counter, params int[] slots) => Hear(counter, Era, slots);

    private void Hear(long counter, long era, params int[] slots)
        => _state.Hear(new RemoteMessage(new RemotePosition(era, counter), Self + 1, slots, []));
}
