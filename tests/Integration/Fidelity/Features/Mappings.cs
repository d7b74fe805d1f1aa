using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Unusual keys, constructors, fields, views, shared types, many-to-many with a join class, injected services.</summary>
internal static class Mappings
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        Keys(new Feature<MappingContext>("Keys", corpus));
        Members(new Feature<MappingContext>("Constructors, fields, shadow properties", corpus));
        Keyless(new Feature<MappingContext>("Keyless types, views, shared types", corpus));
        JoinClass(new Feature<MappingContext>("Many to many with a join class", corpus));
        Injected(new Feature<MappingContext>("Lazy loading and injected services", corpus));
        Automatic(new Feature<MappingContext>("Auto-include", corpus));
    }

    private static void Keys(Feature<MappingContext> f)
    {
        f.Query("an alternate key", db => db.Set<Country>().Include(c => c.Towns).OrderBy(c => c.Id));
        f.Query("to an alternate key", db => db.Set<Town>().Include(t => t.Country).OrderBy(t => t.Id));
        f.Query("an alternate key in a condition", db => db.Set<Town>().Where(t => t.Country!.Code == "NO").OrderBy(t => t.Id));
        f.Query("a composite key", db => db.Set<Seat>().Include(s => s.Tickets).OrderBy(s => s.Row).ThenBy(s => s.Number));
        f.Query("to a composite key", db => db.Set<Ticket>().Include(t => t.Seat).OrderBy(t => t.Id));
        f.Query("an entity with a composite key compared", db =>
        {
            var seat = new Seat { Row = "A", Number = 1 };
            return db.Set<Ticket>().Where(t => t.Seat == seat).OrderBy(t => t.Id);
        });
        f.Query("a converted key", db => db.Set<Dossier>().Include(d => d.Sheets).OrderBy(d => d.Id));
        f.Query("a converted key in a condition", db =>
        {
            var id = new DossierId(6);
            return db.Set<Dossier>().Where(d => d.Id == id);
        });
        f.Query("converted keys in a list", db =>
        {
            var ids = new[] { new DossierId(5), new DossierId(7) };
            return db.Set<Sheet>().Where(s => ids.Contains(s.DossierId)).OrderBy(s => s.Id);
        });
        f.Query("a converted key projected", db => db.Set<Sheet>().OrderBy(s => s.Id).Select(s => new { s.DossierId, s.Id }));
    }

    private static void Members(Feature<MappingContext> f)
    {
        f.Query("a constructor, setters that are private", db => db.Members.OrderBy(m => m.Id));
        f.Query("untracked", db => db.Members.AsNoTracking().OrderBy(m => m.Id));
        f.Query("a collection behind a field", db => db.Members.Include(m => m.Badges).OrderBy(m => m.Id));
        f.Query("a field without a property", db => db.Members.OrderBy(m => m.Id).Select(m => EF.Property<int>(m, "_score")));
        f.Query("a field without a property in a condition", db => db.Members.Where(m => EF.Property<int>(m, "_score") > 25).OrderBy(m => m.Id));
        f.Query("a shadow property", db => db.Members.OrderBy(m => m.Id).Select(m => new { m.Id, Secret = EF.Property<string?>(m, "Secret") }));
        f.Query("a shadow property in a condition", db => db.Members.Where(m => EF.Property<string?>(m, "Secret") == null));
        f.Query("a shadow property in an order", db => db.Members.OrderByDescending(m => EF.Property<int>(m, "Version")));
        f.Query("a concurrency token", db => db.Members.Where(m => EF.Property<int>(m, "Version") == 14));
        f.Query("a shadow foreign key", db => db.Set<Badge>().OrderBy(b => b.Id).Select(b => new { b.Label, Member = EF.Property<int?>(b, "MemberId") }));
        f.Query("setters for the beginning only", db => db.Set<Badge>().OrderBy(b => b.Id));
        f.Free("an entry's values after a hit", async (db, run) =>
        {
            var members = await run.List(run.Mark(db.Members.OrderBy(m => m.Id)));
            return members.Select(m => new { m.Id, Secret = db.Entry(m).Property<string?>("Secret").CurrentValue }).ToList();
        });
    }

    private static void Keyless(Feature<MappingContext> f)
    {
        f.Query("a view", db => db.Set<MemberLine>().OrderBy(l => l.Number));
        f.Query("a view in a condition", db => db.Set<MemberLine>().Where(l => l.Half > 4));
        f.Query("a view joined", db => db.Members.Join(db.Set<MemberLine>(), m => m.Id, l => l.Number, (m, l) => new { m, l }).OrderBy(x => x.m.Id));
        f.Query("ToSqlQuery", db => db.Set<MemberCount>());
        f.Query("ToSqlQuery, composed", db => db.Set<MemberCount>().Where(c => c.Members > 1).Select(c => c.Last));
        f.Query("a table without a key", db => db.Set<LogLine>().OrderBy(l => l.Text));
        f.Query("a property bag", db => db.Settings.OrderBy(s => s["Id"]));
        f.Query("a property bag's value", db => db.Settings.Where(s => (int)s["Value"] > 1).Select(s => s["Note"]));
        f.Query("one class for two tables", db => db.Set<Phrase>("English").OrderBy(p => p.Id));
        f.Query("the other of them", db => db.Set<Phrase>("French").OrderBy(p => p.Id));
        f.Query("both of them", db => db.Set<Phrase>("English").Join(
            db.Set<Phrase>("French"), e => e.Id, x => x.Id, (e, x) => new { E = e.Text, F = x.Text }).OrderBy(x => x.E));
        f.Query("a join table without a class", db => db.Set<Enrolment>().OrderBy(e => e.StudentId).ThenBy(e => e.CourseId));
    }

    private static void JoinClass(Feature<MappingContext> f)
    {
        f.Query("the skip navigation", db => db.Set<Student>().Include(s => s.Courses).OrderBy(s => s.Id));
        f.Query("the join class", db => db.Set<Student>().Include(s => s.Enrolments).ThenInclude(e => e.Course).OrderBy(s => s.Id));
        f.Query("both", db => db.Set<Course>().Include(c => c.Students).Include(c => c.Enrolments).OrderBy(c => c.Id));
        f.Query("its payload", db => db.Set<Enrolment>().Where(e => e.Grade != null).OrderBy(e => e.StudentId)
            .Select(e => new { e.Student!.Name, e.Course!.Title, e.Grade }));
        f.Query("in a condition", db => db.Set<Student>().Where(s => s.Courses.Any(c => c.Title == "Logic")));
        f.Query("split", db => db.Set<Student>().Include(s => s.Courses).ThenInclude(c => c.Students).AsSplitQuery().OrderBy(s => s.Id));
        f.Query("filtered", db => db.Set<Course>().Include(c => c.Students.Where(s => s.Id > 1)).OrderBy(c => c.Id));
    }

    private static void Injected(Feature<MappingContext> f)
    {
        f.Query("a lazy loader that is not used", db => db.Set<Shelf>().OrderBy(s => s.Id));
        f.Query("a lazy loader, included", db => db.Set<Shelf>().Include(s => s.Jars).OrderBy(s => s.Id));
        f.Query("a lazy loader, untracked", db => db.Set<Shelf>().AsNoTracking().Include(s => s.Jars).OrderBy(s => s.Id));
        f.Free("a collection loaded lazily after a hit", async (db, run) =>
        {
            var shelves = await run.List(run.Mark(db.Set<Shelf>().OrderBy(s => s.Id)));
            return shelves.Select(s => s.Jars.Count).ToList();
        }).AlsoSends(2);
        f.Free("a reference loaded lazily after a hit", async (db, run) =>
        {
            var jar = await run.End(run.Mark(db.Set<Jar>().Where(j => j.Id == 3)), q => q.Single());
            return jar.Shelf;
        }).AlsoSends(1, prepared: 0);
        f.Free("loaded lazily after an untracked hit", async (db, run) =>
        {
            var shelves = await run.List(run.Mark(db.Set<Shelf>().AsNoTracking().OrderBy(s => s.Id)));
            return shelves.Select(s => s.Jars.Count).ToList();
        }).AlsoSends(2);
        f.Free("not loaded again after an Include", async (db, run) =>
        {
            var shelves = await run.List(run.Mark(db.Set<Shelf>().Include(s => s.Jars).OrderBy(s => s.Id)));
            return shelves.Select(s => s.Jars.Count).ToList();
        });
        f.Query("a loading delegate that is not used", db => db.Set<Drawer>());
        f.Free("loaded by a delegate after a hit", async (db, run) =>
        {
            var drawers = await run.List(run.Mark(db.Set<Drawer>()));
            return drawers.Select(d => d.Spoons.Count).ToList();
        }).AlsoSends(1);
        f.Query("the context in a constructor", db => db.Set<Watcher>().OrderBy(w => w.Id));
        f.Free("the context in a constructor is the caller's", async (db, run) =>
        {
            var watchers = await run.List(run.Mark(db.Set<Watcher>().OrderBy(w => w.Id)));
            return watchers.Select(w => w.State()).ToList();
        });
        f.Query("the context in a constructor, untracked", db => db.Set<Watcher>().AsNoTracking().OrderBy(w => w.Id));
    }

    private static void Automatic(Feature<MappingContext> f)
    {
        f.Query("done", db => db.Set<Invoice>().OrderBy(i => i.Id));
        f.Query("ignored", db => db.Set<Invoice>().IgnoreAutoIncludes().OrderBy(i => i.Id));
        f.Query("untracked", db => db.Set<Invoice>().AsNoTracking().OrderBy(i => i.Id));
        f.Query("split", db => db.Set<Invoice>().AsSplitQuery().OrderBy(i => i.Id));
        f.Query("of one", db => db.Set<Invoice>(), q => q.First(i => i.Id == 2));
        f.Query("in a projection", db => db.Set<Invoice>().OrderBy(i => i.Id).Select(i => new { i.Id, i }));
    }
}
