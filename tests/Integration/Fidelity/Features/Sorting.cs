using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Order, pages, limits.</summary>
internal static class Sorting
{
    public static void Declare(List<CorpusQuery> corpus)
    {
        var f = new Feature<LibraryContext>("Ordering and paging", corpus);
        f.Query("by one column", db => db.Books.OrderBy(b => b.Pages).ThenBy(b => b.Id));
        f.Query("descending", db => db.Books.OrderByDescending(b => b.Published));
        f.Query("by several", db => db.Books.OrderBy(b => b.Format).ThenByDescending(b => b.GenreId).ThenBy(b => b.Id));
        f.Query("nulls", db => db.Books.OrderBy(b => b.Subtitle).ThenByDescending(b => b.Edition).ThenBy(b => b.Id));
        f.Query("by an expression", db => db.Books.OrderBy(b => b.Pages % 7).ThenBy(b => b.Id * -1));
        f.Query("by a reference", db => db.Books.OrderBy(b => b.Genre!.Name).ThenBy(b => b.Publisher!.City).ThenBy(b => b.Id));
        f.Query("by a count", db => db.Genres.OrderByDescending(g => g.Books.Count).ThenBy(g => g.Id));
        f.Query("by a condition", db => db.Books.OrderBy(b => b.IsLent ? b.Id : -b.Id));
        f.Query("by a property called by its name", db => db.Books.OrderBy(b => EF.Property<string>(b, "Title")));
        f.Query("by what is not in the result", db => db.Books.OrderBy(b => b.Weight).Select(b => b.Title));
        f.Query("Order and OrderDescending", db => db.Books.Select(b => b.Pages).Order());
        f.Query("OrderDescending", db => db.Books.Select(b => b.Title).OrderDescending());
        f.Query("Reverse", db => db.Books.OrderBy(b => b.Title).Reverse());
        f.Query("the second order replaces the first", db => db.Books.OrderBy(b => b.Title).OrderBy(b => b.Id));
        f.Query("Take", db => db.Books.OrderBy(b => b.Id).Take(3));
        f.Query("Skip", db => db.Books.OrderBy(b => b.Id).Skip(16));
        f.Query("a page", db =>
        {
            var (page, size) = (2, 4);
            return db.Books.OrderBy(b => b.Title).ThenBy(b => b.Id).Skip(page * size).Take(size);
        });
        f.Query("a page of a page", db => db.Books.OrderBy(b => b.Id).Take(15).Skip(4).Take(5).OrderByDescending(b => b.Id).Take(2));
        f.Query("a condition after a page", db => db.Books.OrderBy(b => b.Id).Take(10).Where(b => b.IsLent));
        f.Query("a page beyond the end", db => db.Books.OrderBy(b => b.Id).Skip(100).Take(5)).Empty();
        f.Query("Take nothing", db => db.Books.OrderBy(b => b.Id).Take(0)).Empty();
        f.Query("a page by key", db =>
        {
            var (weight, id) = (1.0, 8);
            return db.Books.Where(b => b.Weight > weight || (b.Weight == weight && b.Id > id)).OrderBy(b => b.Weight).Take(3);
        });
        f.Query("TakeWhile", db => db.Books.OrderBy(b => b.Id).TakeWhile(b => b.Id < 3)).Throws();
        f.Query("by a decimal", db => db.Books.OrderBy(b => b.Price));
    }
}
