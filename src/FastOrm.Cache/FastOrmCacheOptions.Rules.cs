using System.Security.Cryptography;
using FastOrm.Cache.Configuration;

namespace FastOrm.Cache;

/// <content>What options must be.</content>
public sealed partial class FastOrmCacheOptions
{
    internal FastOrmCacheOptions Validated()
    {
        foreach (var violation in Violations())
        {
            throw new ArgumentOutOfRangeException(
                violation.Option, violation.Value, $"{nameof(FastOrmCacheOptions)}.{violation.Option} must be {violation.Rule}.");
        }

        var copy = (FastOrmCacheOptions)MemberwiseClone();
        copy.Copies = new(Copies);
        copy.Redis = Redis.Copy();
        return copy;
    }

    /// <summary>What is wrong with the options.</summary>
    internal IEnumerable<OptionViolation> Violations()
    {
        var rules = new OptionRules();
        rules.Require(IsZeroOrMore(StaleFor), nameof(StaleFor), StaleFor, "zero or more");
        rules.Require(IsZeroOrMore(StaleIfError), nameof(StaleIfError), StaleIfError, "zero or more");
        rules.Require(RetryAfterError >= TimeSpan.Zero, nameof(RetryAfterError), RetryAfterError, "zero or more");
        rules.Require(Serializer is not null, nameof(Serializer), null, "given");
        rules.Require(MaxEntries >= 16, nameof(MaxEntries), MaxEntries, "at least 16");
        rules.Require(MaxBytes >= 64 << 10, nameof(MaxBytes), MaxBytes, "at least 65,536 bytes");
        rules.Require(IsMoreThanZero(DefaultTtl), nameof(DefaultTtl), DefaultTtl, "more than zero, or infinite");
        rules.Require(Jitter is >= 0 and <= 0.9, nameof(Jitter), Jitter, "from 0 up to 0.9");
        rules.Require(EmptyTtl is not { } empty || IsMoreThanZero(empty), nameof(EmptyTtl), EmptyTtl, "more than zero, infinite, or null");
        rules.Require(LocalTtl is not { } local || IsMoreThanZero(local), nameof(LocalTtl), LocalTtl, "more than zero, infinite, or null");
        rules.Require(VerifyFraction is >= 0 and <= 1, nameof(VerifyFraction), VerifyFraction, "from 0 to 1");
        rules.Require(MaxRows >= 0, nameof(MaxRows), MaxRows, "zero or more");
        rules.Require(MaxResultBytes >= 0, nameof(MaxResultBytes), MaxResultBytes, "zero or more");
        rules.Require(
            LoadWait >= TimeSpan.Zero && LoadWait <= TimeSpan.FromDays(1), nameof(LoadWait), LoadWait, "from zero to one day");
        rules.Require(CleanupInterval > TimeSpan.Zero, nameof(CleanupInterval), CleanupInterval, "more than zero");
        rules.Require(
            StatisticsInterval is null || (StatisticsInterval >= TimeSpan.FromSeconds(1) && StatisticsInterval <= TimeSpan.FromDays(1)),
            nameof(StatisticsInterval),
            StatisticsInterval,
            "from one second to one day, or null");
        rules.Require(MaxQueryTags >= 0, nameof(MaxQueryTags), MaxQueryTags, "zero or more");
        rules.Require(TimeProvider is not null, nameof(TimeProvider), null, "given");
        rules.Require(
            PollInterval > TimeSpan.Zero && PollInterval <= TimeSpan.FromHours(1), nameof(PollInterval), PollInterval, "more than zero, at most an hour");
        rules.Require(
            TrustWhileDisconnected >= TimeSpan.Zero && TrustWhileDisconnected <= TimeSpan.FromDays(1),
            nameof(TrustWhileDisconnected),
            TrustWhileDisconnected,
            "from zero to one day");
        rules.Require(
            CrashMarkerLife >= TimeSpan.FromMilliseconds(100) && CrashMarkerLife <= TimeSpan.FromHours(1),
            nameof(CrashMarkerLife),
            CrashMarkerLife,
            "from 100 milliseconds to an hour");
        rules.Require(
            LoadLease is null || (LoadLease > TimeSpan.Zero && LoadLease <= TimeSpan.FromHours(1)), nameof(LoadLease), LoadLease, "more than zero, at most an hour");
        rules.Require(CompressRowsFrom is null or >= 0, nameof(CompressRowsFrom), CompressRowsFrom, "zero or more, or null");
        rules.Require(Encryption is null || AesGcm.IsSupported, nameof(Encryption), null, "left out, because this platform has no AES-GCM");
        rules.Require((Tiers & ~CacheTiers.All) == CacheTiers.None, nameof(Tiers), Tiers, "a combination of Memory and Remote");
        rules.Require(Enum.IsDefined(Consistency), nameof(Consistency), Consistency, "Eventual or Verified");
        rules.RequireTier(this);
        return rules.Violations;
    }

    private static bool IsMoreThanZero(TimeSpan time) => time > TimeSpan.Zero || time == Timeout.InfiniteTimeSpan;

    private static bool IsZeroOrMore(TimeSpan time) => time >= TimeSpan.Zero || time == Timeout.InfiniteTimeSpan;
}
