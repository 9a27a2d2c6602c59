CREATE TABLE "MfaAccounts" (
    "Realm" character varying(128) NOT NULL,
    "Subject" character varying(256) NOT NULL,
    "ConsecutiveFailures" integer NOT NULL,
    "WaitUntil" bigint,
    "KnownDeviceFailures" integer NOT NULL DEFAULT 0,
    "KnownDeviceWaitUntil" bigint,
    "FailuresByMethod" text NOT NULL,
    "FactorsChangedAt" bigint NOT NULL,
    "WasReset" boolean NOT NULL,
    "Version" bigint NOT NULL,
    CONSTRAINT "PK_MfaAccounts" PRIMARY KEY ("Realm", "Subject")
);


CREATE TABLE "MfaKeys" (
    "Name" character varying(64) NOT NULL,
    "ProtectedValue" text NOT NULL,
    CONSTRAINT "PK_MfaKeys" PRIMARY KEY ("Name")
);


CREATE TABLE "MfaPendingSessions" (
    "Id" character varying(64) NOT NULL,
    "Kind" integer NOT NULL,
    "Purpose" integer NOT NULL,
    "Realm" character varying(128) NOT NULL,
    "Subject" character varying(256) NOT NULL,
    "Network" character varying(64) NOT NULL,
    "SecretHash" bytea NOT NULL,
    "CreatedAt" bigint NOT NULL,
    "ExpiresAt" bigint NOT NULL,
    "AttemptsRemaining" integer NOT NULL,
    "Version" bigint NOT NULL,
    "IsAnswering" boolean NOT NULL,
    "CompletedUrl" text,
    "Payload" bytea NOT NULL,
    "State" bytea,
    CONSTRAINT "PK_MfaPendingSessions" PRIMARY KEY ("Id")
);


CREATE TABLE "MfaFactors" (
    "Realm" character varying(128) NOT NULL,
    "Subject" character varying(256) NOT NULL,
    "Id" character varying(64) NOT NULL,
    "Method" character varying(64) NOT NULL,
    "Name" text,
    "ProtectedSecret" text NOT NULL,
    "Counter" bigint NOT NULL,
    "AnsweredChallenges" character varying(200),
    "CreatedAt" bigint NOT NULL,
    "LastUsedAt" bigint,
    "Version" bigint NOT NULL,
    CONSTRAINT "PK_MfaFactors" PRIMARY KEY ("Realm", "Subject", "Id"),
    CONSTRAINT "FK_MfaFactors_MfaAccounts_Realm_Subject" FOREIGN KEY ("Realm", "Subject") REFERENCES "MfaAccounts" ("Realm", "Subject") ON DELETE CASCADE
);


CREATE TABLE "MfaHistories" (
    "Realm" character varying(128) NOT NULL,
    "Subject" character varying(256) NOT NULL,
    "Data" bytea NOT NULL,
    "Version" bigint NOT NULL,
    "ExpiresAt" bigint NOT NULL,
    CONSTRAINT "PK_MfaHistories" PRIMARY KEY ("Realm", "Subject"),
    CONSTRAINT "FK_MfaHistories_MfaAccounts_Realm_Subject" FOREIGN KEY ("Realm", "Subject") REFERENCES "MfaAccounts" ("Realm", "Subject") ON DELETE CASCADE
);


CREATE TABLE "MfaRecoveryCodes" (
    "Realm" character varying(128) NOT NULL,
    "Subject" character varying(256) NOT NULL,
    "Hash" character varying(64) NOT NULL,
    "ExpiresAt" bigint,
    CONSTRAINT "PK_MfaRecoveryCodes" PRIMARY KEY ("Realm", "Subject", "Hash"),
    CONSTRAINT "FK_MfaRecoveryCodes_MfaAccounts_Realm_Subject" FOREIGN KEY ("Realm", "Subject") REFERENCES "MfaAccounts" ("Realm", "Subject") ON DELETE CASCADE
);


CREATE UNIQUE INDEX "IX_MfaFactors_Id" ON "MfaFactors" ("Id");


CREATE INDEX "IX_MfaHistories_ExpiresAt" ON "MfaHistories" ("ExpiresAt");


CREATE INDEX "IX_MfaPendingSessions_ExpiresAt" ON "MfaPendingSessions" ("ExpiresAt");


CREATE INDEX "IX_MfaPendingSessions_Realm_Subject_Purpose" ON "MfaPendingSessions" ("Realm", "Subject", "Purpose");


CREATE UNIQUE INDEX "IX_MfaRecoveryCodes_Hash" ON "MfaRecoveryCodes" ("Hash");
