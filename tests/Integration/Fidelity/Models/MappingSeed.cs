using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>The rows of the unusual entities.</summary>
internal static class MappingSeed
{
    public static void Add(MappingContext db)
    {
        for (var i = 1; i <= 4; i++)
        {
            var member = new Member(i, $"member {i}");
            for (var badge = 1; badge < i; badge++)
            {
                member.Award(Badge.Of(i * 10 + badge, $"badge {badge}"));
            }

            var entry = db.Add(member);
            entry.Property("Secret").CurrentValue = i == 3 ? null : $"secret {i}";
            entry.Property("Version").CurrentValue = i * 7;
        }

        db.Settings.AddRange(
            new Dictionary<string, object> { ["Id"] = "a", ["Value"] = 1, ["Note"] = "first" },
            new Dictionary<string, object> { ["Id"] = "b", ["Value"] = 2 });
        db.Set<Phrase>("English").AddRange(new Phrase { Id = 1, Text = "yes" }, new Phrase { Id = 2, Text = "no" });
        db.Set<Phrase>("French").AddRange(new Phrase { Id = 1, Text = "oui" }, new Phrase { Id = 2, Text = "non" });
        db.AddRange(
            new Country { Id = 1, Code = "NO", Towns = [new Town { Id = 1 }, new Town { Id = 2 }] },
            new Country { Id = 2, Code = "IT", Towns = [new Town { Id = 3 }] }, new Town { Id = 4 });
        db.AddRange(
            new Seat { Row = "A", Number = 1, Tickets = [new Ticket { Id = 1 }, new Ticket { Id = 2 }] },
            new Seat { Row = "A", Number = 2 }, new Seat { Row = "B", Number = 1, Tickets = [new Ticket { Id = 3 }] }, new Ticket { Id = 4 });
        db.AddRange(
            new Dossier { Id = new(5), Subject = "five", Sheets = [new Sheet { Id = 1 }, new Sheet { Id = 2 }] },
            new Dossier { Id = new(6), Subject = "six" });
        var courses = new[] { new Course { Id = 1, Title = "Logic" }, new Course { Id = 2, Title = "Sets" } };
        db.AddRange(
            new Student { Id = 1, Name = "Abe", Enrolments = [new() { Course = courses[0], Grade = 1 }, new() { Course = courses[1] }] },
            new Student { Id = 2, Name = "Bea", Enrolments = [new() { Course = courses[1], Grade = 3 }] }, new Student { Id = 3, Name = "Cal" });
        db.AddRange(
            new Shelf { Id = 1, Name = "top", Jars = [new Jar { Id = 1 }, new Jar { Id = 2 }] },
            new Shelf { Id = 2, Name = "low", Jars = [new Jar { Id = 3 }] });
        db.Add(new Drawer { Id = 1, Spoons = [new Spoon { Id = 1 }, new Spoon { Id = 2 }] });
        db.AddRange(new Watcher { Id = 1, Name = "one" }, new Watcher { Id = 2, Name = "two" });
        var payer = new Payer { Id = 1, Name = "payer" };
        db.AddRange(
            new Invoice { Id = 1, Payer = payer, Rows = [new InvoiceRow { Id = 1, Text = "row" }, new InvoiceRow { Id = 2, Text = "row" }] },
            new Invoice { Id = 2, Payer = payer });
        db.SaveChanges();
        db.Database.ExecuteSqlRaw("""INSERT INTO "LogLines" ("Text", "Level") VALUES ('one', 1), ('two', 2), ('two', 2)""");
    }
}
