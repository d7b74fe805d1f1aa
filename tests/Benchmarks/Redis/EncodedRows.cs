using System.Buffers;
using System.Text.Json;
using FastOrm.Cache.Benchmarks.Queries;
using FastOrm.Cache.Benchmarks.Ratios;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.EfCore.Rows.Codec;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Benchmarks.Redis;

/// <summary>The rows of a query as they are recorded, and the entities that EF Core makes of them.</summary>
internal sealed class EncodedRows
{
    private readonly RowSet _rows;
    private readonly CommandSlot _slot;
    private readonly List<Product> _entities;
    private readonly ArrayBufferWriter<byte> _target = new(1 << 20);
    private readonly byte[] _bytes;
    private readonly byte[] _json;

    public EncodedRows(int count)
    {
        (_entities, _rows, _slot) = Record(count);
        RequireEncoded();
        _bytes = _target.WrittenSpan.ToArray();
        _json = JsonSerializer.SerializeToUtf8Bytes(_entities);
        Encode = new($"{count} rows to bytes", EncodeRows, runsSql: false);
        Decode = new($"{count} rows from bytes", DecodeRows, runsSql: false);
        EncodeJson = new($"{count} entities to JSON", SerializeEntities, runsSql: false);
        DecodeJson = new($"{count} entities from JSON", DeserializeEntities, runsSql: false);
    }

    public Side Encode { get; }

    public Side Decode { get; }

    public Side EncodeJson { get; }

    public Side DecodeJson { get; }

    public int Length => _bytes.Length;

    public int JsonLength => _json.Length;

    public ReadOnlySpan<byte> Bytes => _bytes;

    private static (List<Product> Entities, RowSet Rows, CommandSlot Slot) Record(int count)
    {
        using var shop = new Shop();
        RowSet? recorded = null;
        CommandSlot? recordedSlot = null;
        ReplayCommand.OnRecorded = (rows, slot) =>
        {
            (recorded, recordedSlot) = (rows, slot);
            return rows;
        };
        using var db = shop.Cached.CreateDbContext();
        var entities = db.Products.AsNoTracking().OrderBy(p => p.Id).Take(count).Remember(TimeSpan.FromHours(1)).ToList();
        ReplayCommand.OnRecorded = null;
        return entities.Count == count && recorded?.RowCount == count
            ? (entities, recorded, recordedSlot!)
            : throw new MeasurementException($"There are no {count} rows.");
    }

    private void EncodeRows(int count)
    {
        for (var i = 0; i < count; i++)
        {
            RequireEncoded();
        }
    }

    private void RequireEncoded()
    {
        _target.ResetWrittenCount();
        if (!RowCodec.TryEncode(_rows, _target))
        {
            throw new MeasurementException("The rows were not encoded.");
        }
    }

    private void DecodeRows(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (RowCodec.TryDecode(_bytes, _rows.Identity, _slot.Codecs!, _slot.ColumnNames)?.RowCount != _entities.Count)
            {
                throw new MeasurementException("The rows were not decoded.");
            }
        }
    }

    private void SerializeEntities(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _target.ResetWrittenCount();
            using var json = new Utf8JsonWriter(_target);
            JsonSerializer.Serialize(json, _entities);
        }
    }

    private void DeserializeEntities(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (JsonSerializer.Deserialize<List<Product>>(_json)?.Count != _entities.Count)
            {
                throw new MeasurementException("The entities were not deserialized.");
            }
        }
    }
}
