using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity;

/// <summary>The comparer finds every kind of difference between two change trackers.</summary>
public sealed class TrackerWriterTests
{
    public static TheoryData<string> Changes => [.. Actions.Keys];

    private static readonly Dictionary<string, Action<DbContext, Member>> Actions = new(StringComparer.Ordinal)
    {
        ["a state"] = static (db, member) => db.Entry(member).State = EntityState.Modified,
        ["an entity less"] = static (db, member) => db.Entry(member).State = EntityState.Detached,
        ["an entity more"] = static (db, _) => db.Attach(Badge.Of(9, "more")),
        ["an original value"] = static (db, member) => db.Entry(member).Property(m => m.Name).OriginalValue = "other",
        ["a shadow value"] = static (db, member) => db.Entry(member).Property("Secret").CurrentValue = "other",
        ["the modified flag of one property"] = static (db, member) => db.Entry(member).Property("Version").IsModified = true,
        ["the loaded flag of a navigation"] = static (db, member) => db.Entry(member).Collection(m => m.Badges).IsLoaded = true,
        ["a temporary value"] = static (db, member) => db.Entry(member).Property("Version").IsTemporary = true,
        ["a related entity"] = static (_, member) => member.Award(Badge.Of(8, "related")),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_difference_is_found(string change)
    {
        using var one = NewContext();
        using var other = NewContext();
        Attach(one);
        var member = Attach(other);
        Assert.Equal(Describe(one), Describe(other));

        using var changed = NewContext();
        Actions[change](changed, Attach(changed));

        Assert.NotEqual(Describe(one), Describe(changed));
        Assert.NotNull(member);
    }

    private static MappingContext NewContext()
        => new(TestOptions.New().UseSqlite("Data Source=:memory:").Options);

    private static Member Attach(DbContext db)
    {
        var member = new Member(1, "name");
        db.Attach(member);
        return member;
    }

    private static string Describe(DbContext db)
    {
        var writer = new GraphWriter(new Dictionary<object, string>());
        TrackerWriter.Write(writer, db);
        return writer.ToString();
    }
}
