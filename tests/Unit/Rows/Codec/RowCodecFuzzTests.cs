using System.Buffers;
using System.Buffers.Binary;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.EfCore.Rows.Codec;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Rows.Codec;

/// <summary>
/// Bytes that are not what was written give nothing or the same rows, never an exception and never more memory than stated: 50,000 inputs,
/// or 1,000,000 in the slow run.
/// </summary>
public sealed class RowCodecFuzzTests
{
    // What docs/redis.md states: a bit may stand for a value of 16 bytes, and two bytes for a document.
    private const long BytesForEach = 640;
    private const long BytesAtLeast = 64 << 10;
    private const int BodyStart = 43;

    private static readonly CodecLab[] Labs = [.. Enumerable.Range(0, 300).Select(static seed => RandomRows.Of(new Random(seed), maxRows: 40))];
    private static readonly byte[][] Written = [.. Labs.Select(static (lab, i) => lab.Encode(i % 4 == 0 ? 0 : RowCodec.NeverCompress))];

    [Fact]
    public void Damaged_bytes_are_read_as_nothing()
        => Fuzz.Each(Fuzz.Inputs / 2, static random =>
        {
            var n = random.Next(Labs.Length);
            var damaged = Damaged(random, n);
            return (damaged, () =>
            {
                if (Read(Labs[n], damaged) is { } rows)
                {
                    // Those of another result of the command, which took their place.
                    Labs[Array.FindIndex(Written, bytes => bytes.AsSpan().SequenceEqual(damaged))].AssertSame(rows);
                }
            });
        });

    [Fact]
    public void Damaged_bytes_with_the_right_hash_are_read_as_nothing_or_as_rows()
    {
        var read = 0;
        Fuzz.Each(Fuzz.Inputs / 2, random =>
        {
            var n = random.Next(Labs.Length);
            var damaged = Damaged(random, n);
            if (damaged.Length >= BodyStart)
            {
                Written[n].AsSpan(11, CommandDigest.Size).CopyTo(damaged.AsSpan(11));
                RowCodec.Seal(damaged, isCompressed: Written[n][2] == 1 && random.Next(8) > 0);
            }

            return (damaged, () =>
            {
                if (Read(Labs[n], damaged) is { } rows)
                {
                    read++;
                    ReadAll(rows);
                }
            });
        });

        Assert.InRange(read, Fuzz.Inputs / 100, Fuzz.Inputs); // Else the damage would be seen before the columns are reached.
    }

    [Fact]
    public void Damaged_bundles_are_read_as_nothing_or_as_parts_of_their_bytes()
    {
        byte[][] bundles = [.. Enumerable.Range(0, 40).Select(static n =>
        {
            var bytes = new ArrayBufferWriter<byte>();
            Assert.True(RowBundle.TryWrite(Labs[n].Rows, [.. Enumerable.Range(1, n % 4).Select(part => (part, Labs[n + part].Rows))], bytes));
            return bytes.WrittenSpan.ToArray();
        })];
        var read = 0;
        Fuzz.Each(Fuzz.Inputs, random =>
        {
            var damaged = Fuzz.Damage(random, bundles[random.Next(bundles.Length)], bundles[random.Next(bundles.Length)]);
            return (damaged, () =>
            {
                Dictionary<int, ReadOnlyMemory<byte>> parts = [];
                if (Fuzz.Within(4_000 + (16 * damaged.Length), () => RowBundle.TryRead(damaged, out parts)) is { } main)
                {
                    read++;
                    var lengths = parts.Values.Sum(static part => part.Length) + main.Length;
                    Assert.Equal(damaged.Length, (2 * sizeof(int) * (parts.Count + 1)) + lengths);
                }
            });
        });

        Assert.InRange(read, Fuzz.Inputs / 100, Fuzz.Inputs);
    }

    [Theory]
    [InlineData(5_000_000_000)]
    [InlineData(uint.MaxValue)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_length_is_checked_before_memory_is_taken_for_it(long claimed)
    {
        using var writer = new PayloadWriter();
        writer.Varint(unchecked((ulong)claimed));
        var varint = writer.Span.ToArray();
        foreach (var (lab, bytes) in Labs.Zip(Written))
        {
            for (var place = BodyStart; place < Math.Min(bytes.Length, BodyStart + 40); place++)
            {
                Claim([.. bytes.AsSpan(0, place), .. varint, .. bytes.AsSpan(place)]);
                Claim([.. bytes.AsSpan(0, place), .. varint, .. bytes.AsSpan(place + 1)]);
                var numbers = bytes.ToArray();
                if (place + 8 <= numbers.Length)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(numbers.AsSpan(place), claimed);
                    Claim(numbers);
                }
            }

            void Claim(byte[] claiming)
            {
                RowCodec.Seal(claiming, isCompressed: bytes[2] == 1);
                if (Read(lab, claiming) is { } rows)
                {
                    ReadAll(rows);
                }
            }
        }
    }

    [Theory]
    [InlineData(typeof(decimal))]
    [InlineData(typeof(Interval<decimal>))]
    [InlineData(typeof(string))]
    public void Nulls_cost_no_more_than_is_stated(Type type)
    {
        var lab = CodecLab.Of((type, new object?[100_000]));

        Assert.NotNull(Read(lab, lab.Encode()));
    }

    [Fact]
    public void The_smallest_values_cost_no_more_than_is_stated()
    {
        foreach (var lab in new[] { Many<Flag>(new(true)), Many<List<bool>>([]), Many(""), Many("a"), Many(System.Text.Json.JsonDocument.Parse("1")) })
        {
            Assert.NotNull(Read(lab, lab.Encode()));
        }

        static CodecLab Many<T>(T value) => CodecLab.Of((typeof(T), [.. Enumerable.Repeat((object?)value, 100_000)]));
    }

    private static RowSet? Read(CodecLab lab, byte[] bytes)
    {
        var length = bytes.Length * (bytes is [_, _, 1, ..] ? 32L : 1);
        return Fuzz.Within(BytesAtLeast + BytesForEach * length, () => lab.Decode(bytes));
    }

    // What was accepted can be used.
    private static void ReadAll(RowSet rows)
    {
        foreach (var column in rows.Columns)
        {
            for (var row = 0; row < rows.RowCount; row++)
            {
                Assert.True(column!.IsNull(row) || column.GetValue(row) is not null);
            }
        }
    }

    private static byte[] Damaged(Random random, int n)
        => Fuzz.Damage(random, Written[n], Written[random.Next(Labs.Length)], random.Next(2) == 0 ? BodyStart : 0);
}
