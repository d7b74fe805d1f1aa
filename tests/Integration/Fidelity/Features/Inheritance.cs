using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Hierarchies in one table, in joined tables, in one table for each class.</summary>
internal static class Inheritance
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        OneTable(new Feature<InheritanceContext>("Inheritance in one table (TPH)", corpus));
        JoinedTables(new Feature<InheritanceContext>("Inheritance in joined tables (TPT)", corpus));
        OwnTables(new Feature<InheritanceContext>("Inheritance in tables of their own (TPC)", corpus));
    }

    private static void OneTable(Feature<InheritanceContext> f)
    {
        f.Query("the base", db => db.Animals.OrderBy(a => a.Id));
        f.Query("OfType of a leaf", db => db.Animals.OfType<Lion>().OrderBy(a => a.Id));
        f.Query("OfType in the middle", db => db.Animals.OfType<Cat>().OrderBy(a => a.Id));
        f.Query("the set of a derived type", db => db.Set<Cat>().OrderBy(a => a.Id));
        f.Query("is", db => db.Animals.Where(a => a is Bird || a.Name == "Leo").OrderBy(a => a.Id));
        f.Query("GetType", db => db.Animals.Where(a => a.GetType() == typeof(Cat)));
        f.Query("a cast in a condition", db => db.Animals.Where(a => ((Lion)a).Pride == "north"));
        f.Query("as in a projection", db => db.Animals.OrderBy(a => a.Id).Select(a => new { a.Name, Span = (double?)((Bird)a).Span, (a as Lion)!.Pride }));
        f.Query("the discriminator", db => db.Animals.OrderBy(a => a.Id).Select(a => EF.Property<string>(a, "Kind")));
        f.Query("Include from outside", db => db.Keepers.Include(k => k.Animals).OrderBy(k => k.Id));
        f.Query("Include of a derived type's reference", db => db.Animals.Include(a => ((Bird)a).Enemy).OrderBy(a => a.Id));
        f.Query("Include back", db => db.Animals.Include(a => a.Keeper!.Animals).OrderBy(a => a.Id));
        f.Query("untracked", db => db.Animals.AsNoTracking().OrderBy(a => a.Id));
        f.Query("one of a derived type", db => db.Animals.OfType<Bird>().OrderBy(a => a.Id), q => q.First(b => b.Span < 1));
        f.Query("grouped by the discriminator", db => db.Animals.GroupBy(a => EF.Property<string>(a, "Kind")).OrderBy(g => g.Key)
            .Select(g => new { g.Key, N = g.Count() }));
    }

    private static void JoinedTables(Feature<InheritanceContext> f)
    {
        f.Query("the base", db => db.Vehicles.OrderBy(v => v.Id));
        f.Query("OfType", db => db.Vehicles.OfType<Truck>());
        f.Query("the set of a derived type", db => db.Set<Car>().OrderBy(c => c.Id));
        f.Query("is not", db => db.Vehicles.Where(v => !(v is Car)).OrderBy(v => v.Id));
        f.Query("a derived type's property", db => db.Vehicles.OrderBy(v => v.Id).Select(v => new { v.Name, Doors = (int?)((Car)v).Doors }));
        f.Query("Include from outside", db => db.Keepers.Include(k => k.Vehicles).OrderBy(k => k.Id));
        f.Query("Include of a derived type's collection", db => db.Vehicles.Include(v => ((Truck)v).Trailers).OrderBy(v => v.Id));
        f.Query("Include, split", db => db.Vehicles.Include(v => ((Truck)v).Trailers).AsSplitQuery().OrderBy(v => v.Id));
        f.Query("a type chosen by its type", db => db.Vehicles.OrderBy(v => v.Id).Select(v => v is Truck ? "truck" : v is Car ? "car" : "other"));
        f.Query("counted", db => db.Vehicles, q => q.Count(v => v is Car));
    }

    private static void OwnTables(Feature<InheritanceContext> f)
    {
        f.Query("the base", db => db.Payments.OrderBy(p => p.Id));
        f.Query("OfType", db => db.Payments.OfType<CashPayment>().OrderBy(p => p.Id));
        f.Query("the set of a derived type", db => db.Set<CardPayment>().OrderBy(p => p.Id));
        f.Query("a condition on the base", db => db.Payments.Where(p => p.Amount > 5).OrderBy(p => p.Id));
        f.Query("a derived type's property", db => db.Payments.OrderBy(p => p.Id).Select(p => new { p.Amount, (p as CashPayment)!.Coin }));
        f.Query("Include from outside", db => db.Keepers.Include(k => k.Payments).OrderBy(k => k.Id));
        f.Query("Include of a reference", db => db.Payments.Include(p => p.Keeper).OrderBy(p => p.Id));
        f.Query("aggregated", db => db.Payments, q => q.Sum(p => p.Amount));
        f.Query("three hierarchies at once", db => db.Keepers.Include(k => k.Animals).Include(k => k.Vehicles).Include(k => k.Payments)
            .AsSplitQuery().OrderBy(k => k.Id));
    }
}
