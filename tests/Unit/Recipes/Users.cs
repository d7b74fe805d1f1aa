using System.Collections.Concurrent;

namespace FastOrm.Cache.Tests.Unit.Recipes;

public sealed record User(int Id, string Name);

public sealed record UserPage(IReadOnlyList<User> Users, int Total);

/// <summary>Stands for a database in the recipes. Counts what it is asked.</summary>
public sealed class Users
{
    private readonly ConcurrentDictionary<int, User> _users = new();
    private int _reads;

    public Users(int count = 3)
    {
        for (var id = 1; id <= count; id++)
        {
            _users[id] = new User(id, $"user {id}");
        }
    }

    public int Reads => Volatile.Read(ref _reads);

    /// <summary>What a read or a write waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async Task<User?> FindAsync(int id, CancellationToken token)
    {
        Interlocked.Increment(ref _reads);
        await Gate.WaitAsync(token);
        return _users.GetValueOrDefault(id);
    }

    public async Task<User> GetAsync(int id, CancellationToken token)
        => await FindAsync(id, token) ?? throw new KeyNotFoundException($"There is no user {id}.");

    public async Task UpdateAsync(User user, CancellationToken token)
    {
        await Gate.WaitAsync(token);
        _users[user.Id] = user;
    }

    public Task<UserPage> ListAsync(int page, int size, CancellationToken token)
    {
        Interlocked.Increment(ref _reads);
        var users = _users.Values.OrderBy(static user => user.Id).Skip((page - 1) * size).Take(size).ToArray();
        return Task.FromResult(new UserPage(users, _users.Count));
    }

    public Task<int> CountAsync(CancellationToken token)
    {
        Interlocked.Increment(ref _reads);
        return Task.FromResult(_users.Count);
    }

    public Task<IReadOnlyCollection<int>> ActiveIdsAsync(CancellationToken token)
        => Task.FromResult<IReadOnlyCollection<int>>([.. _users.Keys]);
}
