using FastOrm.Cache.EfCore.Rows.Codec;
using FsCheck;
using FsCheck.Fluent;

namespace FastOrm.Cache.Tests.Unit.Rows.Codec;

/// <summary>What holds for any rows, on 1,000 random ones, or 50,000 in the slow run.</summary>
public sealed class RowCodecPropertyTests
{
    private static bool IsSlow => Environment.GetEnvironmentVariable("FASTORM_SLOW") == "1";

    [Fact]
    public void Any_rows_are_read_as_they_were_written()
        => Check(static lab => lab.RoundTrip());

    [Fact]
    public void Any_rows_are_read_as_they_were_written_when_they_are_compressed()
        => Check(static lab => lab.RoundTrip(compressFrom: 0));

    [Fact]
    public void What_was_read_is_written_in_the_same_bytes()
        => Check(static lab =>
        {
            var bytes = lab.Encode();
            var again = new CodecLab { Rows = lab.Decode(bytes)!, Codecs = lab.Codecs };
            Assert.Equal(bytes, again.Encode());
        });

    [Fact]
    public void Any_rows_can_be_cut_off_nowhere()
        => Check(static lab =>
        {
            var bytes = lab.Encode();
            for (var length = 0; length < bytes.Length; length += 1 + length / 50)
            {
                Assert.Null(lab.Decode(bytes.AsSpan(0, length)));
                if (length > CommandDigest.Size + 11)
                {
                    var cut = bytes.AsSpan(0, length).ToArray();
                    RowCodec.Seal(cut, isCompressed: false);
                    Assert.Null(lab.Decode(cut));
                }
            }
        });

    private static void Check(Action<CodecLab> property)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(IsSlow ? 50_000 : 1_000);
        var rows = Arb.From(Gen.Choose(0, int.MaxValue).Select(static seed => RandomRows.Of(new Random(seed), maxRows: 60)));
        Prop.ForAll(rows, lab =>
        {
            property(lab);
            return true;
        }).Check(IsSlow ? config : config.WithReplay(1, 3));
    }
}
