import { planInstall } from '@rbee/resolver'
import {
  type Fit,
  type HostProfile,
  REJECTION_CODES,
  type ReleaseDocument,
  releaseDocumentSchema,
} from '@rbee/schema'

/** Stands in reasons where the release of a worker is named. */
const NAMED = 'a-worker 0.0.0'
const [NAMED_WORKER, NAMED_VERSION] = NAMED.split(' ')
const DIGEST = `sha256:${'0'.repeat(64)}`

/**
 * What the resolver reads of a release, as text: releases of the same text fit the same machines, so that each text has
 * to be judged once. Sizes, digests and addresses are not part of it.
 */
export function fitQuestionOf(release: ReleaseDocument): string {
  const { platforms, variants, yanked, quarantined } = release
  return JSON.stringify({
    platforms,
    yanked: yanked === null ? null : 'withdrawn',
    quarantined: quarantined === null ? null : 'quarantined',
    variants: variants.map(({ name, backend, priority, requirements, artifacts }) => ({
      name,
      backend,
      priority,
      requirements,
      artifacts: artifacts.map(({ platform, archives }) => ({
        platform,
        formats: archives.map(({ format }) => format),
      })),
    })),
  })
}

/** Whether releases of a text that {@link fitQuestionOf} made run on a machine; their name in the reason is to be put in. */
export function judgeFit(question: string, profile: HostProfile): Fit {
  const plan = planInstall({
    release: releaseOf(JSON.parse(question)),
    profile,
    registry: 'http://localhost',
  })
  const { variant, platform } = plan
  if (variant !== null) return { runs: true, variant, platform, reason: plan.reason, code: null }
  // Of several variants the one that came furthest is the most telling.
  const rejected = plan.rejected.toSorted((a, b) => progress(b.code) - progress(a.code))[0]
  if (rejected === undefined)
    return { runs: false, variant: null, platform, reason: plan.reason, code: 'no_artifact' }
  return { runs: false, variant: null, platform, reason: rejected.reason, code: rejected.code }
}

/** The reason with the name of the very release. */
export function namedFit(fit: Fit, worker: string, version: string): Fit {
  return { ...fit, reason: fit.reason.replaceAll(NAMED, `${worker} ${version}`) }
}

/** Codes in the order in which the resolver checks. */
const CHECKED: readonly string[] = ['quarantined', 'yanked', 'os', 'arch', 'no_artifact']

function progress(code: (typeof REJECTION_CODES)[number]): number {
  const early = CHECKED.indexOf(code)
  return early === -1 ? CHECKED.length + REJECTION_CODES.indexOf(code) : early
}

/** A release of which only what the resolver reads is true. */
function releaseOf(question: {
  variants: { name: string; artifacts: { platform: string; formats: string[] }[] }[]
}): ReleaseDocument {
  const variants = question.variants.map((variant) => ({
    ...variant,
    id: NAMED_WORKER,
    artifacts: variant.artifacts.map(({ platform, formats }) => ({
      platform,
      digest: DIGEST,
      unpacked_size: 0,
      archives: formats.map((format) => ({ format, size: 0, checksum: DIGEST, download_url: '/' })),
    })),
  }))
  return releaseDocumentSchema.parse({
    ...question,
    variants,
    worker: NAMED_WORKER,
    version: NAMED_VERSION,
    name: NAMED_WORKER,
    published_at: '',
    prerelease: false,
    source: 'community',
    distribution: {
      type: 'binary',
      source_available: false,
      binary_available: true,
      requires_license: false,
    },
    license: 'MIT',
    binary_name: NAMED_WORKER,
    default_variant: question.variants[0]?.name,
    binary_sources: [],
    dependencies: {},
    capabilities: {},
    selftest: null,
    run: null,
  })
}
