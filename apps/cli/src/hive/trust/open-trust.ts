import type { RegistryClient } from '@rbee/api-client'
import { RbeeError } from '@rbee/schema'
import {
  fetchFirstRoot,
  type MetadataSource,
  openTrustedRegistry,
  readRootFile,
  type TrustedRegistry,
  type TrustedRoot,
  type TrustStore,
  tooLarge,
  trustRoot,
} from '@rbee/trust/client'
import type { CommandContext } from '../../program/command.ts'
import type { HiveHome } from '../home.ts'
import { withLock } from '../lock.ts'
import { isLoopback } from '../source-build/source-address.ts'
import { folderStore } from './folder-store.ts'
import { readKnownRegistry, writeTrustRecord } from './known-registry.ts'
import { refreshTrust } from './refresh-trust.ts'
import { sessionStore, type TrustSession, toldOf } from './session-store.ts'

export interface TrustRequest {
  /** Without a slash at the end. */
  readonly registry: string
  readonly client: Pick<RegistryClient, 'signedFile'>
  readonly home: HiveHome
  /** Trust a registry that is not known yet without asking. */
  readonly yes: boolean
  /** Remember nothing of it. */
  readonly readOnly: boolean
  /** When the registry said what is read now, where that is kept somewhere; see `RegistryAnswers`. */
  readonly asOf?: number | null
}

export type TrustSurroundings = Pick<CommandContext, 'clock' | 'terminal' | 'ask' | 'quiet' | 'signal'>

/**
 * Brings what is trusted of a registry up to date. One that is not known yet is trusted from now on, with a warning, and where
 * somebody can be asked, after they agreed.
 *
 * Fails with one of the codes of `updateMetadata`, with `registry_untrusted` where somebody says no, with `registry_unsigned`
 * where the registry signs nothing and never did, and with `state_damaged`.
 */
export async function openTrust(
  request: TrustRequest,
  surroundings: TrustSurroundings,
): Promise<TrustedRegistry> {
  const { registry, home, readOnly } = request
  const source = metadataSource(request.client)
  const { asOf = null } = request
  const clock = asOf === null ? surroundings.clock : () => asOf
  const tell = teller(request, surroundings)
  if ((await readKnownRegistry(home, registry)) !== null)
    return refreshTrust({ home, registry, source, readOnly, clock, tell })
  const session = sessionStore(folderStore(home.trustFolder(registry)), tell)
  await trustRoot(session, await firstRoot(request, source))
  const opened = await openTrustedRegistry({ source, clock, store: session })
  await agree(request, await currentRoot(session), surroundings)
  if (readOnly || (await remember(request, session, surroundings, tell))) return opened
  // Another run came first, whose root counts.
  return refreshTrust({ home, registry, source, readOnly, clock, tell })
}

function teller({ registry }: TrustRequest, { terminal }: TrustSurroundings): (problem: RbeeError) => void {
  let isTold = false
  return ({ message, next }) => {
    if (!isTold) terminal.warn(`what is trusted of ${registry} is not remembered: ${message}; ${next}`)
    isTold = true
  }
}

/** What is fetched is limited in size before it is read, and in time by the client. */
function metadataSource(client: TrustRequest['client']): MetadataSource {
  return {
    fetch: (name, maxBytes) => client.signedFile(name, maxBytes, () => tooLarge(name, maxBytes)),
  }
}

async function firstRoot({ registry }: TrustRequest, source: MetadataSource): Promise<TrustedRoot> {
  try {
    return await fetchFirstRoot(source)
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'metadata_withheld') throw error
    throw new RbeeError('registry_unsigned', `${registry} signs nothing of what it offers`, {
      next: 'ask its operator to update it; or, if you accept that whoever stands between can change everything: --allow-unsigned',
    })
  }
}

async function currentRoot(store: TrustStore): Promise<TrustedRoot> {
  const bytes = await store.read('root.json')
  if (bytes === null) throw new Error('a registry was opened without a root')
  return readRootFile(bytes)
}

/** Who runs the registry on this machine is its operator; a file may claim to be of any address. */
async function agree(
  { registry, yes, asOf = null }: TrustRequest,
  { version, sha256 }: TrustedRoot,
  { terminal, ask, quiet, signal }: TrustSurroundings,
): Promise<void> {
  const pin = `rbee-hive trust add ${registry} --root FILE`
  const isOwn = asOf === null && isLoopback(new URL(registry))
  if (!yes && !quiet && ask !== null && !isOwn) {
    terminal.warn(
      `${registry} is not known here yet; its clients would trust: root ${version}, sha256:${sha256}`,
    )
    const answer = await ask('Compare that with what its operator says. Trust it from now on? [y/N] ')
    signal.throwIfAborted()
    if (/^y(?:es)?$/i.test(answer.trim())) return
    throw new RbeeError('registry_untrusted', `${registry} is not trusted: you did not agree`, {
      next: `get the file of its root from its operator, and trust that with: ${pin}`,
    })
  }
  terminal.warn(
    `trusting ${registry} on first use: root ${version}, sha256:${sha256}; if its operator names another one: ${pin}`,
  )
}

/** @returns false where the registry is known meanwhile. */
async function remember(
  { registry, home }: TrustRequest,
  session: TrustSession,
  { clock }: TrustSurroundings,
  tell: (problem: RbeeError) => void,
): Promise<boolean> {
  const isFirst = await toldOf(tell, () =>
    withLock(home, { trust: registry }, async () => {
      if ((await readKnownRegistry(home, registry)) !== null) return false
      await session.keep()
      await writeTrustRecord(home, { registry, by: 'first_use', since: new Date(clock()).toISOString() })
      return true
    }),
  )
  return isFirst !== false
}
