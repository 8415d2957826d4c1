import { RbeeError } from '@rbee/schema'
import { openPublicPort, type PublicPort } from '../forward/public-port.ts'
import type { HiveHome } from '../home.ts'
import { type PortOwner, rememberedPort, rememberPort } from '../remembered-ports.ts'

/**
 * Opens the port that was asked for; else the one that the instance had before, where it is free; else any. Fails with
 * `port_in_use` when the one that was asked for is.
 */
export async function openOwnPort(
  home: HiveHome,
  owner: PortOwner,
  wanted: number | null,
): Promise<PublicPort> {
  const before = wanted === null ? await rememberedPort(home, owner) : null
  const port = (before === null ? null : await openIfFree(before, owner)) ?? (await open(wanted ?? 0, owner))
  await rememberPort(home, owner, port.port)
  return port
}

async function openIfFree(port: number, owner: PortOwner): Promise<PublicPort | null> {
  try {
    return await open(port, owner)
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'port_in_use') return null
    throw error
  }
}

function open(port: number, { id }: PortOwner): Promise<PublicPort> {
  const failure = new RbeeError('not_ready', `${id} is starting`)
  return openPublicPort(port, { unavailable: () => ({ failure, retryAfterSeconds: 2 }) })
}
