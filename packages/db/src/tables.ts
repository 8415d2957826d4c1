import type {
  ArtifactMetadata,
  CatalogFailure,
  Digest,
  Finding,
  MailKind,
  Platform,
  PublishedBy,
  Sha256,
  VariantName,
  Version,
  WorkerEventKind,
  WorkerId,
  WorkflowRun,
} from '@rbee/schema'
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

// The tables of migrations/*.sql as queries see them; a test compares the two. Properties are named as in the rows of
// the registry's `Database` port.

export const tokens = sqliteTable(
  'tokens',
  {
    id: text('id').primaryKey(),
    hash: text('hash').notNull().unique(),
    scope: text('scope', { enum: ['publish', 'operator'] }).notNull(),
    worker: text('worker').$type<WorkerId>(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
    publisher: text('publisher'),
    run: text('run', { mode: 'json' }).$type<WorkflowRun>(),
    mail: text('mail'),
    formerMail: text('former_mail'),
    mailChangedAt: integer('mail_changed_at'),
  },
  (table) => [index('tokens_worker').on(table.worker).where(sql`worker is not null`)],
)

export const workers = sqliteTable('workers', {
  id: text('id').$type<WorkerId>().primaryKey(),
  source: text('source', { enum: ['official', 'community'] }).notNull(),
  owner: text('owner').notNull(),
  createdAt: integer('created_at').notNull(),
})

export const names = sqliteTable(
  'names',
  {
    name: text('name').primaryKey(),
    worker: text('worker')
      .$type<WorkerId>()
      .notNull()
      .references(() => workers.id),
    kind: text('kind', { enum: ['worker', 'variant', 'alias'] }).notNull(),
    variant: text('variant'),
  },
  (table) => [index('names_worker').on(table.worker)],
)

export const recipes = sqliteTable(
  'recipes',
  {
    worker: text('worker')
      .$type<WorkerId>()
      .primaryKey()
      .references(() => workers.id),
    catalog: text('catalog').notNull(),
    hash: text('hash').notNull(),
    version: text('version').$type<Version>().notNull(),
    path: text('path').notNull(),
    updatedAt: integer('updated_at').notNull(),
    maintainers: text('maintainers', { mode: 'json' }).$type<readonly string[]>(),
  },
  (table) => [index('recipes_catalog').on(table.catalog)],
)

export const formerRecipes = sqliteTable(
  'former_recipes',
  {
    worker: text('worker')
      .$type<WorkerId>()
      .primaryKey()
      .references(() => workers.id),
    catalog: text('catalog').notNull(),
    version: text('version').$type<Version>().notNull(),
  },
  (table) => [index('former_recipes_catalog').on(table.catalog)],
)

export const recipeBodies = sqliteTable(
  'recipe_bodies',
  {
    worker: text('worker')
      .$type<WorkerId>()
      .notNull()
      .references(() => recipes.worker, { onDelete: 'cascade' }),
    part: integer('part').notNull(),
    body: text('body').notNull(),
  },
  (table) => [primaryKey({ columns: [table.worker, table.part] })],
)

export const releases = sqliteTable(
  'releases',
  {
    worker: text('worker')
      .$type<WorkerId>()
      .notNull()
      .references(() => workers.id),
    version: text('version').$type<Version>().notNull(),
    identity: text('identity').notNull(),
    publishedAt: integer('published_at').notNull(),
    publishedBy: text('published_by').notNull(),
    yanked: text('yanked'),
    quarantined: text('quarantined'),
    yankedAt: integer('yanked_at'),
    quarantinedAt: integer('quarantined_at'),
    securityFix: text('security_fix'),
    logged: integer('logged'),
    publisher: text('publisher', { mode: 'json' }).$type<PublishedBy>(),
  },
  (table) => [
    primaryKey({ columns: [table.worker, table.version] }),
    index('releases_quarantined').on(table.quarantinedAt).where(sql`quarantined is not null`),
    index('releases_unlogged').on(table.publishedAt, table.worker, table.version).where(sql`logged is null`),
  ],
)

export const deprecations = sqliteTable('deprecations', {
  worker: text('worker')
    .$type<WorkerId>()
    .primaryKey()
    .references(() => workers.id),
  reason: text('reason').notNull(),
  successor: text('successor').$type<WorkerId>(),
  at: integer('at').notNull(),
})

export const workerEvents = sqliteTable(
  'worker_events',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    kind: text('kind').$type<WorkerEventKind>().notNull(),
    worker: text('worker')
      .$type<WorkerId>()
      .notNull()
      .references(() => workers.id),
    version: text('version').$type<Version>(),
    reason: text('reason').notNull(),
    successor: text('successor').$type<WorkerId>(),
    actor: text('actor').notNull(),
    at: integer('at').notNull(),
    ownerFrom: text('owner_from'),
    ownerTo: text('owner_to'),
  },
  (table) => [index('worker_events_worker').on(table.worker)],
)

export const orphans = sqliteTable('orphans', {
  worker: text('worker')
    .$type<WorkerId>()
    .primaryKey()
    .references(() => workers.id),
  reason: text('reason').notNull(),
  actor: text('actor').notNull(),
  at: integer('at').notNull(),
})

export const transfers = sqliteTable(
  'transfers',
  {
    id: text('id').primaryKey(),
    worker: text('worker')
      .$type<WorkerId>()
      .notNull()
      .references(() => workers.id),
    kind: text('kind', { enum: ['transfer', 'adoption'] }).notNull(),
    status: text('status', { enum: ['asked', 'approved', 'refused', 'cancelled', 'done'] }).notNull(),
    from: text('owner_from').notNull(),
    to: text('owner_to').notNull(),
    reason: text('reason').notNull(),
    askedBy: text('asked_by').notNull(),
    askedAt: integer('asked_at').notNull(),
    objection: text('objection').notNull(),
    reviewedBy: text('reviewed_by'),
    reviewedAt: integer('reviewed_at'),
    review: text('review'),
    endedBy: text('ended_by'),
    endedAt: integer('ended_at'),
    endReason: text('end_reason'),
    waitMs: integer('wait_ms').notNull().default(0),
    waitedMs: integer('waited_ms').notNull().default(0),
    countedAt: integer('counted_at'),
    completion: text('completion'),
  },
  (table) => [
    index('transfers_worker').on(table.worker),
    index('transfers_asked_at').on(table.askedAt),
    uniqueIndex('transfers_open').on(table.worker, table.askedBy).where(sql`status in ('asked', 'approved')`),
    uniqueIndex('transfers_approved').on(table.worker).where(sql`status = 'approved'`),
  ],
)

export const mails = sqliteTable(
  'mails',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    kind: text('kind').$type<MailKind>().notNull(),
    recipient: text('recipient').notNull(),
    toOwner: integer('to_owner', { mode: 'boolean' }).notNull(),
    transfer: text('transfer').references(() => transfers.id),
    token: text('token'),
    createdAt: integer('created_at').notNull(),
    dueAt: integer('due_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    sentAt: integer('sent_at'),
    failure: text('failure'),
  },
  (table) => [
    index('mails_due').on(table.dueAt).where(sql`sent_at is null`),
    index('mails_transfer').on(table.transfer),
  ],
)

export const registryEvents = sqliteTable(
  'registry_events',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    name: text('name').unique(),
    body: text('body').notNull(),
    logged: integer('logged'),
  },
  (table) => [index('registry_events_unlogged').on(table.id).where(sql`logged is null`)],
)

export const trustedPublishers = sqliteTable(
  'trusted_publishers',
  {
    id: text('id').primaryKey(),
    worker: text('worker')
      .$type<WorkerId>()
      .notNull()
      .references(() => workers.id),
    provider: text('provider', { enum: ['github'] }).notNull(),
    issuer: text('issuer').notNull(),
    repository: text('repository').notNull(),
    repositoryOwnerId: text('repository_owner_id'),
    repositoryId: text('repository_id'),
    workflow: text('workflow').notNull(),
    environment: text('environment'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [index('trusted_publishers_worker').on(table.worker, table.createdAt)],
)

export const tokensRefused = sqliteTable('tokens_refused', {
  worker: text('worker')
    .$type<WorkerId>()
    .primaryKey()
    .references(() => workers.id),
  at: integer('at').notNull(),
})

export const usedIdentities = sqliteTable(
  'used_identities',
  {
    issuer: text('issuer').notNull(),
    tokenId: text('token_id').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.tokenId] }),
    index('used_identities_expires_at').on(table.expiresAt),
  ],
)

export const logEntries = sqliteTable(
  'log_entries',
  {
    sequence: integer('sequence').primaryKey(),
    kind: text('kind').notNull(),
    worker: text('worker').$type<WorkerId>(),
    version: text('version').$type<Version>(),
    event: integer('event'),
    body: text('body').notNull(),
  },
  (table) => [
    index('log_entries_worker').on(table.worker, table.version, table.kind),
    index('log_entries_event').on(table.event),
  ],
)

export const publisherKeyChanges = sqliteTable(
  'publisher_key_changes',
  {
    worker: text('worker').$type<WorkerId>().notNull(),
    place: integer('place').notNull(),
    body: text('body', { mode: 'json' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.worker, table.place] })],
)

export const artifactProvenance = sqliteTable(
  'artifact_provenance',
  {
    worker: text('worker').$type<WorkerId>().notNull(),
    version: text('version').$type<Version>().notNull(),
    platform: text('platform').$type<Platform>().notNull(),
    variant: text('variant').$type<VariantName>().notNull(),
    sha256: text('sha256').$type<Sha256>().notNull(),
    size: integer('size').notNull(),
    keyIds: text('key_ids', { mode: 'json' }).$type<readonly string[]>().notNull(),
    attachedAt: integer('attached_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.worker, table.version, table.platform, table.variant] })],
)

export const rebuilds = sqliteTable(
  'rebuilds',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    worker: text('worker').$type<WorkerId>().notNull(),
    version: text('version').$type<Version>().notNull(),
    platform: text('platform').$type<Platform>().notNull(),
    variant: text('variant').$type<VariantName>().notNull(),
    keyId: text('key_id').notNull(),
    publicKey: text('public_key').notNull(),
    account: text('account').notNull(),
    own: integer('own', { mode: 'boolean' }).notNull(),
    reproduced: integer('reproduced', { mode: 'boolean' }).notNull(),
    rebuilt: text('rebuilt').$type<Digest>().notNull(),
    sha256: text('sha256').$type<Sha256>().notNull(),
    at: integer('at').notNull(),
    supersededAt: integer('superseded_at'),
  },
  (table) => [
    uniqueIndex('rebuilds_current')
      .on(table.worker, table.version, table.platform, table.variant, table.keyId)
      .where(sql`superseded_at is null`),
    index('rebuilds_key').on(table.keyId),
    index('rebuilds_account').on(table.account),
  ],
)

export const rebuilderStrikes = sqliteTable('rebuilder_strikes', {
  rebuilder: text('rebuilder').primaryKey(),
  reason: text('reason').notNull(),
  at: integer('at').notNull(),
})

export const patches = sqliteTable(
  'patches',
  {
    worker: text('worker').$type<WorkerId>().notNull(),
    version: text('version').$type<Version>().notNull(),
    platform: text('platform').$type<Platform>().notNull(),
    variant: text('variant').$type<VariantName>().notNull(),
    fromDigest: text('from_digest').$type<Digest>().notNull(),
    fromVersion: text('from_version').$type<Version>().notNull(),
    format: text('format').notNull(),
    size: integer('size').notNull(),
    sha256: text('sha256').$type<Sha256>().notNull(),
    at: integer('at').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.worker, table.version, table.platform, table.variant, table.fromDigest],
    }),
  ],
)

export const releaseBodies = sqliteTable(
  'release_bodies',
  {
    worker: text('worker').$type<WorkerId>().notNull(),
    version: text('version').$type<Version>().notNull(),
    part: integer('part').notNull(),
    body: text('body').notNull(),
  },
  (table) => [primaryKey({ columns: [table.worker, table.version, table.part] })],
)

export const blobs = sqliteTable('blobs', {
  sha256: text('sha256').$type<Sha256>().primaryKey(),
  size: integer('size').notNull(),
  format: text('format', { enum: ['tar.zst', 'tar.gz'] }).notNull(),
  digest: text('digest').$type<Digest>().notNull(),
  unpackedSize: integer('unpacked_size').notNull(),
  storedAt: integer('stored_at').notNull(),
  programs: text('programs', { mode: 'json' }).$type<readonly string[]>().notNull(),
  metadata: text('metadata', { mode: 'json' }).$type<ArtifactMetadata>(),
})

export const workerNeeds = sqliteTable(
  'worker_needs',
  {
    name: text('name').notNull(),
    worker: text('worker').$type<WorkerId>().notNull(),
    kind: text('kind', { enum: ['run', 'build', 'optional'] }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.name, table.worker, table.kind] }),
    index('worker_needs_worker').on(table.worker),
  ],
)

export const unlistedArchives = sqliteTable('unlisted_archives', {
  digest: text('digest').$type<Digest>().primaryKey(),
  sha256: text('sha256').$type<Sha256>().notNull(),
  format: text('format', { enum: ['tar.zst', 'tar.gz'] }).notNull(),
})

export const uploads = sqliteTable(
  'uploads',
  {
    id: text('id').primaryKey(),
    tokenId: text('token_id').notNull(),
    sha256: text('sha256').$type<Sha256>().notNull(),
    size: integer('size').notNull(),
    format: text('format', { enum: ['tar.zst', 'tar.gz'] }).notNull(),
    digest: text('digest').$type<Digest>().notNull(),
    staging: text('staging').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [
    index('uploads_token').on(table.tokenId, table.sha256),
    index('uploads_expires_at').on(table.expiresAt),
  ],
)

export const uploadParts = sqliteTable(
  'upload_parts',
  {
    upload: text('upload')
      .notNull()
      .references(() => uploads.id, { onDelete: 'cascade' }),
    part: integer('part').notNull(),
    receipt: text('receipt').notNull(),
  },
  (table) => [primaryKey({ columns: [table.upload, table.part] })],
)

export const syncs = sqliteTable('syncs', {
  id: text('id').primaryKey(),
  catalog: text('catalog').notNull(),
  commit: text('git_commit'),
  createdAt: integer('created_at').notNull(),
  position: integer('position'),
})

export const syncBodies = sqliteTable(
  'sync_bodies',
  {
    sync: text('sync')
      .notNull()
      .references(() => syncs.id, { onDelete: 'cascade' }),
    part: integer('part').notNull(),
    body: text('body').notNull(),
  },
  (table) => [primaryKey({ columns: [table.sync, table.part] })],
)

export const catalogStates = sqliteTable('catalog_states', {
  catalog: text('catalog').primaryKey(),
  position: integer('position').notNull(),
})

export const catalogStateBodies = sqliteTable(
  'catalog_state_bodies',
  {
    catalog: text('catalog')
      .notNull()
      .references(() => catalogStates.catalog, { onDelete: 'cascade' }),
    part: integer('part').notNull(),
    body: text('body').notNull(),
  },
  (table) => [primaryKey({ columns: [table.catalog, table.part] })],
)

export const catalogFailures = sqliteTable('catalog_failures', {
  catalog: text('catalog').primaryKey(),
  position: integer('position').notNull(),
  failedAt: integer('failed_at').notNull(),
  body: text('body', { mode: 'json' }).$type<CatalogFailure>().notNull(),
})

export const refusals = sqliteTable(
  'refusals',
  {
    catalog: text('catalog').notNull(),
    worker: text('worker').$type<WorkerId>().notNull(),
    hash: text('hash').notNull(),
    rules: integer('rules').notNull(),
    blocker: text('blocker').$type<WorkerId>(),
    blockerState: text('blocker_state'),
    body: text('body', { mode: 'json' }).$type<Finding>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.catalog, table.worker] })],
)

export const due = sqliteTable(
  'due',
  {
    revision: integer('revision').primaryKey({ autoIncrement: true }),
    worker: text('worker')
      .$type<WorkerId>()
      .notNull()
      .references(() => workers.id),
  },
  (table) => [index('due_worker').on(table.worker)],
)

export const releaseArtifacts = sqliteTable(
  'release_artifacts',
  {
    id: integer('id').primaryKey(),
    worker: text('worker').$type<WorkerId>().notNull(),
    version: text('version').$type<Version>().notNull(),
    variant: text('variant').$type<VariantName>().notNull(),
    platform: text('platform').$type<Platform>().notNull(),
    downloads: integer('downloads').notNull().default(0),
  },
  (table) => [
    uniqueIndex('release_artifacts_release').on(table.worker, table.version, table.variant, table.platform),
  ],
)

export const releaseArchives = sqliteTable(
  'release_archives',
  {
    sha256: text('sha256').$type<Sha256>().primaryKey(),
    artifact: integer('artifact')
      .notNull()
      .references(() => releaseArtifacts.id),
  },
  (table) => [index('release_archives_artifact').on(table.artifact)],
)

export const downloadMarks = sqliteTable(
  'download_marks',
  {
    day: text('day').notNull(),
    client: text('client').notNull(),
    artifact: integer('artifact').notNull(),
    counted: integer('counted').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.day, table.client, table.artifact] }),
    index('download_marks_uncounted').on(table.artifact),
  ],
)

export const downloadsByWorker = sqliteTable(
  'downloads_by_worker',
  {
    worker: text('worker').$type<WorkerId>().primaryKey(),
    downloads: integer('downloads').notNull(),
    documented: integer('documented').notNull().default(0),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    index('downloads_by_worker_most').on(table.downloads),
    index('downloads_by_worker_due').on(table.worker),
  ],
)

export const downloadsByWorkerDay = sqliteTable(
  'downloads_by_worker_day',
  {
    worker: text('worker').$type<WorkerId>().notNull(),
    day: text('day').notNull(),
    downloads: integer('downloads').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.worker, table.day] }),
    index('downloads_by_worker_day_day').on(table.day, table.worker, table.downloads),
  ],
)

export const downloadsByDay = sqliteTable('downloads_by_day', {
  day: text('day').primaryKey(),
  downloads: integer('downloads').notNull(),
})

export const licenses = sqliteTable('licenses', {
  number: integer('number').primaryKey({ autoIncrement: true }),
  id: text('id').notNull().unique(),
  customer: text('customer').notNull(),
  workers: text('workers', { mode: 'json' }).$type<WorkerId[]>().notNull(),
  entitlements: text('entitlements', { mode: 'json' }).$type<string[]>().notNull(),
  seats: integer('seats'),
  trial: integer('trial', { mode: 'boolean' }).notNull(),
  issuedAt: integer('issued_at').notNull(),
  expiresAt: integer('expires_at'),
  revokedAt: integer('revoked_at'),
  revokeReason: text('revoke_reason'),
  floating: integer('floating', { mode: 'boolean' }).notNull().default(false),
  revision: integer('revision').notNull().default(0),
})

export const licenseSeats = sqliteTable(
  'license_seats',
  {
    license: text('license').notNull(),
    fingerprint: text('fingerprint').notNull(),
    label: text('label'),
    activatedAt: integer('activated_at').notNull(),
    seenAt: integer('seen_at').notNull(),
    leaseEndsAt: integer('lease_ends_at').notNull(),
    releasedAt: integer('released_at'),
  },
  ({ license, fingerprint }) => [primaryKey({ columns: [license, fingerprint] })],
)
