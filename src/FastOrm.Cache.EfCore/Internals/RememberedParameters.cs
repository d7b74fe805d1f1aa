using FastOrm.Cache.Diagnostics;
using FastOrm.Cache.EfCore.Explanations;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.EfCore.Invalidation.Scopes;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.EfCore.Plans;
using FastOrm.Cache.EfCore.Rows;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Memory;
using FastOrm.Cache.Stamps;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.EfCore.Internals;

/// <summary>
/// The parameters of one execution of a remembered query, which EF Core hands to each place that makes a command; so they also carry
/// what is needed there to look into the cache instead.
/// </summary>
/// <remarks>
/// EF Core adds values while the query runs (those that query filters read from the context, among others): the key of a command is
/// complete only when the command is asked for. Belongs to one context, like the query itself.
/// </remarks>
internal sealed partial class RememberedParameters : Dictionary<string, object?>
{
    private readonly RememberSession _session;
    private readonly Plan _plan;
    private readonly RememberOptions _options;
    private readonly int _extractedCount;
    private readonly long _maxAge;
    private DatabaseIdentity? _database;
    private byte[] _values = [];
    private Range _sourceValues;
    private bool _isSwitchedOff;
    private Dependency[]? _seen;
    private ListScope? _list;
    private byte[]? _allValues;
    private string? _refusal;
    private string? _unkeyed;
    private Dictionary<int, RowSet>? _parts;
    private Dictionary<string, object?>? _copies;
    private Dictionary<string, object?>? _sent;
    private Dictionary<CommandSlot, MadeCommand>? _made;
    private int? _ownCount;
    private bool _isOpenAtFirst;
    private bool _isKeyOpen;

    /// <summary>Those of a query that has been keyed. They are added one by one.</summary>
    public RememberedParameters(RememberSession session, Plan plan, RememberOptions options, QueryKey key, int count)
        : this(session, plan, options, count)
        => TakeValues(key);

    /// <summary>Those of a compiled query, which is keyed when it is enumerated.</summary>
    public RememberedParameters(
        RememberSession session, Plan plan, RememberOptions options, Dictionary<string, object?> parameters)
        : this(session, plan, options, parameters.Count)
    {
        foreach (var (name, value) in parameters)
        {
            Add(name, value);
        }
    }

    /// <summary>Those of entities that are read by a key.</summary>
    public RememberedParameters(RememberSession session, Plan plan, RememberOptions options, string[] names, object?[] values)
        : this(session, plan, options, names.Length)
    {
        for (var i = 0; i < names.Length; i++)
        {
            Add(names[i], values[i]);
        }
    }

    private RememberedParameters(RememberSession session, Plan plan, RememberOptions options, int count)
        : base(count + 2, StringComparer.Ordinal)
    {
        _session = session;
        Cache = session.Cache;
        _plan = plan;
        _options = options;
        _extractedCount = count;
        Explanation = session.Explaining;
        _maxAge = Ttl == Timeout.InfiniteTimeSpan ? Clock.Never : Math.Max(1, (long)Ttl.TotalMilliseconds);
    }

    public RememberSession Session => _session;

    /// <summary>The database that is keyed.</summary>
    public DatabaseIdentity Database => _database!;

    /// <summary>What is known of the query.</summary>
    public QueryFacts Facts => _plan.Facts;

    /// <summary>Whether the query runs several commands.</summary>
    public bool IsSplit => _plan.Facts.IsSplit;

    /// <summary>Whether EF Core, without us, would read all rows of a command before it gives the first.</summary>
    /// <remarks>Of a compiled query that was decided when it was compiled.</remarks>
    public bool IsBuffered => _plan.Facts.IsBuffered || (!_plan.IsCompiledQuery && _session.IsRetrying);

    /// <summary>The main rows of this enumeration, once they are known.</summary>
    public RowSet? Main { get; set; }

    /// <summary>What hits of this enumeration are besides their rows: decided with its first command, for all that belong together.</summary>
    public HitCheck Check { get; set; }

    /// <summary>The cache that this execution reads and writes.</summary>
    public CacheEngine Cache { get; private set; }

    /// <summary>The time to live that the caller asks for.</summary>
    public TimeSpan Ttl => _options.Ttl ?? Cache.DefaultTtl;

    /// <summary>The greatest age that the caller accepts, in milliseconds.</summary>
    public long MaxAge => _maxAge;

    /// <summary>Whether the result is kept in the tier that nodes share, as well or alone.</summary>
    public bool UsesRemote => Cache.Remote is not null && Tiers.HasFlag(CacheTiers.Remote);

    /// <summary>Whether the result is kept in the memory of this process.</summary>
    public bool UsesMemory => Tiers.HasFlag(CacheTiers.Memory);

    /// <summary>The longest time in memory that the caller asks for; null for no limit.</summary>
    public TimeSpan LocalTtl => _options.LocalTtl ?? Cache.DefaultLocalTtl;

    /// <summary>The longest time for which a result without rows is stored; null for the cache's.</summary>
    public TimeSpan? EmptyTtl => _options.EmptyTtl;

    /// <summary>How long after its time the result may be served while another caller loads it anew, in milliseconds.</summary>
    public long StaleFor => EntryTerms.Milliseconds(_options.StaleFor ?? Cache.DefaultStaleFor);

    /// <summary>Whether the database must not be asked.</summary>
    public bool IsCacheOnly { get; init; }

    /// <summary>What is told how the query would be answered, instead of its being answered; null for every query that is read.</summary>
    public Explanation? Explanation { get; }

    /// <summary>Whether the cache had nothing for one who does not want the database to be asked.</summary>
    public bool FoundNothing { get; private set; }

    /// <summary>Whether the caller wants the result loaded now.</summary>
    public bool IsFresh => _options.Fresh;

    /// <summary>Whether the caller wants to be certain of the writes of other nodes. The parts of a split query are as certain as its main rows.</summary>
    public bool Verifies => Cache.Verifies(_options.Consistency);

    /// <summary>Answers the question for a command: with recorded rows, or with the command and the order to record it.</summary>
    public IRelationalCommandTemplate Resolve(CommandSlot slot)
    {
        if (slot.Index == 0)
        {
            Begin();
        }

        if (_isSwitchedOff)
        {
            return Plain(slot);
        }

        var bypass = _session.BypassReason() ?? _refusal ?? (slot.UnsupportedColumn is null ? null : BypassReasons.Column);
        if (bypass is not null)
        {
            Bypass(bypass, _unkeyed);
            return Plain(slot);
        }

        _session.UnseenEndsOf(Cache).Resolve();
        if (slot.Index > 0 && Main?.Parts is null)
        {
            return Plain(slot); // The main command went past the cache, and so does what belongs to it.
        }

        if (Batch is not null)
        {
            return _isKeyOpen ? PlainBatch(slot) : new PendingCommand(this, slot);
        }

        MadeCommand? made = null;
        if (_isKeyOpen && (made = Make(slot)).Identity.Values is null)
        {
            Bypass(BypassReasons.NotKeyable, $"a value of type {made.Identity.Refused?.Name ?? "unknown"}");
            return IsCacheOnly || Explanation is not null ? Nothing(slot) : Plain(made.Command, Sent);
        }

        var command = made?.Command;
        var key = RowKey.Of(_plan, made?.Identity.Complete(_allValues!) ?? _allValues!, slot.Index, slot.Index > 0 ? Main!.Id : 0);
        if (slot.Index > 0)
        {
            Main!.Parts!.Expect(slot.Index);
            if (_parts?.GetValueOrDefault(slot.Index) is { } part && IsOfCommand(part, slot, ref command))
            {
                return new PendingCommand(part, this, slot, key, command);
            }
        }

        if (!_options.Fresh && !Verifies && Explanation is null && Find(key, slot, ref command) is { } rows)
        {
            return new PendingCommand(rows, this, slot, key, command);
        }

        return new PendingCommand(command ?? slot.MakeCommand(Sent), this, slot, key, made?.Identity);
    }

    /// <summary>No rows, for one who does not want the database to be asked.</summary>
    public PendingCommand Nothing(CommandSlot slot)
    {
        FoundNothing = true;
        return new PendingCommand(new RowSet(new CommandIdentity(slot.Id, "", null), [], null, rowCount: 0), this, slot, default, null);
    }

    private PendingCommand Plain(CommandSlot slot)
        => Explanation is not null ? Unanswered(slot)
            : IsCacheOnly ? Nothing(slot)
            : Batch is not null ? PlainBatch(slot)
            : Plain(slot.MakeCommand(this));

    private PendingCommand Plain(IRelationalCommandTemplate command, Dictionary<string, object?>? values = null)
        => new(command, IsBuffered, values);

    /// <summary>The stamps of all that the query depends on, read before anything of it is loaded.</summary>
    public Dependency[] Seen(bool anew)
    {
        if (anew || _seen is null)
        {
            _seen = DatabaseStamps.Read(
                Cache, _database!, _plan.Facts, _session.Options.UseScopes ? Sent : null, _options.Digest.Tags, Source, out _list);
        }

        return _seen;
    }

    /// <summary>Other nodes are not to go on with the rows that they have.</summary>
    public async ValueTask SupersedeAsync(bool async)
    {
        var told = Cache.Invalidate(new InvalidationNote(InvalidationCause.Refreshed, keys: 1), Cache.Stamps.Tag(Source));
        if (async)
        {
            await told.ConfigureAwait(false);
        }
        else
        {
            told.GetAwaiter().GetResult();
        }

        Seen(anew: true);
    }

    /// <summary>The stamps that the rows depend on, now that they are known.</summary>
    /// <remarks>Not for a split query: of its parts only the first holds the keys of the list.</remarks>
    public Dependency[] Narrow(Dependency[] seen, RowSet rows)
        => _list is null || IsSplit ? seen : DatabaseStamps.Narrow(Cache, _database!, seen, _list, rows);

    /// <summary>The hash by which <c>Forget</c> finds what is stored of the query.</summary>
    public ulong Source => QueryKey.SourceHash(_plan.SourceShapeHash, _values.AsSpan(_sourceValues), _database!.Tag);

    private CacheTiers Tiers => _options.Tiers ?? Cache.DefaultTiers;

    /// <summary>One enumeration begins: all its commands share the stamps that are read for the first.</summary>
    private void Begin()
    {
        Main = null;
        Check = HitCheck.None;
        _parts = null;
        _seen = null;
        _sent = null;
        _refusal = null;
        if (_plan.Template is { } template)
        {
            KeyNow(template);
        }
        else if (_session.Database.Key != _database!.Key)
        {
            _refusal = BypassReasons.MovingConnection; // Since the query was keyed.
        }

        _made = null;
        _allValues = _values;
        _isKeyOpen = _isOpenAtFirst || _plan.HasOpaqueShape;
        _ownCount ??= Count; // Past the cache, EF Core adds more while it makes commands.
        if (_isSwitchedOff || _refusal is not null)
        {
            return;
        }

        if (_ownCount > _extractedCount)
        {
            WriteAddedValues();
        }

        if (_plan.Facts.IsSplit)
        {
            Seen(anew: true);
        }
    }
}
