using System.Buffers;
using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.Tests.Unit.Values;
using FastOrm.Cache.Values;
using static FastOrm.Cache.Tests.Unit.Values.CacheLab;

namespace FastOrm.Cache.Tests.Unit.Serializers;

/// <summary>
/// What the cache expects of any <see cref="ICacheSerializer"/>. Of a serializer of your own, derive a class that names the samples
/// that it refuses.
/// </summary>
public abstract class SerializerContract
{
    private readonly Order _order = Order.OfNumber(1);

    public static TheoryData<string> SampleNames => [.. Samples.All.Keys];

    protected abstract ICacheSerializer Serializer { get; }

    /// <summary>The samples that come back changed or not at all. All others come back as they were.</summary>
    protected abstract string[] Refused { get; }

    [Fact]
    public void Its_name_is_a_short_text_that_does_not_change()
    {
        Assert.Equal(Serializer.Name, Serializer.Name);
        Assert.InRange(Serializer.Name.Trim().Length, 1, 64);
    }

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void A_value_comes_back_as_it_was_and_as_the_type_that_is_asked_for(string sample)
    {
        var error = Samples.All[sample].RoundTrip(Serializer);

        Assert.True((error is null) != Refused.Contains(sample), $"{sample}: {error ?? "it came back as it was"}");
    }

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void The_cache_keeps_what_comes_back_as_it_was_and_tells_of_what_does_not(string sample)
    {
        if (Samples.All[sample].IsShared)
        {
            return; // It is kept without a serializer.
        }

        using var lab = new CacheLab(options => (options.Serializer, options.MaxResultBytes) = (Serializer, int.MaxValue));
        var told = new List<string>();
        lab.Cache.Events.NotKept += (_, value) => told.Add($"{value.Key}: {value.Reason}");
        Samples.All[sample].Set(lab.Cache, "k");

        Assert.Equal(!Refused.Contains(sample), Samples.All[sample].IsIn(lab.Cache, "k"));
        Assert.Equal(Refused.Contains(sample) ? [$"k: {ValueBypasses.NotSerializable}"] : [], told);
    }

    [Fact]
    public void It_writes_behind_what_others_have_written()
    {
        var target = new ArrayBufferWriter<byte>();
        target.Write("before"u8);
        Serializer.Serialize(target, _order);

        Assert.Equal("before"u8, target.WrittenSpan[..6]);
        AssertSame(_order, Serializer.Deserialize<Order>(target.WrittenMemory[6..]));
    }

    [Fact]
    public void Bytes_that_were_cut_short_are_refused()
    {
        var bytes = Write(_order);
        for (var length = 0; length < bytes.Length; length++)
        {
            // The last byte may be the end of a line, which means nothing.
            if (TryRead(bytes.AsMemory(0, length)) is { } read)
            {
                Assert.Equal(bytes.Length - 1, length);
                AssertSame(_order, read);
            }
        }
    }

    [Fact]
    public void Bytes_that_it_has_not_written_are_refused()
    {
        var random = new Random(1);
        for (var length = 0; length < 200; length++)
        {
            var bytes = new byte[length];
            Assert.Null(TryRead(bytes));
            random.NextBytes(bytes);
            Assert.Null(TryRead(bytes));
        }
    }

    [Fact]
    public async Task Damaged_bytes_are_a_miss_and_the_value_is_loaded_anew()
    {
        using var lab = new CacheLab(options =>
        {
            options.Serializer = new DamagingSerializer(Serializer);
            options.VerifySerialized = false;
        });
        lab.Cache.Set("k", _order);

        Assert.False(lab.Cache.TryGet<Order>("k").IsCached);
        Assert.Equal(1, (await lab.Cache.RememberAsync("k", Minute, () => Task.FromResult(Order.OfNumber(lab.Load())))).Number);
        Assert.Equal(2, (await lab.Cache.RememberAsync("k", Minute, () => Task.FromResult(Order.OfNumber(lab.Load())))).Number);
    }

    [Fact]
    public void Each_reader_gets_an_object_of_its_own()
    {
        var bytes = Write(_order);
        var one = Serializer.Deserialize<Order>(bytes);
        var other = Serializer.Deserialize<Order>(bytes);
        one.Lines[0].Product = "changed";
        one.Lines.Clear();

        AssertSame(_order, other);
        AssertSame(_order, Serializer.Deserialize<Order>(bytes));
    }

    [Fact]
    public void What_was_read_does_not_change_with_the_bytes()
    {
        var bytes = Write(_order);
        var read = Serializer.Deserialize<Order>(bytes);
        Array.Clear(bytes);

        AssertSame(_order, read);
    }

    [Fact]
    public void What_it_writes_depends_on_the_value_alone()
    {
        var before = Write(_order);
        Write(Order.OfNumber(2));
        TryRead("nonsense"u8.ToArray());
        try
        {
            Write(new Cycle());
        }
        catch (Exception)
        {
            // Neither does a failure leave anything behind.
        }

        Assert.Equal(before, Write(_order));
    }

    [Fact]
    public void Many_threads_use_it_at_once()
        => Parallel.For(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var order = Order.OfNumber(i);
            AssertSame(order, Serializer.Deserialize<Order>(Write(order)));
        });

    private static void AssertSame(object expected, object? actual) => Assert.True(ValueFidelity.AreSame(expected, actual));

    private byte[] Write<T>(T value)
    {
        var target = new ArrayBufferWriter<byte>();
        Serializer.Serialize(target, value);
        return target.WrittenSpan.ToArray();
    }

    private Order? TryRead(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Serializer.Deserialize<Order>(bytes);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>Loses the second half of what is written.</summary>
    private sealed class DamagingSerializer(ICacheSerializer inner) : ICacheSerializer
    {
        public string Name => inner.Name;

        public void Serialize<T>(IBufferWriter<byte> target, T value)
        {
            var whole = new ArrayBufferWriter<byte>();
            inner.Serialize(whole, value);
            target.Write(whole.WrittenSpan[..(whole.WrittenCount / 2)]);
        }

        public T Deserialize<T>(ReadOnlyMemory<byte> source) => inner.Deserialize<T>(source);
    }
}
