using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Conditions.</summary>
internal static class Filters
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        var f = new Feature<LibraryContext>("Filters", corpus);
        f.Query("none", db => db.Books);
        f.Query("a constant", db => db.Books.Where(b => b.Id == 7));
        f.Query("a captured number", db =>
        {
            var pages = 150;
            return db.Books.Where(b => b.Pages > pages);
        });
        f.Query("a captured null", db =>
        {
            string? subtitle = null;
            return db.Books.Where(b => b.Subtitle == subtitle);
        });
        f.Query("not a captured null", db =>
        {
            int? edition = null;
            return db.Books.Where(b => b.Edition != edition);
        });
        f.Query("two nullable columns", db => db.Books.Where(b => b.Edition == b.PublisherId));
        f.Query("not equal, with nulls", db => db.Books.Where(b => b.Subtitle != "sub 1"));
        f.Query("and, or, not", db => db.Books.Where(b => (b.IsLent || b.Pages < 120) && !(b.Format == BookFormat.Audio)));
        f.Query("a boolean column", db => db.Books.Where(b => b.IsLent));
        f.Query("a captured boolean", db =>
        {
            var lent = false;
            return db.Books.Where(b => b.IsLent == lent);
        });
        f.Query("a captured boolean that decides", db =>
        {
            var all = true;
            return db.Books.Where(b => all || b.Id == 1);
        });
        f.Query("an enum kept as a number", db =>
        {
            var format = BookFormat.Screen;
            return db.Books.Where(b => b.Format == format);
        });
        f.Query("an enum kept as text", db =>
        {
            var state = LoanState.Lost;
            return db.Loans.Where(l => l.State == state || l.State == LoanState.Open);
        });
        f.Query("a Guid", db =>
        {
            var code = new Guid(5, 7, 7, [8, 8, 8, 8, 8, 8, 8, 5]);
            return db.Books.Where(b => b.Code == code);
        });
        f.Query("a date and time", db =>
        {
            var from = new DateTime(2010, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            return db.Books.Where(b => b.Published >= from);
        });
        f.Query("a date", db =>
        {
            var born = new DateOnly(1902, 2, 2);
            return db.Authors.Where(a => a.Born <= born);
        });
        f.Query("bytes", db =>
        {
            byte[] cover = [3, 0, 255];
            return db.Books.Where(b => b.Cover == cover);
        });
        f.Query("a floating-point number", db =>
        {
            var weight = 1.25;
            return db.Books.Where(b => b.Weight > weight && b.Rating < 5.5f);
        });
        f.Query("a decimal", db =>
        {
            var price = 45.1m;
            return db.Books.Where(b => b.Price == price);
        });
        f.Query("arithmetic", db => db.Books.Where(b => b.Pages * 2 - b.Id % 4 > 260 / 2 && -b.Id < -3));
        f.Query("bits", db => db.Books.Where(b => (b.Pages & 6) == 4 || (b.Id | 1) == 19));
        f.Query("a condition in a condition", db => db.Books.Where(b => (b.Edition ?? 0) == (b.IsLent ? 1 : 2)));
        f.Query("by a reference", db => db.Books.Where(b => b.Genre!.Parent!.Name == "Fiction"));
        f.Query("by a missing reference", db => db.Books.Where(b => b.Publisher == null));
        f.Query("by an entity", db =>
        {
            var genre = new Genre { Id = 2 };
            return db.Books.Where(b => b.Genre == genre);
        });
        f.Query("by a property called by its name", db =>
        {
            var name = "Pages";
            return db.Books.Where(b => EF.Property<int>(b, name) > 170);
        });
        f.Query("by a foreign key called by its name", db => db.Reviews.Where(r => EF.Property<int?>(r, "ReaderId") == null));
        f.Query("EF.Constant", db =>
        {
            var id = 9;
            return db.Books.Where(b => b.Id < EF.Constant(id));
        });
        f.Query("EF.Parameter", db => db.Books.Where(b => b.Id < EF.Parameter(9)));
        f.Query("equality by Equals", db =>
        {
            object id = 11;
            return db.Books.Where(b => b.Id.Equals(11) || Equals(b.Id, 12) || b.Id.Equals(id));
        });
        f.Query("comparison by CompareTo", db => db.Books.Where(b => b.Pages.CompareTo(150) > 0));
        f.Query("several conditions in a row", db =>
        {
            var query = db.Books.AsQueryable();
            for (var i = 1; i <= 3; i++)
            {
                var id = i * 2;
                query = query.Where(b => b.Id != id);
            }

            return query.Where(b => b.Id < 9);
        });
        f.Query("nothing is left", db => db.Books.Where(b => b.Id < 0)).Empty();
        f.Query("never", db => db.Books.Where(b => false)).Empty();
        f.Query("a method that does not translate", db => db.Books.Where(b => Unknown(b.Title))).Throws();
    }

    private static bool Unknown(string title) => title.Length > 0;
}
