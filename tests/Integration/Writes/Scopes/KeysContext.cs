using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>Tables whose keys are pairs, Guids, texts, and types of the application's own.</summary>
public class KeysContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Line> Lines => Set<Line>();

    public DbSet<Document> Documents => Set<Document>();

    public DbSet<Ticket> Tickets => Set<Ticket>();

    public DbSet<Note> Notes => Set<Note>();

    public DbSet<Word> Words => Set<Word>();

    public static Guid Id(int number) => new(number, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]);

    public static void Seed(KeysContext db)
    {
        for (var i = 1; i <= 4; i++)
        {
            db.Add(new Line { OrderId = 1 + i / 3, Number = 1 + i % 2, Text = $"line {i}", Shelf = 2 });
            db.Add(new Document { Id = Id(i), FolderId = Id(99 + i % 2), Text = $"document {i}" });
            db.Add(new Ticket { Id = new TicketId(i), Queue = i == 4 ? null : new QueueId(i % 2), Text = $"ticket {i}" });
            db.Add(new Note { Id = new NoteId { Value = i }, Text = $"note {i}" });
        }

        db.Add(new Word { Id = "a", Number = 1 });
        db.SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Line>().HasKey(l => new { l.OrderId, l.Number });
        modelBuilder.Entity<Ticket>(ticket =>
        {
            ticket.Property(t => t.Id).HasConversion(static id => id.Value, static value => new TicketId(value)).ValueGeneratedNever();
            ticket.Property(t => t.Queue).HasConversion(static id => id!.Value.Value, static value => new QueueId(value));
            ticket.Property(t => t.IsOpen).HasConversion(static open => open ? 0 : 1, static value => value == 0);
        });
        modelBuilder.Entity<Note>().Property(n => n.Id).HasConversion(static id => id.Value, static value => new NoteId { Value = value })
            .ValueGeneratedNever();
        modelBuilder.Entity<Word>(word =>
        {
            word.Property(w => w.State).HasConversion<string>();
            word.Property(w => w.IsGood).HasConversion(static good => good ? "Y" : "N", static value => value == "Y");
        });
    }
}

public class Line
{
    public int OrderId { get; set; }

    public int Number { get; set; }

    public int Shelf { get; set; }

    public int Rank { get; set; }

    public string Text { get; set; } = "";
}

public class Document
{
    public Guid Id { get; set; }

    public Guid FolderId { get; set; }

    public string Text { get; set; } = "";
}

public readonly record struct TicketId(int Value);

public readonly record struct QueueId(long Value);

public class Ticket
{
    public TicketId Id { get; set; }

    public QueueId? Queue { get; set; }

    public bool IsOpen { get; set; }

    public string Text { get; set; } = "";
}

/// <summary>A key that is a class, and can be changed.</summary>
public sealed class NoteId : IEquatable<NoteId>
{
    public int Value { get; set; }

    public bool Equals(NoteId? other) => other?.Value == Value;

    public override bool Equals(object? obj) => Equals(obj as NoteId);

    public override int GetHashCode() => Value;
}

public class Note
{
    public NoteId Id { get; set; } = new();

    public string Text { get; set; } = "";
}

public enum WordState
{
    New,
    Done,
}

public class Word
{
    public string Id { get; set; } = "";

    public int Number { get; set; }

    public WordState State { get; set; }

    public bool IsGood { get; set; }

    public string Text { get; set; } = "";
}
