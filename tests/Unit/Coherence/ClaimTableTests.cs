using FastOrm.Cache.Coherence;

namespace FastOrm.Cache.Tests.Unit.Coherence;

public sealed class ClaimTableTests
{
    private readonly ClaimTable _claims = new();

    [Fact]
    public void A_claim_is_begun_by_one_and_holds_when_it_is_made()
    {
        Assert.True(_claims.TryBegin(Claim(1), era: 7));
        Assert.False(_claims.TryBegin(Claim(1), era: 7));
        Assert.False(_claims.Has(Claim(1), era: 7));

        _claims.End(Claim(1), era: 7, isMade: true);

        Assert.True(_claims.Has(Claim(1), era: 7));
        Assert.False(_claims.TryBegin(Claim(1), era: 7));
    }

    [Fact]
    public void A_claim_that_could_not_be_made_may_be_begun_again()
    {
        _claims.TryBegin(Claim(1), era: 7);
        _claims.End(Claim(1), era: 7, isMade: false);

        Assert.Equal(0, _claims.Count);
        Assert.True(_claims.TryBegin(Claim(1), era: 7));
    }

    [Fact]
    public void Claims_of_an_era_that_is_over_are_gone_and_count_no_more()
    {
        Make(1, era: 7);
        Make(2, era: 7);
        Assert.True(_claims.TryBegin(Claim(3), era: 7));

        Make(1, era: 8);
        _claims.End(Claim(3), era: 7, isMade: true);

        Assert.Equal(1, _claims.Count);
        Assert.True(_claims.Has(Claim(1), era: 8));
        Assert.False(_claims.Has(Claim(2), era: 8));
        Assert.False(_claims.Has(Claim(3), era: 8));
        Assert.False(_claims.Has(Claim(1), era: 7));
    }

    [Fact]
    public void More_claims_than_there_is_room_for_are_not_made_and_the_others_stay()
    {
        for (var i = 0; i < ClaimTable.Capacity; i++)
        {
            Make(i, era: 7);
        }

        Assert.False(_claims.TryBegin(Claim(-1), era: 7));
        Assert.Equal(ClaimTable.Capacity, _claims.Count);
        Assert.True(_claims.Has(Claim(0), era: 7));
    }

    private void Make(int number, long era)
    {
        Assert.True(_claims.TryBegin(Claim(number), era));
        _claims.End(Claim(number), era, isMade: true);
    }

    private static RemoteClaim Claim(int number) => new(number, 1, 2);
}
