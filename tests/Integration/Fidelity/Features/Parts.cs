using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Owned types, complex types, JSON columns, tables shared and split.</summary>
internal static class Parts
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Owned(new Feature<PartsContext>("Owned types", corpus));
        Json(new Feature<PartsContext>("Owned types in JSON", corpus));
        Complex(new Feature<PartsContext>("Complex types", corpus));
        Split(new Feature<PartsContext>("Shared and split tables", corpus));
    }

    private static void Owned(Feature<PartsContext> f)
    {
        f.Query("with their owner", db => db.People.OrderBy(p => p.Id));
        f.Query("untracked", db => db.People.AsNoTracking().OrderBy(p => p.Id));
        f.Query("split", db => db.People.AsSplitQuery().OrderBy(p => p.Id));
        f.Query("in a condition", db => db.People.Where(p => p.Home.Town == "Town 3"));
        f.Query("a missing one in a condition", db => db.People.Where(p => p.Work == null));
        f.Query("a null inside one", db => db.People.Where(p => p.Work!.Town == null).OrderBy(p => p.Id).Select(p => p.Id));
        f.Query("projected", db => db.People.AsNoTracking().OrderBy(p => p.Id).Select(p => p.Home));
        f.Query("projected without their owner, tracked", db => db.People.OrderBy(p => p.Id).Select(p => p.Home)).Throws();
        f.Query("projected with their owner", db => db.People.OrderBy(p => p.Id).Select(p => new { p, p.Work }));
        f.Query("a collection counted", db => db.People.OrderBy(p => p.Id).Select(p => new { p.Name, N = p.Phones.Count }));
        f.Query("a collection in a condition", db => db.People.Where(p => p.Phones.Any(x => x.Number == "2-2")));
        f.Query("a collection projected", db => db.People.AsNoTracking().OrderBy(p => p.Id).Select(p => new { p.Id, Phones = p.Phones.OrderBy(x => x.Id).ToList() }));
        f.Query("of one", db => db.People, q => q.Single(p => p.Id == 2));
    }

    private static void Json(Feature<PartsContext> f)
    {
        f.Query("in a condition", db => db.People.Where(p => p.Profile.Visits > 150).OrderBy(p => p.Id));
        f.Query("a null in a condition", db => db.People.Where(p => p.Profile.Motto == null));
        f.Query("deep in a condition", db => db.People.Where(p => p.Profile.Born!.Town == "Birth \"3\""));
        f.Query("projected", db => db.People.AsNoTracking().OrderBy(p => p.Id).Select(p => p.Profile));
        f.Query("a value projected", db => db.People.OrderBy(p => p.Id).Select(p => new { p.Profile.Motto, p.Profile.Since }));
        f.Query("numbers projected", db => db.People.OrderBy(p => p.Id).Select(p => p.Profile.Rates));
        f.Query("an element of a collection", db => db.People.OrderBy(p => p.Id).Select(p => p.Profile.Links[0].Url));
        f.Query("a collection counted", db => db.People.OrderBy(p => p.Id).Select(p => p.Memos.Count));
        f.Query("a collection in a condition", db => db.People.Where(p => p.Memos.Any(m => m.Text == "memo 3")));
        f.Query("a collection projected", db => db.People.AsNoTracking().OrderBy(p => p.Id).Select(p => p.Memos));
        f.Query("a collection inside of one", db => db.People.AsNoTracking().OrderBy(p => p.Id).Select(p => new { p.Id, p.Profile.Links }));
        f.Query("a collection over another", db => db.People.OrderBy(p => p.Id)
            .Select(p => p.Profile.Links.Where(l => l.Rank > 1).OrderBy(l => l.Rank).Select(l => l.Url).ToList()))
            .Throws(Provider.Sqlite);
        f.Query("ordered by a value", db => db.People.OrderByDescending(p => p.Profile.Visits).Select(p => p.Name));
        f.Query("identity resolved", db => db.People.AsNoTrackingWithIdentityResolution().OrderBy(p => p.Id));
    }

    private static void Complex(Feature<PartsContext> f)
    {
        f.Query("with their entity", db => db.Parcels.OrderBy(p => p.Id));
        f.Query("untracked", db => db.Parcels.AsNoTracking().OrderBy(p => p.Id));
        f.Query("in a condition", db => db.Parcels.Where(p => p.From.Spot.X > 1 && p.Box.Height < 7));
        f.Query("a missing one in a condition", db => db.Parcels.Where(p => p.To == null));
        f.Query("projected", db => db.Parcels.OrderBy(p => p.Id).Select(p => p.From));
        f.Query("a struct projected", db => db.Parcels.OrderBy(p => p.Id).Select(p => p.Box));
        f.Query("a missing one projected", db => db.Parcels.OrderBy(p => p.Id).Select(p => p.To));
        f.Query("two projected", db => db.Parcels.OrderBy(p => p.Id).Select(p => new { p.From, p.From.Spot, p.Box.Width }));
        f.Query("compared with each other", db => db.Parcels.Where(p => p.From.Spot == p.From.Spot).OrderBy(p => p.Id).Select(p => p.Id));
        f.Query("compared with a captured one", db =>
        {
            var box = new Box(2, 5.0);
            return db.Parcels.Where(p => p.Box == box);
        });
        f.Query("compared with a captured object", db =>
        {
            var spot = new Spot { X = 3, Y = -3 };
            return db.Parcels.Where(p => p.From.Spot == spot);
        });
        f.Query("distinct", db => db.Parcels.Select(p => p.From).Distinct().OrderBy(x => x.Town));
        f.Query("JSON in a condition", db => db.Parcels.Where(p => p.Manifest.Weight > 0.7).OrderBy(p => p.Id).Select(p => p.Id));
        f.Query("JSON projected", db => db.Parcels.OrderBy(p => p.Id).Select(p => p.Manifest));
        f.Query("a JSON collection projected", db => db.Parcels.OrderBy(p => p.Id).Select(p => p.Stamps));
        f.Query("a JSON collection in a condition", db => db.Parcels.Where(p => p.Stamps.Any(s => s.Name == "rare")));
        f.Query("bytes in JSON", db => db.Parcels.OrderBy(p => p.Id).Select(p => p.Manifest.Seal));
    }

    private static void Split(Feature<PartsContext> f)
    {
        f.Query("two entities in one table", db => db.Letters.OrderBy(l => l.Id));
        f.Query("two entities in one table, included", db => db.Letters.Include(l => l.Body).OrderBy(l => l.Id));
        f.Query("the second entity of the table", db => db.Set<LetterBody>().Where(b => b.Pages > 1).OrderBy(b => b.Id));
        f.Query("a condition on the other entity", db => db.Letters.Where(l => l.Body.Text == null));
        f.Query("one entity in two tables", db => db.Gadgets.OrderBy(g => g.Id));
        f.Query("one entity in two tables, a condition", db => db.Gadgets.Where(g => g.Volts > 2 && g.Name != "gadget 3"));
        f.Query("one entity in two tables, one of them read", db => db.Gadgets.OrderBy(g => g.Id).Select(g => g.Maker));
        f.Query("one entity in two tables, aggregated", db => db.Gadgets, q => q.Max(g => g.Volts));
    }
}
