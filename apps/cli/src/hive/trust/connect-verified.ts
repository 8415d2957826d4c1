import { RbeeError } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { connectRegistry, type RegistryConnection } from '../../registry/connect.ts'
import { type Vouch, vouchAt } from '../evidence/vouch.ts'
import type { HiveHome } from '../home.ts'
import { licensedBytes } from '../licenses/licensed-bytes.ts'
import { type TakeSeat, takeSeatAt } from '../licenses/take-seat.ts'
import { openTrust } from './open-trust.ts'
import { createTrust, type Trust } from './trust.ts'
import { verifiedClient } from './verified-client.ts'

export interface TrustSettings {
  /** Trust a registry that is not known yet without asking. */
  readonly yes: boolean
  /** Take what a registry says that signs nothing and never did. */
  readonly allowUnsigned: boolean
  /** Remember nothing: for who only asks what would happen. */
  readonly readOnly?: boolean
}

export interface VerifiedConnection extends RegistryConnection {
  readonly trust: Trust
  readonly vouch: Vouch
  readonly takeSeat: TakeSeat
}

/**
 * As `connectRegistry`; releases and lists of versions that the connection's client gives are what the registry signed. What is
 * trusted is brought up to date meanwhile, and a failure of that is the failure of what is asked first.
 */
export async function connectVerified(
  context: CommandContext,
  setting: string,
  home: HiveHome,
  { yes, allowUnsigned, readOnly = false }: TrustSettings,
): Promise<VerifiedConnection> {
  const connection = await connectRegistry(context, setting)
  const { url, client } = connection
  const open = async () => {
    try {
      const asOf = context.answers?.asOf ?? null
      return await openTrust({ registry: url, client, home, yes, readOnly, asOf }, context)
    } catch (error) {
      if (!allowUnsigned || !(error instanceof RbeeError) || error.code !== 'registry_unsigned') throw error
      context.terminal.warn(`${url} signs nothing: whoever stands between can change everything it says`)
      return null
    }
  }
  const trust = createTrust(open, context.signal)
  const { clock, terminal } = context
  const vouch = vouchAt({ home, registry: url, client, trust, clock, terminal })
  const fetchBytes = licensedBytes(connection.fetchBytes, url, home, context)
  const takeSeat = takeSeatAt(url, home, context)
  return { ...connection, fetchBytes, client: verifiedClient(client, trust, url), trust, vouch, takeSeat }
}

/** Connects to each registry once, and once through each of its mirrors, however many workers are asked for there. */
export function verifiedConnections(
  context: CommandContext,
  home: HiveHome,
  settings: TrustSettings,
): (registry: string, through?: CommandContext) => Promise<VerifiedConnection> {
  const connections = new Map<string, Promise<VerifiedConnection>>()
  return (registry, through = context) => {
    const place = `${through.mirror ?? ''} ${registry}`
    const known = connections.get(place)
    if (known !== undefined) return known
    const connection = connectVerified(through, registry, home, settings)
    connections.set(place, connection)
    return connection
  }
}
