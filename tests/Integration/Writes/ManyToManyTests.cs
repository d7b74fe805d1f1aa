using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Writes;

/// <summary>Links between entities are rows of their own, with or without a class.</summary>
public sealed class ManyToManyTests : IDisposable
{
    private readonly TestDatabase<SchoolContext> _database = new(static options => new SchoolContext(options), static db =>
    {
        var (maths, music) = (new Course { Id = 1, Title = "maths" }, new Course { Id = 2, Title = "music" });
        var (red, blue) = (new Team { Id = 1, Name = "red" }, new Team { Id = 2, Name = "blue" });
        db.AddRange(music, blue);
        db.Add(new Student { Id = 1, Name = "Ada", Teams = [red], Enrolments = [new Enrolment { Course = maths, Grade = 1 }] });
        db.SaveChanges();
    });

    [Fact]
    public void A_link_without_a_class_that_is_added_is_seen()
        => _database.AssertDies(TeamsOfAda, db => Ada(db).Teams.Add(db.Teams.Single(t => t.Id == 2)));

    [Fact]
    public void A_link_without_a_class_that_is_removed_is_seen()
        => _database.AssertDies(TeamsOfAda, db => Ada(db).Teams.Clear());

    [Fact]
    public void A_link_is_seen_from_the_other_side()
        => _database.AssertDies(
            db => db.Teams.OrderBy(t => t.Id).Select(t => t.Students.Count).Remember().ToList().Text(),
            db => Ada(db).Teams.Add(db.Teams.Single(t => t.Id == 2)));

    [Fact]
    public void A_link_is_seen_in_a_condition()
        => _database.AssertDies(
            db => db.Students.Where(s => s.Teams.Any(t => t.Name == "blue")).Remember().Count().ToString(),
            db => Ada(db).Teams.Add(db.Teams.Single(t => t.Id == 2)));

    [Fact]
    public void A_link_is_seen_by_a_split_query()
        => _database.AssertDies(
            db => db.Students.Include(s => s.Teams).AsSplitQuery().Remember().Single().Teams.Count.ToString(),
            db => Ada(db).Teams.Clear());

    [Fact]
    public void A_link_leaves_alone_what_reads_only_the_ends()
    {
        _database.AssertSurvives(
            db => db.Students.Remember().Single().Name,
            db => Ada(db).Teams.Add(db.Teams.Single(t => t.Id == 2)));
        _database.AssertSurvives(
            db => db.Teams.Remember().ToList().Count.ToString(),
            db => Ada(db).Teams.Clear());
    }

    [Fact]
    public void A_link_with_a_class_that_is_added_is_seen()
        => _database.AssertDies(CoursesOfAda, db => db.Add(new Enrolment { StudentId = 1, CourseId = 2 }));

    [Fact]
    public void A_link_with_a_class_that_is_added_by_its_ends_is_seen()
        => _database.AssertDies(CoursesOfAda, db => db.Students.Single().Courses.Add(db.Courses.Single(c => c.Id == 2)));

    [Fact]
    public void What_a_link_carries_is_seen()
        => _database.AssertDies(
            db => db.Students.SelectMany(s => s.Enrolments).Select(e => e.Grade).Remember().ToList().Text(),
            db => db.Set<Enrolment>().Single().Grade = 5);

    [Fact]
    public void The_links_go_with_a_deleted_end_that_knew_nothing_of_them()
    {
        _database.AssertDies(CoursesOfAda, db => db.Remove(db.Courses.Single(c => c.Id == 1)));
        _database.AssertDies(TeamsOfAda, db => db.Remove(new Team { Id = 1 }));
    }

    public void Dispose() => _database.Dispose();

    private static Student Ada(SchoolContext db) => db.Students.Include(s => s.Teams).Single();

    private static string TeamsOfAda(SchoolContext db)
        => db.Students.Include(s => s.Teams).Remember().Single().Teams.Select(t => t.Name).Order().Text();

    private static string CoursesOfAda(SchoolContext db)
        => db.Students.SelectMany(s => s.Courses).Select(c => c.Title).OrderBy(t => t).Remember().ToList().Text();
}

public class SchoolContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Student> Students => Set<Student>();

    public DbSet<Course> Courses => Set<Course>();

    public DbSet<Team> Teams => Set<Team>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Student>().HasMany(s => s.Teams).WithMany(t => t.Students);
        modelBuilder.Entity<Student>().HasMany(s => s.Courses).WithMany(c => c.Students).UsingEntity<Enrolment>();
    }
}

public class Student
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Team> Teams { get; set; } = [];

    public List<Course> Courses { get; set; } = [];

    public List<Enrolment> Enrolments { get; set; } = [];
}

public class Course
{
    public int Id { get; set; }

    public string Title { get; set; } = "";

    public List<Student> Students { get; set; } = [];
}

public class Team
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Student> Students { get; set; } = [];
}

public class Enrolment
{
    public int StudentId { get; set; }

    public int CourseId { get; set; }

    public Course? Course { get; set; }

    public int Grade { get; set; }
}
