namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>Made by its constructor, with private setters, a field without a property, and a collection that only shows itself.</summary>
internal sealed class Member
{
    private readonly List<Badge> _badges = [];
    private int _score;

    public Member(int id, string name)
        : this(id, name, id * 10)
    {
    }

    private Member(int id, string name, int _score)
    {
        Id = id;
        Name = name;
        this._score = _score;
    }

    public int Id { get; }

    public string Name { get; private set; }

    public IReadOnlyCollection<Badge> Badges => _badges;

    public void Rename(string name)
    {
        Name = name;
        _score++;
    }

    public void Award(Badge badge) => _badges.Add(badge);
}

internal sealed class Badge
{
    public int Id { get; private set; }

    public string Label { get; init; } = "";

    public static Badge Of(int id, string label) => new() { Id = id, Label = label };
}

/// <summary>A row of a view.</summary>
internal sealed class MemberLine
{
    public int Number { get; set; }

    public string Text { get; set; } = "";

    public double Half { get; set; }
}

/// <summary>A row of a query.</summary>
internal sealed class MemberCount
{
    public int Members { get; set; }

    public int? Last { get; set; }
}

/// <summary>A row of a table without a key.</summary>
internal sealed class LogLine
{
    public string Text { get; set; } = "";

    public int Level { get; set; }
}

/// <summary>A row of SQLite's function <c>json_each</c>.</summary>
internal sealed class JsonRow
{
    public string Key { get; set; } = "";

    public string? Value { get; set; }
}

internal sealed class Phrase
{
    public int Id { get; set; }

    public string Text { get; set; } = "";
}

internal sealed class Country
{
    public int Id { get; set; }

    public string Code { get; set; } = "";

    public List<Town> Towns { get; set; } = [];
}

internal sealed class Town
{
    public int Id { get; set; }

    public string? CountryCode { get; set; }

    public Country? Country { get; set; }
}

internal sealed class Seat
{
    public string Row { get; set; } = "";

    public int Number { get; set; }

    public List<Ticket> Tickets { get; set; } = [];
}

internal sealed class Ticket
{
    public int Id { get; set; }

    public string? SeatRow { get; set; }

    public int? SeatNumber { get; set; }

    public Seat? Seat { get; set; }
}

internal readonly record struct DossierId(int Value);

internal sealed class Dossier
{
    public DossierId Id { get; set; }

    public string Subject { get; set; } = "";

    public List<Sheet> Sheets { get; set; } = [];
}

internal sealed class Sheet
{
    public int Id { get; set; }

    public DossierId DossierId { get; set; }
}

internal sealed class Student
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Course> Courses { get; set; } = [];

    public List<Enrolment> Enrolments { get; set; } = [];
}

internal sealed class Course
{
    public int Id { get; set; }

    public string Title { get; set; } = "";

    public List<Student> Students { get; set; } = [];

    public List<Enrolment> Enrolments { get; set; } = [];
}

internal sealed class Enrolment
{
    public int StudentId { get; set; }

    public Student? Student { get; set; }

    public int CourseId { get; set; }

    public Course? Course { get; set; }

    public int? Grade { get; set; }
}

internal sealed class Invoice
{
    public int Id { get; set; }

    public int PayerId { get; set; }

    public Payer? Payer { get; set; }

    public List<InvoiceRow> Rows { get; set; } = [];
}

internal sealed class InvoiceRow
{
    public int Id { get; set; }

    public int InvoiceId { get; set; }

    public string Text { get; set; } = "";
}

internal sealed class Payer
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}
