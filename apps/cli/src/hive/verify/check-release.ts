import type { RegistryClient } from '@rbee/api-client'
import { type ArtifactDocument, type PublishedBy, RbeeError } from '@rbee/schema'
import { EXIT, exitCodeOf } from '../../program/exit-codes.ts'
import type { Publisher } from '../evidence/evidence.ts'
import { checkLogged } from '../log/check-logged.ts'
import { checkPublisher, type PublisherQuestion } from '../provenance/check-publisher.ts'
import type { KnownRegistry } from '../trust/known-registry.ts'
import { type Check, type Finding, failed, notAvailable, passed } from './finding.ts'

/** A release as its registry tells of it, and one build of it. */
export interface ReleaseQuestion extends Omit<PublisherQuestion, 'place' | 'client'> {
  readonly client: RegistryClient
  readonly known: KnownRegistry | null
  /** Of the build that is looked at. */
  readonly digest: string
}

/** What a registry, its log, the publisher and others say of a build, each asked now. */
export async function checkRelease(question: ReleaseQuestion): Promise<Finding[]> {
  const { release, artifact: name } = question
  const artifact = release.variants
    .find(({ name: variant }) => variant === name.variant)
    ?.artifacts.find(({ platform }) => platform === name.platform)
  const registry = await orFailed('registry', () => checkRegistry(question, artifact))
  if (artifact === undefined) return [registry]
  const place = checkLogged(question)
  const log = orFailed('log', async () => {
    const found = await place
    if (found === null)
      return notAvailable('log', `${question.registry} keeps no public log of what it publishes`)
    const { index, size, published_at } = found
    const message = `entry ${index} of ${size} publishes these bytes, dated ${moment(published_at)}; the log continues what was seen of it here`
    return passed('log', message, { ...found })
  })
  // What the log says of the time matters to the publisher; that there is none is told above.
  const known = place.catch(() => null)
  const publisher = orFailed('publisher', async () =>
    describePublisher(await checkPublisher({ ...question, place: known })),
  )
  const found = await Promise.all([log, publisher])
  return [registry, ...found, checkWorkflow(release.published_by), checkRebuilds(artifact)]
}

async function checkRegistry(
  { trust, known, registry, digest, clock }: ReleaseQuestion,
  artifact: ArtifactDocument | undefined,
): Promise<Finding> {
  const trusted = await trust.registry()
  if (trusted === null) return notAvailable('registry', `${registry} signs nothing of what it offers`)
  const facts = {
    root_version: trusted.rootVersion,
    root_sha256: known?.root.sha256 ?? null,
    trusted_by: known?.record.by ?? null,
    metadata_version: trusted.version,
    expires_at: trusted.expires,
  }
  if (artifact === undefined)
    return failed('registry', 'digest_mismatch', `${registry} signs no such build of this release`, facts)
  if (artifact.digest !== digest)
    return failed('registry', 'digest_mismatch', `${registry} signs other bytes: ${artifact.digest}`, {
      ...facts,
      offered: artifact.digest,
    })
  const root = known === null ? `root ${trusted.rootVersion}` : describeRoot(known, trusted.rootVersion)
  const hours = Math.max(0, Math.floor((Date.parse(trusted.expires) - clock()) / 3_600_000))
  const message = `${registry} signs these bytes as this release, by ${root}; its word of today, good for ${hours} h more`
  return passed('registry', message, facts)
}

function describeRoot({ record, root }: KnownRegistry, version: number): string {
  const how = record.by === 'file' ? 'trusted by a file' : 'trusted on first use'
  return `root ${version} (sha256:${root.sha256.slice(0, 12)}…, ${how} on ${record.since.slice(0, 10)})`
}

function describePublisher(publisher: Publisher | null): Finding {
  if (publisher === null)
    return notAvailable(
      'publisher',
      'its publisher did not sign it: the worker had no key of a publisher then',
    )
  const { key_ids, bound_at, repository, commit, uncommitted_changes, built_here, builder } = publisher
  const keys = key_ids.length === 1 ? `key ${key_ids[0]}` : `keys ${key_ids.join(' and ')}`
  const source =
    commit === null
      ? '; no commit is named'
      : ` from commit ${commit} of ${repository ?? 'a repository without an address'}${uncommitted_changes ? ', with changes that were not committed' : ''}`
  const how = built_here ? 'built by' : 'packed, and not built, by'
  const message = `signed by ${keys}, the publisher's since ${bound_at.slice(0, 10)}; its holder states: ${how} ${builder}${source}`
  return passed('publisher', message, { ...publisher })
}

/** The registry's word: it looked at the token that the workflow showed. */
function checkWorkflow(by: PublishedBy | null): Finding {
  switch (by?.kind) {
    case undefined:
      return notAvailable('workflow', 'the registry does not say how it was published')
    case 'token':
      return notAvailable(
        'workflow',
        'it was published with a token made by hand, and from no known workflow',
      )
    case 'operator':
      return notAvailable('workflow', 'it was published by an operator of the registry')
    case 'catalog':
      return notAvailable('workflow', 'it comes from a catalog in Git, and from no known workflow')
    case 'trusted_publisher': {
      const { kind: _, ...run } = by
      const message = `the registry saw the workflow ${run.workflow} of ${run.repository} publish it, at ${run.ref} (${run.sha.slice(0, 12)}): ${run.run.url}`
      return passed('workflow', message, run)
    }
  }
}

/** Independent people who built the source again and signed what came of it. */
function checkRebuilds({ rebuilds }: ArtifactDocument): Finding {
  const { agree, disagree } = rebuilds
  if (agree + disagree === 0)
    return notAvailable('rebuilds', 'nobody else has built it from its source and told', rebuilds)
  const got = agree === 1 ? '1 other builder got' : `${agree} other builders got`
  if (disagree === 0) return passed('rebuilds', `${got} the same bytes from its source`, rebuilds)
  return notAvailable(
    'rebuilds',
    `${got} the same bytes from its source, and ${disagree} got others: nothing is proven`,
    rebuilds,
  )
}

/** A refusal is what failed; that nobody answered proves nothing. */
export async function orFailed(check: Check, work: () => Promise<Finding>): Promise<Finding> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code === 'interrupted') throw error
    return findingOf(check, error)
  }
}

export function findingOf(check: Check, error: RbeeError): Finding {
  const { code, message, details } = error
  if (exitCodeOf(code) === EXIT.refused) return failed(check, code, message, { ...details })
  return notAvailable(check, message, { code })
}

/** `2026-11-21 12:00 UTC` */
export function moment(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}
