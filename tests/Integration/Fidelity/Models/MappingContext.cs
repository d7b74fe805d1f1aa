using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>Unusual mappings: keys, constructors, fields, views, functions, shared types.</summary>
internal sealed class MappingContext(DbContextOptions options) : CorpusContext(options)
{
    public DbSet<Member> Members => Set<Member>();

    public DbSet<Dictionary<string, object>> Settings => Set<Dictionary<string, object>>("Setting");

    public IQueryable<MemberLine> LinesAbove(int least) => FromExpression(() => LinesAbove(least));

    public IQueryable<JsonRow> JsonRows(string json) => FromExpression(() => JsonRows(json));

    public static string Upper(string text) => throw new NotSupportedException($"Only the database knows upper({text}).");

    public override void Prepare()
    {
        var members = Members.OrderBy(m => m.Id).Take(2).ToList();
        members[0].Rename("changed here");
        Entry(members[0]).Property("Secret").CurrentValue = "changed too";
        Remove(members[1]);
        Set<Shelf>().Load();
        Settings.First(s => (string)s["Id"] == "a")["Value"] = 99;
        ChangeTracker.DetectChanges();
    }

    public override void Seed()
    {
        MappingSeed.Add(this);
        SaveChanges();
        Database.ExecuteSqlRaw(
            """CREATE VIEW "MemberLines" AS SELECT "Id" AS "Number", "Name" AS "Text", "Id" * 1.5 AS "Half" FROM "Members" WHERE "Id" > 1""");
        if (IsPostgres)
        {
            Database.ExecuteSqlRaw(
                """
                CREATE FUNCTION "LinesAbove"(lowest integer) RETURNS TABLE ("Number" integer, "Text" text, "Half" double precision) AS
                $$ SELECT "Number", "Text", "Half"::double precision FROM "MemberLines" WHERE "Number" > lowest $$ LANGUAGE sql
                """);
        }
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        MappingModel.Build(modelBuilder);
        modelBuilder.HasDbFunction(() => Upper("")).HasName("upper").IsBuiltIn();
        if (IsPostgres)
        {
            modelBuilder.HasDbFunction(() => LinesAbove(0));
            modelBuilder.Ignore<JsonRow>();
        }
        else
        {
            modelBuilder.HasDbFunction(() => JsonRows("")).HasName("json_each").IsBuiltIn();
            modelBuilder.Entity<JsonRow>().HasNoKey();
        }
    }
}
