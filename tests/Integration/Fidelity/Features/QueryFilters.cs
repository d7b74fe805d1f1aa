using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Query filters that read the context.</summary>
internal static class QueryFilters
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        One(new Feature<FilteredContext>("Query filters", corpus));
        Other(new Feature<FilteredContext>("Query filters of another tenant", corpus, with: static db =>
        {
            (db.Tenant, db.Owner, db.SeesDeleted) = (3, "owner 3", true);
            db.Allowed = [2];
        }));
    }

    private static void One(Feature<FilteredContext> f)
    {
        f.Query("a property", db => db.Properties.OrderBy(r => r.Id));
        f.Query("a field", db => db.Fields.OrderBy(r => r.Id));
        f.Query("a method", db => db.Methods.OrderBy(r => r.Id));
        f.Query("a list", db => db.Lists.OrderBy(r => r.Id));
        f.Query("a null", db => db.Texts.OrderBy(r => r.Id));
        f.Query("two by name", db => db.Names.OrderBy(r => r.Id));
        f.Query("ignored", db => db.Properties.IgnoreQueryFilters().OrderBy(r => r.Id));
        f.Query("one of two ignored", db => db.Names.IgnoreQueryFilters(["deleted"]).OrderBy(r => r.Id));
        f.Query("the other of two ignored", db => db.Names.IgnoreQueryFilters(["tenant"]).OrderBy(r => r.Id));
        f.Query("both ignored by name", db => db.Names.IgnoreQueryFilters(["tenant", "deleted"]).OrderBy(r => r.Id));
        f.Query("over a navigation", db => db.Folders.Include(x => x.Papers).OrderBy(x => x.Id));
        f.Query("over a reference", db => db.Set<Paper>().Include(p => p.Folder).OrderBy(p => p.Id));
        f.Query("in a subquery", db => db.Folders.Where(x => x.Papers.Count == 3).OrderBy(x => x.Id));
        f.Query("with a condition of the query's", db => db.Properties.Where(r => r.Tenant < 3 && !r.IsDeleted).OrderBy(r => r.Id));
        f.Query("counted", db => db.Lists, q => q.Count());
        f.Query("grouped", db => db.Lists.GroupBy(r => r.Tenant).OrderBy(g => g.Key).Select(g => new { g.Key, N = g.Count() }));
        f.Query("joined", db => db.Properties.Join(db.Fields, p => p.Label, x => x.Label, (p, x) => p.Label)).Empty();
        f.Query("split", db => db.Folders.Include(x => x.Papers).AsSplitQuery().OrderBy(x => x.Id));
        f.Free("changed between two hits", async (db, run) =>
        {
            var first = await run.List(run.Mark(db.Properties.OrderBy(r => r.Id)));
            db.Tenant = 2;
            return new { first, Second = await run.List(run.Mark(db.Properties.OrderBy(r => r.Id))) };
        });
        f.Free("a list changed in place between two hits", async (db, run) =>
        {
            var first = await run.List(run.Mark(db.Lists.OrderBy(r => r.Id)));
            db.Allowed.Remove(3);
            return new { first, Second = await run.List(run.Mark(db.Lists.OrderBy(r => r.Id))) };
        });
    }

    private static void Other(Feature<FilteredContext> f)
    {
        f.Query("a property", db => db.Properties.OrderBy(r => r.Id));
        f.Query("a method", db => db.Methods.OrderBy(r => r.Id));
        f.Query("a list", db => db.Lists.OrderBy(r => r.Id));
        f.Query("a text", db => db.Texts.OrderBy(r => r.Id));
        f.Query("two by name", db => db.Names.OrderBy(r => r.Id));
        f.Query("over a navigation", db => db.Folders.Include(x => x.Papers).OrderBy(x => x.Id));
    }
}
