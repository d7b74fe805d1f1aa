using FastOrm.Cache.Benchmarks.Ratios;

namespace FastOrm.Cache.Benchmarks.Redis;

/// <summary>The rows of a query as bytes, against System.Text.Json of the same entities.</summary>
internal static class RowCodecRatios
{
    private const int Rows = 1_000;

    public static void Run()
    {
        var rows = new EncodedRows(Rows);
        PairedTimer.WarmUp(rows.Encode, rows.EncodeJson);
        RatioGroup.Print($"encode{Rows}.over_json", PairedTimer.Ratio(rows.Encode, rows.EncodeJson));
        RatioGroup.Print($"decode{Rows}.over_json", PairedTimer.Ratio(rows.Decode, rows.DecodeJson));
        RatioGroup.Print($"bytes{Rows}.over_json", (double)rows.Length / rows.JsonLength);
    }
}
