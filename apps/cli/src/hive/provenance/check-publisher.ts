import type { RegistryClient } from '@rbee/api-client'
import { type ProvenanceSubject, RbeeError, type ReleaseDocument } from '@rbee/schema'
import type { LogPlace, Publisher } from '../evidence/evidence.ts'
import type { HiveHome } from '../home.ts'
import { readInstalled } from '../installed.ts'
import type { Trust } from '../trust/trust.ts'
import { fetchEnvelope } from './fetch-envelope.ts'
import { judgeArtifact } from './judge-artifact.ts'
import { keepKeys, readKeptKeys } from './kept-keys.ts'
import { signedKeys } from './signed-keys.ts'

/** The build of a release that is about to be installed. */
export interface ArtifactName {
  readonly variant: string
  readonly platform: string
}

export interface PublisherQuestion {
  readonly home: HiveHome
  readonly registry: string
  readonly client: Pick<RegistryClient, 'workerKeys' | 'provenance'>
  readonly trust: Trust
  readonly release: ReleaseDocument
  readonly artifact: ArtifactName
  /** Where the release stands in the registry's log, once that is known. */
  readonly place: Promise<LogPlace | null>
  readonly clock: () => number
  readonly signal: AbortSignal
}

/**
 * Checks who made a build: by the keys of its worker's publisher, which are kept at the first time and may change from then on
 * only by the publisher's own signature. Fails as {@link judgeArtifact}, {@link signedKeys} and {@link fetchEnvelope}.
 *
 * @returns null where the worker has no keys, or had none then, and for a registry that signs nothing.
 */
export async function checkPublisher(question: PublisherQuestion): Promise<Publisher | null> {
  const { home, registry, client, release, place: logged, clock, signal } = question
  const { worker } = release
  const artifact = artifactOf(release, question.artifact)
  const { platform, variant, digest, document } = artifact
  const subject: ProvenanceSubject = { worker, version: release.version, platform, variant, digest }
  const named = document.provenance
  // Nothing is fetched of workers without keys.
  const [history, envelope, known, installed] = await Promise.all([
    signedKeys({ ...question, worker }),
    named === null ? null : fetchEnvelope(client, subject, named, signal),
    readKeptKeys(home, registry, worker),
    installedPublisher(home, registry, release),
  ])
  if (history === null) return null
  const place = await logged
  const publisher = judgeArtifact({
    ...{ release, subject, artifact: document, envelope, history, known, place },
    hadPublisher: installed !== null,
  })
  if (history.changes.length > 0) {
    const seenAt = new Date(clock()).toISOString()
    await keepKeys(home, registry, { history, logSize: place?.size ?? null, seenAt })
  }
  return publisher
}

function artifactOf(release: ReleaseDocument, { variant, platform }: ArtifactName) {
  const found = release.variants.find(({ name }) => name === variant)
  const document = found?.artifacts.find((one) => one.platform === platform)
  if (found === undefined || document === undefined)
    throw new Error(`${release.worker} ${release.version} has no ${variant} for ${platform}`)
  return { document, variant: found.name, platform: document.platform, digest: document.digest }
}

/** Who made what is installed of the worker from this registry, as far as it was checked. */
async function installedPublisher(
  home: HiveHome,
  registry: string,
  { worker }: ReleaseDocument,
): Promise<Publisher | null> {
  try {
    const active = (await readInstalled(home, worker))?.active
    return active?.registry === registry ? (active.evidence?.publisher ?? null) : null
  } catch (error) {
    // A record that is damaged is replaced by what is installed now; the keys are kept elsewhere.
    if (error instanceof RbeeError && error.code === 'state_damaged') return null
    throw error
  }
}
