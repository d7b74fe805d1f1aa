using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Keys of several columns, keys that are no numbers, and keys of types of the application's own.</summary>
public abstract class KeyTypeTests : IDisposable
{
    private readonly TestDatabase<KeysContext> _database;

    protected KeyTypeTests(Provider provider)
        => _database = new TestDatabase<KeysContext>(static options => new KeysContext(options), KeysContext.Seed, provider: provider);

    [Fact]
    public void A_row_is_found_by_both_parts_of_its_key()
    {
        static string Point(KeysContext db) => db.Lines.Where(l => l.OrderId == 1 && l.Number == 2).Remember().Single().Text;

        _database.AssertSurvives(Point, db => db.Lines.Single(l => l.OrderId == 2 && l.Number == 2).Text = "new");
        _database.AssertSurvives(Point, db => db.Lines.Single(l => l.OrderId == 2 && l.Number == 1).Text = "new");
        _database.AssertSurvives(Point, db => db.Lines.Single(l => l.OrderId == 1 && l.Number == 1).Text = "new");
        _database.AssertDies(Point, db => db.Attach(new Line { OrderId = 1, Number = 2 }).Entity.Text = "new");
    }

    [Fact]
    public void A_list_by_a_part_of_the_key_gets_what_is_inserted()
    {
        static string List(KeysContext db) => db.Lines.Where(l => l.OrderId == 1).Remember().ToList().Select(l => l.Number + l.Text).Sorted();

        _database.AssertDies(List, db => db.Add(new Line { OrderId = 1, Number = 9, Text = "new" }));
        _database.AssertDies(List, db => db.Attach(new Line { OrderId = 1, Number = 9 }).Entity.Text = "newer");
        _database.AssertDies(List, db => db.Remove(new Line { OrderId = 1, Number = 9 }));
        _database.AssertSurvives(List, db => db.Add(new Line { OrderId = 2, Number = 9, Text = "new" }));
        _database.AssertSurvives(List, db => db.Remove(new Line { OrderId = 2, Number = 9 }));
    }

    [Fact]
    public void A_row_with_a_pair_for_a_key_that_is_deleted_and_added_in_one_save_is_seen_with_the_values_that_others_gave_it()
    {
        using var first = _database.New();
        var copy = first.Lines.Single(l => l.OrderId == 1 && l.Number == 1);
        _database.Save(db => db.Lines.Single(l => l.OrderId == 1 && l.Number == 1).Shelf = 8);

        _database.AssertDiesWith(
            db => db.Lines.Where(l => l.Shelf == 8 && l.Rank == 1).Remember().ToList().Select(l => l.OrderId + l.Text).Sorted(),
            _ =>
            {
                first.Remove(copy);
                first.Add(new Line { OrderId = 1, Number = 1, Shelf = copy.Shelf, Rank = 1 });
                first.SaveChanges();
            });
    }

    [Fact]
    public void A_list_that_holds_only_a_part_of_the_key_is_seen_to_change()
        => _database.AssertDies(
            db => db.Lines.Where(l => l.Shelf == 2).Select(l => new { l.Number, l.Text }).Remember().ToList().Sorted(),
            db => db.Lines.Single(l => l.OrderId == 2 && l.Number == 2).Text = "new");

    [Fact]
    public void Guid_keys_make_scopes()
    {
        static string Point(KeysContext db) => Document(db, KeysContext.Id(1));
        static string List(KeysContext db) => Documents(db, KeysContext.Id(100));

        _database.AssertSurvives(Point, db => db.Documents.Single(d => d.Id == KeysContext.Id(2)).Text = "new");
        _database.AssertDies(Point, db => db.Attach(new Document { Id = KeysContext.Id(1) }).Entity.Text = "new");
        _database.AssertSurvives(List, db => db.Documents.Single(d => d.Id == KeysContext.Id(2)).Text = "newer");
        _database.AssertDies(List, db => db.Documents.Single(d => d.Id == KeysContext.Id(3)).Text = "new");
        _database.AssertDies(List, db => db.Attach(new Document { Id = KeysContext.Id(2) }).Entity.FolderId = KeysContext.Id(100));
        _database.AssertDies(List, db => db.Add(new Document { FolderId = KeysContext.Id(100), Text = "newest" }));
        _database.AssertDies(db => Document(db, KeysContext.Id(9)), db => db.Add(new Document { Id = KeysContext.Id(9) }));
    }

    [Fact]
    public void Keys_of_a_type_of_the_applications_own_make_scopes()
    {
        static string Point(KeysContext db) => Ticket(db, new TicketId(1));
        static string List(KeysContext db) => Tickets(db, new QueueId(1));

        _database.AssertSurvives(Point, db => db.Tickets.Single(t => t.Id == new TicketId(2)).Text = "new");
        _database.AssertDies(Point, db => db.Attach(new Ticket { Id = new TicketId(1) }).Entity.Text = "new");
        _database.AssertSurvives(List, db => db.Tickets.Single(t => t.Id == new TicketId(2)).Text = "newer");
        _database.AssertDies(List, db => db.Tickets.Single(t => t.Id == new TicketId(3)).Text = "new");
        _database.AssertDies(List, db => db.Attach(new Ticket { Id = new TicketId(2) }).Entity.Queue = new QueueId(1));
        _database.AssertDies(List, db => db.Add(new Ticket { Id = new TicketId(9), Queue = new QueueId(1) }));
        _database.AssertDies(List, db => db.Attach(new Ticket { Id = new TicketId(9), Queue = new QueueId(1) }).Entity.Queue = null);
    }

    [Fact]
    public void Keys_that_are_classes_make_scopes()
    {
        static string Point(KeysContext db) => Note(db, new NoteId { Value = 1 });

        _database.AssertSurvives(Point, db => db.Notes.Single(n => n.Id.Equals(new NoteId { Value = 2 })).Text = "new");
        _database.AssertDies(Point, db => db.Attach(new Note { Id = new NoteId { Value = 1 } }).Entity.Text = "new");
        _database.AssertDies(db => Note(db, new NoteId { Value = 9 }), db => db.Add(new Note { Id = new NoteId { Value = 9 }, Text = "new" }));
    }

    [Fact]
    public void Text_keys_make_no_scopes_and_are_seen_all_the_same()
    {
        _database.AssertDies(db => db.Words.Where(w => w.Id == "a").Remember().Single().Text, db => db.Words.Single(w => w.Id == "a").Text = "new");
        _database.AssertDies(db => db.Words.Where(w => w.Number == 1).Remember().ToList().Select(w => w.Text).Sorted(), db => db.Words.Single(w => w.Id == "a").Text = "newer");
        _database.AssertDies(db => db.Words.Where(w => w.Id == "z").Remember().Any().ToString(), db => db.Add(new Word { Id = "z" }));
    }

    [Fact]
    public void Values_that_a_converter_makes_texts_make_no_scopes_and_are_seen_all_the_same()
    {
        static string List(KeysContext db) => db.Words.Where(w => w.State == WordState.Done).Remember().ToList().Select(w => w.Id).Sorted();
        static string Flagged(KeysContext db) => db.Words.Where(w => w.IsGood).Remember().ToList().Select(w => w.Id).Sorted();
        static string NotFlagged(KeysContext db) => db.Words.Where(w => !w.IsGood).Remember().ToList().Select(w => w.Id).Sorted();

        _database.AssertDies(List, db => db.Words.Single(w => w.Id == "a").State = WordState.Done);
        _database.AssertDies(Flagged, db => db.Words.Single(w => w.Id == "a").IsGood = true);
        _database.AssertDies(NotFlagged, db => db.Words.Single(w => w.Id == "a").IsGood = false);
    }

    [Fact]
    public void Values_that_a_converter_turns_round_make_the_scope_of_what_the_database_holds()
    {
        static string Positive(KeysContext db) => db.Tickets.Where(t => t.IsOpen).Remember().ToList().Select(t => t.Id).Sorted();
        static string Negative(KeysContext db) => db.Tickets.Where(t => !t.IsOpen).Remember().ToList().Select(t => t.Id).Sorted();
        static string Compared(KeysContext db) => Open(db, true);

        foreach (var open in new[] { true, false, true })
        {
            _database.AssertDies(Positive, db => db.Attach(new Ticket { Id = new TicketId(1), IsOpen = !open }).Entity.IsOpen = open);
            _database.AssertDies(Negative, db => db.Attach(new Ticket { Id = new TicketId(2), IsOpen = !open }).Entity.IsOpen = open);
            _database.AssertDies(Compared, db => db.Attach(new Ticket { Id = new TicketId(3), IsOpen = !open }).Entity.IsOpen = open);
        }
    }

    public void Dispose() => _database.Dispose();

    private static string Document(KeysContext db, Guid id) => db.Documents.Where(d => d.Id == id).Remember().ToList().Select(d => d.Text).Sorted() + db.Documents.Where(d => d.Id == id).Remember().Count();

    private static string Documents(KeysContext db, Guid folder)
        => db.Documents.Where(d => d.FolderId == folder).Remember().ToList().Select(d => $"{d.Id} {d.Text}").Sorted();

    private static string Ticket(KeysContext db, TicketId id) => db.Tickets.Remember().Single(t => t.Id == id).Text;

    private static string Tickets(KeysContext db, QueueId queue)
        => db.Tickets.Where(t => t.Queue == queue).Remember().ToList().Select(t => $"{t.Id} {t.Text}").Sorted();

    private static string Open(KeysContext db, bool open) => db.Tickets.Where(t => t.IsOpen == open).Remember().ToList().Select(t => t.Id).Sorted();

    private static string Note(KeysContext db, NoteId id) => db.Notes.Where(n => n.Id.Equals(id)).Remember().ToList().Select(n => n.Text).Sorted();
}

public sealed class SqliteKeyTypeTests() : KeyTypeTests(Provider.Sqlite);

public sealed class PostgresKeyTypeTests() : KeyTypeTests(Provider.PostgreSql);
