CREATE TABLE "MfaAccounts" (
    "Realm" TEXT NOT NULL,
    "Subject" TEXT NOT NULL,
    "ConsecutiveFailures" INTEGER NOT NULL,
    "WaitUntil" INTEGER NULL,
    "KnownDeviceFailures" INTEGER NOT NULL DEFAULT 0,
    "KnownDeviceWaitUntil" INTEGER NULL,
    "FailuresByMethod" TEXT NOT NULL,
    "FactorsChangedAt" INTEGER NOT NULL,
    "WasReset" INTEGER NOT NULL,
    "Version" INTEGER NOT NULL,
    CONSTRAINT "PK_MfaAccounts" PRIMARY KEY ("Realm", "Subject")
);


CREATE TABLE "MfaKeys" (
    "Name" TEXT NOT NULL CONSTRAINT "PK_MfaKeys" PRIMARY KEY,
    "ProtectedValue" TEXT NOT NULL
);


CREATE TABLE "MfaPendingSessions" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_MfaPendingSessions" PRIMARY KEY,
    "Kind" INTEGER NOT NULL,
    "Purpose" INTEGER NOT NULL,
    "Realm" TEXT NOT NULL,
    "Subject" TEXT NOT NULL,
    "Network" TEXT NOT NULL,
    "SecretHash" BLOB NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "ExpiresAt" INTEGER NOT NULL,
    "AttemptsRemaining" INTEGER NOT NULL,
    "Version" INTEGER NOT NULL,
    "IsAnswering" INTEGER NOT NULL,
    "CompletedUrl" TEXT NULL,
    "Payload" BLOB NOT NULL,
    "State" BLOB NULL
);


CREATE TABLE "MfaFactors" (
    "Realm" TEXT NOT NULL,
    "Subject" TEXT NOT NULL,
    "Id" TEXT NOT NULL,
    "Method" TEXT NOT NULL,
    "Name" TEXT NULL,
    "ProtectedSecret" TEXT NOT NULL,
    "Counter" INTEGER NOT NULL,
    "AnsweredChallenges" TEXT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "LastUsedAt" INTEGER NULL,
    "Version" INTEGER NOT NULL,
    CONSTRAINT "PK_MfaFactors" PRIMARY KEY ("Realm", "Subject", "Id"),
    CONSTRAINT "FK_MfaFactors_MfaAccounts_Realm_Subject" FOREIGN KEY ("Realm", "Subject") REFERENCES "MfaAccounts" ("Realm", "Subject") ON DELETE CASCADE
);


CREATE TABLE "MfaHistories" (
    "Realm" TEXT NOT NULL,
    "Subject" TEXT NOT NULL,
    "Data" BLOB NOT NULL,
    "Version" INTEGER NOT NULL,
    "ExpiresAt" INTEGER NOT NULL,
    CONSTRAINT "PK_MfaHistories" PRIMARY KEY ("Realm", "Subject"),
    CONSTRAINT "FK_MfaHistories_MfaAccounts_Realm_Subject" FOREIGN KEY ("Realm", "Subject") REFERENCES "MfaAccounts" ("Realm", "Subject") ON DELETE CASCADE
);


CREATE TABLE "MfaRecoveryCodes" (
    "Realm" TEXT NOT NULL,
    "Subject" TEXT NOT NULL,
    "Hash" TEXT NOT NULL,
    "ExpiresAt" INTEGER NULL,
    CONSTRAINT "PK_MfaRecoveryCodes" PRIMARY KEY ("Realm", "Subject", "Hash"),
    CONSTRAINT "FK_MfaRecoveryCodes_MfaAccounts_Realm_Subject" FOREIGN KEY ("Realm", "Subject") REFERENCES "MfaAccounts" ("Realm", "Subject") ON DELETE CASCADE
);


CREATE UNIQUE INDEX "IX_MfaFactors_Id" ON "MfaFactors" ("Id");


CREATE INDEX "IX_MfaHistories_ExpiresAt" ON "MfaHistories" ("ExpiresAt");


CREATE INDEX "IX_MfaPendingSessions_ExpiresAt" ON "MfaPendingSessions" ("ExpiresAt");


CREATE INDEX "IX_MfaPendingSessions_Realm_Subject_Purpose" ON "MfaPendingSessions" ("Realm", "Subject", "Purpose");


CREATE UNIQUE INDEX "IX_MfaRecoveryCodes_Hash" ON "MfaRecoveryCodes" ("Hash");
