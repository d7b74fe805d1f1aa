namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>The rows of the library.</summary>
internal static class LibrarySeed
{
    private static readonly string[] Titles =
    [
        "Zero", "alpha", "Beta ray", "Café noir", "delta's way", "100% wool", "under_score", "Ωmega \ud83d\ude00", "iota", "Kappa",
    ];

    private static readonly string?[] Cities = ["Oslo", "Rome", null, "Lima", "oslo"];

    public static void Add(LibraryContext db)
    {
        db.AddRange(
            new Genre { Id = 1, Name = "Fiction" },
            new Genre { Id = 2, Name = "Crime", ParentId = 1 },
            new Genre { Id = 3, Name = "Noir", ParentId = 2 },
            new Genre { Id = 4, Name = "Science" },
            new Genre { Id = 5, Name = "Physics", ParentId = 4 },
            new Genre { Id = 6, Name = "Nothing yet", ParentId = 4 });
        db.AddRange(Range(4, static i => new Publisher { Id = i, Name = $"Press {i}", City = Cities[i] }));
        var authors = Range(5, static i => new Author { Id = i, Name = $"Author {i}", Born = i == 3 ? null : new DateOnly(1900 + i, i, i) });
        db.AddRange(authors);
        db.AddRange(Range(20, i => Book(i, authors)));
        db.AddRange(Range(6, static i => new Reader
        {
            Id = i, Name = $"Reader {7 - i}", City = Cities[i % 5], Joined = new DateOnly(2020, 1, 31).AddMonths(i),
        }));
        db.AddRange(Range(18, static i => new Review
        {
            Id = i,
            BookId = 1 + i * 7 % 20,
            ReaderId = i % 4 == 0 ? null : 1 + i % 5,
            Stars = 1 + i * 3 % 5,
            Text = i % 3 == 0 ? null : i % 7 == 0 ? "" : $"text {i}",
        }));
        db.AddRange(Range(10, static i => new Loan
        {
            Id = i,
            ReaderId = 1 + i % 5,
            Taken = new DateTime(2026, 1 + i, 28, 23, 59, 58, DateTimeKind.Utc).AddTicks(i * 10_000),
            State = (LoanState)(i % 3),
            Items = Range(1 + i % 3, line => new LoanItem { Number = line, BookId = 1 + i * line % 20, Days = 7 * line }),
        }));
        db.AddRange(
            new Clerk { Id = 1, Name = "Ada" },
            new Clerk { Id = 2, Name = "Bob", BossId = 1 },
            new Clerk { Id = 3, Name = "Cy", BossId = 1 },
            new Clerk { Id = 4, Name = "Di", BossId = 2 },
            new Clerk { Id = 5, Name = "Ed", BossId = 4 });
    }

    private static Book Book(int i, List<Author> authors)
        => new()
        {
            Id = i,
            Title = $"{Titles[i % 10]} {i:00}",
            Subtitle = i % 5 == 0 ? null : i % 6 == 0 ? "" : $"sub {i % 4}",
            Price = i * 2.25m + 0.1000m,
            Weight = i / 8.0,
            Rating = i % 4 == 0 ? null : i * 0.3,
            Pages = 100 + i * 37 % 90,
            Edition = i % 3 == 0 ? null : i % 3,
            Format = (BookFormat)(i % 3),
            Published = new DateTime(2000 + i, 1 + i % 12, i, i, 30, 15, DateTimeKind.Utc).AddMilliseconds(i * 40),
            IsLent = i % 2 == 0,
            Code = new Guid(i, 7, 7, [8, 8, 8, 8, 8, 8, 8, (byte)i]),
            Cover = i % 7 == 0 ? [] : [(byte)i, 0, 255],
            GenreId = 1 + i % 5,
            PublisherId = i % 4 == 3 ? null : 1 + i % 3,
            Authors = [.. authors.Where(author => i % (author.Id + 1) == 0)],
        };

    private static List<T> Range<T>(int count, Func<int, T> make) => [.. Enumerable.Range(1, count).Select(make)];
}
