namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

internal enum BookFormat
{
    Paper,
    Audio,
    Screen,
}

internal enum LoanState
{
    Open,
    Returned,
    Lost,
}

internal sealed class Genre
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int? ParentId { get; set; }

    public Genre? Parent { get; set; }

    public List<Genre> Children { get; set; } = [];

    public List<Book> Books { get; set; } = [];
}

internal sealed class Book
{
    public int Id { get; set; }

    public string Title { get; set; } = "";

    public string? Subtitle { get; set; }

    public decimal Price { get; set; }

    public double Weight { get; set; }

    public double? Rating { get; set; }

    public int Pages { get; set; }

    public int? Edition { get; set; }

    public BookFormat Format { get; set; }

    public DateTime Published { get; set; }

    public bool IsLent { get; set; }

    public Guid Code { get; set; }

    public byte[] Cover { get; set; } = [];

    public int GenreId { get; set; }

    public Genre? Genre { get; set; }

    public int? PublisherId { get; set; }

    public Publisher? Publisher { get; set; }

    public List<Author> Authors { get; set; } = [];

    public List<Review> Reviews { get; set; } = [];
}

internal sealed class Publisher
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public string? City { get; set; }

    public HashSet<Book> Books { get; set; } = [];
}

internal sealed class Author
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public DateOnly? Born { get; set; }

    public ICollection<Book> Books { get; set; } = [];
}

internal sealed class Review
{
    public int Id { get; set; }

    public int BookId { get; set; }

    public Book? Book { get; set; }

    public int? ReaderId { get; set; }

    public Reader? Reader { get; set; }

    public int Stars { get; set; }

    public string? Text { get; set; }
}

internal sealed class Reader
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public string? City { get; set; }

    public DateOnly Joined { get; set; }

    public List<Loan> Loans { get; set; } = [];

    public List<Review> Reviews { get; set; } = [];
}

internal sealed class Loan
{
    public int Id { get; set; }

    public int ReaderId { get; set; }

    public Reader? Reader { get; set; }

    public DateTime Taken { get; set; }

    public LoanState State { get; set; }

    public List<LoanItem> Items { get; set; } = [];
}

internal sealed class LoanItem
{
    public int LoanId { get; set; }

    public int Number { get; set; }

    public Loan? Loan { get; set; }

    public int BookId { get; set; }

    public Book? Book { get; set; }

    public int Days { get; set; }
}

internal sealed class Clerk
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int? BossId { get; set; }

    public Clerk? Boss { get; set; }

    public List<Clerk> Team { get; set; } = [];
}
