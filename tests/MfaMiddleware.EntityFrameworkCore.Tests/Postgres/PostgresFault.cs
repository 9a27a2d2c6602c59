using Npgsql;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Postgres;

/// <summary>Faults that the server itself has, put there by triggers. Each goes on until the trigger is taken away.</summary>
internal static class PostgresFault
{
    /// <summary>Three updates of a table end with an error, three pass, and so on; a sequence counts, since no roll-back takes its numbers back.</summary>
    public static Task FailUpdatesAsync(this PostgresDatabase database, string table, string state) => database.ExecuteAsync($"""
        CREATE SEQUENCE IF NOT EXISTS faults;
        CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('faults') / 3 % 2 = 0 THEN RAISE EXCEPTION 'injected' USING ERRCODE = TG_ARGV[0]; END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER fault BEFORE UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION fail('{state}')
        """);

    /// <summary>The next update of a table loses its connection, in its statement or in the commit, and nothing of it is kept.</summary>
    public static Task BreakNextUpdateAsync(this PostgresDatabase database, string table, bool inCommit) => database.ExecuteAsync($"""
        CREATE SEQUENCE IF NOT EXISTS faults;
        CREATE OR REPLACE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('faults') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER fault AFTER UPDATE ON "{table}" {(inCommit ? "DEFERRABLE INITIALLY DEFERRED" : "")} FOR EACH ROW EXECUTE FUNCTION break()
        """);

    /// <summary>The commit of an update of a table is done, and its answer waits for a standby that never comes.</summary>
    public static Task HoldAnswersOfUpdatesAsync(this PostgresDatabase database, string table) => database.ExecuteAsync($"""
        CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM set_config('synchronous_commit', 'on', true);
            RETURN NEW;
        END $$;
        CREATE TRIGGER fault BEFORE UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION hold()
        """);

    /// <summary>Waits for a commit whose answer is held, and ends its connection.</summary>
    public static async Task TerminateHeldAsync(this PostgresDatabase database)
    {
        await using var connection = await database.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            DO $$ BEGIN
                FOR i IN 1..3000 LOOP
                    PERFORM pg_stat_clear_snapshot();
                    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep';
                    IF FOUND THEN RETURN; END IF;
                    PERFORM pg_sleep(0.01);
                END LOOP;
                RAISE EXCEPTION 'No commit was held.';
            END $$
            """,
            connection);
        await command.ExecuteNonQueryAsync();
    }

    public static Task HealAsync(this PostgresDatabase database, string table) => database.ExecuteAsync($"""DROP TRIGGER fault ON "{table}" """);
}
