using System.Linq.Expressions;
using System.Reflection;
using StackExchange.Redis;

namespace FastOrm.Cache.Redis;

/// <summary>What the versions of StackExchange.Redis do in different ways: found out at run time, since one assembly serves all.</summary>
internal static class RedisClient
{
    private const BindingFlags OfInstances = BindingFlags.Public | BindingFlags.Instance;

    private static readonly PropertyInfo? UserProperty = typeof(ConfigurationOptions).GetProperty("User", OfInstances);

    // Since version 2: messages in order come from a queue, and a handler is called for many messages at the same time.
    private static readonly MethodInfo? SubscribeToQueue
        = typeof(ISubscriber).GetMethod("SubscribeAsync", [typeof(RedisChannel), typeof(CommandFlags)]);

    private static readonly PropertyInfo OrderProperty = typeof(IConnectionMultiplexer).GetProperty("PreserveAsyncOrder", OfInstances)!;

    /// <summary>Whether messages come in order over a connection where answers do not.</summary>
    public static bool OrdersMessagesAlone => SubscribeToQueue is not null;

    /// <summary>Whether it can log in with the name of a user.</summary>
    public static bool KnowsUsers => UserProperty is not null;

    public static void SetUser(ConfigurationOptions options, string user) => UserProperty!.SetValue(options, user);

    /// <summary>
    /// Makes answers go on each on a thread of its own. Version 1 goes on with one after the other, in the order in which it reads them:
    /// whatever a caller does would hold up all others.
    /// </summary>
    public static void LetAnswersGoOn(IConnectionMultiplexer multiplexer)
    {
        if (!OrdersMessagesAlone)
        {
            OrderProperty.SetValue(multiplexer, false);
        }
    }

    /// <summary>Whether what awaits an answer holds up other answers.</summary>
    public static bool HoldsUp(IConnectionMultiplexer multiplexer)
        => !OrdersMessagesAlone && (bool)OrderProperty.GetValue(multiplexer)!;

    /// <summary>Waits for an answer.</summary>
    public static async Task<T> WaitAsync<T>(Task<T> answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Abandon(answer);
            throw;
        }
    }

    /// <summary>Waits for one of two answers; the other is looked at afterwards, unless the first is an error.</summary>
    public static async Task<T> BothAsync<T>(Task<T> first, Task? other)
    {
        try
        {
            return await first.ConfigureAwait(false);
        }
        catch when (other is not null)
        {
            Abandon(other);
            throw;
        }
    }

    // An error that nobody looks at would be reported by the runtime.
    private static void Abandon(Task answer)
        => _ = answer.ContinueWith(
            static abandoned => abandoned.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>Subscribes; messages are handled one at a time, in order.</summary>
    /// <returns>What ends it.</returns>
    public static async Task<Func<Task>> SubscribeAsync(ISubscriber subscriber, RedisChannel channel, Action<RedisValue> handle)
    {
        if (SubscribeToQueue is null)
        {
            void Handle(RedisChannel from, RedisValue message) => handle(message);
            await subscriber.SubscribeAsync(channel, Handle).ConfigureAwait(false);
            return () => subscriber.UnsubscribeAsync(channel, Handle);
        }

        var subscribing = (Task)SubscribeToQueue.Invoke(subscriber, [channel, CommandFlags.None])!;
        await subscribing.ConfigureAwait(false);
        var queue = subscribing.GetType().GetProperty("Result")!.GetValue(subscribing)!;
        Listen(queue, handle);
        return () => (Task)queue.GetType().GetMethod("UnsubscribeAsync", [typeof(CommandFlags)])!.Invoke(queue, [CommandFlags.None])!;
    }

    /// <summary><c>queue.OnMessage(message => handle(message.Message))</c>, of types that version 1 does not have.</summary>
    public static void Listen(object queue, Action<RedisValue> handle)
    {
        var onMessage = queue.GetType().GetMethods(OfInstances).Single(static method => method.Name == "OnMessage"
            && method.GetParameters() is [{ ParameterType: var type }]
            && type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Action<>));
        var handlerType = onMessage.GetParameters()[0].ParameterType;
        var message = Expression.Parameter(handlerType.GenericTypeArguments[0]);
        var handler = Expression.Lambda(
            handlerType, Expression.Invoke(Expression.Constant(handle), Expression.Property(message, "Message")), message);
        onMessage.Invoke(queue, [handler.Compile()]);
    }
}
