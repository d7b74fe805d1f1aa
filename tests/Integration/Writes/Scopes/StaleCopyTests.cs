using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using static FastOrm.Cache.Tests.Integration.Writes.Scopes.ItemQueries;

namespace FastOrm.Cache.Tests.Integration.Writes.Scopes;

/// <summary>A context does not know what the row that it writes holds in truth: item 7 is on shelf 3, whatever a context takes it for.</summary>
public abstract class StaleCopyTests(Provider provider) : IDisposable
{
    private readonly TestDatabase<ItemContext> _database = ItemContext.NewDatabase(provider);

    [Fact]
    public void A_stub_that_gets_a_foreign_key_leaves_the_list_under_the_real_old_one()
        => _database.AssertDies(List(3), db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4);

    [Fact]
    public void A_stub_that_gets_a_foreign_key_enters_the_list_under_the_new_one()
        => _database.AssertDies(List(4), db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4);

    [Fact]
    public void A_stub_leaves_the_other_lists_and_rows_alone()
    {
        _database.AssertSurvives(List(5), db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 4);
        _database.AssertSurvives(Point(2), db => db.Attach(new Item { Id = 7 }).Entity.ShelfId = 3);
    }

    [Fact]
    public void A_stub_that_is_deleted_leaves_its_list()
        => _database.AssertDies(List(3), db => db.Remove(new Item { Id = 7 }));

    [Fact]
    public void A_new_name_is_seen_in_the_list_to_which_another_context_has_moved_the_row()
    {
        using var first = _database.New();
        var copy = first.Items.Single(i => i.Id == 7);
        _database.Save(db => db.Items.Single(i => i.Id == 7).ShelfId = 4);

        _database.AssertDiesWith(List(4), _ =>
        {
            copy.Name = "new";
            first.SaveChanges();
        });
    }

    [Fact]
    public void A_new_name_leaves_the_list_alone_in_which_its_context_has_seen_the_row()
    {
        using var first = _database.New();
        var copy = first.Items.Single(i => i.Id == 7);
        _database.Save(db => db.Items.Single(i => i.Id == 7).ShelfId = 4);

        _database.AssertSurvivesWith(List(3), _ =>
        {
            copy.Name = "new";
            first.SaveChanges();
        });
    }

    [Fact]
    public void A_row_enters_a_list_by_two_columns_that_two_contexts_have_written()
    {
        using var first = _database.New();
        var copy = first.Items.Single(i => i.Id == 12);
        Assert.Equal((3, 0), (copy.ShelfId, copy.Rank));
        _database.Save(db => db.Items.Single(i => i.Id == 12).ShelfId = 4);

        _database.AssertDiesWith(List(4, 1), _ =>
        {
            copy.Rank = 1;
            first.SaveChanges();
        });
    }

    [Fact]
    public void A_row_enters_a_list_by_two_columns_in_the_other_order_too()
    {
        using var first = _database.New();
        var copy = first.Items.Single(i => i.Id == 12);
        _database.Save(db => db.Items.Single(i => i.Id == 12).Rank = 1);

        _database.AssertDiesWith(List(4, 1), _ =>
        {
            copy.ShelfId = 4;
            first.SaveChanges();
        });
    }

    [Fact]
    public void A_row_that_is_deleted_and_added_in_one_save_enters_a_list_by_a_value_that_another_context_has_written()
    {
        using var first = _database.New();
        var copy = first.Items.Single(i => i.Id == 12);
        _database.Save(db => db.Items.Single(i => i.Id == 12).ShelfId = 4);

        // EF Core makes one UPDATE of both, of what differs from the copy: the shelf stays as it is.
        _database.AssertDiesWith(List(4, 1), _ =>
        {
            var item = ItemContext.New(12);
            item.Rank = 1;
            first.Remove(copy);
            first.Add(item);
            first.SaveChanges();
        });
    }

    [Fact]
    public void A_row_leaves_a_list_by_two_columns_through_either()
    {
        _database.AssertDies(List(3, 1), db => db.Attach(new Item { Id = 7, Rank = 1 }).Entity.Rank = 2);
        _database.AssertDies(List(3, 0), db => db.Attach(new Item { Id = 12 }).Entity.ShelfId = 2);
    }

    [Fact]
    public void A_list_by_two_columns_is_left_alone_by_writes_of_neither_value()
    {
        _database.AssertSurvives(List(3, 1), db => db.Items.Single(i => i.Id == 9).Rank = 0);
        _database.AssertSurvives(List(3, 1), db => db.Items.Single(i => i.Id == 9).ShelfId = 2);
        _database.AssertSurvives(List(3, 1), db => db.Items.Single(i => i.Id == 9).Price = 0);
    }

    [Fact]
    public void A_row_that_is_moved_there_and_back_is_where_it_was()
    {
        var there = List(4);
        var here = List(3);
        using var first = _database.New();
        var copy = first.Items.Single(i => i.Id == 7);
        _database.AssertDies(here, db => db.Items.Single(i => i.Id == 7).ShelfId = 4);
        _database.Warm(there);

        first.Entry(copy).Property(i => i.ShelfId).IsModified = true; // To it, the row has never been away.
        first.SaveChanges();

        _database.AssertExact(here);
        _database.AssertExact(there);
    }

    [Fact]
    public void A_row_that_is_moved_there_and_back_before_the_save_is_not_written()
        => _database.AssertDies(List(3), db =>
        {
            var item = db.Items.Single(i => i.Id == 7);
            item.ShelfId = 4;
            db.ChangeTracker.DetectChanges();
            item.ShelfId = 3;
            item.Name = "new";
        });

    [Fact]
    public void A_detached_row_without_a_version_is_seen_where_it_was_and_where_it_comes()
    {
        _database.AssertDies(List(3), Update);
        _database.Save(db => db.Items.Single(i => i.Id == 7).ShelfId = 3);
        _database.AssertDies(List(4), Update);
        _database.Save(db => db.Items.Single(i => i.Id == 7).ShelfId = 3);
        _database.AssertDies(Point(7), Update);

        static void Update(ItemContext db)
        {
            var item = ItemContext.New(7);
            item.ShelfId = 4;
            db.Update(item);
        }
    }

    [Fact]
    public void A_detached_row_leaves_what_it_cannot_be_in_alone()
    {
        _database.AssertSurvives(List(2), db => db.Update(ItemContext.New(7)));
        _database.AssertSurvives(Point(2), db => db.Update(ItemContext.New(7)));
    }

    public void Dispose() => _database.Dispose();
}

public sealed class SqliteStaleCopyTests() : StaleCopyTests(Provider.Sqlite);

public sealed class PostgresStaleCopyTests() : StaleCopyTests(Provider.PostgreSql);
