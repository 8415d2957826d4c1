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
import { isLoopback } from '../source-build/source-address.ts'
import { folderStore, forgivingStore, heldStore, layeredStore } from './folder-store.ts'
import { readKnownRegistry, writeTrustRecord } from './known-registry.ts'

export interface TrustRequest {
  /** Without a slash at the end. */
  readonly registry: string
  readonly client: Pick<RegistryClient, 'signedFile'>
  readonly home: HiveHome
  /** Trust a registry that is not known yet without asking. */
  readonly yes: boolean
  /** Remember nothing of it. */
  readonly readOnly: boolean
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
  const { registry, home } = request
  const known = await readKnownRegistry(home, registry)
  const store = storeOf(request, surroundings)
  const ports = { source: metadataSource(request.client), clock: surroundings.clock }
  if (known !== null) return openTrustedRegistry({ ...ports, store })
  const held = heldStore(store)
  await trustRoot(held, await firstRoot(request, ports.source))
  const opened = await openTrustedRegistry({ ...ports, store: held })
  await agree(request, await currentRoot(held), surroundings)
  await held.keep()
  if (!request.readOnly) await remember(request, surroundings)
  return opened
}

function storeOf({ registry, home, readOnly }: TrustRequest, { terminal }: TrustSurroundings): TrustStore {
  const store = folderStore(home.trustFolder(registry))
  if (readOnly) return layeredStore(store)
  return forgivingStore(store, ({ message, next }) =>
    terminal.warn(`what is trusted of ${registry} is not remembered: ${message}; ${next}`),
  )
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

/** Who runs the registry on this machine is its operator. */
async function agree(
  { registry, yes }: TrustRequest,
  { version, sha256 }: TrustedRoot,
  { terminal, ask, quiet, signal }: TrustSurroundings,
): Promise<void> {
  const pin = `rbee-hive trust add ${registry} --root FILE`
  if (!yes && !quiet && ask !== null && !isLoopback(new URL(registry))) {
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

/** An unwritable folder was told of when the root was written. */
async function remember({ registry, home }: TrustRequest, { clock }: TrustSurroundings): Promise<void> {
  const onDisk = await folderStore(home.trustFolder(registry)).read('root.json')
  if (onDisk === null) return
  const since = new Date(clock()).toISOString()
  await writeTrustRecord(home, { registry, by: 'first_use', since })
}
