using System.Data.Common;
using FastOrm.Cache.EfCore.Invalidation;

namespace FastOrm.Cache.Tests.Integration.Writes;

public sealed class WriteOutcomeTests
{
    [Theory]
    [InlineData("23505", false)]
    [InlineData("40001", false)]
    [InlineData(null, true)]
    [InlineData("08P01", true)]
    [InlineData("08006", true)]
    [InlineData("40003", true)]
    [InlineData("57P01", true)]
    [InlineData("57P02", true)]
    public void A_connection_that_has_ended_tells_nothing_of_the_write_even_if_something_between_has_a_code_for_that(string? state, bool isUnknown)
        => Assert.Equal(isUnknown, WriteOutcomes.Of(new Error(state)) == WriteOutcome.Unknown);

    private sealed class Error(string? state) : DbException
    {
        public override string? SqlState => state;
    }
}
