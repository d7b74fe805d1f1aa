using FastOrm.Cache.Tests.Unit.Values;

namespace FastOrm.Cache.Tests.Unit.Recipes;

/// <summary>Runs the recipes of <see cref="UserCache"/>.</summary>
public sealed class UserCacheTests : IDisposable
{
    private readonly CacheLab _lab = new();
    private readonly Users _db = new();
    private readonly UserCache _users;

    public UserCacheTests() => _users = new UserCache(_lab.Cache, _db);

    [Fact]
    public async Task Cache_aside_reads_once()
    {
        Assert.Equal("user 1", (await _users.GetUserAsync(1))!.Name);
        Assert.Equal("user 1", (await _users.GetUserAsync(1))!.Name);
        Assert.Equal(1, _db.Reads);
    }

    [Fact]
    public async Task Write_through_is_read_without_the_source()
    {
        await _users.UpdateUserAsync(new User(1, "new"));

        Assert.Equal("new", (await _users.GetUserAsync(1))!.Name);
        Assert.Equal(0, _db.Reads);
    }

    [Fact]
    public async Task A_change_flushes_all_pages()
    {
        await _users.GetPageAsync(1, 2);
        await _users.GetPageAsync(2, 2);
        await _users.GetPageAsync(1, 2);
        Assert.Equal(2, _db.Reads);

        await _users.RenameAsync(new User(3, "new"));
        Assert.Equal(new User(3, "new"), Assert.Single((await _users.GetPageAsync(2, 2)).Users));
        await _users.GetPageAsync(1, 2);
        Assert.Equal(4, _db.Reads);
    }

    [Fact]
    public async Task A_count_is_kept_until_it_is_counted_again()
    {
        Assert.Equal(3, await _users.CountAsync());
        await _db.UpdateAsync(new User(4, "more"), CancellationToken.None);
        Assert.Equal((3, 4, 4), (await _users.CountAsync(), await _users.RecountAsync(), await _users.CountAsync()));
        Assert.Equal(2, _db.Reads);
    }

    [Fact]
    public async Task What_is_not_there_is_asked_for_once_a_minute()
    {
        Assert.Null(await _users.GetUserSafelyAsync(99));
        Assert.Null(await _users.GetUserSafelyAsync(99));
        Assert.Equal(1, _db.Reads);

        _lab.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await _users.GetUserSafelyAsync(99));
        Assert.Equal(2, _db.Reads);
    }

    [Fact]
    public async Task Spread_entries_do_not_expire_together()
    {
        var db = new Users(200);
        var users = new UserCache(_lab.Cache, db);
        await ReadAllAsync();
        _lab.Time.Advance(TimeSpan.FromMinutes(5.4));
        await ReadAllAsync();

        Assert.InRange(db.Reads, 201, 399);

        async Task ReadAllAsync()
        {
            for (var id = 1; id <= 200; id++)
            {
                await users.GetSpreadAsync(id);
            }
        }
    }

    [Fact]
    public async Task Of_many_who_miss_one_loads_and_of_many_who_find_it_expired_none_waits()
    {
        var gate = new TaskCompletionSource();
        _db.Gate = gate.Task;
        var callers = Enumerable.Range(0, 50).Select(_ => _users.GetHotAsync(1).AsTask()).ToList();
        gate.SetResult();
        await Task.WhenAll(callers);
        Assert.Equal(1, _db.Reads);

        _lab.Time.Advance(TimeSpan.FromMinutes(5));
        gate = new TaskCompletionSource();
        _db.Gate = gate.Task;
        var first = _users.GetHotAsync(1).AsTask();
        var others = Enumerable.Range(0, 49).Select(_ => _users.GetHotAsync(1)).ToList();
        Assert.All(others, static other => Assert.True(other.IsCompletedSuccessfully));
        gate.SetResult();
        await first;
        Assert.Equal(2, _db.Reads);
    }

    public void Dispose() => _lab.Dispose();
}
