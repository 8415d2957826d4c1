import {
  digestOf,
  type Envelope,
  type ProvenanceSubject,
  platformSchema,
  type Sha256,
  sha256Of,
  sha256Schema,
  variantNameSchema,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import type { PublisherSigner } from './publisher-key.ts'
import { PREDICATE_TYPES, predicateOf, type Statement, signStatement } from './statement.ts'

// SLSA provenance 1: how an artifact came to be. https://slsa.dev/spec/v1.0/provenance

/** What `rbee-publish` does with a folder; the parameters below are all that it is given. */
const BUILD_TYPE = 'https://rbee.dev/docs/provenance/build/v1'

/** How an artifact was built. Its publisher says so: of what is stated here only the key is proven. */
export interface BuildFacts {
  /** Null where the folder lies in no Git repository, or the repository has no address. */
  readonly source: {
    readonly repository: string | null
    /** Branch or tag, such as `refs/heads/main`. */
    readonly ref: string | null
    /** Hexadecimal. */
    readonly commit: string | null
    /** Whether files differed from the commit; null where there is none. */
    readonly changed: boolean | null
  }
  /** Whether it was built in this run; else it was brought, and all that is stated is who packed it. */
  readonly builtHere: boolean
  /** Address of what built it. */
  readonly builder: string
  /** The run of the builder, such as the address of a workflow run. */
  readonly invocation: string | null
  /** RFC 3339. */
  readonly startedOn: string
  readonly finishedOn: string
}

/** What the provenance of one artifact states. */
export interface Provenance extends BuildFacts {
  readonly subject: ProvenanceSubject
  /** Identity of the whole release: so that it vouches for no other manifest around the same bytes. */
  readonly release: Sha256
}

const text = z.string().max(2000)
const provenanceSchema = z.object({
  buildDefinition: z.object({
    buildType: z.literal(BUILD_TYPE),
    externalParameters: z.object({
      worker: workerIdSchema,
      version: versionSchema,
      platform: platformSchema,
      variant: variantNameSchema,
      release: sha256Schema,
      source: z.object({ repository: text.nullable(), ref: text.nullable() }),
    }),
    internalParameters: z.object({ uncommitted_changes: z.boolean().nullable(), built_here: z.boolean() }),
    resolvedDependencies: z
      .array(z.object({ uri: text, digest: z.object({ gitCommit: z.string().regex(/^[0-9a-f]{40,64}$/) }) }))
      .max(1),
  }),
  runDetails: z.object({
    builder: z.object({ id: text.min(1) }),
    metadata: z.object({
      invocationId: text.optional(),
      startedOn: z.iso.datetime(),
      finishedOn: z.iso.datetime(),
    }),
  }),
})

/** How the subject of an artifact's provenance is called. */
export function subjectName({ worker, version, platform, variant }: ProvenanceSubject): string {
  return `${worker}-${version}-${platform}-${variant}.tar`
}

/** States and signs how an artifact came to be. */
export function signProvenance(provenance: Provenance, signers: readonly PublisherSigner[]): Envelope {
  const { subject } = provenance
  const statement: Statement = {
    subject: { name: subjectName(subject), sha256: sha256Of(subject.digest) },
    predicateType: PREDICATE_TYPES.provenance,
    predicate: predicateFor(provenance),
  }
  return signStatement(statement, signers)
}

function predicateFor(provenance: Provenance): z.input<typeof provenanceSchema> {
  const { subject, release, source, builtHere, builder, invocation, startedOn, finishedOn } = provenance
  const { worker, version, platform, variant } = subject
  const { repository, ref, commit, changed } = source
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: { worker, version, platform, variant, release, source: { repository, ref } },
      internalParameters: { uncommitted_changes: changed, built_here: builtHere },
      resolvedDependencies:
        commit === null
          ? []
          : [
              {
                uri: `git+${repository ?? 'file:'}${ref === null ? '' : `@${ref}`}`,
                digest: { gitCommit: commit },
              },
            ],
    },
    runDetails: {
      builder: { id: builder },
      metadata: { ...(invocation === null ? {} : { invocationId: invocation }), startedOn, finishedOn },
    },
  }
}

/** Reads a statement of provenance; fails with `envelope_invalid`. What it is about is the parameters' word only. */
export function readProvenance(statement: Statement): Provenance {
  const { buildDefinition, runDetails } = predicateOf(statement, PREDICATE_TYPES.provenance, provenanceSchema)
  const { externalParameters, internalParameters, resolvedDependencies } = buildDefinition
  const { worker, version, platform, variant, release, source } = externalParameters
  const { invocationId, startedOn, finishedOn } = runDetails.metadata
  return {
    subject: { worker, version, platform, variant, digest: digestOf(statement.subject.sha256) },
    release,
    source: {
      ...source,
      commit: resolvedDependencies[0]?.digest.gitCommit ?? null,
      changed: internalParameters.uncommitted_changes,
    },
    builtHere: internalParameters.built_here,
    builder: runDetails.builder.id,
    invocation: invocationId ?? null,
    startedOn,
    finishedOn,
  }
}
