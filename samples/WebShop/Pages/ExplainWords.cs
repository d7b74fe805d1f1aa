using FastOrm.Cache.EfCore;

namespace WebShop.Pages;

/// <summary>What the ways in which a command is answered are called on the page.</summary>
public static class ExplainWords
{
    public static string Of(RememberOutcome outcome)
        => outcome switch
        {
            RememberOutcome.Hit => "hit in memory",
            RememberOutcome.RemoteHit => "hit in Redis",
            RememberOutcome.Miss => "miss: read and remembered",
            RememberOutcome.Joined => "joined the load of another visitor",
            RememberOutcome.Stale => "stale, while another visitor loads it",
            _ => "past the cache",
        };
}
