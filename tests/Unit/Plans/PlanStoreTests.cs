using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore.Plans;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.Tests.Unit.Plans;

public sealed class PlanStoreTests
{
    private readonly PlanStore _store = new();

    [Fact]
    public void One_model_and_scope_has_one_cache()
    {
        var (model, other) = (NewModel(), NewModel());

        Assert.Same(_store.For(model, (model, 1)), _store.For(model, (model, 1)));
        Assert.NotSame(_store.For(model, (model, 1)), _store.For(model, (model, 2)));
        Assert.NotSame(_store.For(model, 1), _store.For(other, 1));
    }

    [Fact]
    public void The_plans_of_a_model_go_with_it()
    {
        // EF Core keeps only so many models, and its keys hold theirs.
        var models = Enumerable.Range(0, 10).Select(_ => Add()).ToList();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.DoesNotContain(models, static model => model.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Add()
    {
        var model = NewModel();
        _store.For(model, (model, 1)).IsFirstReport(1);
        return new WeakReference(model);
    }

    private static IModel NewModel() => new ModelBuilder().FinalizeModel();
}
