using System.Buffers;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.EfCore.Rows.Codec;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Rows.Codec;

/// <summary>Entries that are read into one result are read as each would be by itself, whatever stands between them.</summary>
public sealed class RowBlockTests
{
    private const long BytesForEach = 640;
    private const long BytesAtLeast = 64 << 10;
    private const int HashedStart = 11;
    private const int BodyStart = HashedStart + CommandDigest.Size;

    private static readonly CodecLab[] Labs
        = [.. Enumerable.Range(0, 200).Select(static seed => RandomRows.Of(new Random(seed), maxRows: 12))];

    private static readonly byte[][][] Written
        = [.. Labs.Select(static lab => Enumerable.Range(0, lab.Rows.RowCount).Select(row => Encode(lab, row)).ToArray())];

    [Fact]
    public void A_block_has_the_rows_of_all_entries()
    {
        foreach (var (lab, entries) in Labs.Zip(Written))
        {
            var block = BlockOf(lab, entries.Length);
            Assert.All(entries, entry => Assert.True(block.TryAdd(entry, CodecLab.Command.Values, out var count) && count == 1));

            lab.AssertSame(block.Build(CodecLab.Command));
        }
    }

    [Fact]
    public void An_entry_without_rows_takes_no_row()
    {
        var lab = CodecLab.OfOne(1, 2);
        var block = BlockOf(lab, 3);

        Assert.True(block.TryAdd(Encode(lab, 0), CodecLab.Command.Values, out var first));
        Assert.True(block.TryAdd(Encode(lab), CodecLab.Command.Values, out var none));
        Assert.True(block.TryAdd(Encode(lab, 1), CodecLab.Command.Values, out var last));
        Assert.Equal((1, 0, 1), (first, none, last));
        lab.AssertSame(block.Build(CodecLab.Command));
    }

    [Fact]
    public void What_single_entities_do_not_have_is_refused()
    {
        var lab = CodecLab.OfOne<int?>(1, null);
        var block = BlockOf(lab, 9);
        var entry = Encode(lab, 0);

        Assert.False(block.TryAdd(lab.Encode(), CodecLab.Command.Values, out _), "two rows");
        Assert.False(block.TryAdd(lab.Encode(compressFrom: 0), CodecLab.Command.Values, out _), "compressed");
        Assert.False(block.TryAdd(entry, [1, 2, 4], out _), "other values");
        Assert.False(block.TryAdd(Encode(CodecLab.OfOne(1L), 0), CodecLab.Command.Values, out _), "another column");
        Assert.True(block.TryAdd(entry, CodecLab.Command.Values, out _));
        Assert.Equal(1, block.RowCount);
    }

    [Fact]
    public void There_are_no_more_rows_than_was_said()
    {
        var lab = CodecLab.OfOne(1, 2);
        var block = BlockOf(lab, 1);

        Assert.True(block.TryAdd(Encode(lab, 0), CodecLab.Command.Values, out _));
        Assert.False(block.TryAdd(Encode(lab, 1), CodecLab.Command.Values, out _));
        Assert.Equal(1, block.Build(CodecLab.Command).RowCount);
    }

    [Fact]
    public void Every_truncated_entry_is_refused_and_leaves_nothing()
    {
        foreach (var (lab, entries) in Labs.Zip(Written))
        {
            if (entries is not [var entry, ..])
            {
                continue;
            }

            var block = BlockOf(lab, entries.Length);
            for (var length = 0; length < entry.Length; length++)
            {
                var truncated = entry[..length];
                Assert.False(block.TryAdd(truncated, CodecLab.Command.Values, out _));
                if (length >= BodyStart)
                {
                    RowCodec.Seal(truncated, isCompressed: false);
                    Assert.False(block.TryAdd(truncated, CodecLab.Command.Values, out _));
                }
            }

            Assert.All(entries, whole => Assert.True(block.TryAdd(whole, CodecLab.Command.Values, out _)));
            lab.AssertSame(block.Build(CodecLab.Command));
        }
    }

    [Fact]
    public void Fuzzed_entries_are_read_as_each_would_be_by_itself()
    {
        var read = 0;
        Fuzz.Each(Fuzz.Inputs / 4, random =>
        {
            int n;
            do
            {
                n = random.Next(Labs.Length);
            }
            while (Written[n].Length == 0);

            var lab = Labs[n];
            byte[][] entries = [.. Written[n].Select(entry => random.Next(2) == 0 ? entry : Damaged(random, entry))];
            return ([.. entries.SelectMany(static entry => entry)], () =>
            {
                var block = BlockOf(lab, entries.Length);
                var alone = new List<RowSet>();
                foreach (var entry in entries)
                {
                    var own = lab.Decode(entry) is { RowCount: <= 1 } rows && entry is not [_, _, 1, ..] ? rows : null;
                    var isRead = Fuzz.Within(BytesAtLeast + BytesForEach * entry.Length, () => block.TryAdd(entry, CodecLab.Command.Values, out _));
                    Assert.Equal(own is not null, isRead);
                    if (own is { RowCount: 1 })
                    {
                        alone.Add(own);
                    }
                }

                read += alone.Count;
                AssertSame(alone, Fuzz.Within(BytesAtLeast, () => block.Build(CodecLab.Command)));
            });
        });

        Assert.InRange(read, Fuzz.Inputs / 4, int.MaxValue); // Else nearly nothing of what was damaged would get as far as the columns.

        byte[] Damaged(Random random, byte[] entry)
        {
            var damaged = Fuzz.Damage(random, entry, Written[random.Next(Labs.Length)] is [.., var other] ? other : [1], random.Next(2) == 0 ? BodyStart : 0);
            if (damaged.Length >= BodyStart && random.Next(8) > 0)
            {
                entry.AsSpan(HashedStart, CommandDigest.Size).CopyTo(damaged.AsSpan(HashedStart));
                RowCodec.Seal(damaged, isCompressed: false);
            }

            return damaged;
        }
    }

    private static void AssertSame(List<RowSet> alone, RowSet together)
    {
        Assert.Equal(alone.Count, together.RowCount);
        for (var row = 0; row < alone.Count; row++)
        {
            new CodecLab { Rows = alone[row], Codecs = [] }.AssertSame(together.Pick(CodecLab.Command, [row]), isPicked: true);
        }
    }

    private static RowBlock BlockOf(CodecLab lab, int capacity)
        => new(RowForm.Of(CodecLab.Command.Sql, lab.Codecs, isKept: false)!, lab.Codecs, capacity);

    private static byte[] Encode(CodecLab lab, params int[] rows)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Assert.True(RowCodec.TryEncode(lab.Rows.Pick(CodecLab.Command, rows), bytes));
        return bytes.WrittenSpan.ToArray();
    }
}
