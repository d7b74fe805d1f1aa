using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>A library: ordinary entities and every kind of association between them.</summary>
internal sealed class LibraryContext(DbContextOptions options) : CorpusContext(options)
{
    public DbSet<Genre> Genres => Set<Genre>();

    public DbSet<Book> Books => Set<Book>();

    public DbSet<Publisher> Publishers => Set<Publisher>();

    public DbSet<Author> Authors => Set<Author>();

    public DbSet<Review> Reviews => Set<Review>();

    public DbSet<Reader> Readers => Set<Reader>();

    public DbSet<Loan> Loans => Set<Loan>();

    public DbSet<LoanItem> Items => Set<LoanItem>();

    public DbSet<Clerk> Clerks => Set<Clerk>();

    public override void Prepare()
    {
        var books = Books.AsTracking().OrderBy(b => b.Id).Take(4).ToList();
        books[0].Title = "changed here";
        books[1].GenreId = 5;
        books[1].Rating = null;
        Remove(books[3]);
        Genres.AsTracking().Single(g => g.Id == 2).Name = "changed too";
        Loans.AsTracking().Include(l => l.Items).Single(l => l.Id == 2).State = LoanState.Lost;
        Add(new Reader { Id = 99, Name = "not saved", City = "Here" });
        ChangeTracker.DetectChanges();
    }

    public override void Seed()
    {
        LibrarySeed.Add(this);
        SaveChanges();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Book>().HasMany(b => b.Authors).WithMany(a => a.Books).UsingEntity("BookAuthor");
        modelBuilder.Entity<Book>().Property(b => b.Price).HasPrecision(12, 4);
        modelBuilder.Entity<Loan>().Property(l => l.State).HasConversion<string>();
        modelBuilder.Entity<LoanItem>().HasKey(i => new { i.LoanId, i.Number });
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            if (entity.FindProperty("Id") is { } id)
            {
                id.ValueGenerated = ValueGenerated.Never;
            }
        }
    }
}
