using MfaMiddleware.EntityFrameworkCore.Model;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Adds the tables of MfaMiddleware to a model.</summary>
public static class MfaModelBuilderExtensions
{
    /// <summary>
    /// Adds the tables of MfaMiddleware (<c>MfaAccounts</c>, <c>MfaFactors</c>, <c>MfaRecoveryCodes</c>, <c>MfaHistories</c>, <c>MfaKeys</c>, <c>MfaPendingSessions</c>) to the host's own model:
    /// call it in <see cref="DbContext.OnModelCreating"/>, then add a migration.
    /// </summary>
    /// <param name="modelBuilder">The model.</param>
    /// <returns>The model.</returns>
    public static ModelBuilder UseMfa(this ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<MfaAccountEntity>(account =>
        {
            account.ToTable("MfaAccounts").HasKey(a => new { a.Realm, a.Subject });
            account.Property(a => a.Realm).HasMaxLength(RealmLength);
            account.Property(a => a.Subject).HasMaxLength(SubjectLength);
            // Rows of before the lanes get it: what they count are failures of devices that weren't known.
            account.Property(a => a.KnownDeviceFailures).HasDefaultValue(0).ValueGeneratedNever();
            account.HasMany(a => a.Factors).WithOne().HasForeignKey(f => new { f.Realm, f.Subject }).OnDelete(DeleteBehavior.Cascade);
            account.HasMany(a => a.RecoveryCodes).WithOne().HasForeignKey(c => new { c.Realm, c.Subject }).OnDelete(DeleteBehavior.Cascade);
            account.HasOne(a => a.History).WithOne().HasForeignKey<MfaHistoryEntity>(h => new { h.Realm, h.Subject }).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<MfaFactorEntity>(factor =>
        {
            factor.ToTable("MfaFactors").HasKey(f => new { f.Realm, f.Subject, f.Id });
            factor.HasIndex(f => f.Id).IsUnique();
            factor.Property(f => f.Realm).HasMaxLength(RealmLength);
            factor.Property(f => f.Subject).HasMaxLength(SubjectLength);
            factor.Property(f => f.Id).HasMaxLength(NameLength);
            factor.Property(f => f.Method).HasMaxLength(NameLength);
            factor.Property(f => f.AnsweredChallenges).HasMaxLength(ChallengesLength);
        });
        modelBuilder.Entity<MfaRecoveryCodeEntity>(code =>
        {
            code.ToTable("MfaRecoveryCodes").HasKey(c => new { c.Realm, c.Subject, c.Hash });
            code.HasIndex(c => c.Hash).IsUnique();
            code.Property(c => c.Realm).HasMaxLength(RealmLength);
            code.Property(c => c.Subject).HasMaxLength(SubjectLength);
            code.Property(c => c.Hash).HasMaxLength(NameLength);
        });
        modelBuilder.Entity<MfaHistoryEntity>(history =>
        {
            history.ToTable("MfaHistories").HasKey(h => new { h.Realm, h.Subject });
            history.HasIndex(h => h.ExpiresAt);
            history.Property(h => h.Realm).HasMaxLength(RealmLength);
            history.Property(h => h.Subject).HasMaxLength(SubjectLength);
        });
        modelBuilder.Entity<MfaKeyEntity>(key =>
        {
            key.ToTable("MfaKeys").HasKey(k => k.Name);
            key.Property(k => k.Name).HasMaxLength(NameLength);
        });
        modelBuilder.Entity<MfaPendingSessionEntity>(session =>
        {
            session.ToTable("MfaPendingSessions").HasKey(s => s.Id);
            session.HasIndex(s => new { s.Realm, s.Subject, s.Purpose });
            session.HasIndex(s => s.ExpiresAt);
            session.Property(s => s.Id).HasMaxLength(MfaPendingSessionEntity.IdLength);
            session.Property(s => s.Realm).HasMaxLength(RealmLength);
            session.Property(s => s.Subject).HasMaxLength(SubjectLength);
            session.Property(s => s.Network).HasMaxLength(NameLength);
        });
        return modelBuilder;
    }

    private const int RealmLength = 128;
    private const int SubjectLength = 256;
    private const int NameLength = 64;
    private const int ChallengesLength = 200;
}
