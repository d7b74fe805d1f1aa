using FastOrm.Cache.Redis;
using StackExchange.Redis;

namespace FastOrm.Cache.Tests.Unit.Redis;

public sealed class RedisClientTests
{
    [Fact]
    public void The_queue_of_messages_that_newer_clients_have_is_listened_to()
    {
        var queue = new Queue();
        var heard = new List<RedisValue>();

        RedisClient.Listen(queue, heard.Add);
        queue.Handler!(new Heard("one"));
        queue.Handler!(new Heard("two"));

        Assert.Equal(["one", "two"], heard.Select(static message => (string)message!));
    }

    /// <summary>Of the shape of <c>ChannelMessageQueue</c>.</summary>
    public sealed class Queue
    {
        public Action<Heard>? Handler { get; private set; }

        public void OnMessage(Action<Heard> handler) => Handler = handler;

        public void OnMessage(Func<Heard, Task> handler) => throw new ArgumentException("Not this one.", nameof(handler));
    }

    /// <summary>Of the shape of <c>ChannelMessage</c>.</summary>
    public readonly struct Heard(string text)
    {
        public RedisValue Message => text;
    }
}
