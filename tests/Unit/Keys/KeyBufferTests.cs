using FastOrm.Cache.EfCore.Keys;

namespace FastOrm.Cache.Tests.Unit.Keys;

public sealed class KeyBufferTests
{
    private readonly KeyBuffer _buffer = new();

    [Fact]
    public void Numbers_and_texts_are_little_endian()
    {
        _buffer.Byte(1);
        _buffer.Int32(2);
        _buffer.Int64(-2);
        _buffer.UInt64(3);
        _buffer.Id(4);
        _buffer.Bytes([5, 6]);
        _buffer.Text("aé");

        Assert.Equal(
            "01" + "02000000" + "FEFFFFFFFFFFFFFF" + "0300000000000000" + "04000000000000000000000000000000" + "0506" + "020000006100E900",
            Convert.ToHexString(_buffer.Span));
    }

    [Fact]
    public void What_is_taken_back_is_gone()
    {
        _buffer.Int32(1);
        _buffer.Text("gone");
        _buffer.Rewind(4);
        _buffer.Byte(2);

        Assert.Equal("0100000002", Convert.ToHexString(_buffer.Span));
    }

    [Theory]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(5000)]
    public void It_grows_and_keeps_what_it_holds(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _buffer.Byte((byte)i);
        }

        _buffer.Int64(long.MaxValue);
        _buffer.Text(new string('x', 3000));

        Assert.Equal(count + 8 + 4 + 6000, _buffer.Length);
        Assert.Equal(Enumerable.Range(0, count).Select(static i => (byte)i), _buffer.Span[..count].ToArray());
        Assert.Equal((byte)'x', _buffer.Span[^2]);
    }

    [Fact]
    public void Cleared_it_begins_anew()
    {
        _buffer.Text("before");
        _buffer.Clear();
        _buffer.Byte(7);

        Assert.Equal([7], _buffer.Span.ToArray());
    }

    [Fact]
    public void A_rented_key_is_clean_and_a_second_one_on_the_same_thread_is_another()
    {
        var first = QueryKey.Rent();
        var second = QueryKey.Rent();
        first.Shape.Byte(1);
        first.Values.Byte(1);
        first.Names.Byte(1);
        first.Captured.Add("a user's object");
        first.Classes.Add(0);
        first.ParameterNames.Add("p");
        first.Refusal = "refused";
        first.ShapeHeaderLength = 1;
        first.Return();

        var third = QueryKey.Rent();

        Assert.NotSame(first, second);
        Assert.Same(first, third);
        Assert.Equal((0, 0, 0), (third.Shape.Length, third.Values.Length, third.Names.Length));
        Assert.Empty(third.Captured);
        Assert.Empty(third.Classes);
        Assert.Empty(third.ParameterNames);
        Assert.Null(third.Refusal);
        Assert.Equal(0, third.ShapeHeaderLength);
        third.Return();
        second.Return();
    }
}
