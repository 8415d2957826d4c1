import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, signedLogSchema, tryParseJson } from '@rbee/schema'
import {
  parseVerifierKey,
  readCheckpoint,
  readEntries,
  TILE_BYTES,
  TILE_WIDTH,
  tileCount,
  tilePath,
  tileWidth,
} from '@rbee/transparency-log'
import {
  fetchFirstRoot,
  LOG_TARGET,
  type MetadataSource,
  openTrustedRegistry,
  readRootFile,
  type TrustedRegistry,
  type TrustStore,
  tooLarge,
  trustRoot,
} from '@rbee/trust/client'
import type { CommandContext } from '../../program/command.ts'
import { connectRegistry, type RegistryConnection } from '../../registry/connect.ts'
import type { HiveHome } from '../home.ts'
import { logSource } from '../log/log-source.ts'
import { parseList } from '../revocations/fetch-list.ts'
import type { VerifiedConnection } from '../trust/connect-verified.ts'
import { readKnownRegistry } from '../trust/known-registry.ts'
import { createTrust, type Trust } from '../trust/trust.ts'
import { verifiedClient } from '../trust/verified-client.ts'
import { type KeepAnswer, recordAnswers } from './record-answers.ts'

/** A registry of which everything is fetched anew and kept, as a machine needs it that knows nothing yet. */
export interface RecordedRegistry extends RegistryConnection {
  readonly trust: Trust
  readonly trusted: TrustedRegistry
  readonly root: { readonly version: number; readonly sha256: string }
  /** Whether it keeps a public log. */
  readonly isLogged: boolean
  /** The same client, whose documents nobody compared with what is signed. */
  readonly unverified: RegistryClient
}

export interface Recording {
  /** Who is asked. */
  readonly ask: typeof fetch
  readonly keep: KeepAnswer
}

/**
 * Fetches the signed metadata from the first root on. What this machine knows of the registry holds: the copy has to lead to the
 * same root. Fails as `openTrust` does, with `registry_unsigned`, and with `metadata_mixed` where it leads to another one.
 */
export async function recordRegistry(
  context: CommandContext,
  home: HiveHome,
  own: VerifiedConnection,
  { ask, keep }: Recording,
): Promise<RecordedRegistry> {
  const { url } = own
  if (!(await own.trust.isSigned())) throw unsigned(url)
  const answers = { fetch: recordAnswers(ask, url, keep), fetchBytes: own.fetchBytes, asOf: null }
  const { env, signal } = context
  const connection = await connectRegistry({ env, signal, answers }, url)
  const source = metadataSource(connection.client)
  const store = memoryStore()
  await trustRoot(store, await fetchFirstRoot(source))
  const trusted = await openTrustedRegistry({ source, store, clock: context.clock })
  const { version, sha256 } = readRootFile((await store.read('root.json')) ?? new Uint8Array())
  const known = await readKnownRegistry(home, url)
  if (known !== null && known.root.sha256 !== sha256) throw otherRoot(url)
  const trust = createTrust(async () => trusted, context.signal)
  return {
    ...connection,
    client: verifiedClient(connection.client, trust, url),
    ...{ trust, trusted, root: { version, sha256 }, unverified: connection.client },
    isLogged: (await trusted.target(LOG_TARGET)) !== null,
  }
}

function metadataSource(client: RegistryClient): MetadataSource {
  return { fetch: (name, max) => client.signedFile(name, max, () => tooLarge(name, max)) }
}

function memoryStore(): TrustStore {
  const files = new Map<string, Uint8Array>()
  return {
    read: async (name) => files.get(name) ?? null,
    // What is signed of workers is read once each, and there may be many.
    write: async (name, bytes) => void (name.startsWith('workers/') || files.set(name, bytes)),
    remove: async (name) => void files.delete(name),
  }
}

/** The signed list of what may not run. Fails with `revocations_invalid`. */
export async function recordRevocations({ trusted, url }: RecordedRegistry) {
  const bytes = await trusted.target('revocations.json')
  return bytes === null ? null : parseList(url, bytes)
}

/**
 * Fetches the tiles of hashes of the registry's log: with them it can be compared with any earlier state of it. Fails with
 * `log_unavailable`, `log_invalid` and `log_signature_invalid`.
 *
 * @param withEntries also what the hashes are of, with which all that the log says can be verified.
 * @returns its size; null for a registry without a log.
 */
export async function recordLog(
  { trusted, client }: RecordedRegistry,
  signal: AbortSignal,
  withEntries = false,
): Promise<number | null> {
  const bytes = await trusted.target(LOG_TARGET)
  if (bytes === null) return null
  const { key } = signedLogSchema.parse(tryParseJson(new TextDecoder().decode(bytes)))
  const source = logSource(client, signal)
  const { size } = await readCheckpoint(source, parseVerifierKey(key))
  for (let level = 0; tileCount(level, size) > 0; level += 1) {
    for (let index = 0; index < tileCount(level, size); index += 1) {
      signal.throwIfAborted()
      const width = tileWidth(level, index, size)
      const named = await source(tilePath({ level, index, width }), TILE_BYTES)
      // A tile that was not full may be taken away once it is.
      if (named === null) await source(tilePath({ level, index, width: TILE_WIDTH }), TILE_BYTES)
      if (level === 0 && withEntries) await readEntries(source, index, size)
    }
  }
  return size
}

function unsigned(url: string): RbeeError {
  return new RbeeError(
    'registry_unsigned',
    `${url} signs nothing: nobody could tell a copy of it from another`,
    {
      next: 'ask its operator to update it',
    },
  )
}

function otherRoot(url: string): RbeeError {
  return new RbeeError('metadata_mixed', `${url} leads to another root than the one that is trusted here`, {
    next: 'try again; when it stays, ask the operator of the registry',
  })
}
