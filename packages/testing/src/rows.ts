import type {
  BlobRow,
  Database,
  LicenseRow,
  NameRow,
  RecipeRow,
  ReleaseRow,
  SyncRow,
  TokenRow,
  TrustedPublisherRow,
  UploadRow,
  WorkerRow,
} from '@rbee/registry'
import type { WorkflowRun } from '@rbee/schema'
import { aCatalogEntry, aDigest, aReleaseInput, aSha256, aWorkerId } from './builders.ts'

/** 2026-01-01T00:00:00Z, where `fakeClock` starts. */
const START = Date.UTC(2026, 0, 1)

export function aTokenRow(overrides: Partial<TokenRow> = {}): TokenRow {
  return {
    id: 'token-1',
    hash: aSha256(),
    scope: 'publish',
    worker: null,
    createdAt: START,
    expiresAt: null,
    revokedAt: null,
    publisher: null,
    run: null,
    ...overrides,
  }
}

export function aWorkflowRun(overrides: Partial<WorkflowRun> = {}): WorkflowRun {
  return {
    provider: 'github',
    issuer: 'https://issuer.example',
    repository: 'acme/echo',
    repository_id: '1001',
    repository_owner_id: '77',
    workflow: 'publish.yml',
    workflow_ref: 'acme/echo/.github/workflows/publish.yml@refs/tags/v1.0.0',
    environment: null,
    event: 'push',
    ref: 'refs/tags/v1.0.0',
    sha: 'c'.repeat(40),
    run: { id: '9001', attempt: '1', url: 'https://issuer.example/acme/echo/actions/runs/9001/attempts/1' },
    ...overrides,
  }
}

/** Of the runs of {@link aWorkflowRun}. */
export function aTrustedPublisherRow(overrides: Partial<TrustedPublisherRow> = {}): TrustedPublisherRow {
  return {
    id: 'publisher-1',
    worker: aWorkerId(),
    provider: 'github',
    issuer: 'https://issuer.example',
    repository: 'acme/echo',
    repositoryOwnerId: '77',
    repositoryId: null,
    workflow: 'publish.yml',
    environment: null,
    createdAt: START,
    ...overrides,
  }
}

export function aWorkerRow(overrides: Partial<WorkerRow> = {}): WorkerRow {
  return { id: aWorkerId(), source: 'community', owner: 'token:token-1', createdAt: START, ...overrides }
}

/** The name of the worker `worker` itself. */
export function aNameRow(overrides: Partial<NameRow> = {}): NameRow {
  const worker = overrides.worker ?? aWorkerId()
  return { name: worker, worker, kind: 'worker', variant: null, ...overrides }
}

export function aRecipeRow(overrides: Partial<RecipeRow> = {}): RecipeRow {
  return {
    worker: aWorkerId(),
    catalog: 'https://git.example/workers.git',
    entry: aCatalogEntry(),
    hash: aSha256(7),
    updatedAt: START,
    ...overrides,
  }
}

/** Saves one recipe. @returns the name that stands in its way. */
export async function saveRecipe(
  database: Pick<Database, 'saveRecipes'>,
  worker: WorkerRow,
  names: readonly NameRow[],
  recipe: RecipeRow,
): Promise<{ conflict: NameRow | null }> {
  const [conflict] = await database.saveRecipes([{ worker, names, recipe }])
  return { conflict: conflict ?? null }
}

export function aReleaseRow(overrides: Partial<ReleaseRow> = {}): ReleaseRow {
  const input = overrides.input ?? aReleaseInput()
  return {
    worker: input.manifest.id,
    version: input.version,
    input,
    identity: aSha256(8),
    publishedAt: START,
    publishedBy: 'token-1',
    publisher: { kind: 'token' },
    yanked: null,
    yankedAt: null,
    quarantined: null,
    quarantinedAt: null,
    securityFix: null,
    ...overrides,
  }
}

export function aBlobRow(overrides: Partial<BlobRow> = {}): BlobRow {
  return {
    sha256: aSha256(),
    size: 1000,
    format: 'tar.zst',
    digest: aDigest(100),
    unpackedSize: 4000,
    storedAt: START,
    programs: ['echo-worker'],
    metadata: null,
    ...overrides,
  }
}

export function anUploadRow(overrides: Partial<UploadRow> = {}): UploadRow {
  return {
    id: 'upload-1',
    tokenId: 'token-1',
    sha256: aSha256(),
    size: 1000,
    format: 'tar.zst',
    digest: aDigest(100),
    staging: 'staging-1',
    createdAt: START,
    expiresAt: START + 86_400_000,
    ...overrides,
  }
}

export function aSyncRow(overrides: Partial<SyncRow> = {}): SyncRow {
  return {
    id: 'sync-1',
    catalog: 'https://git.example/workers.git',
    commit: 'a'.repeat(40),
    position: null,
    entries: [{ id: aWorkerId(), hash: aSha256(7) }],
    createdAt: START,
    ...overrides,
  }
}

/** A licence of a hostile customer. */
export function aLicenseRow(overrides: Partial<LicenseRow> = {}): LicenseRow {
  return {
    id: '0123456789abcdef01234567',
    customer: `O'Neil "; DROP TABLE licenses; --`,
    workers: [aWorkerId()],
    entitlements: ['support', 'batch'],
    seats: 3,
    floating: false,
    trial: false,
    issuedAt: 1_000,
    expiresAt: 5_000,
    revokedAt: null,
    revokeReason: null,
    revision: 0,
    ...overrides,
  }
}
