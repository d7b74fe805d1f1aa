using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace FastOrm.Cache.Tests.Unit.Serializers;

/// <summary>What the compressing serializer makes of its bytes.</summary>
public sealed class CompressionTests
{
    private const int Threshold = 100;

    private readonly CompressingCacheSerializer _serializer = new(new JsonCacheSerializer(), Threshold);

    [Theory]
    [InlineData(Threshold - 1, false)]
    [InlineData(Threshold, true)]
    public void What_is_as_large_as_the_threshold_is_compressed(int size, bool isCompressed)
    {
        var text = new string('a', size - 2); // And two quotes.
        var bytes = Write(text);

        Assert.Equal(isCompressed, bytes.Length < size);
        Assert.Equal(isCompressed ? 1 : 0, bytes[0]);
        Assert.Equal(text, _serializer.Deserialize<string>(bytes));
    }

    [Fact]
    public void What_does_not_become_smaller_is_left_as_it_is()
    {
        var target = new ArrayBufferWriter<byte>();
        var always = new CompressingCacheSerializer(new JsonCacheSerializer(), threshold: 0);
        always.Serialize(target, 7);

        Assert.Equal([0, (byte)'7'], target.WrittenSpan.ToArray());
        Assert.Equal(7, always.Deserialize<int>(target.WrittenMemory));
    }

    [Fact]
    public void What_would_become_so_small_that_it_is_not_believed_is_left_as_it_is()
    {
        var text = new string('a', 1 << 20);
        var bytes = Write(text);

        Assert.Equal(0, bytes[0]);
        Assert.Equal(text, _serializer.Deserialize<string>(bytes));
    }

    [Fact]
    public void A_large_text_becomes_much_smaller()
        => Assert.InRange(Write(Enumerable.Range(0, 10_000).Select(static i => $"line {i} of many").ToList()).Length, 1, 60_000);

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 2, 34, 34 })]
    [InlineData(new byte[] { 255 })]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 34, 97, 34 })] // JSON that was written without compression.
    public void Another_header_is_refused(byte[] bytes)
        => Assert.Throws<InvalidDataException>(() => _serializer.Deserialize<string>(bytes));

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(Threshold + 1)]
    [InlineData(Threshold - 1)]
    public void A_wrong_length_is_refused_and_not_allocated(int length)
    {
        var bytes = Write(new string('a', Threshold - 2));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), length);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => _serializer.Deserialize<string>(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Bytes_that_would_become_many_more_than_they_claim_are_not_unpacked()
    {
        var packed = new byte[1 << 20];
        Assert.True(BrotliEncoder.TryCompress(new byte[64 << 20], packed, out var written, 1, 22));
        byte[] bytes = [1, 100, 0, 0, 0, .. packed.AsSpan(0, written)];
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => _serializer.Deserialize<string>(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void What_follows_the_compressed_bytes_is_refused()
    {
        byte[] bytes = [.. Write(new string('a', Threshold)), 0];

        Assert.Throws<InvalidDataException>(() => _serializer.Deserialize<string>(bytes));
    }

    [Fact]
    public void The_threshold_is_zero_or_more_and_there_is_an_inner_serializer()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompressingCacheSerializer(new JsonCacheSerializer(), -1));
        Assert.Throws<ArgumentNullException>(() => new CompressingCacheSerializer(null!));
    }

    [Fact]
    public void It_has_the_name_of_both_formats() => Assert.Equal("json+br", _serializer.Name);

    private byte[] Write<T>(T value)
    {
        var target = new ArrayBufferWriter<byte>();
        _serializer.Serialize(target, value);
        return target.WrittenSpan.ToArray();
    }
}
