using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Harness;

/// <summary>Writes what a context tracks, in the order in which it gives it.</summary>
internal static class TrackerWriter
{
    public static void Write(GraphWriter writer, DbContext db)
    {
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        foreach (var entry in db.ChangeTracker.Entries())
        {
            writer.Line($"{entry.State} {entry.Metadata.Name}", entry.Entity);
            WriteProperties(writer, entry.Properties, entry.ComplexProperties, entry.ComplexCollections);
            foreach (var navigation in entry.Navigations)
            {
                writer.Line($"  {navigation.Metadata.Name} {(navigation.IsLoaded ? "loaded" : "not loaded")}", navigation.CurrentValue);
            }
        }

        // The snapshots that later changes are found by.
        db.ChangeTracker.DetectChanges();
        writer.Line("states", string.Join(' ', db.ChangeTracker.Entries().Select(static entry => entry.State)));
    }

    private static void WriteProperties(
        GraphWriter writer,
        IEnumerable<PropertyEntry> properties,
        IEnumerable<ComplexPropertyEntry> complex,
        IEnumerable<ComplexCollectionEntry> collections)
    {
        foreach (var property in properties)
        {
            var flags = (property.IsModified ? " modified" : "") + (property.IsTemporary ? " temporary" : "");
            writer.Line($"  {property.Metadata.DeclaringType.DisplayName()}.{property.Metadata.Name}{flags}", property.CurrentValue);
            writer.Line("    originally", property.OriginalValue);
        }

        foreach (var part in complex)
        {
            writer.Line($"  {part.Metadata.Name}{(part.IsModified ? " modified" : "")}", part.CurrentValue);
            WriteProperties(writer, part.Properties, part.ComplexProperties, part.ComplexCollections);
        }

        foreach (var collection in collections)
        {
            writer.Line($"  {collection.Metadata.Name}{(collection.IsModified ? " modified" : "")}", collection.CurrentValue);
        }
    }
}
