import { lookup } from 'node:dns/promises'
import type { Outbound } from '@rbee/checker'

export function createOutbound(): Outbound {
  return { resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address) }
}
