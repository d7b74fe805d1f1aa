using System.Collections;
using System.Net;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NpgsqlTypes;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

internal enum Mood
{
    Sad,
    Happy,
}

internal sealed class Arrays
{
    public int Id { get; set; }

    public int[] Numbers { get; set; } = [];

    public List<int?> Maybe { get; set; } = [];

    public List<string> Words { get; set; } = [];

    public string?[]? Gaps { get; set; }

    public byte[][] Blobs { get; set; } = [];

    public DateTime[] Moments { get; set; } = [];

    public List<double> Doubles { get; set; } = [];

    public decimal[] Decimals { get; set; } = [];

    public Guid[] Guids { get; set; } = [];

    public Mood[] Moods { get; set; } = [];

    public int[,] Table { get; set; } = new int[0, 0];
}

internal sealed class Exotics
{
    public int Id { get; set; }

    public string Label { get; set; } = "";

    public Mood Mood { get; set; }

    public Mood? MoodOrNull { get; set; }

    public NpgsqlRange<int> Range { get; set; }

    public NpgsqlRange<DateOnly> Days { get; set; }

    public NpgsqlRange<int>[] Ranges { get; set; } = [];

    public JsonDocument? Json { get; set; }

    public string JsonText { get; set; } = "";

    public JsonElement PlainJson { get; set; }

    public Dictionary<string, string?> Map { get; set; } = [];

    public IPAddress Address { get; set; } = IPAddress.None;

    public PhysicalAddress Mac { get; set; } = PhysicalAddress.None;

    public BitArray Bits { get; set; } = new(0);

    public BitArray Flags { get; set; } = new(0);

    public BigInteger Huge { get; set; }

    public decimal Money { get; set; }

    public LTree Path { get; set; }

    public DateTimeOffset Zoned { get; set; }

    public uint Version { get; set; }
}

internal sealed class Articles
{
    public int Id { get; set; }

    public string Text { get; set; } = "";

    public NpgsqlTsVector? Search { get; set; }

    public NpgsqlTsQuery? Words { get; set; }
}

internal sealed class Shapes
{
    public int Id { get; set; }

    public NpgsqlPoint Point { get; set; }

    public NpgsqlLine Line { get; set; }

    public NpgsqlLSeg Segment { get; set; }

    public NpgsqlBox Box { get; set; }

    public NpgsqlPath Path { get; set; }

    public NpgsqlPolygon Polygon { get; set; }

    public NpgsqlCircle Circle { get; set; }
}
